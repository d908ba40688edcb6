"""Give captured money back. The books owe it at once; the provider is told outside of the transaction, until it has answered."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from dure.base import clock, ids
from dure.base.refusals import NotFound
from dure.foundations.ledger import providers
from dure.foundations.ledger.models.payments import Refund as RefundRow
from dure.foundations.ledger.queries import payments as queries
from dure.foundations.ledger.rules import payments as rules
from dure.foundations.ledger.types.book import REFUND, Kind, NewReversal, PostingId
from dure.foundations.ledger.types.checkouts import RefundAccountNeeded
from dure.foundations.ledger.types.owed import REFUND_OWED
from dure.foundations.ledger.types.payments import (
    Payment,
    ProviderRefused,
    ProviderSilent,
    ProviderUnknown,
    Refund,
    RefundAsked,
    RefundDiffers,
    RefundRefused,
    RefundSettled,
    RefundState,
)
from dure.foundations.ledger.types.providers import Allotment
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import outbox, tx

from . import payment_moves as moves
from .reversals import reverse

__all__ = ["refund_payment", "settle_refund", "settle_refunds"]

REASON_LENGTH_MAX = 200
ACCOUNT_CLOSED = "account_closed"  # nobody is left to name a bank account: stewards pay it once its payer turns up
log = structlog.get_logger(__name__)


def refund_payment(by: Actor, payment_id: UUID, amount: int, refund_id: UUID, reason: str) -> Refund:
    """Owe `amount` of a captured payment back to its payer under `refund_id`, which the caller minted for this one refund.

    The same id again has one effect; two equal refunds with two ids both pay. What is refunded never exceeds what was captured,
    however many ask at once. A refund of all of it reverses what booked the payment, so that the lineage of every won
    is undone; a part leaves the account as a transfer of its own. Raises NotFound, NotAllowed, PaymentNotCaptured,
    RefundExceeds, RefundDiffers, and what `post` and `reverse` raise (the money may have been passed on).
    """
    tx.demand()
    payment = queries.payment(payment_id, lock=True)
    rules.may_refund(by, payment)
    before = queries.refund(refund_id)
    if before is not None:
        return same_refund(before, payment, amount)
    rules.check_refund(payment, amount)
    now = clock.now()
    RefundRow.objects.bulk_create(
        [
            RefundRow(
                id=refund_id,
                payment_id=payment.id,
                amount=amount,
                reason=stated_reason(reason),
                state=RefundState.ASKED,
                asked_at=now,
                ask_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    refund = same_refund(_known(refund_id), payment, amount)
    moves.move(payment, rules.refund_step(payment, amount))
    _book(by, payment, refund)
    outbox.emit(RefundAsked(refund.id, payment.id, payment.purpose.kind, payment.purpose.ref, amount, now))
    return refund


def settle_refund(by: Actor, refund_id: UUID) -> Refund:
    """Tell the provider to give the money back, under the refund's own id. Asks the outside: no transaction around it.

    Safe to repeat, also at the same time: the provider knows the id. Raises NotFound, ProviderSilent (it will be tried again).
    """
    tx.demand_none()
    with tx.durable():
        refund = _known(refund_id, lock=True)
        if refund.state is not RefundState.ASKED:
            return refund
        row = RefundRow.objects.get(id=refund_id)
        row.asks, row.ask_at = row.asks + 1, rules.ask_again(row.asks, clock.now())
        row.save(update_fields=["asks", "ask_at"])
        payment = queries.payment(refund.payment)
    try:
        providers.provider(payment.provider).cancel(payment.payment_key, str(refund.id), refund.amount, refund.reason)
    except ProviderRefused as refusal:
        return _record(by, refund.id, refusal.reason)
    except RefundAccountNeeded:
        if payment.payer is None or not people.person(payment.payer).closed:
            raise
        return _record(by, refund.id, ACCOUNT_CLOSED)
    return _record(by, refund.id, "")


def settle_refunds(by: Actor, most: int = queries.PAGE_MAX) -> int:
    """Settle every refund that is due; answers how many are no longer open.

    A provider that is silent, or switched off, holds up no refund of another; nor does a payer who has named no account.
    """
    return sum(_settle_in_turn(by, refunds) for refunds in queries.refunds_due(clock.now(), most).values())


def _settle_in_turn(by: Actor, refunds: Sequence[UUID]) -> int:
    settled = silent = 0
    for refund_id in refunds:
        try:
            settle_refund(by, refund_id)
            settled, silent = settled + 1, 0
        except RefundAccountNeeded:
            silent = 0
        except ProviderSilent:
            silent += 1
        except ProviderUnknown as unknown:
            log.warning("provider_switched_off", provider=unknown.provider, refund=str(refund_id))
            silent += 1
        if silent == rules.SILENT_IN_A_ROW_MAX:
            break
    return settled


def _record(by: Actor, refund_id: UUID, failure: str) -> Refund:
    """Write down what the provider answered, once."""
    with tx.durable():
        refund = _known(refund_id, lock=True)
        if refund.state is not RefundState.ASKED:
            return refund
        payment, now = queries.payment(refund.payment), clock.now()
        purpose = payment.purpose
        rows = RefundRow.objects.filter(id=refund_id)
        if failure:
            rows.update(state=RefundState.REFUSED, failure=failure, settled_at=now, ask_at=None)
            _book_owed(by, payment, refund)
            outbox.emit(RefundRefused(refund.id, payment.id, purpose.kind, purpose.ref, refund.amount, failure, now))
        else:
            rows.update(state=RefundState.SETTLED, settled_at=now, ask_at=None)
            outbox.emit(RefundSettled(refund.id, payment.id, purpose.kind, purpose.ref, refund.amount, now))
        return _known(refund_id)


def same_refund(refund: Refund, payment: Payment, amount: int) -> Refund:
    """A refund id stands for one payment and one amount for ever. Raises RefundDiffers."""
    if refund.payment != payment.id or refund.amount != amount:
        raise RefundDiffers(refund=refund.id)
    return refund


def stated_reason(reason: str) -> str:
    """The reason as it is written down: the book wants one."""
    return reason.strip()[:REASON_LENGTH_MAX] or "refund"


def _known(refund_id: UUID, *, lock: bool = False) -> Refund:
    refund = queries.refund(refund_id, lock=lock)
    if refund is None:
        raise NotFound(what="refund")
    return refund


def _book(by: Actor, payment: Payment, refund: Refund) -> None:
    """Take the money from where it is back to the provider's account.

    Money that waited came in two hops, and `posting` names the last: of a refund of all of it both are undone, the last first.
    A part leaves straight from where the money lies.
    """
    if payment.posting is not None and refund.amount == payment.amount:
        captured = moves.waited(payment)
        if captured is None or captured == payment.posting:
            _reverse(by, refund, refund.id, payment.posting)
            return
        moves.lock_hops(by, payment)
        _reverse(by, refund, refund.id, payment.posting)
        _reverse(by, refund, ids.derived(refund.id, moves.WAITING), captured)
        return
    if payment.account is None:
        raise ValueError("a captured payment has an account")
    to = _to(payment, refund.id, moves.from_provider(by, payment), REFUND)
    moves.move_money(by, payment, payment.account, to, refund.amount, refund.reason)


def _reverse(by: Actor, refund: Refund, reversal: UUID, posting: UUID) -> None:
    reverse(by, NewReversal(PostingId(reversal), PostingId(posting), clock.now(), refund.reason))


def _book_owed(by: Actor, payment: Payment, refund: Refund) -> None:
    """The provider keeps the money: it stays with us and is owed to the payer by other means."""
    owed = moves.opened(by, moves.owed_account(payment.currency))
    retries = RefundRow.objects.values_list("retries", flat=True).get(id=refund.id)
    name = f"{REFUND_OWED}:{retries}" if retries else REFUND_OWED  # each refusal is a posting of its own
    to = _to(payment, ids.derived(refund.id, name), owed, REFUND_OWED)
    moves.move_money(by, payment, moves.from_provider(by, payment), to, refund.amount, refund.failure)


def _to(payment: Payment, transfer: UUID, account: UUID, kind: Kind) -> Allotment:
    return Allotment(account, transfer, kind, payment.payer, payment.purpose.ref)
