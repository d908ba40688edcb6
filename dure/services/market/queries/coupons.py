"""Campaigns and coupons, as everybody, their holders and their makers see them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.services.market import models
from dure.services.market.rules import codes, permits
from dure.services.market.rules.redeeming import state_of
from dure.services.market.types import (
    AssociationState,
    Campaign,
    CampaignFigures,
    CampaignId,
    CampaignState,
    CounterOffer,
    Coupon,
    CouponId,
    CouponState,
    Given,
    MarketId,
    Offer,
    OfferKind,
    Payer,
    Place,
    Shop,
    ShopId,
)

from .shops import speaker_of
from .signing import token_of

CAMPAIGNS_MAX: Final = 100
COUPONS_MAX: Final = 100
FIRST: Final = UUID(int=0)
LIVE: Final = ("taken", "settled")


def campaign(campaign_id: CampaignId) -> Campaign:
    """One campaign. Raises NotFound."""
    return _one(Q(id=campaign_id))


def campaign_by_code(code: str) -> Campaign:
    """The campaign with this speakable code. Raises NotFound."""
    return _one(Q(code=code))


def on_offer(shop: ShopId, now: datetime | None = None) -> tuple[Campaign, ...]:
    """What can be taken at a shop now: its own, and what its market gives for all of its shops."""
    return _on_offer(Q(shop_id=shop) | _market_of(shop), now or clock.now())


def on_offer_in(market: MarketId, now: datetime | None = None) -> tuple[Campaign, ...]:
    """What can be taken in a market now: the market's own, and what its association carries of its shops."""
    carried = Q(shop__market_id=market, shop__place=Place.ACCEPTED, carried_at__isnull=False)
    return _on_offer(Q(market_id=market) | carried, now or clock.now())


def carriable(by: Actor, market: MarketId) -> tuple[Campaign, ...]:
    """Coupons of a market's shops that its association may carry, or does. Raises NotAllowed, NotFound."""
    permits.may_work(by, speaker_of(market))
    wanted = Q(shop__market_id=market, shop__place=Place.ACCEPTED, carriable=True)
    return _on_offer(wanted, clock.now())


def coming_by_itself(given: Given, after: UUID = FIRST) -> tuple[Campaign, ...]:
    """Open campaigns of all shops whose coupons come by themselves in this way: those after that id, CAMPAIGNS_MAX at a time."""
    open_now = _campaigns().filter(state=CampaignState.OPEN, valid_until__gt=clock.now(), issued__lt=F("stock"))
    return tuple(campaign_of(row) for row in open_now.filter(given=given, id__gt=after).order_by("id")[:CAMPAIGNS_MAX])


def welcome_of(shop: ShopId) -> tuple[Campaign, ...]:
    """What a shop gives to new friends."""
    return _on_offer(Q(shop_id=shop, given=Given.WELCOME), clock.now(), any_way=True)


def welcoming(channels: Iterable[UUID]) -> frozenset[UUID]:
    """In which of these channels a shop gives something to new friends now. One statement."""
    rows = models.Campaign.objects.filter(shop__channel__in=set(channels), given=Given.WELCOME)
    rows = rows.filter(state=CampaignState.OPEN, valid_until__gt=clock.now(), issued__lt=F("stock"))
    return frozenset(rows.values_list("shop__channel_id", flat=True))


def campaigns_of(by: Actor, shop: Shop) -> tuple[CampaignFigures, ...]:
    """A shop's campaigns with their figures, the newest first. Raises NotAllowed."""
    permits.may_work(by, shop.organisation)
    return _figures(models.Campaign.objects.filter(shop_id=shop.id))


def campaigns_of_market(by: Actor, market: MarketId) -> tuple[CampaignFigures, ...]:
    """An association's campaigns with their figures, the newest first. Raises NotAllowed, NotFound."""
    permits.may_work(by, speaker_of(market))
    return _figures(models.Campaign.objects.filter(market_id=market))


def campaigns_of_funds(by: Actor) -> tuple[CampaignFigures, ...]:
    """Campaigns that funds pay, with their figures, the newest first. Raises NotAllowed."""
    permits.may_look(by)
    return _figures(models.Campaign.objects.filter(payer=Payer.FUND))


