"""Journeys: the real server with the sample town, and a real browser in front of it.

`town` is a running `dure demo` on a database of its own; `browser_page(...)` opens a page of a given person's taste.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

from dure.site import serving
from tests import browser as chromium
from tests import template

ROOT = Path(__file__).resolve().parents[2]
DURE = Path(sys.executable).parent / "dure"
START_SECONDS_MAX = 120
STOP_SECONDS_MAX = 30
WELCOMED = (
    "Ready in "  # the last words of a town that starts: it answers a moment before it has said where everything is
)
HEIGHTS = {390: 844, 1280: 900}


@dataclass(frozen=True, slots=True)
class Town:
    """A running installation. `environment` lets a test run `dure` on the same database."""

    url: str
    environment: dict[str, str]
    log: Path

    def dure(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the command line on this town."""
        return subprocess.run(
            [str(DURE), *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=START_SECONDS_MAX,
        )


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """`dure demo`: server, worker and sample town, with its own database and its own var."""
    var = tmp_path_factory.mktemp("town")
    name = f"journeys_{os.getpid()}"
    server = os.environ["DATABASE_URL"]
    _forget(server, name)
    port = _free_port()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("DURE_", "PYTEST"))},
        "DATABASE_URL": template.copied(server, name),
        "DURE_VAR": str(var),
        "DURE_DEMO": "1",
        "DURE_SECRET_KEY": "journey-" * 6,
        "DURE_ORIGIN": f"http://127.0.0.1:{port}",
    }
    log = var / "town.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [str(DURE), "demo", "--port", str(port)],
            env=environment,
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        running = Town(f"http://127.0.0.1:{port}", environment, log)
        _wait_until_it_answers(running, process)
        yield running
    finally:
        _end(process)
        _forget(server, name)


@dataclass(frozen=True)
class Browsers:
    """The system's Chromium: `light` for nearly everything, `whole` for what the light one does not know (tests/browser.py)."""

    light: Browser
    driver: Playwright

    @cached_property
    def whole(self) -> Browser:
        return started(self.driver, chromium.path())


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browsers]:
    """Where there is no Chromium, tests/plugin.py has skipped the journey (failed it under CI)."""
    with sync_playwright() as driver:  # its end is the end of every browser
        yield Browsers(started(driver, chromium.light()), driver)


def started(driver: Playwright, program: str | None) -> Browser:
    return driver.chromium.launch(executable_path=program, args=[*chromium.ARGUMENTS, chromium.TONE])


type OpenPage = Callable[..., Page]


@pytest.fixture
def browser_page(chrome: Browsers, town: Town) -> Iterator[OpenPage]:
    """`browser_page(width=390, theme="light", large=False, lang="ko", scripts=True, whole=False)`: a fresh browser of one person.

    Relative addresses lead to the town. When the test ends, a script error, or anything the content policy blocked, fails it.
    """
    opened: list[BrowserContext] = []
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            problems.append(message.text)

    def open_page(
        width: int = 390,
        theme: str = "light",
        large: bool = False,
        lang: str = "ko",
        scripts: bool = True,
        whole: bool = False,
    ) -> Page:
        context = (chrome.whole if whole else chrome.light).new_context(
            base_url=town.url,
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            color_scheme="dark" if theme == "dark" else "light",
            locale={"ko": "ko-KR", "en": "en-US"}[lang],
            timezone_id="Asia/Seoul",
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        chosen = {"theme": theme, "large": "1" if large else "0"}
        context.add_cookies([{"name": name, "value": value, "url": town.url} for name, value in chosen.items()])
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: problems.append(str(error)))
        opened.append(context)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not problems, problems


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_answers(running: Town, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if serving.answers("127.0.0.1", int(running.url.rsplit(":", 1)[1])) and WELCOMED in running.log.read_text():
            return
        time.sleep(0.2)
    pytest.fail("the town did not start:\n" + running.log.read_text()[-4000:])


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _forget(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(psycopg.sql.Identifier(name))
        )


@pytest.fixture(scope="session", autouse=True)
def _screens_start_empty() -> None:
    """Old pictures must not pass for new ones."""
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        shutil.rmtree(ROOT / "var" / "screens", ignore_errors=True)
