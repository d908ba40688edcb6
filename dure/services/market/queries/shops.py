"""Shops."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from dure.base.actors import Actor, OrganisationId
from dure.base.refusals import NotFound
from dure.foundations.channels.types import ChannelId
from dure.foundations.people import queries as people
from dure.foundations.people.types import OrgState
from dure.services.market import models
from dure.services.market.rules import permits
from dure.services.market.types import MarketId, Place, Shop, ShopId, ShopState

SHOPS_MAX: Final = 500  # of a market on one page
FOUND_MAX: Final = 30
ROWS_AT_ONCE: Final = 500
UNTRUSTED: Final = (OrgState.REVOKED, OrgState.REJECTED)


def shop(shop_id: ShopId) -> Shop:
    """One shop. Raises NotFound."""
    return _one(Q(id=shop_id))


def shop_by_code(code: str) -> Shop:
    """The shop with this speakable code. Raises NotFound."""
    return _one(Q(code=code))


def shops(shop_ids: Iterable[ShopId]) -> Mapping[ShopId, Shop]:
    """Those of the shops that exist, by id."""
    return {ShopId(row.id): _shop(row) for row in models.Shop.objects.filter(id__in=list(shop_ids))}


def shops_in(market: MarketId) -> tuple[Shop, ...]:
    """The shops of a market that its association accepted, by name."""
    rows = models.Shop.objects.filter(market_id=market, place=Place.ACCEPTED, state=ShopState.OPEN)
    return tuple(_shop(row) for row in rows.order_by("name", "pk")[:SHOPS_MAX])


def find_shops(said: str) -> tuple[Shop, ...]:
    """Open shops whose name, wares or market fit what was said, by name; nothing said finds nothing."""
    words = said.split()[:5]
    wanted = Q(state=ShopState.OPEN)
    for word in words:
        in_market = Q(place=Place.ACCEPTED) & (
            Q(market__name__icontains=word)
            | Q(market__road_address__icontains=word)
            | Q(market__lot_address__icontains=word)
        )
        wanted &= Q(name__icontains=word) | Q(sells__icontains=word) | in_market
    rows = models.Shop.objects.filter(wanted).order_by("name", "id")
    return tuple(_shop(row) for row in rows[:FOUND_MAX]) if words else ()


def open_shops() -> Iterator[Shop]:
    """Every shop that is open, by name, for open data."""
    rows = models.Shop.objects.filter(state=ShopState.OPEN).order_by("name", "id")
    return (_shop(row) for row in rows.iterator(ROWS_AT_ONCE))


def shops_asking(by: Actor, market: MarketId) -> tuple[Shop, ...]:
    """Shops that say they are in the market and wait for its association. Raises NotAllowed."""
    permits.may_work(by, speaker_of(market))
    rows = models.Shop.objects.filter(market_id=market, place=Place.ASKED, state=ShopState.OPEN)
    return tuple(_shop(row) for row in rows.order_by("opened_at", "pk")[:SHOPS_MAX])


def shops_of(by: Actor) -> tuple[Shop, ...]:
    """The shops that this person works for."""
    organisations = [organisation for organisation, _ in by.memberships]
    rows: QuerySet[models.Shop] = models.Shop.objects.filter(organisation_id__in=organisations)
    return tuple(_shop(row) for row in rows.order_by("name", "pk"))


def has_shop_in(by: Actor, market: MarketId) -> bool:
    """Whether somebody works for a shop that is in a market, or asks to be: its coupons would bring them customers."""
    mine = {organisation for organisation, _role in by.memberships}
    there = models.Shop.objects.filter(market_id=market, organisation_id__in=mine)
    return there.exclude(place=Place.REFUSED).exists()


def regions_of_shops(shop_ids: Iterable[ShopId]) -> Mapping[ShopId, str]:
    """The regions of those of the shops that stand in a market which has one."""
    rows = models.Shop.objects.filter(id__in=list(shop_ids), place=Place.ACCEPTED).exclude(market__region="")
    return {ShopId(shop): region for shop, region in rows.values_list("id", "market__region")}


def shop_of_channel(channel: UUID) -> Shop | None:
    """The shop whose channel this is."""
    row = models.Shop.objects.filter(channel_id=channel).first()
    return _shop(row) if row else None


def speaker_of(market: MarketId) -> OrganisationId:
    """The organisation that speaks for a market. Raises NotFound, also when its verification was taken away since."""
    row = models.Association.objects.filter(market_id=market, state="confirmed").first()
    if row is None or people.organisation(row.organisation_id).state in UNTRUSTED:
        raise NotFound(what="association")
    return OrganisationId(row.organisation_id)


def _one(wanted: Q) -> Shop:
    row = models.Shop.objects.filter(wanted).first()
    if row is None:
        raise NotFound(what="shop")
    return _shop(row)


def _shop(row: models.Shop) -> Shop:
    return Shop(
        id=ShopId(row.id),
        code=row.code,
        organisation=OrganisationId(row.organisation_id),
        name=row.name,
        sells=row.sells,
        about=row.about,
        contact=row.contact,
        market=MarketId(row.market_id) if row.market_id else None,
        place=Place(row.place),
        stall=row.stall,
        state=ShopState(row.state),
        channel=ChannelId(row.channel_id) if row.channel_id else None,
        opened_at=row.opened_at,
    )
