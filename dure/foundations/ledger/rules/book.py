"""What a balance allows, what may follow what, what makes two postings the same. No clock, no database."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from dure.base import ids
from dure.base.money import Money
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.ledger.types import (
    LEGS_MAX,
    REVERSAL,
    Account,
    AccountClosed,
    AccountExistsWithDifferent,
    AccountId,
    AccountNotEmpty,
    AccountUnknown,
    AlreadyReversed,
    Balance,
    CurrencyMismatch,
    InsufficientFunds,
    Limit,
    NewAccount,
    NewPosting,
    NewResolution,
    NewReversal,
    NewTransfer,
    NotPending,
    NotReversible,
    PendingAlreadyPosted,
    PendingAlreadyVoided,
    PendingAmountExceeded,
    PendingExpired,
    PendingNotDue,
    Phase,
    Posting,
    PostingExistsWithDifferent,
    PostingId,
    Transfer,
    TransferId,
)
from dure.foundations.people.types import Actor

__all__ = [
    "NEXT",
    "accounts_of",
    "after",
    "check_account",
    "check_posting",
    "check_postings",
    "check_reversal",
    "check_same_account",
    "check_same_currency",
    "check_same_posting",
    "check_same_resolution",
    "check_same_reversal",
    "may_book",
    "may_close",
    "may_resolve",
    "may_reverse",
    "mirrored",
    "settle",
]

CODE: Final = re.compile(r"[a-z0-9][a-z0-9:._-]{0,99}")
KIND: Final = re.compile(r"[a-z_]{1,30}")
REASON_LENGTH_MAX: Final = 200

NEXT: Final[Mapping[Phase, frozenset[Phase]]] = {
    Phase.SINGLE: frozenset(),
    Phase.PENDING: frozenset({Phase.POST, Phase.VOID, Phase.EXPIRE}),
    Phase.POST: frozenset(),
    Phase.VOID: frozenset(),
    Phase.EXPIRE: frozenset(),
}
"""The state table: what may follow a transfer of each phase. A reservation is resolved once, everything else is final."""


def may_book(by: Actor) -> None:
    """Only somebody who can be asked about it moves money: a person, or the platform by a named task."""
    if by.person is None and not by.is_system:
        raise NotAllowed(needs="a person or the platform itself")


def check_account(new: NewAccount) -> None:
    """An account's code is short and speakable, its currency three capital letters."""
    if not CODE.fullmatch(new.code):
        raise BadValue(field="code", reason="shape")
    if not re.fullmatch(r"[A-Z]{3}", new.currency):
        raise BadValue(field="currency", reason="shape")


def check_same_account(old: Account, new: NewAccount) -> None:
    """Opening an account again is no error when it is the same account."""
    for field in ("currency", "limit"):
        if getattr(old, field) != getattr(new, field):
            raise AccountExistsWithDifferent(account=old.id, field=field)


def may_close(balance: Balance) -> None:
    """Nothing may be left in a closed account, nor reserved."""
    pending = balance.debits_pending + balance.credits_pending
    if balance.held or pending:
        raise AccountNotEmpty(account=balance.account, held=balance.held, pending=pending)


def check_postings(new: Sequence[NewPosting], expires_at: datetime | None = None) -> None:
    """The shape of each; no id twice; a reservation expires after it was made."""
    for each in new:
        check_posting(each)
        if expires_at is not None and expires_at <= each.at:
            raise BadValue(field="expires_at", reason="past")
    used = [transfer.id for each in new for transfer in each.transfers]
    if len(set(used)) != len(used) or len({each.id for each in new}) != len(new):
        raise BadValue(field="id", reason="twice")


def check_posting(new: NewPosting) -> None:
    """The shape of a posting: 1 to LEGS_MAX transfers of positive amounts between two accounts each."""
    if not 1 <= len(new.transfers) <= LEGS_MAX:
        raise BadValue(field="transfers", reason="count")
    if len(new.reason) > REASON_LENGTH_MAX:
        raise BadValue(field="reason", reason="length")
    if (len(new.transfers) == 1) != (new.id in {transfer.id for transfer in new.transfers}):
        raise BadValue(field="id", reason="single_posting_has_the_id_of_its_transfer")
    for transfer in new.transfers:
        if transfer.amount.minor <= 0:
            raise BadValue(field="amount", reason="not_positive")
        if transfer.debit == transfer.credit:
            raise BadValue(field="credit", reason="same_account")
        if not KIND.fullmatch(transfer.kind) or transfer.kind == REVERSAL:
            raise BadValue(field="kind", reason="shape")


def after(balance: Balance, *, out: int = 0, into: int = 0, phase: Phase = Phase.SINGLE) -> Balance:
    """`balance` once `out` has left it and `into` has arrived, or was reserved. Raises InsufficientFunds beyond its limit."""
    if phase is Phase.PENDING:
        then = replace(
            balance, debits_pending=balance.debits_pending + out, credits_pending=balance.credits_pending + into
        )
    else:
        then = replace(balance, debits_posted=balance.debits_posted + out, credits_posted=balance.credits_posted + into)
    match balance.limit:
        case Limit.DEBITS_MUST_NOT_EXCEED_CREDITS if then.debits_posted + then.debits_pending > then.credits_posted:
            raise InsufficientFunds(account=balance.account, available=balance.available)
        case Limit.CREDITS_MUST_NOT_EXCEED_DEBITS if then.credits_posted + then.credits_pending > then.debits_posted:
            raise InsufficientFunds(account=balance.account, available=-balance.held - balance.credits_pending)
    return then


