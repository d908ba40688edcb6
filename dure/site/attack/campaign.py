"""Many seeds in several processes, each with a database of its own; a count of what was done, and the first break.

This process stays without Django: the workers set it up, each on its own database.
"""

import contextlib
import gc
import hashlib
import multiprocessing
import os
import queue
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg

from dure.kit import database
from dure.site import boot, stage

from .played import Length, Played

HERE: Final = "dure.site.attack"  # its rooms with tables are imported once Django is set up
TEMPLATE: Final = "attacked"
WAIT_SECONDS: Final = 1.0
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a directory of our own in it, made by the database's owner
ROOM_BYTES_MIN: Final = 2 * 1024**3
STOP_SECONDS_MAX: Final = 20
CHEAP: Final = {  # for databases that live for seconds and whose machine never dies; the statements are the same
    "jit": "off",
    "autovacuum": "off",
    "wal_compression": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "256MB",
}
GARBAGE: Final = (20_000, 20, 50)  # looked for more seldom: nearly nothing here goes in circles


type Told = Callable[[int, Played | None], None]  # so many operations more, a seed that ended


@dataclass(slots=True)
class Campaign:
    """What all seeds came to."""

    seconds: float = 0.0
    database_seconds: float = 0.0  # of the database's own work
    played: list[Played] = field(default_factory=list)

    @property
    def broken(self) -> list[Played]:
        return [one for one in self.played if one.broken]

    @property
    def operations(self) -> int:
        return sum(one.operations for one in self.played)


def run(directory: Path, seeds: Iterable[int], length: Length, workers: int, told: Told) -> Campaign:
    """Play all `seeds`; `told` hears of each step and each seed that is done. A worker that dies is a RuntimeError."""
    os.environ["PYTHONHASHSEED"] = "0"  # so that sets of words have one order in every worker
    spawn = multiprocessing.get_context("spawn")
    wanted: Any = spawn.Queue()
    done: Any = spawn.Queue()
    campaign = Campaign()
    try:
        server, place = prepare(directory, spawn)
        left = 0
        for seed in seeds:
            wanted.put(seed)
            left += 1
        parts = [
            spawn.Process(target=_work, args=(directory, server, number, length, (wanted, done)), daemon=True)
            for number in range(min(workers, left))
        ]
        for _ in parts:
            wanted.put(None)
        started = time.monotonic()
        for part in parts:
            part.start()
        with contextlib.suppress(KeyboardInterrupt):
            _collect(campaign, (done, left, length), parts, told)
        campaign.seconds = time.monotonic() - started
        campaign.database_seconds = _worked(place)
        for part in parts if len(campaign.played) < left else []:
            part.terminate()
        for part in parts:
            part.join(STOP_SECONDS_MAX)
    finally:
        remove(directory)
    return campaign


def cluster(directory: Path) -> Path:
    """Where the databases of an attack from `directory` lie: in memory where there is room, as every seed is a new one of
    thousands of files and none of them need outlive the attack.
    """
    wanted = _in_memory(directory)
    if not MEMORY.is_dir() or min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available) < ROOM_BYTES_MIN:
        return directory / "pg"
    wanted.parent.mkdir(mode=0o700, exist_ok=True)
    return wanted if wanted.parent.stat().st_uid == os.geteuid() else directory / "pg"


def remove(directory: Path) -> None:
    """Stop the databases of an attack and leave nothing of them, wherever they are."""
    for place in (directory / "pg", _in_memory(directory)):
        if place.exists():
            database.stop(place)
            shutil.rmtree(place.parent, ignore_errors=True)


def _in_memory(directory: Path) -> Path:
    name = hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:12]
    return MEMORY / f"dure-attack-{name}" / "pg"


def prepare(directory: Path, spawn: Any) -> tuple[str, Path]:
    """The server, and in it the furnished town that each seed begins with; answers the server's URL and where it is."""
    remove(directory)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    place = cluster(directory)
    server = database.start(place, durable=False)
    with psycopg.connect(server, autocommit=True) as line:
        for name, value in CHEAP.items():
            line.execute(psycopg.sql.SQL("ALTER SYSTEM SET {} = {}").format(psycopg.sql.Identifier(name), value))
        line.execute("SELECT pg_reload_conf()")
    first = spawn.Process(target=_furnish, args=(directory, database.ensure_database(server, TEMPLATE)))
    first.start()
    first.join()
    if first.exitcode:
        raise RuntimeError("the town could not be furnished")
    return server, place


def _worked(place: Path) -> float:
    """How long the server and all that it has started were at work."""
    server = psutil.Process(int((place / "postmaster.pid").read_text().split()[0]))
    total = 0.0
    for child in server.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # it ends just now, and counts among those that ended
            times = child.cpu_times()
            total += times.user + times.system
    times = server.cpu_times()
    return float(total + times.user + times.system + times.children_user + times.children_system)


def _collect(campaign: Campaign, heard: tuple[Any, int, Length], parts: list[Any], told: Told) -> None:
    done, left, length = heard
    while left:
        try:
            word, what = done.get(timeout=WAIT_SECONDS)
        except queue.Empty:
            if not any(part.is_alive() for part in parts):
                raise RuntimeError(f"the workers ended, and {left} seeds are not played") from None
            continue
        if word == "did":
            told(what, None)
        else:
            campaign.played.append(what)
            left -= 1
            told(0, what)
            if what.broken and length.until_broken:
                return
            if length.enough is not None and campaign.operations >= length.enough:
                return


def _prepare(directory: Path, url: str) -> None:
    """Django, in this process, on the database at `url`, as a sample town, whatever the environment says."""
    stage.use(directory)
    os.environ["DATABASE_URL"] = url
    boot.prepare()


def _furnish(directory: Path, url: str) -> None:
    """Run in a process of its own: the database that will be copied."""
    _prepare(directory, url)
    import_module(f"{HERE}.town").furnish()


def _work(directory: Path, server: str, number: int, length: Length, queues: tuple[Any, Any]) -> None:
    """Run in a process of its own: play seeds until there are none."""
    wanted, done = queues
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked for this hears it, and ends us
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    name = f"attack_{number}"
    url = server.replace("/postgres?", f"/{name}?")
    _prepare(directory, url)
    town, play = import_module(f"{HERE}.town"), import_module(f"{HERE}.play")
    people = None
    with psycopg.connect(server, autocommit=True) as line:
        while (seed := _next(wanted)) is not None:
            town.copy(line, TEMPLATE, name)
            people = people or town.who()
            began = time.process_time()
            game = play.Play(seed, length, url, people)
            played = game.run(lambda count: _tell(done, count))
            played.seconds = time.process_time() - began
            done.put(("played", played))


def _next(wanted: Any) -> int | None:
    """The next seed; None when there is none, or nobody who asks for it any more."""
    while _is_wanted():
        try:
            seed: int | None = wanted.get(timeout=WAIT_SECONDS)
        except queue.Empty:
            continue
        return seed
    return None


def _tell(done: Any, count: int) -> None:
    if not _is_wanted():
        sys.exit("whoever asked for this is gone")
    done.put(("did", count))


def _is_wanted() -> bool:
    parent = multiprocessing.parent_process()
    return parent is not None and parent.is_alive()
