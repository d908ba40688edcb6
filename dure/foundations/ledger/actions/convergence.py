"""Bring our books in line with the providers': after a crash, a lost answer, a webhook, a payer who paid twice.

A webhook is believed in one thing only: that it is worth asking.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
import structlog
from django.db import connection

from dure.base import clock, ids
from dure.foundations.ledger import providers
from dure.foundations.ledger.models.payments import Payment as PaymentRow
from dure.foundations.ledger.queries import payments as queries
from dure.foundations.ledger.rules import payments as rules
from dure.foundations.ledger.types.payments import (
    AmountDiffers,
    Payment,
    PaymentId,
    PaymentState,
    PaymentStep,
    ProviderRefused,
    ProviderSilent,
    ProviderUnknown,
    SecondPaymentReturned,
)
from dure.foundations.ledger.types.providers import (
    Captured,
    Converged,
    ProviderAnswer,
    ProviderState,
    SpentReceipt,
)
from dure.foundations.people.types import Actor, system
from dure.kit import outbox, sqlfiles, tx

from . import payment_moves as moves
from .payments import record_capture
from .refunds import refund_payment

__all__ = ["adopt_receipts", "converge_payment", "converge_payments", "receive_webhook"]

PAID_TWICE = "paid twice"
ADOPTED_AT_ONCE = 5_000
_ADOPT = sqlfiles.load("dure.foundations.ledger", "adopt_receipts").text
log = structlog.get_logger(__name__)


def receive_webhook(by: Actor, provider: str, body: bytes, headers: Mapping[str, str]) -> None:
    """A provider says that something changed: ask it soon. Duplicates, wrong order and silence do no harm.

    `by` is the system: the signature says who speaks. Raises ProviderUnknown, WebhookForged.
    """
    tx.demand()
    order = providers.provider(provider).read_webhook(body, headers)
    PaymentRow.objects.filter(order=order).update(ask_at=clock.now(), asks=0)


def converge_payments(by: Actor, most: int = queries.PAGE_MAX) -> Converged:
    """Ask the providers about every payment that is due and record what they say. Several workers may do it at once.

    One that is silent, or switched off, holds up nobody who pays by another.
    """
    total = Converged()
    for payments in queries.payments_due(clock.now(), most).values():
        silent = 0
        for payment_id in payments:
            one = _converge(by, payment_id)
            total = Converged(
                total.asked + one.asked,
                total.captured + one.captured,
                total.ended + one.ended,
                total.silent + one.silent,
            )
            silent = silent + 1 if one.silent else 0
            if silent == rules.SILENT_IN_A_ROW_MAX:
                break
    return total


def converge_payment(by: Actor, payment_id: PaymentId) -> Converged:
    """Ask the provider about one payment now, whenever it is due, and record what it says."""
    tx.demand_none()
    with tx.durable():
        PaymentRow.objects.filter(id=payment_id).update(ask_at=clock.now(), asks=0)
    return _converge(by, payment_id)


def adopt_receipts(by: Actor, spent: Sequence[SpentReceipt]) -> None:
    """Enter payments that a hot path took by capture receipt among the payments, so that they can be refunded and reconciled.

    Those entered before are left as they are. Money of a receipt that paid for nothing waits.
    """
    tx.demand()
    with connection.cursor() as cursor:
        for start in range(0, len(spent), ADOPTED_AT_ONCE):
            rows = [_adopted(each) for each in spent[start : start + ADOPTED_AT_ONCE]]
            cursor.execute(_ADOPT, {"provider": providers.SANDBOX.name, "spent": msgspec.json.encode(rows).decode()})
    for each in spent:
        if each.posting is None:
            _wait(by, queries.payment(each.receipt.payment, lock=True))


def _wait(by: Actor, payment: Payment) -> None:
    if payment.posting is None:
        to = moves.waiting(by, payment)
        moves.move_money(by, payment, moves.from_provider(by, payment), to)
        moves.set_fields(payment, account=to.account, posting=to.transfer, waiting=True)


def _adopted(spent: SpentReceipt) -> dict[str, object]:
    """A row of sql/adopt_receipts.sql."""
    receipt = spent.receipt
    return {
        "id": receipt.payment,
        "order": providers.receipt_order(receipt.payment),
        "purpose": spent.purpose.kind,
        "ref": spent.purpose.ref,
        "payer": receipt.payer,
        "amount": receipt.amount,
        "payment_key": providers.sign_receipt(receipt.payment, receipt.ref, receipt.payer, receipt.amount),
        "account": spent.account,
        "posting": spent.posting,
        "at": spent.at,
    }


def _converge(by: Actor, payment_id: PaymentId) -> Converged:
    with tx.durable():
        payment = queries.payment(payment_id, lock=True)
        row = PaymentRow.objects.get(id=payment_id)
        if row.ask_at is None or row.ask_at > clock.now():
            return Converged()  # another worker was faster
        asked_at = rules.ask_again(row.asks, clock.now())
        moves.set_fields(payment, asks=row.asks + 1, ask_at=asked_at)
    try:
        answers = _ask(payment)
    except ProviderSilent:
        return Converged(asked=1, silent=1)
    except ProviderUnknown:
        log.warning("provider_switched_off", provider=payment.provider, order=payment.order)
        return Converged(asked=1, silent=1)
    try:
        with tx.durable():
            return _record(by, queries.payment(payment_id, lock=True), answers, asked_at)
    except (
        AmountDiffers
    ):  # a provider that takes another sum than it was asked to: for a steward, shown by reconciliation
        log.warning("provider_took_another_amount", order=payment.order)
        return Converged(asked=1)


def _ask(payment: Payment) -> tuple[ProviderAnswer, ...]:
    """How the payment stands. One we were about to confirm when something broke is confirmed now: the payer has agreed to it."""
    provider = providers.provider(payment.provider)
    answers = provider.find(payment.order)
    if payment.state is not PaymentState.CONFIRMING:
        return answers
    return tuple(_confirmed(payment, answer) for answer in answers)


def _confirmed(payment: Payment, answer: ProviderAnswer) -> ProviderAnswer:
    if answer.state is not ProviderState.AUTHORISED or answer.payment_key != payment.payment_key:
        return answer
    try:
        return providers.provider(payment.provider).confirm(answer.payment_key, payment.order, payment.amount)
    except ProviderRefused:
        return answer


def _record(by: Actor, payment: Payment, answers: tuple[ProviderAnswer, ...], asked_at: datetime) -> Converged:
    """Write down what the provider says of an order whose row is locked."""
    chosen = rules.choose(payment, answers)
    for other in answers:
        if other.taken and chosen is not None and other.payment_key != chosen.payment_key:
            _return_duplicate(payment, other)
    step = rules.step_of(chosen) if chosen else None
    if chosen and chosen.taken and not payment.captured:
        record_capture(by, Captured(payment.id, chosen))
        return Converged(asked=1, captured=1)
    if chosen and step is PaymentStep.AWAIT and rules.can(payment.state, step):
        moves.await_deposit(payment, chosen)
        return Converged(asked=1)
    if step and step not in (PaymentStep.AUTHORISE, PaymentStep.AWAIT) and rules.can(payment.state, step):
        moves.end(payment, step, chosen)
        return Converged(asked=1, ended=1)
    if payment.state in rules.OPEN and rules.given_up(payment, answers, clock.now()):
        moves.end(payment, PaymentStep.EXPIRE)
        return Converged(asked=1, ended=1)
    if payment.state not in rules.OPEN:
        moves.asked_enough(payment, asked_at, None)
    elif payment.state not in (PaymentState.CONFIRMING, PaymentState.AWAITING):
        moves.asked_enough(payment, asked_at, rules.expiry_of(payment))
    return Converged(asked=1)


def _return_duplicate(payment: Payment, answer: ProviderAnswer) -> None:
    """The payer paid the same order a second time. It becomes a payment of its own and goes back in full, at once."""
    if PaymentRow.objects.filter(provider=payment.provider, payment_key=answer.payment_key).exists():
        return
    by, now = system("ledger.paid_twice"), clock.now()
    twin_id = PaymentId(ids.derived(payment.id, answer.payment_key))
    twin = replace(payment, id=twin_id, payment_key=answer.payment_key, amount=answer.amount, tax_free=answer.tax_free)
    to = moves.waiting(by, twin)
    moves.move_money(by, twin, moves.from_provider(by, twin), to)
    PaymentRow.objects.create(
        id=twin.id,
        order=rules.order_of(twin.id),
        provider=twin.provider,
        purpose=twin.purpose.kind,
        ref=twin.purpose.ref,
        payer_id=twin.payer,
        key=f"paid-twice:{answer.payment_key}",
        amount=answer.amount,
        tax_free=answer.tax_free,
        currency=twin.currency,
        title=twin.title,
        return_to=twin.return_to,
        state=PaymentState.CAPTURED,
        payment_key=answer.payment_key,
        account=to.account,
        posting=to.transfer,
        waiting=True,
        duplicate_of_id=payment.id,
        created_at=now,
        expires_at=now,
        captured_at=answer.at,
    )
    purpose = twin.purpose
    outbox.emit(SecondPaymentReturned(twin.id, payment.id, purpose.kind, purpose.ref, answer.amount, now))
    refund_payment(by, twin.id, answer.amount, ids.derived(twin.id, PAID_TWICE), PAID_TWICE)
