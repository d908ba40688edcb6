"""Payment providers: the shape every adapter has, and what passes between it and us.

The shape follows what Korean providers share: the payer authorises in the browser, the server confirms (captures) after
comparing order and amount with what it stored, cancels take place in full or in part under ids of their own, the state can be
asked for at any time, and a webhook is only a hint to ask. Amounts are whole minor units with the part that is free of tax.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from .payments import DeclineCode, OrderId, PaymentId, Purpose

__all__ = [
    "Allotment",
    "CaptureReceipt",
    "Captured",
    "Converged",
    "Difference",
    "DifferenceKind",
    "NotReturned",
    "Order",
    "Provider",
    "ProviderAnswer",
    "ProviderCancel",
    "ProviderState",
    "Returned",
    "SpentReceipt",
    "read_return",
]


class ProviderState(StrEnum):
    """How a payment stands at the provider's."""

    WAITING = "waiting"  # the payer has not decided
    AUTHORISED = "authorised"
    IN_PROGRESS = "in_progress"  # confirmed, not answered by the bank yet
    DEPOSIT = "deposit"  # the payer has an account to transfer to
    CAPTURED = "captured"
    PARTIALLY_CANCELLED = "partially_cancelled"
    CANCELLED = "cancelled"  # all of it was given back
    DECLINED = "declined"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class ProviderCancel:
    """One cancellation as the provider has it, under the id we gave it."""

    id: str
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAnswer:
    """A payment as the provider has it."""

    order: OrderId
    payment_key: str
    state: ProviderState
    amount: int
    tax_free: int
    at: datetime
    declined: DeclineCode | None = None
    cancels: tuple[ProviderCancel, ...] = ()
    due: datetime | None = None  # until when a deposit can come

    @property
    def balance(self) -> int:
        """What the provider still holds for us."""
        return self.amount - sum(cancel.amount for cancel in self.cancels) if self.taken else 0

    @property
    def taken(self) -> bool:
        """Whether the money was taken, whatever was given back since."""
        return self.state in (ProviderState.CAPTURED, ProviderState.PARTIALLY_CANCELLED, ProviderState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a provider is told when the payer is sent to it."""

    id: OrderId
    amount: int
    tax_free: int
    currency: str
    title: str
    return_to: str


class Provider(Protocol):
    """One payment provider. Calls may take seconds and are never made inside a database transaction.

    Every call may raise ProviderSilent: nothing is known about its effect, `find` tells later. All calls are safe to repeat.
    """

    @property
    def name(self) -> str:
        """The word stored with each payment and in the ledger account "provider:<name>"."""

    @property
    def window_seconds(self) -> int:
        """How long after it was begun a payment can still be confirmed."""

    def checkout(self, order: Order) -> str:
        """Tell the provider of the order; answers the address to send the payer to."""

    def returned(self, order: OrderId, amount: int, query: Mapping[str, str]) -> "Returned | NotReturned":
        """What the address says to which the payer of `order` came back. What it says of a sum is not believed, but compared."""

    def confirm(self, payment_key: str, order: OrderId, amount: int) -> ProviderAnswer:
        """Take the money the payer authorised. Confirming twice answers the same and takes it once."""

    def cancel(self, payment_key: str, cancel_id: str, amount: int, reason: str) -> ProviderAnswer:
        """Give back `amount` under `cancel_id`. The same id again has no second effect. Raises ProviderRefused."""

    def find(self, order: OrderId) -> tuple[ProviderAnswer, ...]:
        """All payments made on an order, the first one first. More than one when a payer paid twice; none when unknown."""

    def listed(self, since: datetime, until: datetime) -> Iterator[ProviderAnswer]:
        """All payments whose money was taken at or after `since` and before `until`, for reconciliation."""

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> OrderId:
        """Which order a webhook is about; `headers` by lower-case name. Raises WebhookForged unless the provider signed it."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The payer came back from the provider's page. Nothing of it is believed before it was compared with what is stored."""

    order: OrderId
    payment_key: str
    amount: int


@dataclass(frozen=True, slots=True)
class NotReturned:
    """The payer came back without having paid."""

    order: OrderId
    code: DeclineCode


def read_return(query: Mapping[str, str]) -> Returned | NotReturned | None:
    """What the provider put into the address to which it sent the payer back; None when it is not of that shape."""
    order, key, amount = query.get("orderId", ""), query.get("paymentKey", ""), query.get("amount", "")
    if not order:
        return None
    if "code" in query:
        known = {code.value for code in DeclineCode}
        return NotReturned(OrderId(order), DeclineCode(query["code"] if query["code"] in known else "other"))
    if not key or not amount.isascii() or not amount.isdigit() or len(amount) > 15:
        return None
    return Returned(OrderId(order), key, int(amount))


@dataclass(frozen=True, slots=True)
class Captured:
    """What `confirm_payment` brings home for the transaction that records it."""

    payment: PaymentId
    answer: ProviderAnswer


@dataclass(frozen=True, slots=True)
class Allotment:
    """Where a service lets captured money go: which account is credited, under which transfer id, and why."""

    account: UUID
    transfer: UUID  # the id of the transfer and its posting, minted by the service (a gift's id)
    kind: str = "gift"
    funder: UUID | None = None
    ref: UUID | None = None


@dataclass(frozen=True, slots=True)
class CaptureReceipt:
    """A signed statement of a provider that a payer's wallet has paid `amount` for `ref`. Good once: `payment` is unique."""

    payment: PaymentId
    ref: UUID
    payer: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class SpentReceipt:
    """A capture receipt that a hot path has accepted and booked: what `adopt_receipts` enters among the payments.

    `posting` None: nothing was booked (the thing it paid for was refused), so the money waits.
    """

    receipt: CaptureReceipt
    purpose: Purpose
    at: datetime
    account: UUID | None = None
    posting: UUID | None = None


@dataclass(frozen=True, slots=True)
class Converged:
    """What one round of asking the providers found."""

    asked: int = 0
    captured: int = 0
    ended: int = 0
    silent: int = 0


class DifferenceKind(StrEnum):
    """How the provider's books and ours can differ."""

    ONLY_OURS = "only_ours"  # we count as taken what the provider does not know as taken
    ONLY_THEIRS = "only_theirs"  # the provider took what we do not count
    AMOUNT = "amount"
    REFUNDED = "refunded"  # both took it; what was given back differs
    TAKEN_TWICE = "taken_twice"  # the provider took two payments for one order, and we count one of them
    FEE = "fee"  # a settlement took another fee than was agreed
    SETTLED = "settled"  # the bank received another sum than the settlement says
    NOT_SETTLED = "not_settled"  # taken long ago and in no settlement
    SETTLED_AMOUNT = "settled_amount"  # a settlement has a payment with another sum, or one that we do not count
    SETTLED_CANCEL = "settled_cancel"  # settlements took off more than went back to the payer by our book


@dataclass(frozen=True, slots=True)
class Difference:
    kind: DifferenceKind
    order: OrderId
    payment_key: str
    ours: int
    theirs: int
    at: datetime  # when it was taken: by our clock where we count it, else by theirs
