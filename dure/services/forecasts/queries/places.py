"""Zones, the places people chose, and what stands there."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from dure.base import clock
from dure.base.actors import Actor
from dure.services.forecasts import models
from dure.services.forecasts.rules import feeds, permits
from dure.services.forecasts.types import (
    Cell,
    Chosen,
    FeedState,
    Field,
    ImpactLevel,
    NoZoneHere,
    NoZones,
    PlaceId,
    Reader,
    ReaderId,
    Standing,
    Subscription,
    Zone,
    ZoneTable,
)

from .feeds import Places, board, feed_health

DAYS_SHOWN = 3


def zone_table(day: date) -> ZoneTable | None:
    """The table of zones that held on `day`; None before the first one."""
    known = models.ZoneTable.objects.filter(since__lte=day).order_by("-since").first()
    if known is None:
        return None
    zones = tuple(Zone(row.zone, row.name, tuple(row.regions.split())) for row in known.zones.order_by("zone"))
    return ZoneTable(known.version, known.since, zones, known.is_sample)


def zone_of(region: str, day: date) -> Zone:
    """The zone in which a region lay on that day. Raises NoZones, NoZoneHere."""
    table = zone_table(day)
    if table is None:
        raise NoZones()
    found = feeds.zone_of(table, region)
    if found is None:
        raise NoZoneHere(region=region)
    return found


def zone_names(zones: Collection[str] | None = None) -> Mapping[str, str]:
    """What zones are called, all or these, by the newest table that knows them; zones of the past keep their names."""
    rows = models.Zone.objects.order_by("table__since", "zone")
    if zones is not None:
        rows = rows.filter(zone__in=zones)
    return dict(rows.values_list("zone", "name"))


def reader(by: Actor) -> Reader | None:
    """Where and when somebody wants to hear; None for who never said. Raises NotAllowed."""
    row = models.Reader.objects.filter(person_id=permits.somebody(by)).first()
    return None if row is None else reader_of(row)


def reader_of(row: models.Reader) -> Reader:
    """A row as a value."""
    return Reader(ReaderId(row.person_id), row.time_zone, row.hour)


def places(by: Actor) -> tuple[Chosen, ...]:
    """The places somebody chose, the first one first. Raises NotAllowed."""
    rows = list(models.Place.objects.filter(reader_id=permits.somebody(by)).order_by("at", "id"))
    names = zone_names({row.zone for row in rows})
    return tuple(
        Chosen(
            id=PlaceId(row.id),
            region=row.region,
            zone=row.zone,
            zone_name=names.get(row.zone, row.zone),
            field=Field(row.field),
            level=ImpactLevel(row.level),
        )
        for row in rows
    )


def subscriptions(readers: Iterable[ReaderId]) -> tuple[Subscription, ...]:
    """What these readers want to hear."""
    rows = models.Place.objects.filter(reader_id__any=readers).order_by("reader_id", "id")
    return tuple(
        Subscription(ReaderId(row.reader_id), row.zone, Field(row.field), ImpactLevel(row.level)) for row in rows
    )


def cells(at: Places) -> Mapping[tuple[str, Field], tuple[Cell, ...]]:
    """What stands at these zones and fields today, tomorrow and the day after: the worse of heat and cold. That no level stands
    is believed only as long as the feeds speak.
    """
    now = clock.now()
    today, is_known = clock.local(now).date(), feed_health().state is FeedState.FRESH
    stands = board(now, at).values()
    worst = _worst(one for one in stands if is_known or one.level is not ImpactLevel.NONE)
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_SHOWN)]
    return {place: tuple(Cell(day, worst.get((*place, day)), is_known) for day in days) for place in at}


def _worst(standings: Iterable[Standing]) -> Mapping[tuple[str, Field, date], Standing]:
    found: dict[tuple[str, Field, date], Standing] = {}
    for one in standings:
        key = (one.subject.zone, one.subject.field, one.subject.day)
        if key not in found or found[key].level < one.level:
            found[key] = one
    return found
