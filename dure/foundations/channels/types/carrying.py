"""Coupons of a house above that a message carries: which there are, what each would meet, who takes one, what became of them.

A house hands in one `CouponSource` (`queries.offer_coupons`). What it says of a coupon stands in the message word by word; the
one tap below it comes back to the house, with the broadcast that brought it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dure.base.actors import Actor
from dure.base.refusals import Refusal

from .broadcasts import BroadcastId
from .channels import ChannelId
from .content import CouponCard


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedCoupon:
    """A coupon that a channel's message can carry, and what its receivers will meet."""

    card: CouponCard
    issuer: str
    left: int  # of the stock
    per_person: int
    friends_only: bool  # of the issuer, whose friends need not be this channel's
    valid_until: datetime  # the first moment at which it is over


@dataclass(frozen=True, slots=True)
class CouponUse:
    """How many people took a coupon that a broadcast brought, and how many of them used one at a counter."""

    took: int
    used: int


class CouponGone(Refusal):
    """The coupon in this message cannot be taken any more, or not of this channel; `why` is unknown, over, sold_out or trial."""

    why: str


@dataclass(frozen=True, slots=True)
class Tap:
    """Somebody presses the button below a coupon: in which channel, which card, brought by which broadcast; `key`: once."""

    channel: ChannelId
    card: CouponCard
    brought_by: BroadcastId
    key: str


@dataclass(frozen=True, slots=True)
class CouponSource:
    """The house that gives coupons.

    `carriable` says what a message of a channel can carry now. `take` takes the coupon of a card for whoever taps and answers the
    page on which it is shown, in a transaction of its own, or raises what the house refuses. `use_of` says what became of the
    coupons that a broadcast brought.
    """

    carriable: Callable[[ChannelId], tuple[CarriedCoupon, ...]]
    take: Callable[[Actor, Tap], str]
    use_of: Callable[[BroadcastId], CouponUse]
