"""Accounts, balances, transfers and postings as they stand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from dure.base.money import Money
from dure.foundations.ledger import models, rules
from dure.foundations.ledger.types import (
    Account,
    AccountId,
    AccountUnknown,
    Balance,
    Kind,
    Limit,
    Phase,
    Posting,
    PostingId,
    PostingUnknown,
    Transfer,
    TransferId,
    TransferUnknown,
)
from dure.kit import sqlfiles

__all__ = [
    "PAGE_MAX",
    "account",
    "balance",
    "balances",
    "due",
    "later_lots",
    "open_among",
    "posting",
    "postings",
    "resolution",
    "returned",
    "reversal",
    "reversals",
    "statement",
    "transfer",
    "transfers",
]

PAGE_MAX: Final = 1000
PACKAGE: Final = "dure.foundations.ledger"


def account(account_id: AccountId) -> Account:
    """The account. Raises AccountUnknown."""
    row = models.Balance.objects.select_related("account").filter(account_id=account_id).first()
    if row is None:
        raise AccountUnknown(account=account_id)
    return Account(
        id=AccountId(row.account.id),
        code=row.account.code,
        currency=row.account.currency,
        limit=Limit(row.account.limit),
        opened_at=row.account.opened_at,
        closed_at=row.closed_at,
    )


def balance(account_id: AccountId) -> Balance:
    """The sums of one account. Raises AccountUnknown."""
    found = balances((account_id,))
    if account_id not in found:
        raise AccountUnknown(account=account_id)
    return found[account_id]


def balances(accounts: Iterable[AccountId], *, lock: bool = False) -> Mapping[AccountId, Balance]:
    """The sums of those of `accounts` that exist; with `lock`, nobody else moves them until the transaction ends."""
    rows = models.Balance.objects.filter(account_id__in=sorted(set(accounts))).order_by("account_id")
    if lock:
        rows = rows.select_for_update(no_key=True)
    return {AccountId(row.account_id): _balance(row) for row in rows}


def returned(accounts: Iterable[AccountId]) -> Mapping[AccountId, int]:
    """What came back to each of these accounts by reversals, in minor units. Those nothing came back to are left out."""
    rows = models.Transfer.objects.filter(credit__in=list(accounts), reverses__isnull=False).values_list("credit")
    return {AccountId(account): amount for account, amount in rows.annotate(Sum("amount"))}


def transfer(transfer_id: TransferId) -> Transfer:
    """One transfer. Raises TransferUnknown."""
    row = models.Transfer.objects.filter(id=transfer_id).first()
    if row is None:
        raise TransferUnknown(transfer=transfer_id)
    return _transfer(row)


def transfers(transfer_ids: Iterable[TransferId]) -> Mapping[TransferId, Transfer]:
    """Those of the transfers that exist, by id."""
    return {TransferId(row.id): _transfer(row) for row in models.Transfer.objects.filter(id__in=list(transfer_ids))}


def posting(posting_id: PostingId) -> Posting:
    """A posting with all its transfers. Raises PostingUnknown."""
    found = postings((posting_id,))
    if posting_id not in found:
        raise PostingUnknown(posting=posting_id)
    return found[posting_id]


def postings(posting_ids: Sequence[UUID]) -> Mapping[PostingId, Posting]:
    """The postings that have one of these ids or hold a transfer that has one, by id of the posting."""
    wanted = list(posting_ids)
    single = models.Transfer.objects.filter(id__in=wanted)
    linked = models.Transfer.objects.filter(posting__in=wanted, legs__gt=1)
    legs: dict[UUID, dict[int, Transfer]] = {}
    for row in (*single, *linked):
        legs.setdefault(row.posting, {})[row.leg] = _transfer(row)
    return {
        PostingId(each): Posting(id=PostingId(each), transfers=tuple(found[leg] for leg in sorted(found)))
        for each, found in legs.items()
    }


def resolution(pending: TransferId) -> Transfer | None:
    """The transfer that resolved a reservation, if one did."""
    row = models.Transfer.objects.filter(pending_id=pending).first()
    return _transfer(row) if row else None


def reversals(transfer_ids: Iterable[TransferId]) -> Mapping[TransferId, PostingId]:
    """Those of these transfers that were reversed, each with the posting that did it."""
    rows = models.Transfer.objects.filter(reverses__in=set(transfer_ids)).values_list("reverses", "posting")
    return {TransferId(each): PostingId(posting) for each, posting in rows if each is not None}


def reversal(transfer_ids: Iterable[TransferId]) -> PostingId | None:
    """The posting that reversed one of these transfers, if one did."""
    row = models.Transfer.objects.filter(reverses__in=list(transfer_ids)).values_list("posting", flat=True).first()
    return PostingId(row) if row else None


def due(now: datetime, most: int) -> tuple[Transfer, ...]:
    """Open reservations whose time ran out, those due first."""
    rows = models.OpenPending.objects.filter(expires_at__lte=now).order_by("expires_at", "transfer")
    found = transfers(TransferId(each) for each in rows.values_list("transfer", flat=True)[:most])
    return tuple(sorted(found.values(), key=lambda each: each.seq))


def open_among(pendings: Iterable[TransferId]) -> frozenset[TransferId]:
    """Which of these reservations are not resolved yet."""
    rows = models.OpenPending.objects.filter(transfer__in=list(pendings)).values_list("transfer", flat=True)
    return frozenset(TransferId(each) for each in rows)


def later_lots(asked: Iterable[Posting]) -> Mapping[TransferId, int]:
    """For each transfer of these postings into an account that holds money: what arrived there after it, in minor units."""
    moved = [transfer for posting in asked for transfer in posting.transfers]
    limits = {each.account: each.limit for each in balances(t.credit for t in moved).values()}
    lots = [t for t in moved if t.credit in limits and rules.holds(limits[t.credit])]
    if not lots:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load(PACKAGE, "later_lots").text,
            {
                "lots": [lot.id for lot in lots],
                "accounts": [lot.credit for lot in lots],
                "seqs": [lot.seq for lot in lots],
                "postings": [lot.posting for lot in lots],
            },
        )
        return {TransferId(lot): amount for lot, amount in cursor.fetchall()}


def statement(account_id: AccountId, after_seq: int = 0, most: int = PAGE_MAX) -> tuple[Transfer, ...]:
    """The account's transfers in their order, at most PAGE_MAX after `after_seq`; ask again from the last one's seq."""
    most = min(most, PAGE_MAX)
    into = models.Transfer.objects.filter(credit=account_id, seq__gt=after_seq).order_by("seq")[:most]
    out = models.Transfer.objects.filter(debit=account_id, seq__gt=after_seq).order_by("seq")[:most]
    rows = sorted((*into, *out), key=lambda row: row.seq)[:most]
    return tuple(_transfer(row) for row in rows)


def _balance(row: models.Balance) -> Balance:
    return Balance(
        account=AccountId(row.account_id),
        currency=row.currency,
        limit=Limit(row.limit),
        debits_posted=row.debits_posted,
        credits_posted=row.credits_posted,
        debits_pending=row.debits_pending,
        credits_pending=row.credits_pending,
        closed_at=row.closed_at,
    )


def _transfer(row: models.Transfer) -> Transfer:
    return Transfer(
        id=TransferId(row.id),
        seq=row.seq,
        posting=PostingId(row.posting),
        leg=row.leg,
        legs=row.legs,
        debit=AccountId(row.debit),
        credit=AccountId(row.credit),
        amount=Money(row.amount, row.currency),
        kind=Kind(row.kind),
        phase=Phase(row.phase),
        at=row.at,
        pending_id=TransferId(row.pending_id) if row.pending_id else None,
        funder=row.funder,
        ref=row.ref,
        reverses=TransferId(row.reverses) if row.reverses else None,
        reason=row.reason,
        expires_at=row.expires_at,
    )
