"""Payments: what a payer is asked for, how it goes on, every "no" on the way, and what is told of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.refusals import Refusal

__all__ = [
    "SETTLED_WITHIN",
    "AmountDiffers",
    "CardRefused",
    "DeclineCode",
    "LateWhy",
    "LimitExceeded",
    "NewRefund",
    "NotEnoughFunds",
    "OrderId",
    "OrderUnknown",
    "Payment",
    "PaymentAlreadyAllotted",
    "PaymentAsk",
    "PaymentCaptured",
    "PaymentCapturedLate",
    "PaymentDeclined",
    "PaymentExpired",
    "PaymentFailed",
    "PaymentId",
    "PaymentNotCaptured",
    "PaymentState",
    "PaymentStep",
    "ProviderRefused",
    "ProviderSilent",
    "ProviderUnknown",
    "Purpose",
    "ReceiptForged",
    "Refund",
    "RefundAsked",
    "RefundDiffers",
    "RefundExceeds",
    "RefundId",
    "RefundRefused",
    "RefundSettled",
    "RefundState",
    "SecondPaymentReturned",
    "TurnedBack",
    "Unsettled",
    "WebhookForged",
    "WebhookSent",
]

PaymentId = NewType("PaymentId", UUID)
RefundId = NewType("RefundId", UUID)
OrderId = NewType("OrderId", str)  # 6 to 64 of A-Z a-z 0-9 _ -, what providers accept


class PaymentState(StrEnum):
    CREATED = "created"  # the payer was sent to the provider
    AUTHORISED = "authorised"  # the payer agreed; nothing is taken yet
    CONFIRMING = "confirming"  # the provider was told to take it; its answer is not recorded yet
    AWAITING = "awaiting"  # the payer has an account to transfer to; the deposit has not come yet
    CAPTURED = "captured"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class PaymentStep(StrEnum):
    """What can happen to a payment. `rules.payments.STATES` says from where it leads where."""

    AUTHORISE = "authorise"
    CONFIRM = "confirm"
    AWAIT = "await"  # the provider gave the payer an account to transfer to
    CAPTURE = "capture"
    DECLINE = "decline"
    EXPIRE = "expire"
    CANCEL = "cancel"
    RELEASE = "release"  # the provider knows nothing of what the browser brought back
    REFUND_PART = "refund_part"
    REFUND_REST = "refund_rest"


class RefundState(StrEnum):
    ASKED = "asked"  # the books owe it to the payer; the provider has not confirmed yet
    SETTLED = "settled"  # the provider gave it back
    REFUSED = "refused"  # the provider will not; stewards pay it back by other means, or ask it once more
    ENTERED = "entered"  # a steward has transferred it at the bank; another one has to confirm
    PAID = "paid"  # paid back at the bank


class DeclineCode(StrEnum):
    """Why a provider did not take the money, in the words all adapters translate into."""

    CARD_REFUSED = "card_refused"
    LIMIT_EXCEEDED = "limit_exceeded"
    NOT_ENOUGH_FUNDS = "not_enough_funds"
    PAYER_CANCELLED = "payer_cancelled"
    TOO_LATE = "too_late"  # the window between authorising and confirming has passed
    OTHER = "other"


class LateWhy(StrEnum):
    """Why a capture comes when nobody waits for it any more."""

    EXPIRED = "expired"
    DECLINED = "declined"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a payment is for: the service's own word for it ("giving.gift") and the id of the thing (the pending gift)."""

    kind: str
    ref: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAsk:
    """What `begin_payment` needs besides the actor. `title` is read by the payer at the provider's."""

    purpose: Purpose
    amount: int
    title: str
    return_to: str  # path on this installation to which the provider sends the payer back
    provider: str = "sandbox"
    tax_free: int | None = None  # None: all of it, as for donations and deposits
    currency: str = "KRW"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    id: PaymentId
    order: OrderId
    provider: str
    purpose: Purpose
    payer: UUID | None
    amount: int
    tax_free: int
    currency: str
    title: str
    return_to: str
    state: PaymentState
    payment_key: str  # the provider's name for it; empty until authorised
    declined: DeclineCode | None
    refunded: int  # asked and settled: what goes back by the provider
    owed: int  # what the provider refused to give back; it goes back by other means
    account: UUID | None  # the ledger account its money was credited to
    posting: UUID | None  # by this posting
    waiting: bool  # captured, and no service has said yet where the money goes
    created_at: datetime
    expires_at: datetime
    captured_at: datetime | None
    duplicate_of: PaymentId | None

    @property
    def captured(self) -> bool:
        """Whether the money was taken, whatever was given back since."""
        return self.captured_at is not None

    @property
    def refundable(self) -> int:
        return self.amount - self.refunded - self.owed if self.captured else 0

    @property
    def whole(self) -> bool:
        """Whether nothing of it was given back or is owed back."""
        return not self.refunded and not self.owed


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    id: RefundId
    payment: PaymentId
    amount: int
    reason: str
    state: RefundState
    failure: str  # the provider's code when it refused
    asked_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewRefund:
    """One of several refunds asked for at once. `id` is minted by the caller for this refund alone."""

    id: UUID
    payment: UUID
    amount: int
    reason: str


