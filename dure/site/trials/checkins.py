"""simulate checkins: a day of check-ins in a minute, through the visit party's own door, then its tables are opened and counted.

The crowd does what crowds do: some show a code twice, some at two doors, some have a second telephone, some a picture from
before or a code of their own making, some lose the line right after sending, and some places bring what they took without one.
"""

import random
import statistics
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table

from dure.base import clock
from dure.kit import crowd
from dure.kit.importing import Bars, bars
from dure.services.checkin.rules import calendar
from dure.services.checkin.types import Verdict
from dure.services.checkin.types.doors import NOTES_MAX, Note, ScanAnswer, ScanAsked, SettleAsked
from dure.site import rooms, stage
from dure.site.cli import inspect
from dure.site.trials import door, guests
from dure.site.trials.door import Door, Found
from dure.site.trials.guests import Guest

# How visits fall on the hours of a day, of a hundred: a guess; of the original only the mean and the peak of days are published.
HOURS: Final = (0, 0, 0, 0, 0, 0, 1, 3, 5, 6, 6, 9, 13, 9, 6, 5, 5, 6, 10, 9, 5, 2, 0, 0)
AHEAD_SLOTS: Final = 2  # the first guests come so long after their codes are begun to be made
MADE_A_SECOND: Final = 5_000
TWICE, ELSEWHERE, PICTURE, FORGED, HANG_UP, OFFLINE = 40, 60, 100, 150, 300, 50  # one in so many
ROUNDS_MAX: Final = 20
SHOWN_MAX: Final = 10


@dataclass(slots=True)
class Heard:
    """What scanners were told. `said`: number of a wish -> the word."""

    said: dict[int, Verdict] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Played:
    """A day: who came, what was tried besides, and what scanners heard of it."""

    guests: list[Guest]
    tried: dict[str, list[int]]  # what -> numbers of the wishes that may not be let in (but once, of a pair)
    pairs: list[tuple[int, int]]
    brought: int
    heard: Heard
    seconds: float


