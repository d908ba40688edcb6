"""A segment asked of the database: fixed pieces of SQL, put together as the tree is; what was typed is a parameter only."""

import re
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from dure.base import clock
from dure.foundations.channels import models
from dure.foundations.channels.rules import figures
from dure.foundations.channels.rules import segments as rules
from dure.foundations.channels.types import EVERYBODY, Segment
from dure.foundations.channels.types.segments import All, Any, Compare, Field, Not, Term

__all__ = ["compiled", "count", "told_count"]

_ALIAS = re.compile(r"\bf\.")
type Sql = tuple[str, tuple[object, ...]]

_INSTANT = {Field.JOINED: "f.joined_at", Field.OPENED: "f.opened_at"}
_SAME = {
    Field.REGION: "f.region LIKE %s",
    Field.JOINED_BY: "f.joined_by = %s",
    Field.TAG: "f.tags @> jsonb_build_array(%s::text)",
}
_VISITED = (
    "EXISTS (SELECT 1 FROM channels_friend_date d WHERE d.channel_id = f.channel_id AND d.person_id = f.person_id"
    " AND d.name = 'visited' AND d.\"on\" {} %s)"
)
_BIRTHDAY = (
    "EXISTS (SELECT 1 FROM channels_friend_date d WHERE d.channel_id = f.channel_id AND d.person_id = f.person_id"
    " AND d.name = 'birthday' AND to_char(d.\"on\", 'MMDD') = ANY (%s))"
)
_DAY = {Compare.IS: "=", Compare.UNDER: ">", Compare.OVER: "<"}  # fewer days ago is a later day


def compiled(segment: Segment, now: datetime | None = None) -> tuple[str, tuple[object, ...]]:
    """(condition, parameters) over the table alias `f` = channels_friend. Always true or false, never unknown.

    Days are counted on the calendar of Seoul from `now` on.
    """
    return _compiled(rules.normal(segment), clock.local(now or clock.now()).date())


def count(segment: Segment, channel: UUID) -> int:
    """How many friends of a channel the segment fits now. For sending; a channel is shown `told_count`."""
    return fitting(segment, channel).count()


def told_count(segment: Segment, channel: UUID) -> int | None:
    """The same, as a channel may know it: what asks for openings or places in tens, or not at all (`rules.figures.fitting`)."""
    found = count(segment, channel)
    return figures.fitting(found, *bounds(segment, channel)) if rules.is_private(segment) else found


def bounds(segment: Segment, channel: UUID) -> tuple[int, int]:
    """How many friends the segment fits whatever they opened and wherever they live, and how many at most."""
    return count(rules.surely(segment), channel), count(rules.perhaps(segment), channel)


def fitting(segment: Segment, channel: UUID) -> QuerySet[models.Friend]:
    """The friends of a channel whom the segment fits, for the reads of this house."""
    here = models.Friend.objects.filter(channel_id=channel, left_at__isnull=True)
    if segment == EVERYBODY:
        return here
    condition, parameters = compiled(segment)
    return here.alias(fits=_condition(condition, parameters)).filter(fits=True)


def _condition(condition: str, parameters: tuple[object, ...]) -> RawSQL:
    """The condition for Django, which calls the table by its whole name."""
    named = _ALIAS.sub("channels_friend.", condition)
    return RawSQL(named, parameters, output_field=BooleanField())  # noqa: S611 - the pieces above; typed words are parameters


def _compiled(segment: Segment, today: date) -> Sql:
    match segment:
        case Term():
            return _term(segment, today)
        case Not(of):
            condition, parameters = _compiled(of, today)
            return f"NOT {condition}", parameters
        case All(of):
            return _joined("AND", of, today, "(true)")
        case Any(of):
            return _joined("OR", of, today, "(false)")


def _joined(word: str, of: tuple[Segment, ...], today: date, none: str) -> Sql:
    parts = [_compiled(one, today) for one in of]
    if not parts:
        return none, ()
    return (
        "(" + f" {word} ".join(condition for condition, _ in parts) + ")",
        tuple(one for _, parameters in parts for one in parameters),
    )


def _term(term: Term, today: date) -> Sql:
    match term.field:
        case Field.TAG | Field.JOINED_BY:
            return f"({_SAME[term.field]})", (str(term.value),)
        case Field.REGION:
            return f"({_SAME[term.field]})", (f"{rules.inside_region(str(term.value))}%",)
        case Field.BIRTHDAY:
            return f"({_BIRTHDAY})", (list(rules.birthdays(term.compare, int(term.value), today)),)
        case Field.VISITED:
            return f"({_VISITED.format(_DAY[term.compare])})", (_ago(today, int(term.value)),)
        case Field.JOINED | Field.OPENED:
            return _instant(_INSTANT[term.field], term.compare, _ago(today, int(term.value)))


def _instant(column: str, compare: Compare, day: date) -> Sql:
    """`column` on that day of Seoul, before it (more days ago), or after it (fewer)."""
    first, next_day = _midnight(day), _midnight(day + timedelta(days=1))
    match compare:
        case Compare.IS:
            return f"({column} IS NOT NULL AND {column} >= %s AND {column} < %s)", (first, next_day)
        case Compare.UNDER:
            return f"({column} IS NOT NULL AND {column} >= %s)", (next_day,)
        case Compare.OVER:
            return f"({column} IS NOT NULL AND {column} < %s)", (first,)


def _ago(today: date, days: int) -> date:
    return today - timedelta(days=days)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.SEOUL)
