"""A made-up season to replay: sample zones, readers in four time zones, levels that rise and fall by day, zone and field.

The oracle below was written from the README, not from `rules/due.py`: it looks at every quarter of an hour by itself.
"""

import random
from collections import defaultdict
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from dure.services.forecasts.rules import board as boards
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
    Subscription,
)

SEOUL = ZoneInfo("Asia/Seoul")
TICK = timedelta(minutes=15)
FIELDS = tuple(Field)
CODES = dict(enumerate(FIELDS, 1))  # made up but for the first
TIME_ZONES = ("Asia/Seoul", "Asia/Seoul", "Asia/Seoul", "Asia/Kathmandu", "America/New_York", "Europe/Berlin")

HEADER = "# TM_FC,TM_EF,STN,REG_ID,IFPAR,IFAREA,ILVL,EF_SN"
LETTERS = {Hazard.HEAT: "HW", Hazard.COLD: "CW"}
CLOCKS_CHANGE = date(2026, 10, 23)  # in Berlin on the 25th

type Levels = dict[tuple[str, str, date], tuple[int, datetime, datetime, SenderRole]]
type Event = tuple[datetime, Report[ImpactRow], SenderRole]
type Heard = dict[tuple[ReaderId, str, str, date], int]
type Sent = list[tuple[datetime, ReaderId, tuple[tuple[str, str, str, str, str, int, bool], ...]]]


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a season is, and what it is like."""

    zones: int
    readers: int
    days: int
    first: date = CLOCKS_CHANGE
    hazard: Hazard = Hazard.COLD
    ahead: tuple[int, ...] = (1, 2)  # days of which each forecast speaks


@dataclass(frozen=True, slots=True)
class Season:
    readers: dict[ReaderId, Reader]
    subscriptions: tuple[Subscription, ...]
    events: tuple[Event, ...]
    end: datetime
    hazard: Hazard


def season(seed: int, shape: Shape) -> Season:
    """Each day at 11:30 the days to come are forecast, now and then again at another hour; some answers are no data."""
    chance = random.Random(seed)  # noqa: S311 - the same season every time
    names = zone_names(shape.zones)
    people = {
        id_: Reader(id_, chance.choice(TIME_ZONES), chance.randrange(24))
        for id_ in (ReaderId(UUID(int=number)) for number in range(1, shape.readers + 1))
    }
    wishes = {
        (id_, chance.choice(names), chance.choice(FIELDS)): ImpactLevel(chance.randrange(1, 5))
        for id_ in people
        for _ in range(3)
    }
    events: list[Event] = []
    for offset in range(shape.days):
        day = shape.first + timedelta(days=offset)
        for hour, minute in (
            (11, 30),
            *((chance.choice(((2, 0), (15, 45), (22, 30))),) if chance.random() < 0.6 else ()),
        ):
            at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SEOUL)
            role = chance.choice((SenderRole.AUTHORITY, SenderRole.MIRROR))
            events.append((at, _report(chance, names, shape, at), role))
    events.sort(key=lambda event: event[0])
    last = shape.first + timedelta(days=shape.days + max(shape.ahead))
    subscriptions = tuple(Subscription(*wish, level) for wish, level in wishes.items())
    return Season(people, subscriptions, tuple(events), boards.end_of(last), shape.hazard)


def zone_names(count: int) -> list[str]:
    """Made-up zones."""
    return [f"SAMPLE{number:03}" for number in range(count)]


def _report(chance: random.Random, names: list[str], shape: Shape, at: datetime) -> Report[ImpactRow]:
    if chance.random() < 0.1:
        return Report(ReportKind.UNKNOWN, (), at)
    rows = tuple(
        ImpactRow(
            issued=at,
            day=at.date() + timedelta(days=ahead),
            station="0",
            zone=name,
            hazard=shape.hazard,
            field_code=code,
            level=ImpactLevel(chance.choice((0, 1, 1, 2, 2, 3, 4))),
            number=1,
        )
        for name in names
        for code in CODES
        for ahead in shape.ahead
        if chance.random() < 0.7  # left out: at no level any more
    )
    return Report(ReportKind.READING, rows, at)


def content_of(report: Report[ImpactRow]) -> tuple[bytes, str]:
    """A report as the authority's machine would answer it, and of which content type; what is no data is a page."""
    if report.kind is ReportKind.UNKNOWN:
        return "<!DOCTYPE html><html><body>점검 중입니다</body></html>".encode(), "text/html"
    lines = (
        f"{row.issued:%Y%m%d%H%M},{row.day:%Y%m%d}0000,{row.station},{row.zone},{LETTERS[row.hazard]},"
        f"{row.field_code},{row.level.value},{row.number}"
        for row in report.rows
    )
    return "\n".join((HEADER, *lines, "")).encode("cp949"), "text/plain"


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