def settle(
    balances: Mapping[AccountId, Balance], transfers: Iterable[NewTransfer], phase: Phase
) -> dict[AccountId, Balance]:
    """The balances after `transfers`, one after the other: each must stand by itself, a later one cannot save it.

    Raises AccountUnknown, AccountClosed, CurrencyMismatch, InsufficientFunds.
    """
    now = dict(balances)
    for transfer in transfers:
        for account in (transfer.debit, transfer.credit):
            if account not in now:
                raise AccountUnknown(account=account)
            if now[account].closed_at is not None:
                raise AccountClosed(account=account)
            if now[account].currency != transfer.amount.currency:
                raise CurrencyMismatch(account=account, currency=now[account].currency)
        now[transfer.debit] = after(now[transfer.debit], out=transfer.amount.minor, phase=phase)
        now[transfer.credit] = after(now[transfer.credit], into=transfer.amount.minor, phase=phase)
    return now


def check_same_posting(old: Posting, new: NewPosting, phase: Phase, expires_at: datetime | None = None) -> None:
    """Sending a posting again is no error when it is the same; else the first differing field is told.

    The time is no part of it, as a retry comes later; how long a reservation lasts is.
    """

    def differs(field: str) -> PostingExistsWithDifferent:
        return PostingExistsWithDifferent(posting=new.id, field=field)

    if len(old.transfers) != len(new.transfers) or old.id != new.id:
        raise differs("transfers")
    for was, now in zip(old.transfers, new.transfers, strict=True):
        if was.phase is not phase:
            raise differs("phase")
        for field in ("id", "debit", "credit", "amount", "kind", "funder", "ref"):
            if getattr(was, field) != getattr(now, field):
                raise differs(field)
        if was.reason != new.reason:
            raise differs("reason")
        if _lasting(was.expires_at, was.at) != _lasting(expires_at, new.at):
            raise differs("expires_at")


def _lasting(expires_at: datetime | None, at: datetime) -> timedelta | None:
    return None if expires_at is None else expires_at - at


def may_resolve(pending: Transfer, found: Phase | None, to: Phase, at: datetime, amount: int) -> None:
    """Whether a reservation that was resolved as `found` (None: not yet) may be resolved as `to`, once only.

    Raises NotPending, PendingAlreadyPosted, PendingAlreadyVoided, PendingExpired, PendingNotDue, PendingAmountExceeded.
    """
    if to not in NEXT[pending.phase]:
        raise NotPending(transfer=pending.id)
    match found:
        case Phase.POST:
            raise PendingAlreadyPosted(pending=pending.id)
        case Phase.VOID:
            raise PendingAlreadyVoided(pending=pending.id)
        case Phase.EXPIRE:
            raise PendingExpired(pending=pending.id)
    due = pending.expires_at is not None and at >= pending.expires_at
    if to is Phase.POST and due:
        raise PendingExpired(pending=pending.id)
    if to is Phase.EXPIRE and not due:
        raise PendingNotDue(pending=pending.id)
    if amount <= 0:
        raise BadValue(field="amount", reason="not_positive")
    if amount > pending.amount.minor:
        raise PendingAmountExceeded(pending=pending.id, reserved=pending.amount.minor)


def check_same_currency(pending: Transfer, amount: Money | None) -> None:
    """Part of a reservation is posted in its own currency."""
    if amount is not None and amount.currency != pending.amount.currency:
        raise CurrencyMismatch(account=pending.debit, currency=pending.amount.currency)


def check_same_resolution(old: Transfer, new: NewResolution, to: Phase, amount: int) -> None:
    """Resolving again with the same id is no error when it is the same resolution."""
    same = (old.phase is to, old.pending_id == new.pending, old.amount.minor == amount)
    for field, fits in zip(("phase", "pending", "amount"), same, strict=True):
        if not fits:
            raise PostingExistsWithDifferent(posting=new.id, field=field)


def check_reversal(new: NewReversal) -> None:
    """A reversal says why, shortly."""
    if not new.reason or len(new.reason) > REASON_LENGTH_MAX:
        raise BadValue(field="reason", reason="length")
    if new.id == new.posting:
        raise BadValue(field="id", reason="twice")


def check_same_reversal(old: Posting, new: NewReversal) -> None:
    """Reversing again with the same id is no error when it is the same reversal."""
    if old.transfers[0].reason != new.reason:
        raise PostingExistsWithDifferent(posting=new.id, field="reason")


def may_reverse(posting: Posting, reversed_by: PostingId | None) -> None:
    """A posting can be taken back once. Reservations are voided instead, and a reversal is final."""
    if reversed_by is not None:
        raise AlreadyReversed(posting=posting.id, reversal=reversed_by)
    for transfer in posting.transfers:
        if transfer.kind == REVERSAL:
            raise NotReversible(posting=posting.id, because="reversal")
        if transfer.phase not in (Phase.SINGLE, Phase.POST):
            raise NotReversible(posting=posting.id, because="pending")


def mirrored(posting: Posting, reversal: PostingId) -> tuple[NewTransfer, ...]:
    """The transfers that undo `posting`, last first, so that no account passes through a state it may not be in."""

    def mirror_id(transfer: Transfer) -> TransferId:
        single = len(posting.transfers) == 1
        return TransferId(reversal if single else ids.derived(reversal, transfer.id.hex))

    return tuple(
        NewTransfer(
            id=mirror_id(transfer),
            debit=transfer.credit,
            credit=transfer.debit,
            amount=transfer.amount,
            kind=REVERSAL,
            funder=transfer.funder,
            ref=transfer.ref,
        )
        for transfer in reversed(posting.transfers)
    )


def accounts_of(transfers: Sequence[NewTransfer]) -> tuple[AccountId, ...]:
    """All accounts that take part, in the order in which they are locked."""
    return tuple(sorted({account for transfer in transfers for account in (transfer.debit, transfer.credit)}))
