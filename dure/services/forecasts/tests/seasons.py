"""A made-up season for tests: sample zones, readers in four time zones, a level a day, zone and field that rises and falls.

The oracle below was written from the README, not from `rules/due.py`: it looks at every quarter of an hour by itself.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from dure.services.forecasts.rules import board as boards
from dure.services.forecasts.rules import due
from dure.services.forecasts.types import (
    Field,
    Hazard,
    ImpactLevel,
    ImpactRow,
    Notice,
    Reader,
    ReaderId,
    Report,
    ReportKind,
    SenderRole,
    Standing,
    Subject,
    Subscription,
)

SEOUL = ZoneInfo("Asia/Seoul")
TICK = timedelta(minutes=15)
FIELDS = tuple(Field)
CODES = dict(enumerate(FIELDS, 1))  # made up but for the first
TIME_ZONES = ("Asia/Seoul", "Asia/Seoul", "Asia/Seoul", "Asia/Kathmandu", "America/New_York", "Europe/Berlin")

type Levels = dict[tuple[str, str, date], tuple[int, datetime, datetime, SenderRole]]
type Event = tuple[datetime, Report[ImpactRow], SenderRole]
type Sent = list[tuple[datetime, ReaderId, tuple[tuple[str, str, str, str, str, int, bool], ...]]]


@dataclass(frozen=True, slots=True)
class Season:
    readers: dict[ReaderId, Reader]
    subscriptions: tuple[Subscription, ...]
    events: tuple[Event, ...]
    end: datetime


def season(seed: int, *, zones: int, readers: int, days: int) -> Season:
    """Each day at 11:30 the two days to come are forecast, now and then again in the night; some answers are no data."""
    chance = random.Random(seed)  # noqa: S311 - the same season every time
    names = [f"SAMPLE{number:03}" for number in range(zones)]
    people = {
        id_: Reader(id_, chance.choice(TIME_ZONES), chance.randrange(24))
        for id_ in (ReaderId(UUID(int=number)) for number in range(1, readers + 1))
    }
    wishes = tuple(
        Subscription(id_, chance.choice(names), chance.choice(FIELDS), ImpactLevel(chance.randrange(1, 5)))
        for id_ in people
        for _ in range(3)
    )
    first = date(2026, 10, 23)  # clocks change in Berlin on the 25th
    events: list[Event] = []
    for offset in range(days):
        day = first + timedelta(days=offset)
        for hour, minute in (
            (11, 30),
            *((chance.choice(((2, 0), (15, 45), (22, 30))),) if chance.random() < 0.6 else ()),
        ):
            at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SEOUL)
            events.append(
                (at, _report(chance, names, day, at), chance.choice((SenderRole.AUTHORITY, SenderRole.MIRROR)))
            )
    events.sort(key=lambda event: event[0])
    return Season(people, wishes, tuple(events), boards.end_of(first + timedelta(days=days + 2)))


def _report(chance: random.Random, names: list[str], day: date, at: datetime) -> Report[ImpactRow]:
    if chance.random() < 0.1:
        return Report(ReportKind.UNKNOWN, (), at)
    rows = tuple(
        ImpactRow(
            issued=at,
            day=day + timedelta(days=ahead),
            station="0",
            zone=name,
            hazard=Hazard.COLD,
            field_code=code,
            level=ImpactLevel(chance.choice((0, 1, 1, 2, 2, 3, 4))),
            number=1,
        )
        for name in names
        for code in CODES
        for ahead in (1, 2)
        if chance.random() < 0.7  # left out: at no level any more
    )
    return Report(ReportKind.READING, rows, at)


def told(notice: Notice) -> tuple[tuple[str, str, str, str, str, int, bool], ...]:
    return tuple(
        sorted(
            (
                change.subject.zone,
                change.subject.field,
                change.subject.hazard,
                change.subject.day.isoformat(),
                change.kind,
                change.level.value,
                change.breaks_quiet,
            )
            for change in notice.changes
        )
    )


def replay(played: Season) -> tuple[Sent, int]:
    """What `due.plan` sends when it is asked at every event and whenever it wants to be; and how often it was asked."""
    board: dict[Subject, Standing] = {}
    heard: due.Told = {}
    sent: Sent = []
    asked = 0
    for at, until in _spans(played):
        for _at, report, role in (event for event in played.events if event[0] == at):
            board = boards.fold(board, report, role=role, is_of_all_zones=True, codes=CODES)
        now: datetime | None = at
        while now is not None and now < until:
            asked += 1
            answer = due.plan(board, played.readers, played.subscriptions, heard, now)
            heard = due.told_after(heard, answer.notices)
            sent += [(now.astimezone(UTC), notice.reader, told(notice)) for notice in answer.notices]
            assert answer.ask_again is None or answer.ask_again > now
            now = answer.ask_again
    return sorted(sent), asked


def _spans(played: Season) -> Iterator[tuple[datetime, datetime]]:
    times = sorted({event[0] for event in played.events})
    yield from zip(times, [*times[1:], played.end], strict=True)


def oracle(played: Season) -> Sent:
    """Every quarter of an hour: for each reader and wish, what is true now, was not told and may be said at this hour."""
    levels: Levels = {}
    heard: dict[tuple[ReaderId, str, str, date], int] = {}
    sent: Sent = []
    now = played.events[0][0]
    while now < played.end:
        for at, report, role in played.events:
            if at == now:
                _hear(levels, report, role, now)
        days = sorted({day for _zone, _field, day in levels if now.astimezone(SEOUL).date() <= day})
        for id_, reader in played.readers.items():
            message = []
            places = {(wish.zone, wish.field) for wish in played.subscriptions if wish.reader == id_}
            for zone, field, day in [(*place, day) for place in places for day in days]:
                level, since, end, role = levels.get((zone, field, day), (0, now, now, SenderRole.MIRROR))
                if now >= end:
                    continue
                wish = min(
                    one.level.value
                    for one in played.subscriptions
                    if (one.reader, one.zone, one.field) == (id_, zone, field)
                )
                last = heard.get((id_, zone, field, day), 0)
                verdict = _say(reader, level, last, wish, role, now, since, end)
                if verdict:
                    kind, is_loud = verdict
                    heard[id_, zone, field, day] = level
                    message.append((zone, field, "cold", day.isoformat(), kind, level, is_loud))
            if message:
                sent.append((now.astimezone(UTC), id_, tuple(sorted(message))))
        now += TICK
    return sorted(sent)


def _hear(levels: Levels, report: Report[ImpactRow], role: SenderRole, now: datetime) -> None:
    said = {(row.zone, CODES[row.field_code].value, row.day): row.level.value for row in report.rows}
    days = {(field, day) for _zone, field, day in said}
    for key in [key for key in levels if (key[1], key[2]) in days and key not in said]:
        said[key] = 0
    for key, level in said.items():
        before = levels.get(key)
        since = before[1] if before and before[0] == level else now
        end = datetime(key[2].year, key[2].month, key[2].day, tzinfo=SEOUL) + timedelta(days=1)
        levels[key] = (level, since, end, role)


def _say(
    reader: Reader, level: int, last: int, wish: int, role: SenderRole, now: datetime, since: datetime, end: datetime
) -> tuple[str, bool] | None:
    if level == last or (level > last and level < wish):
        return None
    up, down = "upgrade" if last else "first", "downgrade" if level else "all_clear"
    kind = down if level < last else up
    clock = ZoneInfo(reader.time_zone)
    is_night = (
        now.astimezone(clock).hour in (21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7) and now.astimezone(clock).hour != reader.hour
    )
    if kind in ("first", "upgrade") and level >= 3 and role is SenderRole.AUTHORITY:
        return kind, is_night
    if is_night:
        return None
    if kind == "first" and level < 3:
        welcome = _first_welcome(reader, since, end)
        if welcome and now < welcome:
            return None
    return kind, False


@cache
def _first_welcome(reader: Reader, since: datetime, end: datetime) -> datetime | None:
    tick = since.astimezone(UTC)
    while tick < end:
        if tick.astimezone(ZoneInfo(reader.time_zone)).strftime("%H:%M") == f"{reader.hour:02}:00":
            return tick
        tick += TICK
    return None
