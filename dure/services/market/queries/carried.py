"""Which coupons a channel's messages can carry, and what became of those that they brought."""

from typing import Final
from uuid import UUID

from django.db.models import Count, Q

from dure.base import clock
from dure.foundations.channels.types import CouponUse
from dure.services.market import models
from dure.services.market.types import AssociationState, Campaign, CampaignId, CampaignState, Given, Place

from .coupons import LIVE, campaign_of

CARRIED_MAX: Final = 100


def carried_in(channel: UUID) -> tuple[Campaign, ...]:
    """What the shop that speaks in this channel gives to everybody who takes it; in an association's channel what it gives itself
    and what it carries of its shops. The newest first; also what is given out.
    """
    spoken = Q(associations__channel_id=channel, associations__state=AssociationState.CONFIRMED)
    markets = models.Market.objects.filter(spoken).values("id")
    carried = Q(shop__market__in=markets, shop__place=Place.ACCEPTED, carried_at__isnull=False)
    rows = models.Campaign.objects.filter(Q(shop__channel_id=channel) | Q(market__in=markets) | carried)
    open_now = rows.filter(given=Given.TAKEN, state=CampaignState.OPEN, valid_until__gt=clock.now())
    found = open_now.select_related("shop", "market").order_by("-made_at", "id")
    return tuple(campaign_of(row) for row in found[:CARRIED_MAX])


def use_of(broadcast: UUID) -> CouponUse:
    """How many people took a coupon that this broadcast brought, and how many used one; an undone use is none. Told as long
    as it is kept whose coupons they are.
    """
    rows = models.Coupon.objects.filter(brought_by=broadcast)
    found = rows.aggregate(
        took=Count("person", distinct=True),
        used=Count("person", distinct=True, filter=Q(redemptions__state__in=LIVE)),
    )
    return CouponUse(found["took"], found["used"])


def given_by_itself(coupon: UUID) -> tuple[CampaignId, UUID] | None:
    """The campaign and person of a coupon that came by itself; None for one that somebody took, or that nobody holds any more."""
    row = models.Coupon.objects.select_related("campaign").filter(id=coupon).first()
    if row is None or row.person_id is None or row.campaign.given == Given.TAKEN:
        return None
    return CampaignId(row.campaign_id), row.person_id
