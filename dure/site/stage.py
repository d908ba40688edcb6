"""A stage for loads: a town with a database, a server and a worker of its own, stopped when the load is over.

What is measured or simulated there never touches the installation's own town. The database stays for a look afterwards:
`DURE_VAR=<directory> dure verify`.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from dure.kit import database
from dure.site import boot, config, readiness, serving

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 20
LOOK_SECONDS = 0.1
HOST = "127.0.0.1"

type Address = tuple[str, int]


class DidNotStart(RuntimeError):
    """A part of the stage ended or stayed silent; the message ends with what it said."""


@contextmanager
def town(directory: Path, *, worker: bool) -> Iterator[Address]:
    """An empty town in `directory`, made anew, with this process and the town's own as its owner; answers where it serves."""
    with ground(directory), ExitStack() as parts:
        address = parts.enter_context(serving_at(directory))
        if worker:
            parts.enter_context(running("worker", ["worker"], directory))
        yield address


@contextmanager
def ground(directory: Path) -> Iterator[None]:
    """An empty town in `directory`, made anew, that nobody serves yet, with this process as its owner."""
    use(directory)
    database.stop(directory / "pg")
    shutil.rmtree(directory, ignore_errors=True)
    boot.prepare()
    readiness.migrate()
    readiness.collect_static()
    try:
        yield
    finally:
        boot.let_go()
        database.stop(directory / "pg")


@contextmanager
def party(directory: Path, role: str) -> Iterator[None]:
    """One of the other parties alone, empty, made anew in `directory`, with this process as its owner; nobody serves it yet."""
    use(directory)
    os.environ["DURE_ROLE"] = role
    database.stop(directory / "pg")
    shutil.rmtree(directory, ignore_errors=True)
    boot.prepare(any_party=True)
    own = config.read()
    readiness.demand_party(own)
    readiness.migrate()
    readiness.demand_party(own)
    readiness.demand_purpose(demo=True)
    readiness.collect_static()
    try:
        yield
    finally:
        boot.let_go()
        database.stop(directory / "pg")


@contextmanager
def serving_at(directory: Path, name: str = "server", processes: int = 1, **environment: str) -> Iterator[Address]:
    """A server of the town, with its own environment beside this process's; answers where."""
    address = (HOST, free_port())
    arguments = ["serve", "--port", str(address[1]), "--processes", str(processes)]
    with running(name, arguments, directory, address, **environment):
        yield address


def use(directory: Path) -> None:
    """Make this process and its children work in a sample town in `directory`, whatever environment and .env files say."""
    for name in [name for name in os.environ if name.startswith("DURE_")]:
        del os.environ[name]
    os.environ.update(DURE_ENV_FILE="", DURE_VAR=str(directory), DURE_DEMO="1", DURE_SANDBOX_PAYMENTS="1")
    os.environ.pop("DATABASE_URL", None)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    name: str, arguments: list[str], directory: Path, address: Address | None = None, **environment: str
) -> Iterator[None]:
    """`dure` with `arguments` as a process of its own, until the block ends. Raises DidNotStart."""
    command = [str(Path(sys.executable).with_name("dure")), *arguments]
    ready = (lambda: serving.answers(*address)) if address else (lambda: True)
    with started(command, directory / f"{name}.log", ready, **environment):
        yield


@contextmanager
def started(command: list[str], log: Path, ready: Callable[[], bool], **environment: str) -> Iterator[None]:
    """`command` as a process of its own from when it is `ready` until the block ends. Raises DidNotStart."""
    with log.open("w", encoding="utf-8") as out, _child(command, out, environment) as part:
        deadline = time.monotonic() + START_SECONDS_MAX
        while not ready():
            if part.poll() is not None or time.monotonic() > deadline:
                raise DidNotStart(f"{command[0]} did not start: {log.read_text(encoding='utf-8')}")
            time.sleep(LOOK_SECONDS)
        yield


@contextmanager
def _child(command: list[str], out: IO[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    part = subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | environment)
    try:
        yield part
    finally:
        part.terminate()
        try:
            part.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            part.kill()
            part.wait()
