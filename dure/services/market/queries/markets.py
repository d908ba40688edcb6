"""Markets and their associations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from django.db.models import Count, Q

from dure.base.actors import Actor, OrganisationId
from dure.base.geo import Point, distance_m
from dure.base.refusals import NotFound
from dure.foundations.channels.types import ChannelId
from dure.foundations.places import queries as places
from dure.services.market import models
from dure.services.market.rules import permits
from dure.services.market.types import (
    Association,
    AssociationState,
    Market,
    MarketId,
    NearMarket,
    Place,
    Rhythm,
    ShopState,
)

KIND: Final = "market"  # of the point on the map
NEAR_MAX: Final = 30
FOUND_MAX: Final = 50
ASKED_MAX: Final = 100
ROWS_AT_ONCE: Final = 500


def market(market_id: MarketId) -> Market:
    """One market. Raises NotFound."""
    return _one(Q(id=market_id))


def market_by_code(code: str) -> Market:
    """The market with this speakable code. Raises NotFound."""
    return _one(Q(code=code))


def code_of(market_id: UUID) -> str:
    """The speakable code of a market; what the map leads to. Raises NotFound."""
    return market(MarketId(market_id)).code


def markets(market_ids: Iterable[MarketId]) -> Mapping[MarketId, Market]:
    """Those of the markets that exist, by id."""
    rows = list(models.Market.objects.filter(id__in=list(market_ids)))
    return {one.id: one for one in _read(rows)}


def near(origin: Point, most: int = NEAR_MAX) -> tuple[NearMarket, ...]:
    """The markets nearest to `origin`, nearest first."""
    points = places.nearest(origin, min(most, NEAR_MAX), KIND)
    found = markets(MarketId(one.point.ref) for one in points)
    shops = shop_counts(found)
    return tuple(
        NearMarket(found[MarketId(one.point.ref)], shops.get(MarketId(one.point.ref), 0), one.distance_m)
        for one in points
        if MarketId(one.point.ref) in found
    )


def find(said: str, origin: Point | None = None) -> tuple[NearMarket, ...]:
    """Markets whose name or address holds what was said, those with shops here first; nobody picks one of equal names."""
    words = said.split()[:5]
    wanted = Q()
    for word in words:
        wanted &= Q(name__icontains=word) | Q(road_address__icontains=word) | Q(lot_address__icontains=word)
    rows = models.Market.objects.filter(wanted).annotate(here=Count("shops", filter=_open_here()))
    rows = rows.order_by("-here", "name", "road_address")[:FOUND_MAX]
    counts = {MarketId(row.id): row.here for row in rows}
    return tuple(
        NearMarket(one, counts[one.id], distance_m(origin, one.at) if origin and one.at else None)
        for one in _read(list(rows))
    )


def shop_counts(market_ids: Iterable[MarketId]) -> Mapping[MarketId, int]:
    """How many shops of each market are here."""
    rows = models.Market.objects.filter(id__in=list(market_ids)).annotate(here=Count("shops", filter=_open_here()))
    return {MarketId(row.id): row.here for row in rows}


def all_markets() -> Iterator[Market]:
    """Every market, by name and address, for open data."""
    rows = models.Market.objects.order_by("name", "road_address", "lot_address")
    for start in range(0, rows.count(), ROWS_AT_ONCE):
        yield from _read(list(rows[start : start + ROWS_AT_ONCE]))


def count() -> int:
    """How many markets are known."""
    return models.Market.objects.count()


def association(market_id: MarketId) -> Association | None:
    """Who speaks for a market, or asked to."""
    row = models.Association.objects.filter(market_id=market_id, state__in=("asked", "confirmed")).first()
    return _association(row) if row else None


def associations_asked(by: Actor) -> tuple[Association, ...]:
    """Organisations that wait for a steward's yes, those that asked first. Raises NotAllowed."""
    permits.may_look(by)
    rows = models.Association.objects.filter(state=AssociationState.ASKED).order_by("asked_at", "pk")[:ASKED_MAX]
    return tuple(_association(row) for row in rows)


def associations_confirmed(by: Actor) -> tuple[Association, ...]:
    """Who speaks for a market now, the newest first. Raises NotAllowed."""
    permits.may_look(by)
    rows = models.Association.objects.filter(state=AssociationState.CONFIRMED).order_by("-decided_at", "-pk")[
        :ASKED_MAX
    ]
    return tuple(_association(row) for row in rows)


def associations_of(organisations: Iterable[OrganisationId]) -> tuple[Association, ...]:
    """What these organisations speak for, or asked to."""
    rows = models.Association.objects.filter(
        organisation_id__in=list(organisations), state__in=("asked", "confirmed")
    ).order_by("asked_at", "pk")
    return tuple(_association(row) for row in rows)


def _open_here() -> Q:
    return Q(shops__place=Place.ACCEPTED, shops__state=ShopState.OPEN)


def _one(wanted: Q) -> Market:
    rows = list(models.Market.objects.filter(wanted)[:1])
    if not rows:
        raise NotFound(what="market")
    return _read(rows)[0]


def _read(rows: Sequence[models.Market]) -> tuple[Market, ...]:
    speaking = {
        row.market_id: row
        for row in models.Association.objects.filter(
            market_id__in=[row.id for row in rows], state=AssociationState.CONFIRMED
        )
    }
    return tuple(_market(row, speaking.get(row.id)) for row in rows)


def _market(row: models.Market, speaking: models.Association | None) -> Market:
    return Market(
        id=MarketId(row.id),
        code=row.code,
        name=row.name,
        rhythm=Rhythm(row.rhythm),
        road_address=row.road_address,
        lot_address=row.lot_address,
        days=tuple(row.days),
        at=Point(row.lat, row.lon) if row.lat is not None and row.lon is not None else None,
        region=row.region,
        stalls=row.stalls,
        sells=tuple(row.sells),
        toilet=row.toilet,
        parking=row.parking,
        since=row.since,
        listed_on=row.listed_on,
        association=OrganisationId(speaking.organisation_id) if speaking else None,
        channel=ChannelId(speaking.channel_id) if speaking and speaking.channel_id else None,
    )


def _association(row: models.Association) -> Association:
    return Association(
        id=row.id,
        market=MarketId(row.market_id),
        organisation=OrganisationId(row.organisation_id),
        state=AssociationState(row.state),
        asked_at=row.asked_at,
        channel=ChannelId(row.channel_id) if row.channel_id else None,
    )