def run(address: stage.Address, visits: int, seconds: int, lines: int, out: Console) -> int:
    """Play the day at the server that answers at `address`, then look; answers the exit code."""
    with bars(out) as shown:
        opened = door.open_door(max(20, visits // (seconds * 10)), shown)
        played = _play(address, opened, visits, seconds, lines, shown)
        shown.begin("half hours written", 1)
        door.close_half_hours()
        shown.advance()
        found = door.look()
    _tell(played, found, out)
    findings = [*_differences(played, found), *map(str, inspect.prove(rooms.verify_checks()))]
    for line in findings[:SHOWN_MAX]:
        out.print(f"[red]✗[/] {line}")
    if not findings:
        out.print(
            "[green]✓[/] Everybody who came has one row, nobody else has; two shares open them; journals and their keys are gone."
        )
    return int(bool(findings))


def _play(address: stage.Address, opened: Door, visits: int, seconds: int, lines: int, shown: Bars) -> Played:
    chance = random.Random(visits)  # noqa: S311 - chance, not secrecy
    moments = _moments(visits, seconds, chance)
    lead = visits / MADE_A_SECOND + calendar.SLOT_SECONDS * AHEAD_SLOTS
    epoch, now = calendar.slot_of(clock.now())
    first = now + int(lead / calendar.SLOT_SECONDS) + 1
    if epoch != opened.keys.epoch or first + seconds // calendar.SLOT_SECONDS + 8 >= calendar.SLOTS:
        raise RuntimeError("too near to midnight for a day in a minute: begin again after it")
    shown.begin("telephones draw their codes", visits)
    slots = [first + int(at) // calendar.SLOT_SECONDS for at in moments]
    people = guests.guests(opened.keys, slots, shown.advance)
    begins = calendar.slot_starts_at(epoch, first)
    wishes, tried, pairs, notes = _wishes(opened, people, moments, slots, chance)
    until = (begins - clock.now()).total_seconds()
    heard, answered = Heard(), set[int]()
    shown.begin("check-ins", len(wishes))

    def hear(answer: crowd.Answer) -> None:
        heard.statuses[answer.status] += 1
        if answer.status == 200:
            heard.waits.append(answer.seconds)
            heard.said.setdefault(answer.tag, msgspec.json.decode(answer.body, type=ScanAnswer).verdict)
            if answer.tag not in answered:
                answered.add(answer.tag)
                shown.advance()

    timed = [crowd.Wish(raw, number, until + at, hang_up) for number, (at, raw, hang_up) in enumerate(wishes)]
    took = crowd.run(address, sorted(timed, key=lambda wish: wish.at), hear, lines=lines) - max(0.0, until)
    for _ in range(ROUNDS_MAX):  # whoever heard nothing sends it again, as a scanner does
        missing = [crowd.Wish(wishes[number][1], number) for number in range(len(wishes)) if number not in answered]
        if not missing:
            break
        crowd.run(address, missing, hear, lines=lines)
    _bring(address, opened, notes, heard, lines)
    return Played(people, tried, pairs, len(notes), heard, took)


type _Wishes = list[tuple[float, bytes, bool]]


def _wishes(
    opened: Door, people: list[Guest], moments: list[float], slots: list[int], chance: random.Random
) -> tuple[_Wishes, dict[str, list[int]], list[tuple[int, int]], list[Note]]:
    """(second, request, whether the line is lost) of all that is sent; what may not be let in; pairs of which one may; notes."""
    showing = [scanner.token() for scanner in opened.scanners]
    wishes: _Wishes = []
    tried: dict[str, list[int]] = {"a picture from before": [], "of their own making": []}
    pairs: list[tuple[int, int]] = []
    notes: list[Note] = []

    def send(at: float, code: str, hang_up: bool = False) -> int:
        wishes.append((at, guests.request(guests.SCAN, chance.choice(showing), ScanAsked(code)), hang_up))
        return len(wishes) - 1

    for one, at, slot in zip(people, moments, slots, strict=True):
        if chance.randrange(OFFLINE) == 0:
            scanned = calendar.slot_starts_at(opened.keys.epoch, slot).timestamp() + at % calendar.SLOT_SECONDS
            notes.append(Note(one.code, int(scanned)))
            continue
        mine = send(at, one.code, chance.randrange(HANG_UP) == 0)
        if chance.randrange(TWICE) == 0 or chance.randrange(ELSEWHERE) == 0:
            pairs.append((mine, send(at + chance.random() / 10, one.code)))
        if chance.randrange(PICTURE) == 0:
            tried["a picture from before"].append(send(at, guests.guest(opened.keys, slot - 12).code))
        if chance.randrange(FORGED) == 0:
            tried["of their own making"].append(send(at, guests.guest(opened.keys, slot, forged=True).code))
    return wishes, tried, pairs, notes


def _bring(address: stage.Address, opened: Door, notes: list[Note], heard: Heard, lines: int) -> None:
    """Places whose line is back bring what they took."""
    asked = [SettleAsked(notes[at : at + NOTES_MAX]) for at in range(0, len(notes), NOTES_MAX)]
    tokens = [scanner.token() for scanner in opened.scanners]
    raws = [guests.request(guests.SETTLE, tokens[at % len(tokens)], one) for at, one in enumerate(asked)]
    left = list(range(len(raws)))

    def hear(answer: crowd.Answer) -> None:
        heard.statuses[answer.status] += 1
        if answer.status == 200:
            left.remove(answer.tag)

    for _ in range(ROUNDS_MAX):
        if not left:
            return
        crowd.run(address, [crowd.Wish(raws[number], number) for number in left], hear, lines=min(lines, 4))


def _moments(visits: int, seconds: int, chance: random.Random) -> list[float]:
    """When people come, as seconds of the minute that stands for the day."""
    hours = chance.choices(range(24), HOURS, k=visits)
    begin, end = 6, 22
    return sorted((hour - begin + chance.random()) / (end - begin) * seconds for hour in hours)


def _differences(played: Played, found: Found) -> list[str]:
    """What is not as it has to be, in sentences."""
    heard, wanted = played.heard.said, {one.sealed for one in played.guests}
    lines = [f"{what}: {count:,} rows are left" for what, count in found.left.items() if count]
    if missing := len(wanted - set(found.visits)):
        lines.append(f"{missing:,} guests who came have no row")
    if strangers := len(set(found.visits) - wanted):
        lines.append(f"{strangers:,} rows are of nobody who came")
    if doubled := sum(count > 1 for count in found.visits.values()):
        lines.append(f"{doubled:,} guests have more than one row")
    for what, numbers in played.tried.items():
        if let_in := sum(heard.get(number) is Verdict.WELCOME for number in numbers):
            lines.append(f"{let_in:,} codes that were {what} were let in")
    if twice := sum(heard.get(a) is heard.get(b) is Verdict.WELCOME for a, b in played.pairs):
        lines.append(f"{twice:,} codes were let in twice")
    if found.odd_groups:
        lines.append(f"{found.odd_groups:,} groups are no multiple of five")
    if keys := door.keys_left():
        lines.append(f"{keys:,} keys of journals are left")
    return lines


def _tell(played: Played, found: Found, out: Console) -> None:
    table, words = Table(title="check-ins", show_header=False), Counter(played.heard.said.values())
    waits = sorted(played.heard.waits)
    table.add_row(
        "guests", f"{len(played.guests):,}, of whom {played.brought:,} at places without a line, settled afterwards"
    )
    table.add_row("told", ", ".join(f"{word.value} {count:,}" for word, count in words.most_common()))
    table.add_row(
        "answers", ", ".join(f"{status or 'none'} {count:,}" for status, count in played.heard.statuses.most_common())
    )
    table.add_row("shown twice, at the same or another door", f"{len(played.pairs):,}")
    for what, numbers in played.tried.items():
        table.add_row(what, f"{len(numbers):,}")
    table.add_row("over HTTP", f"{len(played.heard.said) / played.seconds:,.0f}/s in {played.seconds:.0f} s")
    table.add_row(
        "wait",
        f"{statistics.median(waits) * 1000:.0f} ms, 99 of 100 within {waits[len(waits) * 99 // 100] * 1000:.0f} ms",
    )
    table.add_row("rows", f"{found.rows:,}, of which {found.decoys:,} are decoys")
    out.print(table)