# Refusals


class ProviderUnknown(Refusal):
    """No payment provider of that name is switched on here."""

    provider: str


class OrderUnknown(Refusal):
    """There is no payment with this order."""


class AmountDiffers(Refusal):
    """The amount that came back is not the one that was asked for. Nothing was taken."""

    expected: int
    given: int


class PaymentDeclined(Refusal):
    """The provider did not take the money."""

    reason: DeclineCode


class PaymentAlreadyAllotted(Refusal):
    """The money of this payment went to another account already."""

    account: UUID


class CardRefused(PaymentDeclined):
    """The card company said no."""


class LimitExceeded(PaymentDeclined):
    """The sum is above the card's limit."""


class NotEnoughFunds(PaymentDeclined):
    """There is not enough money in the account."""


class TurnedBack(PaymentDeclined):
    """The payer went back without paying."""


class PaymentExpired(Refusal):
    """Too much time passed between asking and paying. Nothing was taken."""


class PaymentNotCaptured(Refusal):
    """Only captured money can be given back; the payment is in `state`."""

    state: PaymentState


class RefundExceeds(Refusal):
    """Of this payment only `left` can still be given back."""

    left: int


class RefundDiffers(Refusal):
    """This refund id was used before for another amount or payment. Make a new id for a new refund."""

    refund: UUID


class ProviderSilent(Refusal):
    """The provider has not answered. It may have acted; the payment is looked after until its state is known."""

    retry_seconds: int


class ProviderRefused(Refusal):
    """The provider will not do this; `reason` is its code."""

    reason: str


class WebhookForged(Refusal):
    """The signature of a webhook does not fit its body."""


class ReceiptForged(Refusal):
    """A capture receipt is not one that the provider signed."""


# News


@dataclass(frozen=True, slots=True)
class PaymentCaptured:
    """The money was taken in time. Told once for each payment, whoever learned of it first."""

    payment: PaymentId
    purpose: str
    ref: UUID
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentCapturedLate:
    """The money was taken after we had given the payment up. Honour it (`allot_payment`) or refund it."""

    payment: PaymentId
    purpose: str
    ref: UUID
    amount: int
    why: LateWhy
    at: datetime


@dataclass(frozen=True, slots=True)
class SecondPaymentReturned:
    """Somebody paid one order twice. The second payment is a payment of its own and goes back in full; nothing is left to do."""

    payment: PaymentId  # the second one
    first: PaymentId
    purpose: str
    ref: UUID
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    """Declined, expired or cancelled; nothing was taken."""

    payment: PaymentId
    purpose: str
    ref: UUID
    state: PaymentState
    declined: DeclineCode | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundAsked:
    refund: RefundId
    payment: PaymentId
    purpose: str
    ref: UUID
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundSettled:
    refund: RefundId
    payment: PaymentId
    purpose: str
    ref: UUID
    amount: int
    at: datetime


SETTLED_WITHIN = timedelta(hours=1)  # money that is longer on its way deserves a look


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Money that has not come to where it belongs for a while."""

    waiting: int  # captured payments that no service has claimed or given back
    refunds: int  # refunds that no provider has answered
    owed: int  # won that providers refused to give back


@dataclass(frozen=True, slots=True)
class RefundRefused:
    """The provider will not give it back; the sum stays owed to the payer in the books until a steward has paid it."""

    refund: RefundId
    payment: PaymentId
    purpose: str
    ref: UUID
    amount: int
    failure: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WebhookSent:
    """The embedded sandbox tells of a change the way a real provider would post it: a body and its signature."""

    provider: str
    body: str
    headers: tuple[tuple[str, str], ...]
