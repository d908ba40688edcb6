"""Coupons in what a channel sends to many: how each reads, and what one tap below it does. Handed to channels in `apps.py`."""

from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from dure.base import clock
from dure.base.actors import Actor
from dure.foundations.channels.types import (
    CarriedCoupon,
    ChannelId,
    CouponCard,
    CouponSource,
    Tap,
)
from dure.services.market import actions, queries
from dure.services.market.names import offer_line, offer_words
from dure.services.market.types import Campaign

from .common import MOMENT


def carried(one: Campaign) -> CarriedCoupon:
    """A campaign as a message says it: in the language of the place, since all of its receivers read the same words."""
    with translation.override(settings.LANGUAGE_CODE):
        text = " · ".join(part for part in (one.issuer, one.title, offer_line(one.offer)) if part)
        card = CouponCard(one.code, offer_words(one.offer)[:50], text[:230], _last_day(one), take=True)
    return CarriedCoupon(
        card=card,
        issuer=one.issuer,
        left=one.left,
        per_person=one.per_person,
        friends_only=one.friends_only,
        valid_until=one.valid_until,
    )


def _last_day(one: Campaign) -> str:
    return clock.local(one.valid_until - MOMENT).date().isoformat()


def _carriable(channel: ChannelId) -> tuple[CarriedCoupon, ...]:
    return tuple(carried(one) for one in queries.carried_in(channel))


def _take(by: Actor, tap: Tap) -> str:
    campaign = queries.campaign_by_code(tap.card.code)
    coupon = actions.take_coupon(by, campaign.id, key=tap.key, brought_by=tap.brought_by, channel=tap.channel)
    address: str = reverse("market:coupon", args=[coupon.id])
    return address


COUPONS: Final = CouponSource(carriable=_carriable, take=_take, use_of=queries.use_of)
"""Lets a channel carry what its shop, or the market that it speaks for, gives to everybody who takes it."""
