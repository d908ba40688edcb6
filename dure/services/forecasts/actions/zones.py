"""The authority's zones, and in which of them the places of people lie."""

from collections.abc import Iterable
from typing import Final

from dure.base import clock
from dure.base.actors import Actor
from dure.base.refusals import BadValue
from dure.kit import tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.rules import feeds, permits
from dure.services.forecasts.types import ZoneTable

ZONES_MAX: Final = 2_000
REGIONS_MAX: Final = 500  # of one zone
VERSION_LENGTH_MAX: Final = 40
ID_LENGTH_MAX: Final = 20
NAME_LENGTH_MAX: Final = 60
CODE_LENGTH: Final = (2, 10)


def put_zones(by: Actor, table: ZoneTable) -> None:
    """Load a table of zones that holds from its day on. The same version again takes the place of itself; a day has one table.

    Raises NotAllowed, BadValue.
    """
    permits.may_steward(by)
    _check(table)
    with tx.durable():
        if models.ZoneTable.objects.filter(since=table.since).exclude(version=table.version).exists():
            raise BadValue(field="since", reason="twice")
        said = {"since": table.since, "is_sample": table.is_sample, "at": clock.now()}
        row, _new = models.ZoneTable.objects.update_or_create(version=table.version, defaults=said)
        row.zones.all().delete()
        models.Zone.objects.bulk_create(
            [models.Zone(table=row, zone=one.id, name=one.name, regions=" ".join(one.regions)) for one in table.zones]
        )


def resolve_places(by: Actor) -> int:
    """Look up every place in the table of today; answers how many lie in another zone now. What lies in none stays where it was.

    Raises NotAllowed.
    """
    permits.may_run(by)
    table = queries.zone_table(clock.today())
    if table is None:
        return 0
    moved = 0
    regions = list(models.Place.objects.order_by("region").values_list("region", flat=True).distinct())
    for region in regions:
        zone = feeds.zone_of(table, region)
        if zone is not None:
            moved += _move(region, zone.id)
    return moved


def _move(region: str, zone: str) -> int:
    with tx.durable():
        rows = models.Place.objects.filter(region=region).exclude(zone=zone)
        whose = list(rows.values_list("reader_id", flat=True).distinct())
        if not whose:
            return 0
        locked = models.Reader.objects.select_for_update().filter(person_id__in=whose).order_by("person_id")
        readers = list(locked.values_list("person_id", flat=True))
        moved = rows.filter(reader_id__in=readers).update(zone=zone)
        models.Reader.objects.filter(person_id__in=readers).update(ask_at=clock.now())
        return moved


def _check(table: ZoneTable) -> None:
    if not 1 <= len(table.version) <= VERSION_LENGTH_MAX:
        raise BadValue(field="version", reason="length")
    if not 1 <= len(table.zones) <= ZONES_MAX:
        raise BadValue(field="zones", reason="length")
    if len({one.id for one in table.zones}) != len(table.zones):
        raise BadValue(field="zones", reason="twice")
    for zone in table.zones:
        if not (
            1 <= len(zone.id) <= ID_LENGTH_MAX
            and 1 <= len(zone.name) <= NAME_LENGTH_MAX
            and 1 <= len(zone.regions) <= REGIONS_MAX
        ):
            raise BadValue(field="zones", reason="length")
        if not _are_codes(zone.regions):
            raise BadValue(field="zones", reason="digits")


def _are_codes(regions: Iterable[str]) -> bool:
    """Beginnings of region codes: two to ten digits."""
    return all(one.isascii() and one.isdigit() and CODE_LENGTH[0] <= len(one) <= CODE_LENGTH[1] for one in regions)
