"""What is in force by the impact forecast: reports folded into one standing a subject."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from dure.services.forecasts.types import (
    Field,
    Hazard,
    ImpactLevel,
    ImpactRow,
    Report,
    ReportKind,
    SenderRole,
    Standing,
    Subject,
)

from .feeds.answers import SEOUL

FIELD_CODES: Mapping[int, Field] = MappingProxyType({1: Field.HEALTH})  # the only IFAREA with a published meaning

type Board = Mapping[Subject, Standing]


def end_of(day: date) -> datetime:
    """When a day's forecast is over: at midnight in Seoul."""
    return datetime.combine(day + timedelta(days=1), time(), SEOUL)


def fold(
    board: Board,
    report: Report[ImpactRow],
    *,
    role: SenderRole,
    is_of_all_zones: bool,
    codes: Mapping[int, Field] = FIELD_CODES,
) -> dict[Subject, Standing]:
    """The board after a report. Which of two reports came first does not matter for a level: what was issued later counts.

    A zone that a later issue for the same day and field leaves out is at no level any more, if the report is whole and was
    asked for all zones. "Nothing issued today" takes nothing back of what was issued yesterday for today.
    """
    after = {subject: standing for subject, standing in board.items() if standing.expires > report.arrived}
    newest: dict[tuple[Hazard, Field, date], tuple[datetime, int]] = {}
    named: set[Subject] = set()
    for row in report.rows:
        field = codes.get(row.field_code)
        if field is None or end_of(row.day) <= report.arrived:
            continue
        subject = Subject(row.zone, row.hazard, field, row.day)
        named.add(subject)
        group = (row.hazard, field, row.day)
        newest[group] = max(newest.get(group, (row.issued, row.number)), (row.issued, row.number))
        said = Standing(subject, row.level, row.issued, row.number, report.arrived, end_of(row.day), role)
        after[subject] = _later(after.get(subject), said)
    if report.kind is ReportKind.READING and is_of_all_zones:
        for subject, standing in list(after.items()):
            issued = newest.get((subject.hazard, subject.field, subject.day))
            if issued and subject not in named and (standing.issued, standing.number) < issued:
                said = Standing(subject, ImpactLevel.NONE, *issued, report.arrived, standing.expires, role)
                after[subject] = _later(standing, said)
    return after


def _later(known: Standing | None, said: Standing) -> Standing:
    """What was issued later; of two at once the worse one. A level that stays has been so since it was first known."""
    if known is None:
        return said
    order = ((known.issued, known.number), known.level), ((said.issued, said.number), said.level)
    later = said if order[1] >= order[0] else known
    if known.level is said.level:
        return Standing(
            later.subject,
            later.level,
            later.issued,
            later.number,
            min(known.since, said.since),
            later.expires,
            later.role,
        )
    return later
