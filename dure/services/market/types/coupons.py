"""Coupons: an offer, its coupons, and what became of each at a counter."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId

from .markets import MarketId
from .shops import ShopId

CampaignId = NewType("CampaignId", UUID)
CouponId = NewType("CouponId", UUID)
RedemptionId = NewType("RedemptionId", UUID)


class OfferKind(StrEnum):
    """What one gets for a coupon."""

    WON = "won"  # so many won off
    PERCENT = "percent"  # so many percent off, at most so many won
    THING = "thing"  # a thing for nothing, worth so many won


class Payer(StrEnum):
    """Whose money the discount is."""

    SHOP = "shop"  # takes less; nothing moves in the ledger
    ASSOCIATION = "association"
    FUND = "fund"


class Given(StrEnum):
    """How people come by the coupon."""

    TAKEN = "taken"  # they take it on a page or from a message
    WELCOME = "welcome"  # when they become a friend for the first time, whichever way
    BIRTHDAY = "birthday"  # in the week before their birthday
    ABSENCE = "absence"  # when they have not been here for `absent_days`


class CampaignState(StrEnum):
    """Whether a campaign gives out coupons."""

    OPEN = "open"
    STOPPED = "stopped"  # gives out no more; coupons that people hold stay good
    ENDED = "ended"  # no coupon of it can come any more; what was left of its budget went back


class CouponState(StrEnum):
    """Where a coupon stands. That it ran out follows from the time and is stored nowhere."""

    HELD = "held"
    USED = "used"
    EXPIRED = "expired"


class RedemptionState(StrEnum):
    """What became of a redemption."""

    TAKEN = "taken"  # may still be undone
    UNDONE = "undone"
    SETTLED = "settled"  # final; whoever pays has paid the shop


class ConflictKind(StrEnum):
    """Why an offline redemption came to nothing when it reached us."""

    USED_BEFORE = "used_before"  # another counter's reached us first: that one counts
    TOO_LATE = "too_late"  # uploaded longer after than a phone may stay away
    EXPIRED = "expired"  # at the counter the coupon had run out already
    NOT_HERE = "not_here"  # no coupon of this shop
    FORGED = "forged"  # the signature is not ours
    FROM_THE_FUTURE = "from_the_future"  # the phone's clock is ahead of ours
    SUM_UNFIT = "sum_unfit"  # the purchase was too small for the coupon, or nobody wrote down how much it was
    OWN_COUNTER = "own_counter"  # somebody of the shop used at its counter what others pay
    SHOP_CLOSED = "shop_closed"  # the shop was closed when it was used
    KNOWN_ID = "known_id"  # another use stands under this id already


@dataclass(frozen=True, slots=True)
class Offer:
    """What a coupon is worth. `value` is won, or percent; `most_won` caps a percentage; `least_won` is what one must buy for."""

    kind: OfferKind
    value: int
    thing: str = ""
    least_won: int = 0
    most_won: int = 0


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """A campaign as a shop or an association makes it. Exactly one of `shop` and `market` is given."""

    title: str
    offer: Offer
    stock: int
    valid_from: date  # local days, both included
    valid_until: date
    shop: ShopId | None = None
    market: MarketId | None = None
    terms: str = ""
    per_person: int = 1
    given: Given = Given.TAKEN
    absent_days: int = 0
    payer: Payer = Payer.SHOP
    fund: UUID | None = None
    undo_minutes: int = 10
    friends_only: bool = False
    carriable: bool = False  # the association may carry it


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as everybody sees it."""

    id: CampaignId
    code: str
    title: str
    offer: Offer
    terms: str
    stock: int
    left: int
    per_person: int
    valid_from: datetime
    valid_until: datetime  # the first moment at which it is over
    shop: ShopId | None
    market: MarketId | None
    issuer: str  # the name of the shop or market
    given: Given
    absent_days: int
    payer: Payer
    undo_minutes: int
    friends_only: bool
    carriable: bool
    carried: bool  # the association carries it
    state: CampaignState
    made_at: datetime


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """How a campaign goes, for whoever made it. `won_off` is what customers did not pay."""

    campaign: Campaign
    issued: int
    used: int
    won_off: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a campaign may cost at most, and where it comes from; shown before it is made."""

    each_won: int
    most_won: int
    payer: Payer
    available_won: int | None  # of the budget; None: the shop's own


@dataclass(frozen=True, slots=True)
class Coupon:
    """One coupon of one person."""

    id: CouponId
    campaign: CampaignId
    person: PersonId
    code: str  # what one reads out at the counter
    token: str  # what the QR code says: signed; empty in lists that show no QR code
    title: str
    issuer: str
    offer: Offer
    terms: str
    issued_at: datetime
    valid_from: datetime
    valid_until: datetime
    state: CouponState
    used_at: datetime | None
    used_where: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What the signature of a coupon covers. Enough to judge it at a counter without a line."""

    coupon: CouponId
    campaign: CampaignId
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class AtCounter:
    """A coupon as it is given in: `read` is what the QR code said or the person read out. `id` is the counter's own, and the
    same one is one redemption, however often and by whichever way it reaches us."""

    id: RedemptionId
    read: str
    paid_won: int = 0  # 0: nobody said


@dataclass(frozen=True, slots=True)
class OfflineRedemption:
    """What a counter's phone noted while it had no line: its own id, the code it read, its own time, the sum it was told."""

    id: RedemptionId
    token: str
    at: datetime
    paid_won: int


@dataclass(frozen=True, slots=True)
class Redemption:
    """A coupon given in at a counter."""

    id: RedemptionId
    coupon: CouponId
    campaign: CampaignId
    shop: ShopId
    state: RedemptionState
    at: datetime  # at the counter
    taken_at: datetime  # when we learned of it
    undo_until: datetime
    paid_won: int
    won_off: int
    offline: bool
    title: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """An offline redemption that does not count, for the shop that sent it. `winner` is the one that does."""

    id: RedemptionId
    shop: ShopId
    kind: ConflictKind
    at: datetime
    noted_at: datetime
    coupon: CouponId | None
    winner: RedemptionId | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of each uploaded redemption, in the order in which they came."""

    taken: tuple[Redemption, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class CounterOffer:
    """What a counter's phone keeps of a campaign, so that it can judge a coupon without a line."""

    campaign: CampaignId
    title: str
    offer: Offer
    valid_from: datetime
    valid_until: datetime
    undo_minutes: int
