"""What a trial kills: the server, one of its children, the worker, the database. And how an operator's init starts it again."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import psutil

from dure.kit import database, postgres
from dure.site import serving, stage

NAMES = ("one", "two")  # of the two databases of a fail-over
PROCESSES = 2  # servers that share the port
UP_SECONDS_MAX = 60
LOOK_SECONDS = 0.05
LOG_TAIL_BYTES = 4_000


class Part:
    """One process of an installation: `dure` with `arguments`. `address`: where it answers, if it serves."""

    def __init__(self, name: str, arguments: list[str], directory: Path, address: stage.Address | None = None) -> None:
        self.name, self.log = name, directory / f"{name}.log"
        self._command = [str(Path(sys.executable).with_name("dure")), *arguments]
        self._address = address
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process id; 0 when it does not run."""
        return self._running.pid if self._running is not None and self._running.poll() is None else 0

    def start(self) -> None:
        """Start it, without waiting for it."""
        with self.log.open("ab") as out:
            self._running = subprocess.Popen(self._command, stdout=out, stderr=out)

    def await_answers(self) -> None:
        """Return once it answers, if it serves. Raises DidNotStart."""
        deadline = time.monotonic() + stage.START_SECONDS_MAX
        while self._address and not serving.answers(*self._address):
            if not self.pid or time.monotonic() > deadline:
                raise stage.DidNotStart(f"the {self.name} did not start: {self.log.read_text(encoding='utf-8')}")
            time.sleep(LOOK_SECONDS)

    def kill(self) -> None:
        """kill -9, to this process alone."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()

    def stop(self) -> None:
        """Ask it to end, and see to it."""
        if self._running is None:
            return
        self._running.terminate()
        try:
            self._running.wait(stage.STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.kill()


class Program(Part):
    """A program of this package as a process of its own, for trials that go by a clock of theirs: `python -m` with `said`."""

    def __init__(self, name: str, said: list[str], directory: Path, address: stage.Address | None = None) -> None:
        super().__init__(name, [], directory, address)
        self._command = [sys.executable, "-m", *said]

    def ended(self) -> int | None:
        """Its exit code; None as long as it runs, or was not started."""
        return self._running.poll() if self._running is not None else None

    def kill_all(self) -> None:
        """kill -9 to it and all its children at once."""
        children = psutil.Process(self.pid).children(recursive=True) if self.pid else []
        self.kill()
        _each(children, "kill")
        psutil.wait_procs(children, UP_SECONDS_MAX)


class Parts:
    """The processes of a town in `home`."""

    def __init__(self, home: Path) -> None:
        self.address = (stage.HOST, stage.free_port())
        arguments = ["serve", "--port", str(self.address[1]), "--processes", str(PROCESSES)]
        self.server = Part("server", arguments, home, self.address)
        self.worker = Part("worker", ["worker"], home)
        self.ended_unasked: list[str] = []

    def start(self) -> None:
        """Start server and worker. Raises DidNotStart."""
        for part in (self.server, self.worker):
            part.start()
        self.server.await_answers()

    def kill_child(self) -> None:
        """kill -9 to one of the processes that serve; returns once its parent has started another one."""
        children = psutil.Process(self.server.pid).children() if self.server.pid else []
        _each(children[:1], "kill")
        psutil.wait_procs(children[:1], UP_SECONDS_MAX)
        deadline = time.monotonic() + UP_SECONDS_MAX
        while self.server.pid and time.monotonic() < deadline:
            if len(psutil.Process(self.server.pid).children()) >= PROCESSES:
                return
            time.sleep(LOOK_SECONDS)

    def look_after(self, killed: str) -> None:
        """Start again what ended. What ended without being `killed` itself is noted."""
        for part in (self.server, self.worker):
            if not part.pid:
                if part.name != killed:
                    self.ended_unasked.append(f"the {part.name} ended by itself when the {killed} was killed")
                if part is self.server:
                    self._await_port()
                part.start()

    def await_answers(self) -> None:
        """Return once the server answers. Raises DidNotStart."""
        self.server.await_answers()

    def stop(self) -> None:
        """Stop server and worker."""
        self.server.stop()
        self.worker.stop()

    def said(self) -> str:
        """The end of what they wrote, for somebody who looks for the reason."""
        return "\n".join(_tail(part.log) for part in (self.server, self.worker))

    def _await_port(self) -> None:
        """Children of a killed server end by themselves, after the requests they have begun."""
        deadline = time.monotonic() + UP_SECONDS_MAX
        while not serving.is_free(*self.address) and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)


def kill_postmaster(directory: Path) -> None:
    """kill -9 to PostgreSQL's first process alone. Its children notice and end."""
    _postmaster(directory).kill()


def processes_of(directory: Path) -> list[psutil.Process]:
    """The processes of the database in `directory`."""
    first = _postmaster(directory)
    return [first, *first.children(recursive=True)]


def kill_machine(directory: Path) -> None:
    """kill -9 to PostgreSQL and all its children at once, as when their machine loses power."""
    first = _postmaster(directory)
    whole = [first, *first.children(recursive=True)]
    _each(whole, "suspend")  # nobody gets to react to another's end
    _each(whole, "kill")


def begin_pair(first: Path, second: Path) -> None:
    """Start the database in `first` and let DATABASE_URL name both: whichever takes writes is meant. Before Django."""
    database.ensure_database(database.start(first), "dure")
    owner = postgres.owner_of(first)
    hosts = ",".join(quote(str(postgres.socket_directory(each, owner)), safe="/") for each in (first, second))
    os.environ["DATABASE_URL"] = f"postgresql://postgres@/dure?host={hosts}&target_session_attrs=read-write"


def _postmaster(directory: Path) -> psutil.Process:
    if database.url_of(directory) is None:
        raise stage.DidNotStart(f"no database runs in {directory}")
    return psutil.Process(int((directory / "postmaster.pid").read_text(encoding="ascii").split()[0]))


def _each(whole: Iterable[psutil.Process], verb: str) -> None:
    for one in whole:
        with contextlib.suppress(psutil.NoSuchProcess):
            getattr(one, verb)()


def _tail(log: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return log.read_text(encoding="utf-8", errors="replace")[-LOG_TAIL_BYTES:]
    return ""
