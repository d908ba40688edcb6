"""`dure simulate broadcast`: a thousand villages speak at once; what is urgent overtakes; then the ladder, under kill -9.

Announcements are written, sent and agreed to by the actions of the pages; programs of their own air and send, by dealers on
loopback. In the second part the clock is moved along the ladder, dealers go wrong, and what airs and what sends is killed.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Final
from uuid import UUID

import psutil
from rich.console import Console
from rich.table import Table

from dure.base import clock
from dure.base.actors import PersonId
from dure.foundations.people import queries as persons
from dure.kit.importing import Bars, bars
from dure.kit.twins import Server
from dure.services.broadcast import actions
from dure.services.broadcast.types import AnnouncementId, Key, Kind
from dure.site import boot, config, readiness, rooms
from dure.site.cli import inspect
from dure.site.unmasking import hands

from . import village_books, village_town
from .campaign_town import report_until
from .loopback import Loopback, Seen
from .parts import Program, processes_of
from .village_books import Books
from .village_part import EPOCH, READY, ROUTES, ahead_by
from .village_town import Ground

FIRST_SECONDS_MAX: Final = 60.0
URGENT_SECONDS_MAX: Final = 3.0
LIMITED_FROM: Final = 10_000  # listeners: with fewer, nothing is proved about speed
KNOWN_MIN: Final = 0.99
URGENT_MAX: Final = 30  # announcements
URGENT_EVERY_SECONDS: Final = 1.0
WAIT_SECONDS_MAX: Final = 900
MORNING: Final = time_of_day(10)
LATE_SECONDS: Final = 2.0
FAULTS: Final = 0.05  # of the calls of the dealers, in the second part
HEARD_ONE_IN: Final = 50  # listeners who say on their page that they heard it
JUMPS: Final = (6, 12, 32, 17)  # minutes along the ladder of a notice, each a little longer than its wait
LAST_JUMP, LAST_JUMPS_MAX = 10, 12  # minutes; how often
CALM_SECONDS: Final = (0.3, 1.5)
SHOWN_MAX: Final = 10
PARTS: Final = ("air", "air", "send", "send", "news")
PROOFS: Final = frozenset({"channels.sendings", "channels.dispatches", "channels.attempts"})  # of what is tried here
_DUE = """
SELECT (SELECT count(*) FROM broadcast_reach WHERE next_at <= %s)
  + (SELECT count(*) FROM channels_dispatch WHERE next_at <= %s)
  + (SELECT count(*) FROM broadcast_try WHERE look_at <= %s)