def newest_offers(most: int) -> tuple[Campaign, ...]:
    """What anybody can take now, whoever gives it, the newest first."""
    now = clock.now()
    rows = _campaigns().filter(state=CampaignState.OPEN, valid_until__gt=now, issued__lt=F("stock"), given=Given.TAKEN)
    return tuple(campaign_of(row) for row in rows.order_by("-made_at", "id")[:most])


def counter_offers(by: Actor, shop: Shop) -> tuple[CounterOffer, ...]:
    """What a counter's phone keeps, so that it can judge coupons without a line. Raises NotAllowed."""
    permits.may_work(by, shop.organisation)
    rows = models.Campaign.objects.filter(Q(shop_id=shop.id) | _market_of(shop.id)).exclude(state=CampaignState.ENDED)
    return tuple(
        CounterOffer(
            campaign=CampaignId(row.id),
            title=row.title,
            offer=offer_of(row),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            undo_minutes=row.undo_minutes,
        )
        for row in rows.order_by("-valid_until")[:CAMPAIGNS_MAX]
    )


def my_coupons(person: PersonId, *, signed: bool = False) -> tuple[Coupon, ...]:
    """A person's coupons: those that are good first, of these what runs out soonest. `signed`: with their QR codes' texts."""
    return _mine(Q(person_id=person), signed)


def held_first(person: PersonId, most: int) -> tuple[Coupon, ...]:
    """Of the coupons that a person can use those that run out soonest, without the texts of their QR codes."""
    now = clock.now()
    return tuple(_coupon(row, now) for row in _usable(person, now).order_by("campaign__valid_until", "id")[:most])


def held_count(person: PersonId) -> int:
    """How many coupons a person can use."""
    return _usable(person, clock.now()).count()


def my_coupons_in(person: PersonId, channel: UUID) -> tuple[Coupon, ...]:
    """Those of them that the shop or market gave which speaks in this channel: its staff read along there, and a shop never
    learns whose regular somebody else is.
    """
    association = "campaign__market__associations"
    spoken = Q(**{f"{association}__channel_id": channel, f"{association}__state": AssociationState.CONFIRMED})
    return _mine(Q(person_id=person) & (Q(campaign__shop__channel_id=channel) | spoken))


def my_coupon(person: PersonId, coupon: CouponId) -> Coupon:
    """One coupon of this person. Raises NotFound, also for somebody else's."""
    row = _held().filter(person_id=person, id=coupon).first()
    if row is None:
        raise NotFound(what="coupon")
    return _coupon(row, clock.now(), signed=True)


def coupon_of_code(typed: str) -> CouponId:
    """Whose code was read out at a counter. Raises NotACoupon, NotFound."""
    row = models.Coupon.objects.filter(code=codes.spoken_code(typed)).only("id").first()
    if row is None:
        raise NotFound(what="coupon")
    return CouponId(row.id)


def holds(person: PersonId, campaigns: Iterable[CampaignId]) -> frozenset[CampaignId]:
    """Of which of these campaigns the person has a coupon."""
    rows = models.Coupon.objects.filter(person_id=person, campaign_id__in=list(campaigns))
    return frozenset(CampaignId(one) for one in rows.values_list("campaign_id", flat=True))


def accepts(shop: ShopId, campaign: models.Campaign) -> bool:
    """Whether a coupon of this campaign is good at this shop."""
    if campaign.shop_id:
        return bool(campaign.shop_id == shop)
    here = models.Shop.objects.filter(id=shop, market=campaign.market, place=Place.ACCEPTED)
    return campaign.market_id is not None and here.exists()


def offer_of(row: models.Campaign) -> Offer:
    """What the coupons of this campaign are worth."""
    return Offer(OfferKind(row.kind), row.value, row.thing, row.least_won, row.most_won)


def _market_of(shop: ShopId | UUID) -> Q:
    return Q(market__shops__id=shop, market__shops__place=Place.ACCEPTED)


def held_by(person: UUID) -> QuerySet[models.Coupon]:
    """Every coupon of a person, the first one first; each with `used_at` and `used_where`."""
    return _held().filter(person_id=person).order_by("issued_at", "id")


def _usable(person: PersonId, now: datetime) -> QuerySet[models.Coupon]:
    used = models.Redemption.objects.filter(coupon=OuterRef("pk"), state__in=LIVE)
    return _held().filter(person_id=person, campaign__valid_until__gt=now).exclude(Exists(used))


