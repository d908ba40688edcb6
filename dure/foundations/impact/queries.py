"""Reading impact: figures, weeks, regions, and how far the log of counts reaches."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.db.models import Count as Number
from django.db.models import Sum as Added

from dure.base import clock
from dure.foundations.impact import models, rules
from dure.foundations.impact.types import (
    Counter,
    Distinct,
    Figure,
    Indicator,
    Mark,
    RegionFigure,
    Share,
    Week,
)
from dure.kit import sqlfiles

DIFFERENCES_MAX = 100
KEPT = 32


def mark() -> Mark:
    """How far the log reaches: cheap, and the same for as long as nothing new was counted."""
    reach = models.Reach.objects.first()
    return Mark(reach.position, reach.at) if reach else Mark(0, None)


def figures() -> tuple[Figure, ...]:
    """Every indicator as of today. Worked out once for as long as nothing new is counted."""
    return _figures(mark(), clock.today())


def figure(indicator: str) -> Figure:
    """One of them. An unknown id is a bug: faces check `rules.BY_ID`."""
    return next(one for one in figures() if one.indicator.id == indicator)


@lru_cache(maxsize=KEPT)
def _figures(reached: Mark, today: date) -> tuple[Figure, ...]:
    sums = _sums(today)
    persons = {
        row["counter"]: row["number"]
        for row in models.PersonTotal.objects.filter(net__gt=0).values("counter").annotate(number=Number("who"))
    }
    for counter, number in persons.items():
        sums[Counter(counter)] = (number, number)
    return tuple(rules.figure(one, sums, today) for one in rules.INDICATORS)


def _sums(until: date) -> dict[Counter, tuple[int, int]]:
    rows = models.DayTotal.objects.filter(day__lte=until).values("counter")
    totals = rows.annotate(sum=Added("total"), number=Added("events"))
    return {Counter(row["counter"]): (row["sum"], row["number"]) for row in totals}


def forget_kept() -> None:
    """Work everything out anew at the next question: the log is another one (a restored or a test's database)."""
    _figures.cache_clear()
    _weekly.cache_clear()


def weekly(indicator: str, weeks: int = rules.WEEKS_SHOWN) -> tuple[Week, ...]:
    """What each of the last `weeks` weeks added, oldest first; the last one is not over yet."""
    return _weekly(rules.BY_ID[indicator], weeks, mark(), clock.today())


@lru_cache(maxsize=KEPT)
def _weekly(indicator: Indicator, weeks: int, reached: Mark, today: date) -> tuple[Week, ...]:
    mondays = rules.mondays(today, weeks)
    if isinstance(indicator.formula, Distinct):
        persons = _persons_by_week(indicator.formula.counter, mondays[0], today)
        by_week = {monday: {indicator.formula.counter: (number, number)} for monday, number in persons.items()}
    else:
        by_week = _sums_by_week(rules.counters_of(indicator.formula), mondays[0], today)
    return tuple(_week(indicator, monday, by_week.get(monday, {})) for monday in mondays)


def _week(indicator: Indicator, monday: date, sums: Mapping[Counter, tuple[int, int]]) -> Week:
    made = rules.figure(indicator, sums, monday)
    return Week(monday, made.value, made.n, made.hidden)


def _sums_by_week(counters: tuple[Counter, ...], first: date, last: date) -> dict[date, dict[Counter, tuple[int, int]]]:
    rows = models.DayTotal.objects.filter(counter__in=counters, day__range=(first, last))
    found: dict[date, dict[Counter, tuple[int, int]]] = {}
    for row in rows.values("counter", "day").annotate(sum=Added("total"), number=Added("events")):
        week, counter = found.setdefault(rules.monday_of(row["day"]), {}), Counter(row["counter"])
        total, number = week.get(counter, (0, 0))
        week[counter] = (total + row["sum"], number + row["number"])
    return found


def _persons_by_week(counter: Counter, first: date, last: date) -> dict[date, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load(__package__, "persons_by_week").text, {"counter": counter, "first": first, "last": last}
        )
        return dict(cursor.fetchall())


def by_region(indicator: str) -> tuple[RegionFigure, ...]:
    """What each region contributed, for indicators that are sums and were counted with a region. In order of code."""
    one = rules.BY_ID[indicator]
    if isinstance(one.formula, Share | Distinct):
        return ()
    rows = models.DayTotal.objects.filter(counter=one.formula.counter, day__lte=clock.today()).exclude(region="")
    totals = rows.values("region").annotate(sum=Added("total"), number=Added("events")).order_by("region")
    return tuple(
        RegionFigure(row["region"], None if hidden else row["sum"], 0 if hidden else row["number"], hidden)
        for row in totals
        for hidden in (rules.is_hidden(one, row["number"]),)
    )


def moment_of(counter: Counter, event: UUID) -> datetime | None:
    """When an event was counted to have happened; None: it was not counted."""
    return models.Count.objects.filter(counter=counter, event=event).values_list("at", flat=True).first()


def region_of(counter: Counter, event: UUID) -> str:
    """Where an event was counted; empty: nowhere, or it was not counted. What is taken back is taken back there."""
    return models.Count.objects.filter(counter=counter, event=event).values_list("region", flat=True).first() or ""


def differences() -> tuple[str, ...]:
    """Where what is kept for reading differs from the log of counts, at most DIFFERENCES_MAX; empty when all is well."""
    found: list[str] = []
    for name in ("differing_days", "differing_persons"):
        with connection.cursor() as cursor:
            cursor.execute(sqlfiles.load(__package__, name).text, {"most": DIFFERENCES_MAX})
            found += [" ".join(str(value) for value in row) for row in cursor.fetchall()]
    return tuple(found[:DIFFERENCES_MAX])