"""


_ON_THE_LADDER = "SELECT count(*) FROM broadcast_reach WHERE standing = 'waiting'"


@dataclass(frozen=True, slots=True)
class Size:
    """How many villages with how many listeners, and how often what airs and what sends is killed."""

    villages: int
    listeners: int
    kills: int


@dataclass(slots=True)
class Trial:
    """The state of one."""

    ground: Ground
    dealers: tuple[Loopback, ...]
    parts: list[Program]
    moved: Path
    chance: random.Random
    first: list[float] = field(default_factory=list)  # seconds from the airing to each first attempt
    urgent: list[float] = field(default_factory=list)
    waiting: tuple[int, int] = (0, 0)  # notices behind which the first and the last urgent one came
    core_seconds: dict[str, float] = field(default_factory=dict)  # of what, for the first attempts
    kills: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    @property
    def seen(self) -> dict[str, Seen]:
        """What the dealers have, by key."""
        return {key: one for dealer in self.dealers for key, one in list(dealer.seen.items())}


def run(size: Size, seed: int, out: Console) -> int:
    """Do it in the town that this process is set up for; answers the exit code."""
    readiness.migrate()
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    with bars(out) as shown, _trial_of(size, chance, shown) as trial:
        said, urgent = _written(trial, shown)
        _first_attempts(trial, said, urgent, shown)
        _ladder(trial, said, size.kills, shown)
        books = village_books.look(trial.seen)
    code = _tell(trial, books, size, out)
    boot.let_go()
    return code


@contextmanager
def _trial_of(size: Size, chance: random.Random, shown: Bars) -> Iterator[Trial]:
    """A trial whose dealers answer and report, and whose programs run, until the block ends. It is morning there."""
    home, moved = config.read().var, config.read().var / "clock"
    until_morning = datetime.combine(clock.today(), MORNING, tzinfo=clock.SEOUL) - clock.now()
    hands.set_to(moved, EPOCH + until_morning)
    dealers = tuple(Loopback(chance, name, share=0.0) for name in ROUTES)
    with ExitStack() as open_lines, clock.read_from(ahead_by(moved)):
        origins = {one.name: open_lines.enter_context(Server(one, late_seconds=LATE_SECONDS)).origin for one in dealers}
        ground = village_town.put_up(size.villages, size.listeners, shown)
        lines = [f"{name}={origin}" for name, origin in origins.items()]
        said = [[str(moved), deed, *(lines if deed == "send" else ())] for deed in PARTS]
        parts = [
            Program(f"{each[1]}-{number}", ["dure.site.trials.village_part", *each], home)
            for number, each in enumerate(said)
        ]
        ended = threading.Event()
        reporter = threading.Thread(target=copy_context().run, args=(report_until, ended, dealers), daemon=True)
        reporter.start()
        try:
            yield Trial(ground, dealers, parts, moved, chance)
        finally:
            for part in parts:
                part.stop()
            ended.set()
            reporter.join(5)


def _written(trial: Trial, shown: Bars) -> tuple[list[AnnouncementId], list[tuple[int, AnnouncementId]]]:
    """Every head says something, and in some villages something urgent as well; nothing of it is on the air yet."""
    count = len(trial.ground.villages)
    shown.begin("announcements written and sent", count)
    said = []
    for place in range(count):
        said.append(village_town.announced(trial.ground, place).id)
        shown.advance()
    places = range(0, count, max(1, count // URGENT_MAX))
    urgent = [(place, village_town.announced(trial.ground, place, Kind.URGENT).id) for place in places][:URGENT_MAX]
    for part in trial.parts:
        part.start()
    _until(trial, lambda: all(READY in part.log.read_text("utf-8") for part in trial.parts), "a program did not start")
    return said, urgent


def _first_attempts(
    trial: Trial, said: list[AnnouncementId], urgent: list[tuple[int, AnnouncementId]], shown: Bars
) -> None:
    """All villages at once, and while that goes on, urgent ones one by one."""
    people, dealer = trial.ground.people, trial.dealers[0]
    shown.begin("first attempts", people)
    begun, told, first = time.monotonic(), 0, 0
    spent = _spent(trial)
    village_town.on_air(list(said))
    began: dict[int, float] = {}
    while (told < people or urgent) and time.monotonic() < begun + WAIT_SECONDS_MAX:
        if urgent and time.monotonic() > begun + URGENT_EVERY_SECONDS * (len(began) + 1):
            place, announcement = urgent.pop(0)
            began[place] = time.monotonic()
            village_town.on_air([announcement])
            trial.waiting = (first or people - told, people - told)
            first = trial.waiting[0]
        time.sleep(0.05)
        now = len(dealer.seen) - dealer.urgent
        shown.advance(now - told)
        told = now
    after = _spent(trial)
    for pid, (what, seconds) in after.items():
        more = seconds - spent.get(pid, (what, 0.0))[1]
        trial.core_seconds[what] = trial.core_seconds.get(what, 0.0) + more
    _until_nothing_is_due(trial)
    trial.first = sorted(one.at - begun for one in dealer.seen.values() if not one.urgent)
    trial.urgent = sorted(one.at - began[place] for place, at in _urgent_by_place(trial, began) for one in at)
    expected = sum(len(trial.ground.listeners[place]) for place in began)
    if len(trial.first) < people or len(trial.urgent) < expected:
        trial.findings.append(
            f"{len(trial.first)} of {people} first attempts, {len(trial.urgent)} of {expected} urgent"
        )


def _spent(trial: Trial) -> dict[int, tuple[str, float]]:
    """What each program and each process of the database does, and the processor's time that it took so far, by its id."""
    programs = [(_NAMES[part.name.split("-")[0]], psutil.Process(part.pid)) for part in trial.parts if part.pid]
    stores = [("stores", one) for one in processes_of(config.read().var / "pg")]
    found = {}
    for what, one in (("plays the dealers", psutil.Process()), *programs, *stores):
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            found[one.pid] = what, times.user + times.system
    return found


def _urgent_by_place(trial: Trial, began: dict[int, float]) -> Iterator[tuple[int, list[Seen]]]:
    """The first attempts of what was urgent, by village."""
    whose = dict(village_books.asked(_ADDRESSES))
    places = {person: place for place in began for person in trial.ground.listeners[place]}
    found: dict[int, dict[UUID, Seen]] = {place: {} for place in began}
    for key, one in trial.dealers[0].seen.items():
        person = whose.get(key)
        if one.urgent and person in places:
            at = found[places[PersonId(person)]]
            if person not in at or one.at < at[person].at:  # the next step of their ladder is no first attempt
                at[person] = one
    return ((place, list(at.values())) for place, at in found.items())


_ADDRESSES = (
    "SELECT a.key, d.person_id FROM channels_attempt a JOIN channels_dispatch d ON d.id = a.dispatch_id"
    " JOIN channels_sending s ON s.id = d.sending_id WHERE s.lane = 0"
)


