"""An installation of its own for a test: a data directory, servers started as people start them, and plugs to pull."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

import httpx
import psutil
from django.conf import settings

from dure.kit import database

DURE = [sys.executable, "-c", "from dure.site.cli import main; main()"]
READY_SECONDS_MAX = 60


class Installation:
    """One under `home`. `told` is what crash_town said when it was made."""

    def __init__(self, home: Path, told: dict[str, Any]) -> None:
        self.home, self.told, self.port = home, told, _free_port()
        self.log = home / "log"
        self._served: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

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

    def serve(self) -> None:
        """Start `dure serve` and wait until it answers. It starts the database, if that is down."""
        with self.log.open("ab") as log:
            self._served = _spawn(self.home, log, "serve", "--port", str(self.port))
        deadline = time.monotonic() + READY_SECONDS_MAX
        with httpx.Client(base_url=self.origin, timeout=5) as line:
            while time.monotonic() < deadline and self._served.poll() is None:
                with contextlib.suppress(httpx.TransportError):
                    if line.get("/ready").is_success:
                        return
                time.sleep(0.1)
        raise AssertionError(f"not ready: {self.log.read_text()}")

    def kill_server(self) -> None:
        """kill -9 to the server and everything it started, at once. The database is nobody's child and stays."""
        if self._served is None or self._served.poll() is not None:
            return
        parent = psutil.Process(self._served.pid)
        whole = [*parent.children(recursive=True), parent]
        for one in whole:
            one.suspend()  # nobody gets to react to another's end
        for one in whole:
            one.kill()
        self._served.wait(10)

    def kill_database(self) -> None:
        """kill -9 to PostgreSQL and all its workers, at once."""
        server = psutil.Process(int((self.home / "pg" / "postmaster.pid").read_text().split()[0]))
        for one in (server, *server.children(recursive=True)):
            one.kill()
        psutil.wait_procs([server], 10)

    def database(self) -> str:
        """The URL of its database, which runs from now on."""
        return database.ensure_database(database.start(self.home / "pg"), "dure")

    def end(self) -> None:
        """Leave nothing behind that runs."""
        self.kill_server()
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


def _spawn(home: Path, log: IO[bytes], *words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([*DURE, *words], cwd="/", env=environment(home), stdout=log, stderr=log)


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
