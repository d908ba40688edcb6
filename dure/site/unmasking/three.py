"""The three parties of a day that is attacked, each a process of its own with a database server, keys and a log of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from dure.kit import database, signed
from dure.site import config, parties, serving, stage
from dure.site.unmasking import hands

START_SECONDS_MAX: Final = 240
END_SECONDS_MAX: Final = 40
LOOK_SECONDS: Final = 0.1
FOREIGN: Final = ("DURE_", "DATABASE_", "DJANGO_", "PROMETHEUS_", "PG", "PYTEST", "TEST_")


@dataclass(slots=True)
class Member:
    """One of the three, while it lives."""

    role: str
    ground: Path  # everything that it has on the disk: database server, keys, log
    address: stage.Address
    origin: str
    child: "subprocess.Popen[str]"
    answers: IO[str]

    @property
    def log(self) -> Path:
        """What its programs said on standard output and error."""
        return self.ground / "said.log"

    def ask(self, deed: str, **given: Any) -> Any:
        """Have it do something, and wait for its answer. Raises DidNotStart when it ended."""
        if self.child.stdin is None:
            raise RuntimeError("it was started without a line")
        try:
            self.child.stdin.write(json.dumps({"deed": deed} | given) + "\n")
            self.child.stdin.flush()
            said = self.answers.readline()
        except BrokenPipeError:
            said = ""
        if not said:
            _end(self.child)
            raise stage.DidNotStart(f"{self.role} ended: {self.log.read_text(encoding='utf-8', errors='replace')}")
        return json.loads(said)


@dataclass(frozen=True, slots=True)
class Three:
    """All of them, and the clock that they go by."""

    members: dict[str, Member]
    clock: Path

    def now(self, at: datetime) -> None:
        """Move the clock of all three."""
        hands.set_to(self.clock, at)

    def minute(self, at: datetime, *roles: str) -> None:
        """Let the workers of these parties (of all, when none is named) have their minute at this instant."""
        self.now(at)
        for role in roles or parties.ROLES[::-1]:  # who is asked for keys makes its own first
            self.members[role].ask("minute")

    def __getitem__(self, role: str) -> Member:
        return self.members[role]


@contextmanager
def brought(folder: Path, begins: datetime) -> Iterator[Three]:
    """All three, empty, in `folder`, where nothing is yet; ended with the block. Their clock stands at `begins`."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = folder / "clock"
    hands.set_to(clock, begins)
    ports = {role: stage.free_port() for role in parties.ROLES}
    environments = {role: _environment(folder / role, role, ports) for role in parties.ROLES}
    secrets = {role: config.read(_own(environment)).secret_key for role, environment in environments.items()}
    for role, environment in environments.items():
        for other in set(parties.ROLES) - {role}:
            environment[f"DURE_{other.upper()}_URL"] = f"http://localhost:{ports[other]}"
            environment[f"DURE_{other.upper()}_KEY"] = signed.public_of(secrets[other])
    with ExitStack() as parts:
        members = {
            role: parts.enter_context(_started(folder / role, role, ports[role], clock, environments[role]))
            for role in parties.ROLES
        }
        for member in members.values():
            _wait(member)
        yield Three(members, clock)


def _environment(ground: Path, role: str, ports: dict[str, int]) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    own = {"DURE_ROLE": role, "DURE_VAR": str(ground), "DURE_ENV_FILE": "", "DURE_DEMO": "1", "DURE_PROXIES": "1"}
    return clean | own | {"DURE_ORIGIN": f"http://localhost:{ports[role]}"}


def _own(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("DURE_")}


@contextmanager
def _started(ground: Path, role: str, port: int, clock: Path, environment: dict[str, str]) -> Iterator[Member]:
    ground.mkdir(parents=True, exist_ok=True)
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "dure.site.unmasking.party", str(clock), str(port), str(writing)]
    with (ground / "said.log").open("w", encoding="utf-8") as out, os.fdopen(reading, encoding="utf-8") as answers:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
            env=environment,
            cwd=config.ROOT,
            pass_fds=(writing,),
            start_new_session=True,  # so that all that it forked ends with it
            text=True,
        )
        os.close(writing)
        try:
            yield Member(role, ground, (stage.HOST, port), f"http://localhost:{port}", child, answers)
        finally:
            _end(child)
            database.stop(ground / "pg")


def _wait(member: Member) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while not serving.answers(*member.address):
        if member.child.poll() is not None or time.monotonic() > deadline:
            raise stage.DidNotStart(member.log.read_text(encoding="utf-8", errors="replace"))
        time.sleep(LOOK_SECONDS)


def _end(child: "subprocess.Popen[str]") -> None:
    if child.stdin is not None:
        child.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        child.wait(END_SECONDS_MAX)
    if child.returncode != 0:  # it hangs, or came to a bad end: what it forked would serve on
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
