"""Take a posting back: the same money the other way, once."""

from collections.abc import Mapping

from dure.foundations.ledger import queries, rules
from dure.foundations.ledger.types import (
    AccountId,
    Balance,
    NewReversal,
    NewTransfer,
    Phase,
    Posting,
    PostingExistsWithDifferent,
    Transfer,
)
from dure.foundations.people.types import Actor
from dure.kit import tx

from .entries import Entry, insert, locked

__all__ = ["reverse"]


def reverse(by: Actor, new: NewReversal) -> Posting:
    """Take back a posting whole, as if it had never been. The same reversal again changes nothing.

    Money that was passed on cannot be taken back: of an account that holds money, the very lot must still lie there.
    Raises PostingUnknown, AlreadyReversed, NotReversible, InsufficientFunds, LotDrawn, AccountClosed, Busy,
    PostingExistsWithDifferent.
    """
    tx.demand()
    rules.may_book(by)
    rules.check_reversal(new)
    posting = queries.posting(new.posting)
    mirrored = rules.mirrored(posting, new.id)
    balances = locked(rules.accounts_of(mirrored))
    done = queries.reversal([transfer.id for transfer in posting.transfers])
    if done == new.id:
        old = queries.posting(new.id)
        rules.check_same_reversal(old, new)
        return old
    rules.may_reverse(posting, done)
    _settle(posting, mirrored, balances)
    entries = _entries(posting, mirrored, new)
    numbers = insert(entries)
    if len(numbers) < len(entries):
        raise PostingExistsWithDifferent(posting=new.id, field="reverses")
    return Posting(id=new.id, transfers=tuple(entry.written(numbers[entry.transfer.id]) for entry in entries))


def _settle(posting: Posting, mirrored: tuple[NewTransfer, ...], balances: Mapping[AccountId, Balance]) -> None:
    """Whether each leg can go back, last leg first, and its lot still lies where it came to."""
    later = queries.later_lots((posting,))
    for transfer, back in zip(reversed(posting.transfers), mirrored, strict=True):
        if transfer.id in later and transfer.credit in balances:
            left = balances[transfer.credit].held
            rules.refuse_drawn(transfer.id, transfer.amount.minor, later[transfer.id], left)
        balances = rules.settle(balances, (back,), Phase.SINGLE)


def _entries(posting: Posting, mirrored: tuple[NewTransfer, ...], new: NewReversal) -> list[Entry]:
    originals: list[Transfer] = list(reversed(posting.transfers))
    return [
        Entry(
            posting=new.id,
            leg=leg,
            legs=len(mirrored),
            transfer=back,
            phase=Phase.SINGLE,
            at=new.at,
            reason=new.reason,
            reverses=original.id,
        )
        for leg, (original, back) in enumerate(zip(originals, mirrored, strict=True), start=1)
    ]
