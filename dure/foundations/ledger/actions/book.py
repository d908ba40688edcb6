"""Open and close accounts, post, reserve.

Every action locks the balances it moves, sorted by id, before it reads or numbers anything: within one account the
order of the log is then the order of commits. An action that posts more than once in a transaction locks all accounts
first (`lock_accounts`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from dure.base.refusals import Busy
from dure.foundations.ledger import models, queries, rules
from dure.foundations.ledger.types import (
    Account,
    AccountId,
    AccountUnknown,
    Balance,
    NewAccount,
    NewPosting,
    Phase,
    Posting,
    PostingId,
    Transfer,
)
from dure.foundations.people.types import Actor
from dure.kit import tx

from .entries import Entry, insert, locked

__all__ = ["close_account", "lock_accounts", "open_account", "pend", "post", "post_many"]


def open_account(by: Actor, new: NewAccount, at: datetime) -> Account:
    """Open an account. The same one again is answered as it stands. Raises AccountExistsWithDifferent."""
    tx.demand()
    rules.may_book(by)
    rules.check_account(new)
    models.Account.objects.bulk_create(
        [models.Account(id=new.id, code=new.code, currency=new.currency, limit=new.limit, opened_at=at)],
        ignore_conflicts=True,
    )
    account = queries.account(new.id)
    rules.check_same_account(account, new)
    return account


def close_account(by: Actor, account: AccountId, at: datetime) -> Account:
    """Close an empty account for good. Closing it again answers the same. Raises AccountUnknown, AccountNotEmpty."""
    tx.demand()
    rules.may_book(by)
    balance = lock_accounts(by, (account,))[account]
    if balance.closed_at is None:
        rules.may_close(balance)
        models.Balance.objects.filter(account_id=account).update(closed_at=at)
    return queries.account(account)


def lock_accounts(by: Actor, accounts: Iterable[AccountId]) -> Mapping[AccountId, Balance]:
    """Lock the balances of all accounts a transaction will move, once, in fixed order. Raises AccountUnknown, Busy."""
    tx.demand()
    rules.may_book(by)
    wanted = set(accounts)
    found = locked(sorted(wanted))
    for missing in sorted(wanted - set(found)):
        raise AccountUnknown(account=missing)
    return found


def post(by: Actor, new: NewPosting) -> Posting:
    """Move money at once: all transfers of the posting or none. Sending the same posting again changes nothing.

    Raises PostingExistsWithDifferent, AccountUnknown, AccountClosed, CurrencyMismatch, InsufficientFunds, Busy.
    """
    return post_many(by, (new,))[0]


def post_many(by: Actor, new: Sequence[NewPosting]) -> tuple[Posting, ...]:
    """Post several events, in their order, in as few statements as one. Refuses as `post` does, then none happens."""
    return _write(by, new, Phase.SINGLE, None)


def pend(by: Actor, new: NewPosting, expires_at: datetime | None = None) -> Posting:
    """Reserve money: limits count it, nothing moves until each transfer is posted, voided or expires.

    Refuses as `post` does.
    """
    return _write(by, (new,), Phase.PENDING, expires_at)[0]


def _write(by: Actor, new: Sequence[NewPosting], phase: Phase, expires_at: datetime | None) -> tuple[Posting, ...]:
    tx.demand()
    rules.may_book(by)
    rules.check_postings(new, expires_at)
    balances = locked(rules.accounts_of([transfer for each in new for transfer in each.transfers]))
    found = _written_before(new, phase, expires_at)
    fresh = [each for each in new if each.id not in found]
    for each in fresh:
        balances = rules.settle(balances, each.transfers, phase)
    entries = [entry for each in fresh for entry in _entries(each, phase, expires_at)]
    numbers = insert(entries)
    if len(numbers) < len(entries):  # somebody used one of these ids just now, between other accounts
        _written_before(fresh, phase, expires_at)
        raise Busy(retry_seconds=1)
    made: dict[PostingId, list[Transfer]] = {}
    for entry in entries:
        made.setdefault(entry.posting, []).append(entry.written(numbers[entry.transfer.id]))
    found = {**found, **{each: Posting(id=each, transfers=tuple(transfers)) for each, transfers in made.items()}}
    return tuple(found[each.id] for each in new)


def _entries(new: NewPosting, phase: Phase, expires_at: datetime | None) -> list[Entry]:
    return [
        Entry(
            posting=new.id,
            leg=leg,
            legs=len(new.transfers),
            transfer=transfer,
            phase=phase,
            at=new.at,
            reason=new.reason,
            expires_at=expires_at,
        )
        for leg, transfer in enumerate(new.transfers, start=1)
    ]


def _written_before(new: Sequence[NewPosting], phase: Phase, expires_at: datetime | None) -> dict[PostingId, Posting]:
    """Which of these stand in the log already. Raises PostingExistsWithDifferent when an id stands for something else."""
    used = [each.id for each in new] + [transfer.id for each in new for transfer in each.transfers]
    found = queries.postings(list(dict.fromkeys(used)))
    holding = {transfer.id: each for each in found.values() for transfer in each.transfers}
    same: dict[PostingId, Posting] = {}
    for each in new:
        old = found.get(each.id) or next((holding[t.id] for t in each.transfers if t.id in holding), None)
        if old is not None:
            rules.check_same_posting(old, each, phase, expires_at)
            same[each.id] = old
    return same
