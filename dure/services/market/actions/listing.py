"""Loading the official list of markets. The same list again changes nothing; what a list no longer has stays."""

from collections.abc import Callable, Sequence

from dure.base import ids
from dure.base.actors import Actor
from dure.base.geo import Point
from dure.foundations.places import actions as places
from dure.foundations.places import queries as regions
from dure.foundations.places.types import Level, PointDraft
from dure.kit import locks, tx
from dure.services.market import models
from dure.services.market.queries.markets import KIND
from dure.services.market.rules import listing, permits
from dure.services.market.types import ListedMarket, Loaded

BATCH = 500
CODE_LENGTH = 6
FIGURES = ("rhythm", "days", "lat", "lon", "region", "stalls", "sells", "toilet", "parking", "since", "listed_on")


def load_markets(by: Actor, rows: Sequence[ListedMarket], each: Callable[[], None] | None = None) -> Loaded:
    """Write the markets of a list, and put those that have a place on the map. An older list changes nothing that a newer one
    said. `each` is called after each market, to show how far it is. Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        locks.lock_name("market.list")
        known = {row.key: row for row in models.Market.objects.all()}
        new: list[models.Market] = []
        renewed: list[models.Market] = []
        listed: set[str] = set()
        for one in sorted(rows, key=lambda row: row.listed_on, reverse=True):  # of two editions the newer counts
            key = listing.key_of(one)
            row = known.get(key)
            if key in listed:
                continue
            listed.add(key)
            if row is None:
                new.append(_row(key, one))
            elif one.listed_on >= row.listed_on and _renew(row, one):
                renewed.append(row)
            if each:
                each()
        models.Market.objects.bulk_create(new, batch_size=BATCH)
        models.Market.objects.bulk_update(renewed, FIGURES, batch_size=BATCH)
        places.put_points(by, [point for row in (*new, *renewed) if (point := _point(row)) is not None])
        for row in renewed:
            if row.lat is None and (known_at := regions.point_of(KIND, row.id)) is not None:
                places.remove_point(by, known_at.id)  # where it stood before is not where it is now
        missing = sum(key not in listed for key in known)
        return Loaded(len(new), len(renewed), len(listed) - len(new) - len(renewed), missing)


def _row(key: str, one: ListedMarket) -> models.Market:
    row = models.Market(
        id=ids.new(),
        key=key,
        code=ids.speakable(CODE_LENGTH),
        name=one.name,
        road_address=one.road_address,
        lot_address=one.lot_address,
    )
    _renew(row, one)
    return row


def _renew(row: models.Market, one: ListedMarket) -> bool:
    """Bring the row up to date; whether anything but the day of the list changed."""
    figures = {
        "rhythm": one.rhythm.value,
        "days": list(one.days),
        "lat": one.at.lat if one.at else None,
        "lon": one.at.lon if one.at else None,
        "region": _region(one),
        "stalls": one.stalls,
        "sells": list(one.sells),
        "toilet": one.toilet,
        "parking": one.parking,
        "since": one.since,
        "listed_on": one.listed_on,
    }
    changed = False
    for field, value in figures.items():
        if getattr(row, field) != value:
            setattr(row, field, value)
            changed = True
    return changed


def _region(one: ListedMarket) -> str:
    """The city, county or district whose polygon holds the place; none where the address names another one: no guess."""
    if one.at is None:
        return ""
    region = regions.region_at(one.at, Level.SIGUNGU)
    said = (one.road_address, one.lot_address)
    return region.code if region is not None and any(text.startswith(region.path) for text in said) else ""


def _point(row: models.Market) -> PointDraft | None:
    if row.lat is None or row.lon is None:
        return None
    at = Point(row.lat, row.lon)
    return PointDraft(KIND, row.id, row.name, at, row.region)