def _ladder(trial: Trial, said: list[AnnouncementId], kills: int, shown: Bars) -> None:
    """Some say that they heard it; the clock jumps from step to step; what airs and what sends is killed meanwhile."""
    for dealer in trial.dealers:
        dealer.go_wrong(FAULTS)
    heard = [
        (person, said[place])
        for place, listening in enumerate(trial.ground.listeners)
        for number, person in enumerate(listening)
        if (place * len(listening) + number) % HEARD_ONE_IN == 0
    ]
    shown.begin("listeners who say that they heard it", len(heard))
    for person, announcement in heard:
        actions.press(persons.actor(person), announcement, Key.HEARD)
        shown.advance()
    shown.begin("kills along the ladder", kills)
    for number, minutes in enumerate(JUMPS):
        _move(trial, minutes)
        for _ in range(kills * (number + 1) // len(JUMPS) - kills * number // len(JUMPS)):
            time.sleep(trial.chance.uniform(*CALM_SECONDS))
            part = trial.chance.choice(trial.parts)
            part.kill()
            part.start()
            trial.kills[part.name.split("-")[0]] += 1
            shown.advance()
        _until_nothing_is_due(trial)
    for _ in range(LAST_JUMPS_MAX):  # a dealer that fails is waited for, so that some are late on their ladder
        _move(trial, LAST_JUMP)
        _until_nothing_is_due(trial)
        if not village_books.asked(_ON_THE_LADDER)[0][0]:
            break


def _move(trial: Trial, minutes: int) -> None:
    hands.set_to(trial.moved, hands.read(trial.moved)() + timedelta(minutes=minutes))


def _until_nothing_is_due(trial: Trial) -> None:
    def quiet() -> bool:
        now = clock.now()
        return not village_books.asked(_DUE, now, now, now)[0][0]

    calm = 0

    def long_quiet() -> bool:
        nonlocal calm
        calm = calm + 1 if quiet() else 0
        return calm > 1  # a report may be on its way

    _until(trial, long_quiet, "steps that are due are not taken", 0.5)


def _until(trial: Trial, done: Callable[[], bool], finding: str, look_seconds: float = 0.05) -> None:
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not done():
        if time.monotonic() > deadline:
            trial.findings.append(f"{finding} after {WAIT_SECONDS_MAX} s")
            return
        time.sleep(look_seconds)


def _tell(trial: Trial, books: Books, size: Size, out: Console) -> int:
    """Print the figures; answers the exit code."""
    table = Table(title="villages that hear", show_header=False)
    people = trial.ground.people
    table.add_row("villages, listeners", f"{size.villages:,}, {people:,}; every second rings, the others get a text")
    findings = [*trial.findings, *books.findings]
    if trial.first:
        last, rate = trial.first[-1], len(trial.first) / trial.first[-1]
        table.add_row(
            "first attempts with a dealer", f"all within {last:.1f} s (limit {FIRST_SECONDS_MAX:.0f}), {rate:,.0f}/s"
        )
        spent = sum(trial.core_seconds.values())
        table.add_row("processor for that", f"{spent:,.1f} core-seconds, {spent / people * 1e6:,.0f} µs a listener")
        for what, seconds in sorted(trial.core_seconds.items(), key=lambda one: -one[1]):
            table.add_row(f"  what {what}", f"{seconds / people * 1e6:,.0f} µs a listener")
        if last > FIRST_SECONDS_MAX and people >= LIMITED_FROM:
            findings.append(f"first attempts took {last:.1f} s, at most {FIRST_SECONDS_MAX:.0f} s")
    if trial.urgent:
        p50, p99 = trial.urgent[len(trial.urgent) // 2], trial.urgent[len(trial.urgent) * 99 // 100]
        table.add_row(
            f"{len(trial.urgent):,} urgent attempts",
            f"{p50:.2f} s (median), {p99:.2f} s (99 %), {trial.urgent[-1]:.2f} s",
        )
        table.add_row(
            "notices waiting meanwhile",
            f"{trial.waiting[0]:,} at the first urgent one, {trial.waiting[1]:,} at the last",
        )
        if p99 > URGENT_SECONDS_MAX and people >= LIMITED_FROM:
            findings.append(f"urgent ones took {p99:.2f} s (99 %), at most {URGENT_SECONDS_MAX:.0f} s")
    killed = ", ".join(f"{times} times what {_NAMES[name]}" for name, times in sorted(trial.kills.items()))
    table.add_row("kill -9 along the ladder", killed or "none")
    for way, ended, count in books.ways:
        table.add_row(f"{way}, {ended}", f"{count:,}")
    for standing, count in books.standings.items():
        table.add_row(f"listeners: {standing}", f"{count:,}")
    table.add_row("final state known", f"{books.known:.2%}")
    if books.known < KNOWN_MIN:
        findings.append(f"the final state of {books.known:.2%} is known, at least {KNOWN_MIN:.0%}")
    out.print(table)
    findings += map(str, inspect.prove([one for one in rooms.verify_checks() if one.name in PROOFS]))
    for line in findings[:SHOWN_MAX]:
        out.print(f"[red]✗[/] {line}", markup=True)
    if findings:
        return 1
    out.print("[green]✓[/] Nobody twice, nobody forgotten; everybody heard it or stands on a list.")
    return 0


_NAMES = {"air": "airs", "send": "sends", "news": "tells news"}
