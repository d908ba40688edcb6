"""Weather warnings as they stand, and what readers were told of them."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from django.db import connection
from django.db.models import Count

from dure.base.actors import Actor
from dure.kit import sqlfiles
from dure.services.forecasts import models
from dure.services.forecasts.rules import permits, warned
from dure.services.forecasts.types import (
    ImpactLevel,
    ReaderId,
    SenderRole,
    WarningCount,
    WarningDegree,
    WarningKind,
    WarningsCount,
    WarningStanding,
    WarningSubject,
)

HOUSE: Final = "dure.services.forecasts"


def warned_board(zones: Collection[str] | None = None) -> Mapping[WarningSubject, WarningStanding]:
    """What stands, and what was lifted lately: everywhere, or in these zones."""
    rows = models.Warned.objects.all()
    if zones is not None:
        rows = rows.filter(zone__in=zones)
    found = (_standing_of(row) for row in rows)
    return {one.subject: one for one in found}


def warnings_at(zones: Collection[str]) -> Mapping[str, tuple[WarningStanding, ...]]:
    """The warnings in force in each of these zones, the worst first; none, where none is known."""
    board = warned_board(zones).values()
    return {zone: warned.worst_first(one for one in board if one.subject.zone == zone) for zone in zones}


def warned_told(readers: Collection[ReaderId]) -> Mapping[ReaderId, Mapping[WarningSubject, WarningDegree]]:
    """What each of these readers heard last and, as far as they heard, holds."""
    found: dict[ReaderId, dict[WarningSubject, WarningDegree]] = {reader: {} for reader in readers}
    for row in models.WarnedTold.objects.filter(reader_id__any=readers):
        subject = WarningSubject(row.zone, kind_of(row.kind))
        found[ReaderId(row.reader_id)][subject] = WarningDegree(row.degree)
    return found


def wanted_of(readers: Collection[ReaderId]) -> Mapping[ReaderId, Mapping[str, ImpactLevel]]:
    """The zones in which each of these readers has a place, and the lowest level from which they want to hear there."""
    found: dict[ReaderId, dict[str, ImpactLevel]] = {reader: {} for reader in readers}
    rows = models.Place.objects.filter(reader_id__any=readers).values_list("reader_id", "zone", "level")
    for reader, zone, number in rows:
        level, own = ImpactLevel(number), found[ReaderId(reader)]
        own[zone] = min(own.get(zone, level), level)
    return found


def kind_of(said: str) -> str:
    """A kind of warning; the authority's own word where we do not know it."""
    return WarningKind(said) if said in set(WarningKind) else said


def warnings_in_force() -> tuple[WarningStanding, ...]:
    """Everything that is in force, the worst first."""
    rows = models.Warned.objects.exclude(degree="")
    return warned.worst_first(_standing_of(row) for row in rows)


def warnings_count(by: Actor) -> WarningsCount:
    """What is in force, how many readers were told of it, and how many are due something. Raises NotAllowed."""
    permits.may_look(by)
    told = Counter[tuple[str, str, str]]()
    rows = models.WarnedTold.objects.values_list("zone", "kind", "degree").annotate(n=Count("id"))
    for zone, kind, degree, count in rows:
        told[zone, kind, degree] = count
    zones, heard = Counter[tuple[str, WarningDegree, str]](), Counter[tuple[str, WarningDegree, str]]()
    for one in warnings_in_force():
        if one.degree is not None:
            what = one.subject.kind, one.degree, one.words
            zones[what] += 1
            heard[what] += told[one.subject.zone, one.subject.kind, one.degree]
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "count_waiting").text)
        [waiting] = cursor.fetchone() or (0,)
    return WarningsCount(
        each=tuple(WarningCount(*what, zones=count, told=heard[what]) for what, count in zones.items()),
        told=models.WarnedTold.objects.values("reader").distinct().count(),
        waiting=waiting,
        moved=models.WarnedMoved.objects.count(),
    )


def warning_key(subject: WarningSubject) -> str:
    """A warning in one word, for the index of what letters speak of."""
    return f"warning/{subject.zone}/{subject.kind}"


def _standing_of(row: models.Warned) -> WarningStanding:
    return WarningStanding(
        subject=WarningSubject(row.zone, kind_of(row.kind)),
        degree=WarningDegree(row.degree) if row.degree else None,
        issued=row.issued,
        effective=row.effective,
        ends=row.ends,
        since=row.since,
        role=SenderRole(row.role),
        words=row.words,
        missed=row.missed,
        place=row.place,
        returns=row.returns,
    )
