"""Pay a refund that its provider refused: at the bank, on the word of two stewards, or by the provider after all."""

from typing import Any
from uuid import UUID

from dure.base import clock, ids
from dure.base.refusals import NotFound
from dure.foundations.ledger import providers
from dure.foundations.ledger.models.owed import RefundStep
from dure.foundations.ledger.models.payments import Refund as RefundRow
from dure.foundations.ledger.queries import payments as queries
from dure.foundations.ledger.rules import owed as rules
from dure.foundations.ledger.rules.reconciling import check_note
from dure.foundations.ledger.rules.settling import BANK
from dure.foundations.ledger.types.book import Kind, NewReversal, PostingId
from dure.foundations.ledger.types.owed import REFUND_PAID, REFUND_RETRIED, OwedWant, RefundReferenceKnown
from dure.foundations.ledger.types.payments import RefundId, RefundState
from dure.foundations.ledger.types.providers import Allotment
from dure.foundations.people.types import Actor
from dure.kit import tx

from . import payment_moves as moves
from .reversals import reverse

__all__ = ["confirm_owed", "enter_owed", "retry_owed", "take_owed_back"]


def enter_owed(by: Actor, refund: UUID, reference: str, *, key: str) -> RefundId:
    """A steward has transferred the money to the payer at the bank, under the bank's `reference`. Nothing is booked yet.

    Raises NotAllowed, NotFound, ConflictOfInterest, NotOwed, BadValue, RefundReferenceKnown.
    """
    rules.may_pay_owed(by)
    said = rules.check_reference(reference)
    with tx.action(by, "ledger.enter_owed", key, (refund, said), UUID) as done:
        if done:
            return RefundId(done.answer())
        row = _locked(refund)
        rules.check_stake(by, row.payment.payer_id)
        after = rules.follow(RefundState(row.state), OwedWant.ENTER)
        if RefundRow.objects.select_for_update().filter(reference=said).exists():
            raise RefundReferenceKnown(reference=said)
        return RefundId(done.keep(_step(by, row, OwedWant.ENTER, after, said, reference=said, entered_by_id=by.person)))


def confirm_owed(by: Actor, refund: UUID, *, key: str) -> RefundId:
    """Another steward has seen it at the bank: it leaves what is owed and the platform's bank account.

    Raises NotAllowed, NotFound, ConflictOfInterest, NotOwed, SecondPersonNeeded.
    """
    rules.may_pay_owed(by)
    with tx.action(by, "ledger.confirm_owed", key, refund, UUID) as done:
        if done:
            return RefundId(done.answer())
        row = _locked(refund)
        rules.check_stake(by, row.payment.payer_id)
        after = rules.follow(RefundState(row.state), OwedWant.CONFIRM)
        rules.check_second(by, row.entered_by_id)
        posting = ids.derived(row.id, f"{REFUND_PAID}:{row.steps.count()}")
        bank = moves.opened(by, BANK)
        _move_out(by, row, bank, posting, REFUND_PAID, row.reference)
        return RefundId(done.keep(_step(by, row, OwedWant.CONFIRM, after, row.reference, paid_by=posting)))


def take_owed_back(by: Actor, refund: UUID, note: str, *, key: str) -> RefundId:
    """It was entered by mistake, or the bank sent the money back: it is owed again. What was booked is reversed, and the payer
    is asked anew where it goes. Raises NotAllowed, NotFound, NotOwed, BadValue.
    """
    rules.may_pay_owed(by)
    said = check_note(note)
    with tx.action(by, "ledger.take_owed_back", key, (refund, said), UUID) as done:
        if done:
            return RefundId(done.answer())
        row = _locked(refund)
        after = rules.follow(RefundState(row.state), OwedWant.TAKE_BACK)
        if row.paid_by is not None:
            undo = PostingId(ids.derived(row.paid_by, "back"))
            reverse(by, NewReversal(undo, PostingId(row.paid_by), clock.now(), said[:200]))
            providers.keep(row.payment.order, refund=None)
        cleared: dict[str, Any] = {"reference": "", "entered_by_id": None, "paid_by": None}
        return RefundId(done.keep(_step(by, row, OwedWant.TAKE_BACK, after, said, **cleared)))


def retry_owed(by: Actor, refund: UUID, *, key: str) -> RefundId:
    """Have the provider asked once more: the money goes from what is owed back to the provider's account, as if just asked for.

    Raises NotAllowed, NotFound, NotOwed.
    """
    rules.may_pay_owed(by)
    with tx.action(by, "ledger.retry_owed", key, refund, UUID) as done:
        if done:
            return RefundId(done.answer())
        row = _locked(refund)
        after = rules.follow(RefundState(row.state), OwedWant.RETRY)
        payment = queries.payment(row.payment_id)
        posting = ids.derived(row.id, f"{REFUND_RETRIED}:{row.retries}")
        _move_out(by, row, moves.from_provider(by, payment), posting, REFUND_RETRIED, row.failure)
        asked: dict[str, Any] = {"retries": row.retries + 1, "settled_at": None, "ask_at": clock.now(), "asks": 0}
        return RefundId(done.keep(_step(by, row, OwedWant.RETRY, after, row.failure, failure="", **asked)))


def _locked(refund: UUID) -> RefundRow:
    row = RefundRow.objects.select_for_update(of=("self",)).select_related("payment").filter(id=refund).first()
    if row is None:
        raise NotFound(what="refund")
    return row


def _move_out(by: Actor, row: RefundRow, to: UUID, posting: UUID, kind: Kind, reason: str) -> None:
    payment = queries.payment(row.payment_id)
    owed = moves.opened(by, moves.owed_account(payment.currency))
    allot = Allotment(to, posting, kind, payment.payer, payment.purpose.ref)
    moves.move_money(by, payment, owed, allot, row.amount, reason)


def _step(by: Actor, row: RefundRow, want: OwedWant, after: RefundState, note: str, **fields: Any) -> UUID:
    RefundStep.objects.create(refund=row, want=want, after=after, by_id=by.person, note=note, at=clock.now())
    RefundRow.objects.filter(id=row.id).update(state=after, **fields)
    return row.id
