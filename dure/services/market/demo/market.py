"""A sample market of the invented county 가람군 with an association, three shops, coupons and a fund."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dure.base import clock, ids
from dure.base.geo import Point
from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import ChannelId, JoinedBy, NewChannel
from dure.foundations.people import actions as people_actions
from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, Decision, OrganisationId, OrgKind, PersonId, system
from dure.foundations.places import demo as county
from dure.foundations.places import queries as places
from dure.kit import tx
from dure.services.market import actions, queries
from dure.services.market.types import (
    ListedMarket,
    MarketId,
    NewCampaign,
    NewShop,
    Offer,
    OfferKind,
    Payer,
    Rhythm,
    ShopId,
)

SEED = UUID("00000000-0000-7000-8000-00000000a4e7")
BY = system("market.demo")
NAME = "가람 장터시장 (예시)"
LOT = "예시도 가람군 가람읍 장터리 12"
HEAD, NOODLES, FISH, BOOKS = folk.OWNERS[1], folk.CITIZENS[3], folk.CITIZENS[4], folk.CITIZENS[2]
FUND_WON, BUDGET_WON, CREDIT_WON = 10_000_000, 3_000_000, 300_000


@dataclass(frozen=True, slots=True)
class SampleShop:
    """A sample shop: who runs it, what it sells, its channel's handle, the offer it makes."""

    owner: folk.Sample
    name: str
    sells: str
    stall: str
    handle: str
    serial: str
    offer: Offer


SHOPS = (
    SampleShop(
        NOODLES, "장터 칼국수 (예시)", "칼국수, 만두", "나동 3호", "장터칼국수", "0011", Offer(OfferKind.WON, 2_000)
    ),
    SampleShop(
        FISH,
        "솔내 건어물 (예시)",
        "멸치, 김, 오징어",
        "가동 12호",
        "솔내건어물",
        "0012",
        Offer(OfferKind.PERCENT, 10, least_won=10_000, most_won=5_000),
    ),
    SampleShop(
        BOOKS,
        "윗말 책방 (예시)",
        "헌책, 문구",
        "",
        "윗말책방",
        "0013",
        Offer(OfferKind.THING, 1_500, thing="엽서 세 장"),
    ),
)


def load() -> None:
    """Load the market as far as it is not there. Safe to run again."""
    market = _market()
    if queries.association(market) is None:
        _association(market)
    for one in SHOPS:
        if not any(shop.name == one.name for shop in queries.shops_of(_actor(one.owner))):
            _shop(one, market)
    if not queries.funds(_actor(folk.STEWARDS[0])):
        _fund(market)


def _market() -> MarketId:
    hall = next(one for one in places.nearest(_centre(), 1, "hall"))
    listed = ListedMarket(
        name=NAME,
        rhythm=Rhythm.BOTH,
        road_address="",
        lot_address=LOT,
        days=(2, 7),
        at=hall.point.at,
        stalls=64,
        sells=("농산물", "수산물", "음식점"),
        toilet=True,
        parking=True,
        since=1961,
        listed_on=county.COUNTED_ON,
    )
    actions.load_markets(BY, [listed])
    return next(one.market.id for one in queries.find(NAME))


def _association(market: MarketId) -> None:
    organisation = _organisation("장터시장 상인회 (예시)", HEAD, "0010", OrgKind.MARKET)
    steward = _actor(folk.STEWARDS[0])
    with tx.durable():
        people_actions.submit_verification(_actor(HEAD), organisation)
        people_actions.decide_verification(steward, organisation, Decision.VERIFY)
    _channel(_actor(HEAD), organisation, "장터시장", "장터시장 상인회 (예시)")
    asked = actions.ask_association(_actor(HEAD), market, organisation, key=_key("ask"))
    actions.decide_association(steward, asked.id, True, key=_key("confirm"))


