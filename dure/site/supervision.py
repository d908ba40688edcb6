"""Parent and children: forks each part of an installation, starts again what dies, stops all of it together.

One start of Django serves all parts: the parent gets ready, then forks. A child whose parent vanishes (kill -9) notices
and ends by itself, so that nothing is left behind that holds the port.
"""

import contextlib
import os
import select
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

STOP_SECONDS_MAX = 15  # a child that takes longer is killed
ORPHAN_SECONDS_MAX = 2  # a child whose parent vanished: the next parent waits for the port
QUICK_DEATH_SECONDS = 5  # a part that dies sooner on its first start, and was not killed, never worked
RESTART_WAIT_SECONDS_MAX = 30
TICK_SECONDS = 1.0
WATCHED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)


@dataclass(frozen=True, slots=True)
class Part:
    """One child: a name to call it by, and what it does until it is told to end (SIGTERM)."""

    name: str
    run: Callable[[], None]


@dataclass(slots=True)
class _Running:
    part: Part
    pid: int
    since: float


@dataclass(slots=True)
class _Due:
    part: Part
    at: float


@dataclass(slots=True)
class Supervisor:
    """Runs `parts` until SIGTERM or SIGINT, or until one of them cannot start at all."""

    parts: tuple[Part, ...]
    say: Callable[[str], None]
    _running: list[_Running] = field(default_factory=list)
    _due: list[_Due] = field(default_factory=list)
    _deaths: dict[str, int] = field(default_factory=dict)
    _stopping: bool = False
    _failed: bool = False
    _lifeline: tuple[int, int] = (-1, -1)
    _bell: tuple[socket.socket, socket.socket] | None = None

    def start(self) -> None:
        """Fork every part. The caller has closed its connections: a forked child must not share them."""
        reading, writing = socket.socketpair()
        reading.setblocking(False)
        writing.setblocking(False)
        self._bell = (reading, writing)
        signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
        for number in WATCHED:
            signal.signal(number, self._heard)
        self._lifeline = os.pipe()
        for part in self.parts:
            self._fork(part)

    def watch(self, ready: Callable[[], bool] | None = None, when_ready: Callable[[], None] | None = None) -> int:
        """Look after the parts until they are told to end; answers the exit code. `when_ready` runs once."""
        while self._running or (self._due and not self._stopping):
            if ready is not None and when_ready is not None and not self._stopping and ready():
                when_ready()
                ready = None
            self._wait(0.05 if ready is not None else TICK_SECONDS)
            self._reap()
            if self._stopping:
                self._end_all()
                break
            self._start_due()
        signal.set_wakeup_fd(-1)
        return 1 if self._failed else 0

    def stop(self) -> None:
        """Ask for the end; `watch` does it."""
        self._stopping = True

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self._stopping = True

    def _wait(self, seconds: float) -> None:
        if self._bell is None:
            raise RuntimeError("start comes before watch")
        select.select([self._bell[0]], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            while self._bell[0].recv(64):
                pass

    def _fork(self, part: Part) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._become(part)
        self._running.append(_Running(part, pid, time.monotonic()))

    def _become(self, part: Part) -> None:
        """Be the child: own signals, own process group (Ctrl-C reaches the parent, who tells us), end with the parent."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in WATCHED:
                signal.signal(number, signal.SIG_DFL)
            os.setpgid(0, 0)
            os.close(self._lifeline[1])
            threading.Thread(target=_end_with_parent, args=(self._lifeline[0],), daemon=True).start()
            part.run()
            code = 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException:  # noqa: BLE001 - the child shows what went wrong and ends, it must never return to the parent's code
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> None:
        for running in list(self._running):
            pid, status = os.waitpid(running.pid, os.WNOHANG)
            if pid == 0:
                continue
            self._running.remove(running)
            if not self._stopping:
                self._mourn(running, os.waitstatus_to_exitcode(status))

    def _mourn(self, running: _Running, code: int) -> None:
        name, lived = running.part.name, time.monotonic() - running.since
        if lived < QUICK_DEATH_SECONDS and name not in self._deaths and code not in (0, -signal.SIGKILL):
            self.say(f"{name} could not start (exit code {code})")
            self._failed = self._stopping = True
            return
        before = self._deaths.get(name, 0)
        deaths = self._deaths[name] = 0 if lived > max(QUICK_DEATH_SECONDS, _wait(before)) else before + 1
        wait = _wait(deaths)
        self.say(f"{name} ended (exit code {code}); starting it again in {wait} s")
        self._due.append(_Due(running.part, time.monotonic() + wait))

    def _start_due(self) -> None:
        now = time.monotonic()
        for due in [due for due in self._due if due.at <= now]:
            self._due.remove(due)
            self._fork(due.part)

    def _end_all(self) -> None:
        for running in self._running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(running.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        while self._running and time.monotonic() < deadline:
            self._wait(0.1)
            self._reap()
        for running in self._running:
            self.say(f"{running.part.name} did not end in {STOP_SECONDS_MAX} s and is killed")
            with contextlib.suppress(ProcessLookupError):
                os.kill(running.pid, signal.SIGKILL)
            os.waitpid(running.pid, 0)
        self._running.clear()


def _wait(deaths: int) -> int:
    """Seconds before the next start of a part that died so many times in a row, each time soon after it was started."""
    return min(2**deaths, RESTART_WAIT_SECONDS_MAX) if deaths else 0


def _end_with_parent(lifeline: int) -> None:
    os.read(lifeline, 1)  # nobody ever writes: it returns when the parent is gone
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(ORPHAN_SECONDS_MAX)
    os._exit(1)
