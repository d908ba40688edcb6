"""The ground on which the year 2023 is replayed: markets, associations, shops, channels, friends. All of it invented."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from dure.base import clock
from dure.base.geo import Point
from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import JOINING_MAX, ChannelId, JoinedBy, Joining, NewChannel
from dure.foundations.people import actions as people_actions
from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, Decision, OrganisationId, OrgKind, PersonId, system
from dure.kit import tx
from dure.kit.importing import Progress
from dure.services.market import actions, queries
from dure.services.market.types import (
    Campaign,
    FundId,
    ListedMarket,
    MarketId,
    NewCampaign,
    NewShop,
    Offer,
    OfferKind,
    Payer,
    Rhythm,
    Shop,
)

BY = system("market.year")
OFFICE = "0009"
CONTACT = "00-000-0000"
FRIENDS_OF_ASSOCIATION = 1_000  # what every market's channel of 2023 had reached
ADS_ONE_IN = 3  # agree to ads
DAYS = 365


@dataclass(frozen=True, slots=True)
class Stand:
    """One channel of the year: whose it is, its shop (None: an association's), its campaign."""

    by: Actor
    organisation: OrganisationId
    channel: ChannelId
    market: MarketId
    shop: Shop | None
    campaign: Campaign
    friends: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How large the year is."""

    markets: int
    channels: int
    friends: int
    seed: int


def open_ground(size: Size, progress: Progress) -> tuple[Stand, ...]:
    """Everybody and everything that is there before the first friend comes."""
    folk.load()
    progress.begin("people", size.channels + size.friends)
    everybody = folk.crowd(size.channels + size.friends, progress.advance)
    merchants, customers = everybody[: size.channels], everybody[size.channels :]
    markets = _markets(size.markets)
    fund = _fund()
    crowd = _shares(size, customers)
    progress.begin("channels", size.channels)
    stands = []
    for number in range(size.channels):
        stands.append(_stand(number, size, (merchants[number], markets[number % size.markets], fund), next(crowd)))
        progress.advance()
    return tuple(stands)


def join_all(stands: tuple[Stand, ...], progress: Progress) -> int:
    """Every friend joins by the QR code at the counter, each with a yes or a no to ads; answers how many did."""
    progress.begin("friends", sum(len(one.friends) for one in stands))
    joined = 0
    for one in stands:
        said = [Joining(person, ads=place % ADS_ONE_IN == 0) for place, person in enumerate(one.friends)]
        for start in range(0, len(said), JOINING_MAX):
            batch = said[start : start + JOINING_MAX]
            with tx.durable():
                joined += channels.join_many(BY, one.channel, JoinedBy.QR, batch, origin="page")
            progress.advance(len(batch))
    return joined


def _markets(count: int) -> list[MarketId]:
    listed = [
        ListedMarket(
            name=f"예시 {number + 1}시장",
            rhythm=Rhythm.DAILY,
            road_address="",
            lot_address=f"예시도 가람군 장터리 {number + 1000}",
            days=(),
            at=Point(35.9 + number / 1_000, 125.0 + number / 1_000),
            stalls=90,
            sells=("농산물",),
            toilet=True,
            parking=True,
            since=None,
            listed_on=clock.today(),
        )
        for number in range(count)
    ]
    actions.load_markets(BY, listed)
    return [queries.find(one.lot_address)[0].market.id for one in listed]


def _fund() -> FundId:
    first, second = (people.actor(one.id) for one in folk.STEWARDS)
    fund = actions.open_fund(first, "예시 상생기금", key="year:fund")
    deposit = actions.enter_deposit(first, fund, 1_000_000_000, "예시 2023", key="year:deposit")
    actions.decide_deposit(second, deposit, True, key="year:booked")
    return fund


def _shares(size: Size, customers: tuple[PersonId, ...]) -> Iterator[tuple[PersonId, ...]]:
    """The friends of each channel: associations have ten times as many as shops, and all together are all customers."""
    weights = [10 if number < size.markets else 1 for number in range(size.channels)]
    whole, start, given = sum(weights), 0, 0
    for weight in weights:
        given += weight
        end = len(customers) * given // whole
        yield customers[start:end]
        start = end


def _stand(number: int, size: Size, who: tuple[PersonId, MarketId, FundId], friends: tuple[PersonId, ...]) -> Stand:
    person, market, fund = who
    is_association = number < size.markets
    kind = OrgKind.MARKET if is_association else OrgKind.SHOP
    name = f"예시 {number + 1}상인회" if is_association else f"예시 {number + 1}가게"
    owner = folk.Sample(f"crowd{number}", f"표본 {number + 1}")
    form = folk.sample_form(name, f"{OFFICE}{number // 10_000}", f"{number % 10_000:04}", owner, kind=kind)
    with tx.durable():
        organisation = people_actions.register_organisation(people.actor(person), form)
        by = people.actor(person)
        if is_association:
            people_actions.submit_verification(by, organisation)
            people_actions.decide_verification(people.actor(folk.STEWARDS[0].id), organisation, Decision.VERIFY)
        new = NewChannel(organisation, f"예시{number + 1}", name, "", CONTACT)
        channel = channels.open_channel(by, new, key="year").id
    shop = None if is_association else _shop(by, organisation, market, name)
    if is_association:
        _speak(by, organisation, market, fund)
    campaign = actions.open_campaign(by, _campaign(shop, market, len(friends)), key=f"year:coupon:{number}")
    return Stand(by, organisation, channel, market, shop, campaign, friends)


def _shop(by: Actor, organisation: OrganisationId, market: MarketId, name: str) -> Shop:
    shop = actions.open_shop(by, NewShop(organisation, name, "칼국수", market=market), key=f"year:{organisation}")
    speaker = queries.speaker_of(market)
    head = people.actor(next(iter(people.member_ids(speaker))))
    return actions.answer_place(head, shop.id, True, key=f"year:{shop.id}")


def _speak(by: Actor, organisation: OrganisationId, market: MarketId, fund: FundId) -> None:
    steward = people.actor(folk.STEWARDS[0].id)
    asked = actions.ask_association(by, market, organisation, key="year:ask")
    actions.decide_association(steward, asked.id, True, key=f"year:{asked.id}")
    actions.grant_credit(steward, fund, organisation, 3_000_000, key=f"year:credit:{asked.id}")
    actions.grant_budget(steward, fund, market, 3_000_000, key=f"year:budget:{asked.id}")


def _campaign(shop: Shop | None, market: MarketId, friends: int) -> NewCampaign:
    today = clock.today()
    return NewCampaign(
        title="2023년 단골 (예시)",
        offer=Offer(OfferKind.WON, 1_000),
        stock=max(1, min(friends, 3_000)),
        valid_from=today - timedelta(days=DAYS - 40),
        valid_until=today + timedelta(days=30),
        shop=shop.id if shop else None,
        market=None if shop else market,
        payer=Payer.SHOP if shop else Payer.ASSOCIATION,
    )


def chance(seed: int) -> random.Random:
    """Chance that is the same for the same seed."""
    return random.Random(seed)  # noqa: S311 - chance, not secrecy
