"""Reads of what is kept of an order while a provider has it."""

from collections.abc import Collection
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import Q, QuerySet

from dure.base import ids
from dure.foundations.ledger.models.checkouts import Checkout
from dure.foundations.ledger.models.payments import Payment as PaymentRow
from dure.foundations.ledger.models.payments import Refund as RefundRow
from dure.foundations.ledger.types.checkouts import AwaitedDeposit, DepositAccount, RefundAccount
from dure.foundations.ledger.types.payments import Payment, PaymentId, PaymentState, Purpose, RefundId, RefundState
from dure.kit import seals

from . import payments

__all__ = [
    "awaited_deposit",
    "awaited_deposits",
    "deposit_account",
    "refund_account_needed",
    "refunds_wanting_account",
    "refunds_without_account",
]

OWN_MAX = 50
PURPOSE = "ledger.checkout.v1"
TRANSFERS = ("toss-account",)  # what comes by transfer has no card to go back to
NAMESPACE = UUID("7f0e5a0e-3f0b-4d3b-9e0e-5d1f6c6f0b42")


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The sealed part of a checkout."""

    token: str = ""  # what the payer's browser brought back, good once
    secret: str = ""  # what the provider's webhooks carry
    deposit: DepositAccount | None = None
    refund: RefundAccount | None = None


def kept(order: str) -> Kept:
    """What is kept of an order; nothing when it is unknown or erased."""
    row = Checkout.objects.filter(order=order).values_list("sealed", flat=True).first()
    return opened(order, row)


def opened(order: str, sealed: bytes | memoryview | None) -> Kept:
    if not sealed:
        return Kept()
    return msgspec.json.decode(seals.unseal(PURPOSE, subject(order), bytes(sealed)), type=Kept)


def closed(order: str, open_: Kept) -> bytes:
    return seals.seal(PURPOSE, subject(order), msgspec.json.encode(open_))


def subject(order: str) -> UUID:
    """The id a seal is bound to."""
    return ids.derived(NAMESPACE, order)


def deposit_account(payment: UUID) -> DepositAccount | None:
    """Where the payer of a payment that waits for a transfer sends the money."""
    order = PaymentRow.objects.filter(id=payment, state=PaymentState.AWAITING).values_list("order", flat=True).first()
    return kept(order).deposit if order else None


def awaited_deposits(payer: UUID) -> tuple[AwaitedDeposit, ...]:
    """The transfers a person still has to make, the one that is due first at the top."""
    rows = PaymentRow.objects.filter(payer_id=payer, state=PaymentState.AWAITING).order_by("expires_at", "pk")[:OWN_MAX]
    return tuple(found for row in rows if (found := _awaited(row)))


def awaited_deposit(purpose: Purpose) -> AwaitedDeposit | None:
    """The transfer that is still to be made for one thing."""
    rows = PaymentRow.objects.filter(purpose=purpose.kind, ref=purpose.ref, state=PaymentState.AWAITING)
    row = rows.order_by("-created_at", "-pk").first()
    return _awaited(row) if row else None


def _awaited(row: PaymentRow) -> AwaitedDeposit | None:
    account, twin = kept(row.order).deposit, settings.DURE.toss_url
    if account is None:
        return None
    practice = f"{twin}/" if twin.startswith("http://") else ""
    return AwaitedDeposit(title=row.title, amount=row.amount, account=account, practice=practice)


def refunds_without_account(payer: UUID) -> tuple[Payment, ...]:
    """A person's payments of which something goes back, once they say where to."""
    waiting = _wants_account().filter(payment__payer_id=payer).order_by("payment_id")
    found = waiting.values_list("payment_id", flat=True).distinct()[:OWN_MAX]
    return tuple(payments.payment(each) for each in found if refund_account_needed(each))


def refund_account_needed(payment: UUID) -> bool:
    """Whether a refund of this payment cannot go on before the payer says where the money goes back to."""
    waiting = _wants_account().filter(payment_id=payment).values_list("payment__order", flat=True).first()
    return waiting is not None and kept(waiting).refund is None


def refunds_wanting_account(refunds: Collection[UUID]) -> tuple[tuple[RefundId, PaymentId], ...]:
    """Which of these refunds go to an account, with their payments, whether the payer has named one or not."""
    found = _wants_account().filter(id__in=refunds).order_by("id").values_list("id", "payment_id")
    return tuple((RefundId(refund), PaymentId(payment)) for refund, payment in found)


def _wants_account() -> QuerySet[RefundRow]:
    """Refunds that go to an account: of transfers, and what a provider refused to give back."""
    by_transfer = Q(state=RefundState.ASKED, payment__provider__in=TRANSFERS)
    return RefundRow.objects.filter(by_transfer | Q(state=RefundState.REFUSED))
