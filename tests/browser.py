"""Finds the Chromium that journeys drive. None is downloaded; `.ci/run` installs the system's.

Where there is a headless shell (Debian's chromium-headless-shell) most journeys use that one: it draws no window around a
page, which is a quarter of the work. It knows neither notifications nor push; who needs those asks for the whole browser.
"""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SHELL = "chromium-headless-shell"
PLACES = (
    "/usr/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TONE = "--use-fake-device-for-media-stream"  # a microphone that hums; a page is still asked whether it may
MISSING = (
    "No Chromium was found: install it (on Debian: apt-get install chromium fonts-nanum) or set CHROMIUM to its path."
)


def path() -> str | None:
    """The whole browser, None where there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    found = (shutil.which(name) for name in NAMES)
    return next((it for it in found if it), None) or next((it for it in PLACES if Path(it).exists()), None)


def light() -> str | None:
    """The headless shell of the browser where there is one, else the whole."""
    return path() if os.environ.get("CHROMIUM") else shutil.which(SHELL) or path()


def required() -> bool:
    """Whether a journey that cannot run is a failure: wherever CI is set."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")
