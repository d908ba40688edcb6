"""Who is due what now. Asked at each change and at `ask_again`; nothing is kept for later: what is no longer true is not sent.

- A first or a higher level of 경고 or 위험 from a role that may goes out at once, also at night, and says so.
- A first, ordinary level waits for the hour that the reader chose, or the next waking hour when that would be too late.
- A change of what somebody was told waits for waking hours only: upgrade, downgrade and all-clear go to exactly those.
- What has expired is never sent.

Why: docs/decisions/193.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dure.services.forecasts.types import (
    CallStep,
    Change,
    ChangeKind,
    Delivered,
    Field,
    ImpactLevel,
    Notice,
    Plan,
    Reader,
    ReaderId,
    SenderRole,
    Standing,
    Subject,
    Subscription,
    Watch,
)

from .levels import is_for_life

QUIET_FROM, QUIET_UNTIL = 21, 8  # hours on the reader's clock
MAY_BREAK_QUIET = frozenset({SenderRole.AUTHORITY, SenderRole.COUNTY})

type Told = Mapping[tuple[ReaderId, Subject], ImpactLevel]  # what each reader heard last; nothing heard is NONE


def plan(
    board: Mapping[Subject, Standing],
    readers: Mapping[ReaderId, Reader],
    subscriptions: Iterable[Subscription],
    told: Told,
    now: datetime,
) -> Plan:
    """What everybody is due now, one notice a reader."""
    wanted = _wanted(subscriptions)
    due: defaultdict[ReaderId, list[Change]] = defaultdict(list)
    later: list[datetime] = []
    for standing in board.values():
        for reader_id, level in wanted.get((standing.subject.zone, standing.subject.field), {}).items():
            reader = readers[reader_id]
            before = told.get((reader_id, standing.subject), ImpactLevel.NONE)
            kind = change_kind(before, standing.level, level)
            at = _when(kind, standing, reader, now) if kind else None
            if kind is None or at is None or at >= standing.expires:
                continue
            if at > now:
                later.append(at)
            else:
                due[reader_id].append(_change(kind, before, standing, is_quiet(reader, now)))
    notices = tuple(Notice(reader, now, tuple(sorted(due[reader], key=_place))) for reader in sorted(due))
    return Plan(notices, min(later, default=None))


def change_kind(before: ImpactLevel, level: ImpactLevel, wanted: ImpactLevel) -> ChangeKind | None:
    """What it is to somebody who was told `before` and wants to hear from `wanted` on; None: nothing to say."""
    if level is before:
        return None
    if level < before:  # they were told, so they are told this as well, however low it is now
        return ChangeKind.ALL_CLEAR if level is ImpactLevel.NONE else ChangeKind.DOWNGRADE
    if level < wanted:
        return None
    return ChangeKind.FIRST if before is ImpactLevel.NONE else ChangeKind.UPGRADE


def breaks_quiet(kind: ChangeKind, level: ImpactLevel, role: SenderRole) -> bool:
    """Whether it may go out in quiet hours: only what is new or worse, about life and death, and from a role that may."""
    return kind in (ChangeKind.FIRST, ChangeKind.UPGRADE) and is_for_life(level) and role in MAY_BREAK_QUIET


def told_after(told: Told, notices: Iterable[Notice]) -> dict[tuple[ReaderId, Subject], ImpactLevel]:
    """What everybody heard last, once these notices are out."""
    heard = {(notice.reader, change.subject): change.level for notice in notices for change in notice.changes}
    return {**told, **heard}


def warnings(changes: Iterable[Change], wish: Subscription) -> tuple[Change, ...]:
    """Those that tell of something new or worse in the zone and field of a wish, from its level on."""
    return tuple(
        one
        for one in changes
        if one.kind in (ChangeKind.FIRST, ChangeKind.UPGRADE)
        and (one.subject.zone, one.subject.field) == (wish.zone, wish.field)
        and one.level >= wish.level
    )


def holds(change: Change, board: Mapping[Subject, Standing], now: datetime) -> bool:
    """Whether a warning is still true: its day is not over, and its subject stands where it said, or worse."""
    standing = board.get(change.subject)
    return standing is not None and standing.expires > now and standing.level >= change.level


def call_by(at: datetime, parent: Reader, hour: int) -> datetime:
    """By when a notice that went out at `at` is to be read: the next such hour on the parent's clock."""
    return next_hour(at + timedelta(seconds=1), parent.time_zone, hour)


