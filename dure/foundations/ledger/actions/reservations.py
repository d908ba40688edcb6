"""Resolve what was reserved: post it, give it up, let it expire. Once each."""

from datetime import datetime

from dure.base import ids
from dure.base.money import Money
from dure.foundations.ledger import queries, rules
from dure.foundations.ledger.types import (
    NewResolution,
    NewTransfer,
    NotPending,
    Phase,
    PostingExistsWithDifferent,
    PostingId,
    ReservationExpired,
    Transfer,
    TransferId,
)
from dure.foundations.people.types import Actor
from dure.kit import outbox, tx

from .entries import Entry, insert, locked

__all__ = ["EXPIRE_MAX", "expire_due", "post_pending", "void_pending"]

EXPIRE_MAX = 500


def post_pending(by: Actor, new: NewResolution) -> Transfer:
    """Move what was reserved, all or part; the rest returns. The same resolution again changes nothing.

    Raises TransferUnknown, NotPending, PendingAlreadyPosted, PendingAlreadyVoided, PendingExpired, PendingAmountExceeded,
    PostingExistsWithDifferent, CurrencyMismatch, Busy.
    """
    return _resolve(by, new, Phase.POST)


def void_pending(by: Actor, new: NewResolution) -> Transfer:
    """Give a reservation up: nothing moves, what was held is free. Refuses as `post_pending` does."""
    return _resolve(by, new, Phase.VOID)


def expire_due(by: Actor, now: datetime, most: int = EXPIRE_MAX) -> int:
    """Expire at most `most` reservations whose time ran out; answers how many. Tells ReservationExpired of each."""
    tx.demand()
    rules.may_book(by)
    due = queries.due(now, most)
    locked(rules.accounts_of([_asked(pending) for pending in due]))
    still = queries.open_among([pending.id for pending in due])
    expired = [pending for pending in due if pending.id in still]
    insert([_entry(_expiry(pending), pending, Phase.EXPIRE, pending.amount, now) for pending in expired])
    for pending in expired:
        outbox.emit(
            ReservationExpired(
                pending=pending.id,
                debit=pending.debit,
                credit=pending.credit,
                amount=pending.amount.minor,
                currency=pending.amount.currency,
                ref=pending.ref,
                at=now,
            )
        )
    return len(expired)


def _resolve(by: Actor, new: NewResolution, to: Phase) -> Transfer:
    tx.demand()
    rules.may_book(by)
    pending = queries.transfer(new.pending)
    if pending.phase is not Phase.PENDING:
        raise NotPending(transfer=pending.id)
    rules.check_same_currency(pending, new.amount)
    locked((pending.debit, pending.credit))
    amount = pending.amount if new.amount is None else new.amount
    old = queries.transfers((new.id,)).get(new.id)
    if old is not None:
        rules.check_same_resolution(old, new, to, amount.minor)
        return old
    found = queries.resolution(pending.id)
    rules.may_resolve(pending, found.phase if found else None, to, new.at, amount.minor)
    entry = _entry(new.id, pending, to, amount, new.at)
    numbers = insert([entry])
    if not numbers:
        raise PostingExistsWithDifferent(posting=new.id, field="id")
    return entry.written(numbers[new.id])


def _expiry(pending: Transfer) -> TransferId:
    return TransferId(ids.derived(pending.id, "expire"))


def _asked(pending: Transfer) -> NewTransfer:
    return _again(pending.id, pending, pending.amount)


def _again(new: TransferId, pending: Transfer, amount: Money) -> NewTransfer:
    return NewTransfer(
        id=new,
        debit=pending.debit,
        credit=pending.credit,
        amount=amount,
        kind=pending.kind,
        funder=pending.funder,
        ref=pending.ref,
    )


def _entry(new: TransferId, pending: Transfer, to: Phase, amount: Money, at: datetime) -> Entry:
    return Entry(
        posting=PostingId(new),
        leg=1,
        legs=1,
        transfer=_again(new, pending, amount),
        phase=to,
        at=at,
        pending_id=pending.id,
    )
