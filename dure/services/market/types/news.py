"""What market tells."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dure.base.actors import OrganisationId, PersonId

from .coupons import CampaignId, ConflictKind, CouponId, RedemptionId
from .markets import MarketId
from .shops import ShopId


@dataclass(frozen=True, slots=True)
class ShopOpened:
    shop: ShopId
    organisation: OrganisationId
    market: MarketId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class AssociationConfirmed:
    market: MarketId
    organisation: OrganisationId
    at: datetime


@dataclass(frozen=True, slots=True)
class CouponGiven:
    """A person holds a coupon."""

    coupon: CouponId
    campaign: CampaignId
    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class CouponRedeemed:
    """A coupon was given in at a counter; it may still be undone. `person` is None where its holder closed their account before a
    counter without a line could tell us.
    """

    redemption: RedemptionId
    coupon: CouponId
    campaign: CampaignId
    shop: ShopId
    person: PersonId | None
    won_off: int
    offline: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class RedemptionUndone:
    redemption: RedemptionId
    coupon: CouponId
    shop: ShopId
    person: PersonId | None
    won_off: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RedemptionRefused:
    """An offline redemption did not count; nobody is paid for it."""

    redemption: RedemptionId
    shop: ShopId
    kind: ConflictKind
    at: datetime


@dataclass(frozen=True, slots=True)
class CreditGranted:
    grant: UUID
    organisation: OrganisationId
    won: int
    at: datetime
