"""Many refunds in as few statements as one. Each has the outcome that it would have alone, after those before it in the list.

Everything they touch is locked and read once: payments by their ids, then accounts by theirs. Then each is decided in turn,
on what those before it left; who is refused leaves nothing. What was decided is written at the end.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from dure.base import clock, ids
from dure.base.money import Money
from dure.base.refusals import Busy, NotFound, Refusal
from dure.foundations.ledger import rules as book_rules
from dure.foundations.ledger.models.payments import Payment as PaymentRow
from dure.foundations.ledger.models.payments import Refund as RefundRow
from dure.foundations.ledger.queries import book as ledger
from dure.foundations.ledger.queries import payments as queries
from dure.foundations.ledger.rules import payments as rules
from dure.foundations.ledger.types.book import (
    REFUND,
    AccountId,
    Balance,
    NewPosting,
    NewReversal,
    NewTransfer,
    Phase,
    Posting,
    PostingId,
    Transfer,
    TransferId,
)
from dure.foundations.ledger.types.payments import (
    NewRefund,
    Payment,
    PaymentState,
    Refund,
    RefundAsked,
    RefundId,
    RefundState,
)
from dure.foundations.ledger.types.refusals import PostingExistsWithDifferent, PostingUnknown
from dure.foundations.people.types import Actor
from dure.kit import outbox, tx

from . import payment_moves as moves
from .entries import Entry, insert, locked
from .refunds import same_refund, stated_reason

__all__ = ["REFUNDS_AT_ONCE_MAX", "refund_payments"]

REFUNDS_AT_ONCE_MAX: Final = 10_000


def refund_payments(by: Actor, new: Sequence[NewRefund]) -> tuple[Refund | Refusal, ...]:
    """Owe several sums of captured payments back to their payers: what `refund_payment` does for each, in their order.

    Answers for each the refund, or why it was refused; one that is refused holds up no other, and leaves nothing. Raises Busy
    when an account stays locked for too long, or somebody uses one of these ids at the same time; then none happened.
    """
    tx.demand()
    if len(new) > REFUNDS_AT_ONCE_MAX:
        raise ValueError(f"at most {REFUNDS_AT_ONCE_MAX} refunds at once")
    payments = queries.payments_of_ids((each.payment for each in new), lock=True)
    asked = [each for each in new if each.payment in payments]
    turns = _Turns(
        by, dict(payments), dict(queries.refunds_of_ids(each.id for each in asked)), _read(by, asked, payments)
    )
    outcomes = tuple(turns.take(each) for each in new)
    _write(turns, payments)
    return outcomes


@dataclass(frozen=True, slots=True)
class _Read:
    """What stands in the book, under locks, of everything these refunds may move."""

    providers: Mapping[tuple[str, str], AccountId]  # by name and currency
    postings: Mapping[PostingId, Posting]  # that brought money in, or have an id that is to be used
    holding: Mapping[UUID, Posting]  # by each transfer in them
    reversals: Mapping[TransferId, PostingId]
    later: Mapping[TransferId, int]
    balances: Mapping[AccountId, Balance]


def _read(by: Actor, asked: Sequence[NewRefund], payments: Mapping[UUID, Payment]) -> _Read:
    taken = [each for each in asked if payments[each.payment].captured]
    kinds = {(one.provider, one.currency): one for one in (payments[each.payment] for each in taken)}
    providers = {kind: moves.from_provider(by, one) for kind, one in sorted(kinds.items())}
    used: list[UUID] = [each.id for each in taken]
    brought: dict[UUID, None] = {}
    for each in taken:
        payment = payments[each.payment]
        if _is_whole(payment, each.amount):
            used.append(ids.derived(each.id, moves.WAITING))
            brought |= dict.fromkeys(one for one in (payment.posting, moves.wait_id(payment)) if one is not None)
    postings = ledger.postings([*used, *brought]) if used else {}
    came = [posting for one, posting in postings.items() if one in brought]
    moved = [transfer for posting in came for transfer in posting.transfers]
    accounts = {account for transfer in moved for account in (transfer.debit, transfer.credit)}
    accounts |= {
        AccountId(one.account) for one in (payments[each.payment] for each in taken) if one.account is not None
    }
    balances = locked(sorted(accounts | set(providers.values()))) if taken else {}
    return _Read(  # what else can change is read under the locks
        providers=providers,
        postings=postings,
        holding={transfer.id: posting for posting in postings.values() for transfer in posting.transfers},
        balances=balances,
        reversals=ledger.reversals(transfer.id for transfer in moved) if moved else {},
        later=ledger.later_lots(came) if moved else {},
    )


@dataclass(slots=True)
class _Draft:
    """What one refund would do: taken over when nothing refuses it."""

    balances: dict[AccountId, Balance]
    entries: list[Entry] = field(default_factory=list)
    gone: list[Transfer] = field(default_factory=list)  # lots that are as if they had never come


@dataclass(slots=True)
class _Turns:
    """Refund after refund, each on what those before it left."""

    by: Actor
    payments: dict[UUID, Payment]
    refunds: dict[UUID, Refund]
    read: _Read
    now: datetime = field(default_factory=clock.now)
    fresh: list[Refund] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    balances: dict[AccountId, Balance] = field(init=False)
    gone: dict[AccountId, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))  # number, amount

    def __post_init__(self) -> None:
        self.balances = dict(self.read.balances)

    def take(self, each: NewRefund) -> Refund | Refusal:
        """The outcome of one, which from now on counts for those after it."""
        try:
            return self._refund(each)
        except Refusal as refusal:
            return refusal

    def _refund(self, each: NewRefund) -> Refund:
        payment = self.payments.get(each.payment)
        if payment is None:
            raise NotFound(what="payment")
        rules.may_refund(self.by, payment)
        before = self.refunds.get(each.id)
        if before is not None:
            return same_refund(before, payment, each.amount)
        rules.check_refund(payment, each.amount)
        refund = Refund(
            id=RefundId(each.id),
            payment=payment.id,
            amount=each.amount,
            reason=stated_reason(each.reason),
            state=RefundState.ASKED,
            failure="",
            asked_at=self.now,
            settled_at=None,
        )
        self._book(payment, refund)
        state = rules.next_state(payment.state, rules.refund_step(payment, each.amount))
        self.payments[payment.id] = replace(payment, state=state, refunded=payment.refunded + each.amount)
        self.refunds[refund.id] = refund
        self.fresh.append(refund)
        return refund

    def _book(self, payment: Payment, refund: Refund) -> None:
        """As of one alone: a refund of all of it undoes what brought the money in, a part leaves from where the money lies."""
        draft = _Draft({})
        if _is_whole(payment, refund.amount) and payment.posting is not None:
            self._reverse(draft, PostingId(refund.id), PostingId(payment.posting), refund.reason)
            waited = moves.wait_id(payment)
            if waited in self.read.holding and waited != payment.posting:
                second = PostingId(ids.derived(refund.id, moves.WAITING))
                self._reverse(draft, second, PostingId(waited), refund.reason)
        else:
            self._move(draft, payment, refund)
        self.balances |= draft.balances
        self.entries += draft.entries
        for lot in draft.gone:
            self.gone[lot.credit].append((lot.seq, lot.amount.minor))

    def _move(self, draft: _Draft, payment: Payment, refund: Refund) -> None:
        if payment.account is None:
            raise ValueError("a captured payment has an account")
        transfer = NewTransfer(
            id=TransferId(refund.id),
            debit=AccountId(payment.account),
            credit=self.read.providers[payment.provider, payment.currency],
            amount=Money(refund.amount, payment.currency),
            kind=REFUND,
            funder=payment.payer,
            ref=payment.purpose.ref,
        )
        posting = NewPosting.of(transfer, self.now, refund.reason)
        old = self.read.postings.get(posting.id) or self.read.holding.get(transfer.id)
        if old is not None:
            book_rules.check_same_posting(old, posting, Phase.SINGLE)
            return
        self._settle(draft, transfer)
        draft.entries.append(Entry(posting.id, 1, 1, transfer, Phase.SINGLE, self.now, refund.reason))

    def _reverse(self, draft: _Draft, reversal: PostingId, of: PostingId, reason: str) -> None:
        new = NewReversal(reversal, of, self.now, reason)
        book_rules.check_reversal(new)
        posting = self.read.postings.get(of)
        if posting is None:
            raise PostingUnknown(posting=of)
        done = next((self.read.reversals[one.id] for one in posting.transfers if one.id in self.read.reversals), None)
        if done == reversal:
            book_rules.check_same_reversal(self.read.postings[done], new)
            return
        book_rules.may_reverse(posting, done)
        mirrored, originals = book_rules.mirrored(posting, reversal), list(reversed(posting.transfers))
        for leg, (lot, back) in enumerate(zip(originals, mirrored, strict=True), start=1):
            self._refuse_drawn(draft, lot)
            self._settle(draft, back)
            entry = Entry(reversal, leg, len(mirrored), back, Phase.SINGLE, self.now, reason, reverses=lot.id)
            draft.entries.append(entry)
        if reversal in self.read.postings or reversal in self.read.holding:
            raise PostingExistsWithDifferent(posting=reversal, field="reverses")
        draft.gone += originals

    def _refuse_drawn(self, draft: _Draft, lot: Transfer) -> None:
        """What came after the lot and went back by a refund before this one has never come."""
        balance = draft.balances.get(lot.credit) or self.balances.get(lot.credit)
        if lot.id in self.read.later and balance is not None:
            back = sum(amount for number, amount in self.gone[lot.credit] if number > lot.seq)
            book_rules.refuse_drawn(lot.id, lot.amount.minor, self.read.later[lot.id] - back, balance.held)

    def _settle(self, draft: _Draft, transfer: NewTransfer) -> None:
        touched = {one: self.balances[one] for one in (transfer.debit, transfer.credit) if one in self.balances}
        draft.balances |= book_rules.settle(touched | draft.balances, (transfer,), Phase.SINGLE)


def _write(turns: _Turns, before: Mapping[UUID, Payment]) -> None:
    if not turns.fresh:
        return
    rows = [
        RefundRow(
            id=one.id,
            payment_id=one.payment,
            amount=one.amount,
            reason=one.reason,
            state=one.state,
            asked_at=one.asked_at,
            ask_at=one.asked_at,
        )
        for one in turns.fresh
    ]
    RefundRow.objects.bulk_create(rows, ignore_conflicts=True)
    written = queries.refunds_of_ids(one.id for one in turns.fresh)
    if any(written[one.id].payment != one.payment for one in turns.fresh):
        raise Busy(retry_seconds=1)  # somebody used one of these ids just now, for another payment
    by_state: dict[PaymentState, list[UUID]] = defaultdict(list)
    for one in {refund.payment for refund in turns.fresh}:
        if turns.payments[one].state is not before[one].state:
            by_state[turns.payments[one].state].append(one)
    for state, payments in sorted(by_state.items()):
        PaymentRow.objects.filter(id__in=payments).update(state=state)
    if len(insert(turns.entries)) < len(turns.entries):
        raise Busy(retry_seconds=1)
    outbox.emit_many([_told(turns.payments[one.payment], one) for one in turns.fresh])


def _told(payment: Payment, refund: Refund) -> RefundAsked:
    purpose = payment.purpose
    return RefundAsked(refund.id, payment.id, purpose.kind, purpose.ref, refund.amount, refund.asked_at)


def _is_whole(payment: Payment, amount: int) -> bool:
    return payment.posting is not None and amount == payment.amount
