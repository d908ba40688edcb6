"""Why market says no."""

from datetime import datetime
from uuid import UUID

from dure.base.refusals import Refusal


class ShopKnown(Refusal):
    """This organisation has its shop here already."""

    code_of: str


class ShopClosed(Refusal):
    """The shop is closed."""


class AssociationKnown(Refusal):
    """Another organisation speaks for this market already, or asked to."""


class WrongPlace(Refusal):
    """The shop and the market do not stand to each other as this needs; `place` says how they do."""

    place: str


class NotVerified(Refusal):
    """The organisation is not verified yet."""


class SoldOut(Refusal):
    """All coupons of this campaign are given out."""


class HasEnough(Refusal):
    """This person had as many as one may have; `limit` says how many."""

    limit: int


class NotGivenOut(Refusal):
    """The campaign gives out no coupons now; `state` says why."""

    state: str


class NotGivenThisWay(Refusal):
    """This coupon cannot be taken: it comes by itself (`given`)."""

    given: str


class OwnCounter(Refusal):
    """People of a shop neither get nor use, at its own counter, coupons that others pay."""


class HolderUnproved(Refusal):
    """What others pay is for people with a proved address, and whoever is given this coupon has none."""


class NotYet(Refusal):
    """The coupon is good only from `since` on."""

    since: datetime


class CouponExpired(Refusal):
    """The coupon ran out at `at`."""

    at: datetime


class CouponUsed(Refusal):
    """The coupon was given in before, at `at`."""

    at: datetime


class NotACoupon(Refusal):
    """What was read is no coupon, or its signature is not ours."""


class NotHere(Refusal):
    """A good coupon, but not of this shop; `issuer` says whose."""

    issuer: str


class TooLittleBought(Refusal):
    """The coupon needs a purchase of `least` won."""

    least: int


class UndoOver(Refusal):
    """Undoing was possible until `until`."""

    until: datetime


class AlreadyUndone(Refusal):
    """The redemption was undone before."""


class BudgetShort(Refusal):
    """The budget has only `left` won; the campaign may cost `most`."""

    most: int
    left: int


class DepositKnown(Refusal):
    """A deposit with this reference was entered before."""

    reference: str


class DepositOver(Refusal):
    """The deposit is booked or dropped already."""


class SameSteward(Refusal):
    """Another steward has to confirm what this one entered."""


class CreditShort(Refusal):
    """The message credits are not enough: `won` would be needed, `left` is there."""

    won: int
    left: int


class SendingUnknown(Refusal):
    """Nothing is held back for this sending."""

    sending: UUID