def oracle(played: Season, *, is_carried: bool = False) -> Sent:
    """Every quarter of an hour: for each reader and wish, what is true now, was not told and may be said at this hour.

    `is_carried`: by a channel, which lets wait for the morning in Seoul what does not warn of danger.
    """
    known = _Known()
    sent: Sent = []
    wishes = defaultdict[ReaderId, list[Subscription]](list)
    for wish in played.subscriptions:
        wishes[wish.reader].append(wish)
    now = played.events[0][0]
    while now < played.end:
        today = now.astimezone(SEOUL).date()
        for at, report, role in played.events:
            if at == now:
                known.levels = {key: stands for key, stands in known.levels.items() if key[2] >= today}
                _hear(known.levels, report, role, now)
        known.held = [one for one in known.held if is_carried and _still_waits(known, one, now)]
        days = sorted({day for _zone, _field, day in known.levels if today <= day})
        for id_, reader in played.readers.items():
            if message := _message(reader, wishes[id_], known, days, now):
                sent.append(
                    (now.astimezone(UTC), id_, tuple(sorted((*one[:2], played.hazard, *one[2:]) for one in message)))
                )
        now += TICK
    return sorted(sent)


@dataclass(slots=True)
class _Held:
    """What only passes something on waits for the morning in Seoul before it rings."""

    reader: ReaderId
    until: datetime
    said: dict[tuple[str, str, date], tuple[int, int]]  # from which level to which


@dataclass(slots=True)
class _Known:
    levels: Levels = dataclass_field(default_factory=dict)
    heard: Heard = dataclass_field(default_factory=dict)
    held: list[_Held] = dataclass_field(default_factory=list)


def _still_waits(known: _Known, one: _Held, now: datetime) -> bool:
    """Whether a message goes on waiting. One that is not true any more, or partly over, never rings: the rest was not heard."""
    if now >= one.until:
        return False
    true = {place: before for place, (before, level) in one.said.items() if known.levels[place][0] == level}
    over = [place for place in one.said if now >= known.levels[place][2]]
    if len(true) == len(one.said) and not over:
        return True
    for place, before in true.items():
        if place not in over and known.heard[(one.reader, *place)] == one.said[place][1]:
            known.heard[(one.reader, *place)] = before
    return False


def _message(
    reader: Reader, wishes: list[Subscription], known: _Known, days: list[date], now: datetime
) -> list[tuple[str, str, str, str, int, bool]]:
    """What a reader is told now: zone, field, day, kind, level, whether it breaks the night. Notes it as heard."""
    message, said, is_loud = [], {}, False
    for wish, day in ((wish, day) for wish in wishes for day in days):
        place = wish.zone, wish.field.value, day
        stands = known.levels.get(place, (0, now, now, SenderRole.MIRROR))
        level, end, role = stands[0], stands[2], stands[3]
        if now >= end:
            continue
        last = known.heard.get((reader.id, *place), 0)
        verdict = _say(reader, stands, last, wish.level.value, now)
        if verdict:
            known.heard[(reader.id, *place)] = level
            said[place] = last, level
            is_loud |= last < level and level >= 3 and role is SenderRole.AUTHORITY
            message.append((wish.zone, wish.field.value, day.isoformat(), verdict[0], level, verdict[1]))
    hour = now.astimezone(SEOUL).hour
    if said and not is_loud and (hour >= 21 or hour < 8):
        morning = now.astimezone(SEOUL).replace(hour=8, minute=0)
        known.held.append(_Held(reader.id, morning if hour < 8 else morning + timedelta(days=1), said))
    return message


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
    reader: Reader, known: tuple[int, datetime, datetime, SenderRole], last: int, wish: int, now: datetime
) -> tuple[str, bool] | None:
    level, since, end, role = known
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
