"""A small market for tests: people, shops, an association, a fund, campaigns."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from dure.base import clock, ids
from dure.base.geo import Point
from dure.foundations.channels import actions as channels
from dure.foundations.channels.tests import making as voices
from dure.foundations.channels.types import JoinedBy
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, OrganisationId, OrgKind, PersonId, system
from dure.kit import tx
from dure.services.market import actions, models, queries
from dure.services.market.types import (
    AtCounter,
    Campaign,
    Coupon,
    FundId,
    ListedMarket,
    MarketId,
    NewCampaign,
    NewShop,
    Offer,
    OfferKind,
    OfflineRedemption,
    Payer,
    Redemption,
    RedemptionId,
    Rhythm,
    Shop,
)

BY = system("test")
THREE_THOUSAND = Offer(OfferKind.WON, 3_000)


@dataclass(frozen=True)
class Ground:
    """A market with an association and two shops in it, and one shop elsewhere."""

    market: MarketId
    speaker: Actor
    association: OrganisationId
    merchant: Actor
    shop: Shop
    other_merchant: Actor
    other_shop: Shop
    far_merchant: Actor
    far_shop: Shop
    stewards: tuple[Actor, Actor]
    customers: tuple[Actor, ...] = field(default=())


def key() -> str:
    return ids.new().hex


def listed(name: str = "예시시장", lot: str = "예시도 가람군 장터리 1", **changed: object) -> ListedMarket:
    said: dict[str, object] = {
        "name": name,
        "rhythm": Rhythm.BOTH,
        "road_address": "",
        "lot_address": lot,
        "days": (0, 5),
        "at": Point(35.94, 125.02),
        "stalls": 40,
        "sells": ("농산물",),
        "toilet": True,
        "parking": None,
        "since": 1950,
        "listed_on": date(2024, 11, 4),
    }
    return ListedMarket(**(said | changed))  # type: ignore[arg-type]  # names and values are given by the test


def a_market(name: str = "예시시장", lot: str = "예시도 가람군 장터리 1") -> MarketId:
    actions.load_markets(BY, [listed(name, lot)])
    return MarketId(models.Market.objects.get(name=name, lot_address=lot).id)


def a_shop(name: str, market: MarketId | None = None) -> tuple[Shop, Actor]:
    organisation, owner = folk.organisation(folk.person("이상인"), name=name, kind=OrgKind.SHOP)
    shop = actions.open_shop(owner, NewShop(organisation, name, "칼국수", market=market), key=key())
    return shop, owner


def ground(customers: int = 2) -> Ground:
    market = a_market()
    association, speaker = folk.verified_organisation(
        folk.person("정회장"), name="예시시장 상인회", kind=OrgKind.MARKET
    )
    stewards = (folk.steward("운영하나"), folk.steward("운영둘"))
    asked = actions.ask_association(speaker, market, association, key=key())
    actions.decide_association(stewards[0], asked.id, True, key=key())
    shops = [a_shop(name, market) for name in ("예시 칼국수", "예시 건어물")]
    for shop, _ in shops:
        actions.answer_place(speaker, shop.id, True, key=key())
    far, far_merchant = a_shop("예시 책방")
    (shop, merchant), (other, other_merchant) = shops
    return Ground(
        market=market,
        speaker=speaker,
        association=association,
        merchant=merchant,
        shop=queries.shop(shop.id),
        other_merchant=other_merchant,
        other_shop=queries.shop(other.id),
        far_merchant=far_merchant,
        far_shop=far,
        stewards=stewards,
        customers=tuple(folk.person(f"손님{number}") for number in range(customers)),
    )


def a_fund(of: Ground, won: int = 3_000_000) -> FundId:
    one, other = of.stewards
    fund = actions.open_fund(one, "예시 상생기금", key=key())
    deposit = actions.enter_deposit(one, fund, won, f"예시 {key()[-12:]}", key=key())
    actions.decide_deposit(other, deposit, True, key=key())
    return fund


def new_campaign(of: Ground, **changed: Any) -> NewCampaign:
    today = clock.today()
    said: dict[str, Any] = {
        "title": "3천 원 할인",
        "offer": THREE_THOUSAND,
        "stock": 10,
        "valid_from": today - timedelta(days=1),  # "two hours ago" was in its time, shortly after midnight as well
        "valid_until": today + timedelta(days=30),
        "shop": of.shop.id,
    }
    return NewCampaign(**(said | changed))


def campaign(of: Ground, **changed: Any) -> Campaign:
    return actions.open_campaign(of.merchant, new_campaign(of, **changed), key=key())


def market_campaign(of: Ground, budget: int = 300_000, **changed: Any) -> Campaign:
    """A campaign of the association, paid from its budget."""
    actions.grant_budget(of.stewards[0], a_fund(of), of.market, budget, key=key())
    new = new_campaign(of, shop=None, market=of.market, payer=Payer.ASSOCIATION, **changed)
    return actions.open_campaign(of.speaker, new, key=key())


def take(by: Actor, campaign: Campaign) -> Coupon:
    return actions.take_coupon(by, campaign.id, key=key())


def at_counter(coupon: Coupon | str, paid: int = 0) -> AtCounter:
    read = coupon if isinstance(coupon, str) else coupon.token
    return AtCounter(RedemptionId(ids.new()), read, paid)


def redeem(by: Actor, shop: Shop, coupon: Coupon | str, paid: int = 0) -> Redemption:
    return actions.redeem(by, shop.id, at_counter(coupon, paid))


def offline(coupon: Coupon | str, ago: timedelta = timedelta(minutes=5), paid: int = 0) -> OfflineRedemption:
    token = coupon if isinstance(coupon, str) else coupon.token
    return OfflineRedemption(RedemptionId(ids.new()), token, clock.now() - ago, paid)


def friend_of(shop: Shop, owner: Actor, *friends: Actor) -> Shop:
    """The shop with a channel, and these as its friends."""
    with tx.durable():
        channel = channels.open_channel(owner, voices.new_channel(shop.organisation), key=key()).id
    actions.adopt_channel(BY, channel, shop.organisation)
    for one in friends:
        with tx.durable():
            channels.join(one, channel, JoinedBy.LINK)
    return queries.shop(shop.id)


def person_of(actor: Actor) -> PersonId:
    assert actor.person is not None
    return actor.person


def issued(campaign: Campaign) -> int:
    return models.Coupon.objects.filter(campaign_id=campaign.id).count()


def live(coupon: UUID) -> int:
    return models.Redemption.objects.filter(coupon_id=coupon, state__in=("taken", "settled")).count()
