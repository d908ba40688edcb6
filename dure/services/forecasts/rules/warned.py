"""Weather warnings: what holds, and what each reader is due. Pure; nothing is kept for later.

- What is lifted is over. What whole lists leave out, or say by an older row, is over when a second one says so: lists flicker.
  After each return as it was issued they have to say so for longer. A list that proves nothing takes nothing back.
- A preliminary warning (예비특보) is told as an advisory is, and never takes the place of a warning in force.
- A degree that nobody knows counts as worse than all others; a kind that nobody knows is told in the authority's own word.
- Whoever has a place in the zone hears of a warning (경보) or worse whatever level of the forecast they chose, and of an advisory
  (주의보) when that level is caution (주의) or a lower one.
- In waking hours at once. A first or a higher one breaks the night only for what comes over sleepers before they wake, and from a
  role that may.
- Whoever was told hears that it is worse, easing or over.

Why: docs/decisions/214 and 197.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
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
    WarningDegree.PRELIMINARY: 1,
    WarningDegree.ADVISORY: 2,
    WarningDegree.WARNING: 3,
    WarningDegree.GRAVE: 4,
    WarningDegree.UNKNOWN: 5,
}
KNOWN_LATE: Final = timedelta(minutes=10)  # so long after it was issued a warning may stand in no list yet
MILD: Final = frozenset({WarningDegree.PRELIMINARY, WarningDegree.ADVISORY})
PATIENCE: Final = tuple(
    timedelta(minutes=minutes) for minutes in (4, 30, 120, 360)
)  # before lists are believed that leave it out
ADVISORY_UP_TO: Final = ImpactLevel.CAUTION  # who wants to hear of a forecast from here on wants advisories as well
AT_NIGHT: Final = frozenset({WarningKind.RAIN, WarningKind.SURGE, WarningKind.TSUNAMI, WarningKind.TYPHOON})
WARNS: Final = (ChangeKind.FIRST, ChangeKind.UPGRADE)

type Board = Mapping[WarningSubject, WarningStanding]


def fold(board: Board, report: Report[WarningRow], role: SenderRole) -> dict[WarningSubject, WarningStanding]:
    """The board after a list of what is in force. Of two rows of one subject the one issued later counts, of two issued at once
    the worse; one that is older than what is known, or says less than it, changes nothing before a second list says the same.
    """
    after, named = dict(board), _named(report.rows)
    for subject, row in named.items():
        known = board.get(subject)
        if known is None and row.command is WarningCommand.LIFTED:
            continue
        if known is None or _takes(row, known):
            after[subject] = _said(subject, row, known, role, report.arrived)
    if report.kind is ReportKind.READING:
        for subject, known in board.items():
            said = named.get(subject)
            if subject.zone not in report.doubts and (said is None or not _takes(said, known)):
                after[subject] = _otherwise(known, said, role, report.arrived)
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
        breaks = (
            is_night
            and breaks_quiet(kind, subject.kind, standing.degree, standing.role)
            and standing.effective < _morning(reader, now)
        )
        if is_night and not breaks:
            waits = True
            continue
        changes.append(_change(kind, before, standing, breaks_quiet=breaks))
    again = _morning(reader, now) if waits else None
    return tuple(sorted(changes, key=lambda one: -RANK[one.degree])), again


def change_kind(before: WarningDegree | None, degree: WarningDegree | None, wanted: ImpactLevel) -> ChangeKind | None:
    """What it is to somebody who was told `before` and wants to hear of forecasts from `wanted` on; None: nothing to say."""
    if degree is before:
        return None
    if degree is None:
        return ChangeKind.ALL_CLEAR
    if before is not None:
        return ChangeKind.UPGRADE if RANK[degree] > RANK[before] else ChangeKind.DOWNGRADE
    if degree in MILD and wanted > ADVISORY_UP_TO:
        return None
    return ChangeKind.FIRST


def breaks_quiet(kind: ChangeKind, of: str, degree: WarningDegree | None, role: SenderRole) -> bool:
    """Whether it may go out in quiet hours."""
    is_for_life = of in AT_NIGHT and RANK[degree] >= RANK[WarningDegree.WARNING]
    return kind in WARNS and is_for_life and role in MAY_BREAK_QUIET


def worst_first(standings: Iterable[WarningStanding]) -> tuple[WarningStanding, ...]:
    """Those that hold, in the order in which they are shown."""
    holding: Collection[WarningStanding] = [one for one in standings if one.degree is not None]
    return tuple(sorted(holding, key=lambda one: (-RANK[one.degree], one.subject.kind, one.issued)))


def patience(standing: WarningStanding) -> timedelta:
    """For how long lists have to say otherwise before they are believed."""
    return PATIENCE[min(standing.returns, len(PATIENCE) - 1)]


def _morning(reader: Reader, now: datetime) -> datetime:
    """When the night of a reader is over."""
    return min(next_hour(now, reader.time_zone, hour) for hour in (QUIET_UNTIL, reader.hour))


def _change(
    kind: ChangeKind, before: WarningDegree | None, standing: WarningStanding, *, breaks_quiet: bool
) -> WarningChange:
    """That one is over may be seen from a list that names it no more: its time is when we learned of it."""
    issued = standing.since if standing.degree is None else standing.issued
    return WarningChange(
        subject=standing.subject,
        kind=kind,
        before=before,
        degree=standing.degree,
        issued=issued,
        effective=standing.effective,
        role=standing.role,
        breaks_quiet=breaks_quiet,
        words=standing.words,
    )


def _named(rows: Iterable[WarningRow]) -> dict[WarningSubject, WarningRow]:
    """The row of each subject that counts. A preliminary one only where no other row of this list holds."""
    firm: dict[WarningSubject, WarningRow] = {}
    ahead: dict[WarningSubject, WarningRow] = {}
    for row in rows:
        among = ahead if row.degree is WarningDegree.PRELIMINARY else firm
        subject = WarningSubject(row.zone, row.kind)
        if subject not in among or _order(among[subject]) < _order(row):
            among[subject] = row
    holding = {subject: row for subject, row in ahead.items() if row.command is not WarningCommand.LIFTED}
    standing = {subject: row for subject, row in firm.items() if row.command is not WarningCommand.LIFTED}
    return ahead | firm | holding | standing


def _takes(row: WarningRow, known: WarningStanding) -> bool:
    """Whether a row is believed at once: not when it is older than what is known, or only preliminary of what is in force."""
    is_less = row.degree is WarningDegree.PRELIMINARY and known.degree not in (None, WarningDegree.PRELIMINARY)
    return row.issued >= known.issued and not is_less


def _otherwise(known: WarningStanding, row: WarningRow | None, role: SenderRole, arrived: datetime) -> WarningStanding:
    """What stands after a whole list that does not say so: at first that it did not, and when that has lasted what it says."""
    holds = row is not None and row.command is not WarningCommand.LIFTED
    if (row.degree if row is not None and holds else None) is known.degree:
        return replace(known, missed=None)
    if known.missed is None or known.missed > arrived:
        return replace(known, missed=arrived)
    if arrived - known.missed < patience(known):
        return known
    if row is not None and holds:
        return _said(known.subject, row, known, role, arrived)
    return replace(known, degree=None, ends="", words="", since=arrived, missed=None)


def _order(row: WarningRow) -> tuple[datetime, bool, int]:
    return row.issued, row.command is not WarningCommand.LIFTED, RANK[row.degree]


def _said(
    subject: WarningSubject, row: WarningRow, known: WarningStanding | None, role: SenderRole, arrived: datetime
) -> WarningStanding:
    degree = None if row.command is WarningCommand.LIFTED else row.degree
    since = known.since if known is not None and known.degree is degree else arrived
    returns = 0
    if known is not None and (row.issued <= known.issued or row.issued < known.since - KNOWN_LATE):  # it comes back
        returns = known.returns + (degree is not None and degree is not known.degree)
    return WarningStanding(
        subject=subject,
        degree=degree,
        issued=row.issued,
        effective=row.effective,
        ends=row.ends,
        since=since,
        role=role,
        words="" if degree is None else row.words,
        place=row.zone_name,
        returns=returns,
    )
