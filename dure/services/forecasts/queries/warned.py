"""Weather warnings as they stand, and what readers were told of them."""

from collections.abc import Collection, Mapping

from dure.services.forecasts import models
from dure.services.forecasts.rules import warned
from dure.services.forecasts.types import (
    ImpactLevel,
    ReaderId,
    SenderRole,
    WarningDegree,
    WarningKind,
    WarningStanding,
    WarningSubject,
)


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
        subject = WarningSubject(row.zone, WarningKind(row.kind))
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


def warning_key(subject: WarningSubject) -> str:
    """A warning in one word, for the index of what letters speak of."""
    return f"warning/{subject.zone}/{subject.kind}"


def _standing_of(row: models.Warned) -> WarningStanding:
    return WarningStanding(
        subject=WarningSubject(row.zone, WarningKind(row.kind)),
        degree=WarningDegree(row.degree) if row.degree else None,
        issued=row.issued,
        effective=row.effective,
        ends=row.ends,
        since=row.since,
        role=SenderRole(row.role),
    )