def calls(
    delivered: Iterable[Delivered], watches: Iterable[Watch], board: Mapping[Subject, Standing], now: datetime
) -> Iterator[CallStep]:
    """Whom to ask to call a parent: she agreed to be watched over, was warned of what she agreed to, and has not read it by the
    hour, and it still holds.

    Not for a change to the better, not when it is over or taken back, and in the watcher's waking hours unless it is about life
    and death. The same step comes every time it is asked for: `watcher`, `parent` and `of` tell whether it was taken.
    """
    by_parent: defaultdict[ReaderId, list[Watch]] = defaultdict(list)
    for watch in watches:
        if watch.parent_agreed and watch.watcher.id != watch.parent.id:
            by_parent[watch.parent.id].append(watch)
    for one in delivered:
        if one.read_at is not None:
            continue
        for watch in by_parent[one.notice.reader]:
            said = warnings(one.notice.changes, watch.wish) if watch.wish else ()
            true = [change for change in said if holds(change, board, now)]
            if not true or now < call_by(one.notice.at, watch.parent, watch.hour):
                continue
            if any(is_for_life(change.level) for change in true) or not is_quiet(watch.watcher, now):
                until = max(board[change.subject].expires for change in true)
                yield CallStep(watch.watcher.id, watch.parent.id, one.notice.at, now, until)


def is_quiet(reader: Reader, at: datetime) -> bool:
    """Whether it is night where the reader is, and not the hour the reader chose."""
    hour = at.astimezone(ZoneInfo(reader.time_zone)).hour
    return (hour >= QUIET_FROM or hour < QUIET_UNTIL) and hour != reader.hour


def next_hour(at: datetime, time_zone: str, hour: int) -> datetime:
    """The first full `hour` on the clocks of a time zone at or after `at`. One that clocks skip is an hour later."""
    zone = ZoneInfo(time_zone)
    day = at.astimezone(zone).date() - timedelta(days=1)
    while True:
        found = datetime.combine(day, time(hour), zone).astimezone(UTC)
        if found >= at:
            return found
        day += timedelta(days=1)


def _when(kind: ChangeKind, standing: Standing, reader: Reader, now: datetime) -> datetime:
    if breaks_quiet(kind, standing.level, standing.role):
        return now
    start = now
    if kind is ChangeKind.FIRST and not is_for_life(standing.level):
        chosen = next_hour(standing.since, reader.time_zone, reader.hour)
        start = max(now, chosen) if chosen < standing.expires else now
    if not is_quiet(reader, start):
        return start
    return min(next_hour(start, reader.time_zone, hour) for hour in (QUIET_UNTIL, reader.hour))


def _wanted(subscriptions: Iterable[Subscription]) -> dict[tuple[str, Field], dict[ReaderId, ImpactLevel]]:
    """Who wants to hear of a zone and field, from which level on; of several wishes of one reader the lowest."""
    wanted: defaultdict[tuple[str, Field], dict[ReaderId, ImpactLevel]] = defaultdict(dict)
    for one in subscriptions:
        level = max(one.level, ImpactLevel.ATTENTION)
        known = wanted[one.zone, one.field].get(one.reader, level)
        wanted[one.zone, one.field][one.reader] = min(known, level)
    return wanted


def _change(kind: ChangeKind, before: ImpactLevel, standing: Standing, is_night: bool) -> Change:
    return Change(
        subject=standing.subject,
        kind=kind,
        before=before,
        level=standing.level,
        issued=standing.issued,
        expires=standing.expires,
        role=standing.role,
        breaks_quiet=is_night and breaks_quiet(kind, standing.level, standing.role),
    )


def _place(change: Change) -> tuple[int, str, str, str, str]:
    """The worst first."""
    subject = change.subject
    return -change.level.value, subject.day.isoformat(), subject.zone, subject.hazard, subject.field