def _mine(wanted: Q, signed: bool = False) -> tuple[Coupon, ...]:
    now = clock.now()
    found = [
        _coupon(row, now, signed=signed) for row in _held().filter(wanted).order_by("-issued_at", "-pk")[:COUPONS_MAX]
    ]
    found.sort(key=lambda one: (one.state is not CouponState.HELD, one.valid_until))
    return tuple(found)


def _held() -> QuerySet[models.Coupon]:
    used = models.Redemption.objects.filter(state__in=LIVE)
    return models.Coupon.objects.select_related("campaign__shop", "campaign__market").annotate(
        used_at=used.filter(coupon_id=OuterRef("id")).values("at")[:1],
        used_where=used.filter(coupon_id=OuterRef("id")).values("shop__name")[:1],
    )


def _one(wanted: Q) -> Campaign:
    row = _campaigns().filter(wanted).first()
    if row is None:
        raise NotFound(what="campaign")
    return campaign_of(row)


def _campaigns() -> QuerySet[models.Campaign]:
    return models.Campaign.objects.select_related("shop", "market")


def _on_offer(wanted: Q, now: datetime, *, any_way: bool = False) -> tuple[Campaign, ...]:
    rows = _campaigns().filter(wanted, state=CampaignState.OPEN, valid_until__gt=now, issued__lt=F("stock"))
    if not any_way:
        rows = rows.filter(given=Given.TAKEN)
    return tuple(campaign_of(row) for row in rows.order_by("valid_until", "id").distinct()[:CAMPAIGNS_MAX])


def _figures(rows: QuerySet[models.Campaign]) -> tuple[CampaignFigures, ...]:
    found = list(rows.select_related("shop", "market").order_by("-made_at", "-pk")[:CAMPAIGNS_MAX])
    live = models.Redemption.objects.filter(coupon__campaign__in=found, state__in=LIVE)
    used = {
        campaign: (count, won)
        for campaign, count, won in live.values_list("coupon__campaign").annotate(Count("id"), Sum("won_off"))
    }
    return tuple(
        CampaignFigures(
            campaign=campaign_of(row),
            issued=row.issued,
            used=used.get(row.id, (0, 0))[0],
            won_off=used.get(row.id, (0, 0))[1],
        )
        for row in found
    )


def campaign_of(row: models.Campaign) -> Campaign:
    """The value of a row."""
    issuer = row.shop or row.market
    return Campaign(
        id=CampaignId(row.id),
        code=row.code,
        title=row.title,
        offer=offer_of(row),
        terms=row.terms,
        stock=row.stock,
        left=row.stock - row.issued,
        per_person=row.per_person,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        shop=ShopId(row.shop_id) if row.shop_id else None,
        market=MarketId(row.market_id) if row.market_id else None,
        issuer=issuer.name if issuer else "",
        given=Given(row.given),
        absent_days=row.absent_days,
        payer=Payer(row.payer),
        undo_minutes=row.undo_minutes,
        friends_only=row.friends_only,
        carriable=row.carriable,
        carried=row.carried_at is not None,
        state=CampaignState(row.state),
        made_at=row.made_at,
    )


def _coupon(row: models.Coupon, now: datetime, *, signed: bool = False) -> Coupon:
    """The row as a value, for whoever holds it. Signing costs: only what shows a QR code asks for it."""
    if row.person_id is None:
        raise RuntimeError("a coupon was read for a holder that it no longer has")
    campaign, used_at = row.campaign, getattr(row, "used_at", None)
    issuer = campaign.shop or campaign.market
    return Coupon(
        id=CouponId(row.id),
        campaign=CampaignId(campaign.id),
        person=PersonId(row.person_id),
        code=row.code,
        token=token_of(row, campaign) if signed else "",
        title=campaign.title,
        issuer=issuer.name if issuer else "",
        offer=offer_of(campaign),
        terms=campaign.terms,
        issued_at=row.issued_at,
        valid_from=campaign.valid_from,
        valid_until=campaign.valid_until,
        state=state_of(campaign.valid_until, used_at is not None, now),
        used_at=used_at,
        used_where=getattr(row, "used_where", "") or "",
    )