def _shop(one: SampleShop, market: MarketId) -> None:
    organisation = _organisation(one.name, one.owner, one.serial, OrgKind.SHOP)
    by = _actor(one.owner)
    voice = _channel(by, organisation, one.handle, one.name)
    new = NewShop(
        organisation=organisation,
        name=one.name,
        sells=one.sells,
        contact="00-000-0000",
        about="체험용 예시 가게입니다.",
        market=market if one.stall else None,
        stall=one.stall,
    )
    shop = actions.open_shop(by, new, key=_key(f"open:{one.handle}"))
    if one.stall:
        actions.answer_place(_actor(HEAD), shop.id, True, key=_key(f"answer:{one.handle}"))
    campaign = actions.open_campaign(by, _campaign(shop.id, one), key=_key(f"coupon:{one.handle}"))
    for number, citizen in enumerate((folk.CITIZENS[0], folk.CITIZENS[1], folk.ELDER)):
        with tx.durable():
            channels.join(_actor(citizen), voice, JoinedBy.LINK)
        if number != 1:
            actions.take_coupon(_actor(citizen), campaign.id, key=_key(f"take:{one.handle}"))
    if one.owner is NOODLES:
        actions.carry_campaign(_actor(HEAD), campaign.id, True, key=_key("carry"))
        actions.note_regular(by, shop.id, folk.ELDER.id, (("어르신", "콩국수"), "면을 푹 삶아 드리기 (예시)", None))


def _campaign(shop: ShopId, one: SampleShop) -> NewCampaign:
    today = clock.today()
    return NewCampaign(
        title="첫 손님 고맙습니다 (예시)",
        offer=one.offer,
        stock=100,
        valid_from=today,
        valid_until=today + timedelta(days=60),
        shop=shop,
        terms="체험용 예시 쿠폰입니다.",
        per_person=2,
        carriable=True,
    )


def _fund(market: MarketId) -> None:
    first, second = (_actor(one) for one in folk.STEWARDS)
    fund = actions.open_fund(first, "단골시장 상생기금 (예시)", key=_key("fund"))
    deposit = actions.enter_deposit(first, fund, FUND_WON, "예시 입금 0001", key=_key("deposit"))
    actions.decide_deposit(second, deposit, True, key=_key("booked"))
    actions.grant_budget(first, fund, market, BUDGET_WON, key=_key("budget"))
    for one in SHOPS:
        shop = queries.shops_of(_actor(one.owner))[0]
        actions.grant_credit(first, fund, shop.organisation, CREDIT_WON, key=_key(f"credit:{one.handle}"))
    today = clock.today()
    new = NewCampaign(
        title="장날 시장 어디서나 (예시)",
        offer=Offer(OfferKind.WON, 1_000, least_won=5_000),
        stock=500,
        valid_from=today,
        valid_until=today + timedelta(days=30),
        market=market,
        payer=Payer.ASSOCIATION,
        terms="체험용 예시 쿠폰입니다.",
    )
    actions.open_campaign(_actor(HEAD), new, key=_key("market coupon"))


def _organisation(name: str, owner: folk.Sample, serial: str, kind: OrgKind) -> OrganisationId:
    known = OrganisationId(ids.derived(SEED, f"organisation:{serial}"))
    if not people.organisations([known]):
        with tx.durable():
            form = folk.sample_form(name, "00083", serial, owner, kind=kind)
            people_actions.register_organisation(_actor(owner), form, known_as=known)
    return known


def _channel(by: Actor, organisation: OrganisationId, handle: str, name: str) -> ChannelId:
    new = NewChannel(organisation, handle, name, "체험용 예시 채널입니다.", "00-000-0000")
    with tx.durable():
        return channels.open_channel(by, new, key=_key(f"channel:{handle}")).id


def _centre() -> Point:
    return places.region(county.VILLAGES["장터리"]).centre or Point(0, 0)


def _actor(sample: folk.Sample) -> Actor:
    return people.actor(PersonId(sample.id))


def _key(step: str) -> str:
    return f"demo:{step}"
