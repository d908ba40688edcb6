"""The other two parties of check-in beside a demo: each a process of its own with its own worker, on a neighbouring port.

They are started once the platform answers, so that nobody waits for them, and looked after with its other parts. Only on the
embedded server, where each has a database and a log-in of its own, and only on this machine.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from types import FrameType

import psutil

from dure.kit import signed
from dure.site import boot, config, parties, readiness, serving, supervision, working
from dure.site.config import Config

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PASSED_ON = (
    "DURE_LANGUAGE",
    "DURE_LOG_LEVEL",
    "DURE_DEBUG",
    "DURE_DATABASE_ROLE",
)  # nothing that is the platform's own
LOOK_SECONDS = 0.5
STOP_SECONDS_MAX = 12
SAMPLES = ("dure.services.checkin.demo.authority",)
WORDS = {parties.VISITS: "The visit party of QR check-in", parties.AUTHORITY: "The authority of QR check-in"}


@dataclass(slots=True)
class Other:
    """One of the other parties: it starts once this one answers."""

    role: str
    host: str
    port: int
    origin: str
    environment: dict[str, str]

    def part(self, may_start: Callable[[], bool], say: Callable[[str], None]) -> supervision.Part:
        """Looks after it from `may_start` on, and says when it is there."""
        return supervision.Part(f"party {self.role}", partial(_look_after, self, may_start, say))

    def answers(self) -> bool:
        """Whether it serves."""
        return serving.answers(self.host, self.port)


def bring(settings: Config, host: str, port: int, origin: str) -> tuple[Other, ...]:
    """The other parties, on the next free ports, not begun yet. All three are told of one another."""
    if settings.database_url or host not in LOOPBACK:
        return ()
    found: dict[str, tuple[int, Config]] = {}
    after = port
    for role in (parties.VISITS, parties.AUTHORITY):
        after = serving.first_free(host, after + 1)
        own = {"DURE_ROLE": role, "DURE_VAR": str(settings.ground), "DURE_ENV_FILE": "", "DURE_DEMO": "1"}
        own |= {"DURE_ORIGIN": f"http://localhost:{after}"}
        found[role] = (after, config.read(own))
    known = {parties.IDENTITY: (origin, settings.secret_key)}
    known |= {role: (of.origin, of.secret_key) for role, (_port, of) in found.items()}
    os.environ |= _peers(parties.IDENTITY, known)
    return tuple(
        Other(role, host, at, of.origin, _environment(of, _peers(role, known))) for role, (at, of) in found.items()
    )


def _peers(role: str, known: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The settings that tell a party of the others."""
    said: dict[str, str] = {}
    for other, (origin, secret) in known.items():
        if other != role:
            said |= {f"DURE_{other.upper()}_URL": origin, f"DURE_{other.upper()}_KEY": signed.public_of(secret)}
    return said


def _environment(of: Config, peers: dict[str, str]) -> dict[str, str]:
    theirs = ("DURE_", "DATABASE_", "PROMETHEUS_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
    clean |= {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    own = {"DURE_ROLE": of.role, "DURE_VAR": str(of.ground), "DURE_ENV_FILE": "", "DURE_DEMO": "1"}
    return clean | own | {"DURE_ORIGIN": of.origin} | peers


def _started(one: Other) -> psutil.Process:
    command = [sys.executable, "-c", "from dure.site.cli import main; main()"]
    arguments = ["demo", "--role", one.role, "--host", one.host, "--port", str(one.port)]
    child = subprocess.Popen(
        [*command, *arguments], env=one.environment, start_new_session=True, stdout=subprocess.DEVNULL
    )
    return psutil.Process(child.pid)  # knows when it began: a number that somebody else has by then is not taken for it


def _look_after(one: Other, may_start: Callable[[], bool], say: Callable[[str], None]) -> None:
    """Start the party when it may, and stay until it ends; end it when told to."""
    child: psutil.Process | None = None

    def end(number: int, frame: FrameType | None) -> None:
        _end(child)
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    while not may_start():
        time.sleep(LOOK_SECONDS)
    child = _started(one)
    told = False
    while _lives(child):
        if not told and (told := one.answers()):
            say(f"{WORDS[one.role]} is ready: {one.origin}/")
        time.sleep(LOOK_SECONDS)
    raise SystemExit(1)


def _end(child: psutil.Process | None) -> None:
    deadline = time.monotonic() + STOP_SECONDS_MAX
    while child is not None and _lives(child) and time.monotonic() < deadline:
        try:
            child.send_signal(signal.SIGTERM)
        except psutil.NoSuchProcess:
            return
        time.sleep(LOOK_SECONDS / 5)


def _lives(child: psutil.Process) -> bool:
    try:
        return child.is_running() and child.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def serve(host: str, port: int, servers: Sequence[supervision.Part], say: Callable[[str], None]) -> int:
    """Be one of the other parties of a demo, until told to end or until whoever started it is gone."""
    own = config.read()
    readiness.demand_party(own)
    if readiness.has_marks():
        readiness.demand_purpose(demo=True)
    readiness.migrate()
    readiness.demand_party(own)
    readiness.demand_purpose(demo=True)
    readiness.collect_static()
    if parties.has_persons(own.role):
        _load_samples()
    supervisor = supervision.Supervisor((*servers, supervision.Part(f"worker of {own.role}", working.run)), say)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    boot.let_go()
    supervisor.start()
    return supervisor.watch()


def _load_samples() -> None:
    """The sample people of the authority, who can be tried by one tap."""
    for load in SAMPLES:
        import_module(load).load()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
