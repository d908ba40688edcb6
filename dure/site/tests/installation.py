"""An installation of its own for a test to break: a data directory, and the command line as people use it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from dure.kit import database

DURE = [sys.executable, "-c", "from dure.site.cli import main; main()"]
READY_SECONDS_MAX = 60


class Installation:
    """One under `home`. `told` is what crash_town said when it was made."""

    def __init__(self, home: Path, told: dict[str, Any]) -> None:
        self.home, self.told = home, told

    def dure(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run the command line here, to its end."""
        return subprocess.run(
            [*DURE, *words],
            cwd="/",
            env=environment(self.home),
            capture_output=True,
            text=True,
            check=False,
            timeout=READY_SECONDS_MAX,
        )

    def database(self) -> str:
        """The URL of its database, which runs from now on."""
        return database.ensure_database(database.start(self.home / "pg"), "dure")

    def end(self) -> None:
        """Leave nothing behind that runs."""
        database.stop(self.home / "pg")


def environment(home: Path) -> dict[str, str]:
    """Its own settings and none of the tests'; the tests' secret, so that they can sign tokens and receipts for it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DATABASE_", "PG"))}
    return clean | {
        "DURE_VAR": str(home),
        "DURE_ENV_FILE": "",
        "DURE_DEMO": "1",
        "DURE_AGREEMENTS_NEEDED": "1",
        "DURE_SECRET_KEY": settings.SECRET_KEY,
        "PYTHONUNBUFFERED": "1",
        "COLUMNS": "200",
    }


def make(home: Path) -> Installation:
    """A new one with the town of crash_town, its database stopped, ready to be copied."""
    home.mkdir(parents=True)
    database.start(home / "pg", durable=False)  # nothing here is worth a wait for the disk yet
    made = subprocess.run(
        [sys.executable, "-m", "dure.site.tests.crash_town"],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    database.stop(home / "pg")
    if made.returncode:
        raise AssertionError(made.stderr)
    return Installation(home, json.loads(made.stdout))


def copy(made: Installation, home: Path) -> Installation:
    """A copy of a stopped one, byte for byte, with its owners."""
    shutil.copytree(made.home, home, ignore=shutil.ignore_patterns(".s.PGSQL.*", "log", "*.lock"))
    for path in (home, *home.rglob("*")):
        was = (made.home / path.relative_to(home)).stat()
        os.chown(path, was.st_uid, was.st_gid)
    return Installation(home, made.told)


def plain(said: str) -> str:
    """What was printed, without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", said)
