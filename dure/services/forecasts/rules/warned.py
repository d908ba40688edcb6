"""Weather warnings: what holds, and what each reader is due. Pure; nothing is kept for later.

- What the newest whole list leaves out, or lifts, is over. A list that proves nothing takes nothing back.
- Whoever has a place in the zone hears of a warning (경보) or worse whatever level of the forecast they chose, and of an advisory
  (주의보) when that level is caution (주의) or a lower one.
- In waking hours at once. A first or a higher one breaks the night only for what comes over sleepers, and from a role that may.
- Whoever was told hears that it is worse, easing or over.

Why: docs/decisions/214.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from dure.services.forecasts.types import (
    ChangeKind,
    ImpactLevel,
    Reader,
    Report,
    ReportKind,
    SenderRole,
    WarningChange,
    WarningCommand,
    WarningDegree,
    WarningKind,
    WarningRow,
    WarningStanding,
    WarningSubject,
)

from .due import MAY_BREAK_QUIET, QUIET_UNTIL, is_quiet, next_hour

RANK: Final[Mapping[WarningDegree | None, int]] = {
    None: 0,
    WarningDegree.ADVISORY: 1,
    WarningDegree.WARNING: 2,
    WarningDegree.GRAVE: 3,
}
ADVISORY_UP_TO: Final = ImpactLevel.CAUTION  # who wants to hear of a forecast from here on wants advisories as well
AT_NIGHT: Final = frozenset({WarningKind.RAIN, WarningKind.SURGE, WarningKind.TSUNAMI, WarningKind.TYPHOON})
WARNS: Final = (ChangeKind.FIRST, ChangeKind.UPGRADE)

type Board = Mapping[WarningSubject, WarningStanding]


def fold(board: Board, report: Report[WarningRow], role: SenderRole) -> dict[WarningSubject, WarningStanding]:
    """The board after a list of what is in force. Of two rows of one subject the one issued later counts, of two issued at once
    the worse; one that is older than what is known changes nothing.
    """
    after = dict(board)
    named: dict[WarningSubject, WarningRow] = {}
    for row in report.rows:
        subject = WarningSubject(row.zone, row.kind)
        if subject not in named or _order(named[subject]) < _order(row):
            named[subject] = row
    for subject, row in named.items():
        known = board.get(subject)
        if known is None and row.command is WarningCommand.LIFTED:
            continue
        if known is None or row.issued >= known.issued:
            after[subject] = _said(subject, row, known, role, report.arrived)
    if report.kind is ReportKind.READING:
        for subject, known in board.items():
            if subject not in named and known.degree is not None:
                after[subject] = WarningStanding(
                    subject, None, known.issued, known.effective, "", report.arrived, known.role
                )
    return after


def due(
    board: Board,
    reader: Reader,
    wanted: Mapping[str, ImpactLevel],
    told: Mapping[WarningSubject, WarningDegree],
    now: datetime,
) -> tuple[tuple[WarningChange, ...], datetime | None]:
    """What a reader is due now, the worst first; and when to ask again, if something has to wait. `wanted`: by zone, the lowest
    level from which they want to hear of it.
    """
    changes, waits = [], False
    for subject in sorted(set(board) | set(told), key=lambda one: (one.zone, one.kind)):
        if subject.zone not in wanted:
            continue
        standing, before = board.get(subject), told.get(subject)
        kind = change_kind(before, standing.degree if standing else None, wanted[subject.zone])
        if kind is None or standing is None:
            continue
        is_night = is_quiet(reader, now)
        breaks = is_night and breaks_quiet(kind, subject.kind, standing.degree, standing.role)
        if is_night and not breaks:
            waits = True
            continue
        changes.append(_change(kind, before, standing, breaks_quiet=breaks))
    again = min(next_hour(now, reader.time_zone, hour) for hour in (QUIET_UNTIL, reader.hour)) if waits else None
    return tuple(sorted(changes, key=lambda one: -RANK[one.degree])), again


def change_kind(before: WarningDegree | None, degree: WarningDegree | None, wanted: ImpactLevel) -> ChangeKind | None:
    """What it is to somebody who was told `before` and wants to hear of forecasts from `wanted` on; None: nothing to say."""
    if degree is before:
        return None
    if degree is None:
        return ChangeKind.ALL_CLEAR
    if before is not None:
        return ChangeKind.UPGRADE if RANK[degree] > RANK[before] else ChangeKind.DOWNGRADE
    if degree is WarningDegree.ADVISORY and wanted > ADVISORY_UP_TO:
        return None
    return ChangeKind.FIRST


def breaks_quiet(kind: ChangeKind, of: WarningKind, degree: WarningDegree | None, role: SenderRole) -> bool:
    """Whether it may go out in quiet hours."""
    is_for_life = of in AT_NIGHT and RANK[degree] >= RANK[WarningDegree.WARNING]
    return kind in WARNS and is_for_life and role in MAY_BREAK_QUIET


def worst_first(standings: Iterable[WarningStanding]) -> tuple[WarningStanding, ...]:
    """Those that hold, in the order in which they are shown."""
    holding: Collection[WarningStanding] = [one for one in standings if one.degree is not None]
    return tuple(sorted(holding, key=lambda one: (-RANK[one.degree], one.subject.kind, one.issued)))


def _change(
    kind: ChangeKind, before: WarningDegree | None, standing: WarningStanding, *, breaks_quiet: bool
) -> WarningChange:
    """That one is over may be seen from a list that names it no more: its time is when we learned of it."""
    issued = standing.since if standing.degree is None else standing.issued
    return WarningChange(
        standing.subject, kind, before, standing.degree, issued, standing.effective, standing.role, breaks_quiet
    )


def _order(row: WarningRow) -> tuple[datetime, bool, int]:
    return row.issued, row.command is not WarningCommand.LIFTED, RANK[row.degree]


def _said(
    subject: WarningSubject, row: WarningRow, known: WarningStanding | None, role: SenderRole, arrived: datetime
) -> WarningStanding:
    degree = None if row.command is WarningCommand.LIFTED else row.degree
    since = known.since if known is not None and known.degree is degree else arrived
    return WarningStanding(subject, degree, row.issued, row.effective, row.ends, since, role)
