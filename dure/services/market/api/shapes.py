"""What the API of market takes and answers: typed, bounded, no field that is not known."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from dure.services.market.actions import UPLOAD_MAX
from dure.services.market.rules.campaigns import (
    ABSENT_DAYS,
    PER_PERSON_MAX,
    STOCK_MAX,
    TERMS_LENGTH_MAX,
    TITLE_LENGTH,
    UNDO_MINUTES_MAX,
)
from dure.services.market.rules.offers import PAID_MAX, THING_LENGTH, WON_OFF_MAX
from dure.services.market.types import (
    AtCounter,
    Given,
    NewCampaign,
    Offer,
    OfferKind,
    OfflineRedemption,
    RedemptionId,
    ShopId,
)

TOKEN_LENGTH_MAX = 400
Code = Annotated[str, msgspec.Meta(pattern="^[0-9A-Z]{4,8}$", description="Speakable code.")]
Paid = Annotated[int, msgspec.Meta(ge=0, le=PAID_MAX, description="Whole won of the purchase; 0: nobody said.")]
Read = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=TOKEN_LENGTH_MAX, description="Text of the QR code, or the eight letters."),
]


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request body."""


class AtTheCounter(Shape, frozen=True):
    """A coupon as it is given in. `id` is the counter's own: the same one is one redemption."""

    id: UUID
    read: Read
    paid_won: Paid = 0

    def given(self) -> AtCounter:
        """The same as the action takes it."""
        return AtCounter(RedemptionId(self.id), self.read, self.paid_won)


class Noted(Shape, frozen=True):
    """One redemption that a counter noted without a line."""

    id: UUID
    token: Annotated[str, msgspec.Meta(max_length=TOKEN_LENGTH_MAX)]
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    paid_won: Paid = 0


class Upload(Shape, frozen=True):
    """What was noted without a line."""

    redemptions: Annotated[tuple[Noted, ...], msgspec.Meta(max_length=UPLOAD_MAX)]

    def noted(self) -> tuple[OfflineRedemption, ...]:
        """The same as the action takes it."""
        return tuple(
            OfflineRedemption(RedemptionId(one.id), one.token, one.at, one.paid_won) for one in self.redemptions
        )


class ShopCampaign(Shape, frozen=True):
    """A shop's own campaign."""

    kind: OfferKind
    value: Annotated[int, msgspec.Meta(ge=1, le=WON_OFF_MAX)]
    title: Annotated[str, msgspec.Meta(min_length=TITLE_LENGTH[0], max_length=TITLE_LENGTH[1])]
    stock: Annotated[int, msgspec.Meta(ge=1, le=STOCK_MAX)]
    valid_from: date
    valid_until: date
    thing: Annotated[str, msgspec.Meta(max_length=THING_LENGTH[1])] = ""
    least_won: Paid = 0
    most_won: Annotated[int, msgspec.Meta(ge=0, le=WON_OFF_MAX)] = 0
    terms: Annotated[str, msgspec.Meta(max_length=TERMS_LENGTH_MAX)] = ""
    per_person: Annotated[int, msgspec.Meta(ge=1, le=PER_PERSON_MAX)] = 1
    given: Given = Given.TAKEN
    absent_days: Annotated[int, msgspec.Meta(ge=0, le=ABSENT_DAYS[1])] = 0
    undo_minutes: Annotated[int, msgspec.Meta(ge=0, le=UNDO_MINUTES_MAX)] = 10
    carriable: bool = False

    def said(self, shop: ShopId) -> NewCampaign:
        """The same as the action takes it."""
        return NewCampaign(
            title=self.title,
            offer=Offer(self.kind, self.value, self.thing, self.least_won, self.most_won),
            stock=self.stock,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            shop=shop,
            terms=self.terms,
            per_person=self.per_person,
            given=self.given,
            absent_days=self.absent_days,
            undo_minutes=self.undo_minutes,
            carriable=self.carriable,
        )


class ToGive(Shape, frozen=True):
    """Which campaign's coupon is given."""

    campaign: Code


class GivenCoupon(msgspec.Struct, frozen=True):
    """The coupon that somebody has now."""

    coupon: UUID


class PublicKey(msgspec.Struct, frozen=True):
    """With what a counter checks coupons: ECDSA over P-256 with SHA-256, the key uncompressed, in hexadecimal."""

    algorithm: str
    key: str
