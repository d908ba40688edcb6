"""Whose money is where: derived from the log by the interval arithmetic of rules/lineage.py, never stored.

One statement for each account that money passed through, however many lots and draws there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

from dure.base.money import Money
from dure.foundations.ledger import rules
from dure.foundations.ledger.rules import Interval
from dure.foundations.ledger.types import AccountId, FunderShare, Phase, Share, Trace, Transfer, TransferId
from dure.kit import sqlfiles

from .book import PACKAGE, account, balance, reversal, transfer

__all__ = ["funders", "sources", "trace"]

LAST: Final = 2**63 - 1  # beyond every number of the log


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of an account's line, and what it is a piece of."""

    account: UUID
    where: Interval
    steps: tuple[TransferId, ...] = ()
    tag: int = 0


def trace(transfer_id: TransferId) -> tuple[Trace, ...]:
    """Where the money of a transfer went and is now, to the last minor unit; nothing for a reversed or reserved one.

    Raises TransferUnknown.
    """
    first = transfer(transfer_id)
    if not _moved(first):
        return ()
    if not rules.holds(account(first.credit).limit):
        return (Trace(steps=(first.id,), account=first.credit, amount=first.amount),)
    begins = _before("lots_before", first.credit, first.seq)
    pieces = [_Piece(first.credit, Interval(begins, begins + first.amount.minor), (first.id,))]
    found: list[Trace] = []
    for _ in range(rules.HOPS_MAX):
        pieces = _pass_on(pieces, first.amount.currency, found)
        if not pieces:
            return tuple(found)
    raise RuntimeError("money went in a circle")


def sources(transfer_id: TransferId) -> tuple[Share, ...]:
    """Who funded a transfer, the largest share first; nothing for a reversed or reserved one. Raises TransferUnknown."""
    last = transfer(transfer_id)
    if not _moved(last):
        return ()
    if last.funder is not None or not rules.holds(account(last.debit).limit):
        return (Share(funder=last.funder, amount=last.amount),)
    begins = _before("draws_before", last.debit, last.seq)
    of = _funded([_Piece(last.debit, Interval(begins, begins + last.amount.minor))])[0]
    return tuple(Share(funder=funder, amount=Money(of[funder], last.amount.currency)) for funder in _largest_first(of))


def funders(account_id: AccountId) -> tuple[FunderShare, ...]:
    """Whose money an account got, holds and passed on, the largest share first. Raises AccountUnknown."""
    at = balance(account_id)
    came = _before("lots_before", account_id)
    left = _before("draws_before", account_id)
    if not rules.holds(at.limit):
        left = min(came, left)
    here, gone = 0, 1
    of = _funded([_Piece(account_id, Interval(left, came), tag=here), _Piece(account_id, Interval(0, left), tag=gone)])
    total = {funder: of[here].get(funder, 0) + of[gone].get(funder, 0) for funder in of[here].keys() | of[gone].keys()}
    return tuple(
        FunderShare(
            funder=funder,
            amount=Money(total[funder], at.currency),
            available=Money(of[here].get(funder, 0), at.currency),
            spent=Money(of[gone].get(funder, 0), at.currency),
        )
        for funder in _largest_first(total)
    )


def _pass_on(pieces: Sequence[_Piece], currency: str, found: list[Trace]) -> list[_Piece]:
    """One step down: what stays goes to `found`, the rest is answered as pieces of the accounts it went to."""
    onward: list[_Piece] = []
    gone: dict[int, int] = defaultdict(int)
    for number, draw, to, held, start, end, goes_to in _run("lineage_draws", pieces):
        piece = pieces[number]
        gone[number] += end - start
        steps = (*piece.steps, TransferId(draw))
        if held:
            onward.append(_Piece(to, Interval(goes_to, goes_to + end - start), steps))
        else:
            found.append(Trace(steps=steps, account=AccountId(to), amount=Money(end - start, currency)))
    for number, piece in enumerate(pieces):
        left = len(piece.where) - gone[number]
        if left:
            found.append(Trace(steps=piece.steps, account=AccountId(piece.account), amount=Money(left, currency)))
    return onward


def _funded(pieces: Sequence[_Piece]) -> dict[int, dict[UUID | None, int]]:
    """Who funded the pieces, by their tags, following unnamed money up to where it was given."""
    found: dict[int, dict[UUID | None, int]] = defaultdict(lambda: defaultdict(int))
    pieces = [piece for piece in pieces if len(piece.where)]
    for _ in range(rules.HOPS_MAX):
        if not pieces:
            return found
        came: dict[int, int] = defaultdict(int)
        above: dict[tuple[int, UUID], list[Interval]] = defaultdict(list)
        for number, funder, source, amount, goes_back in _run("lineage_lots", pieces):
            tag = pieces[number].tag
            came[number] += amount
            if source is None:
                found[tag][funder] += amount
            else:
                above[tag, source].append(Interval(goes_back, goes_back + amount))
        for number, piece in enumerate(pieces):
            if len(piece.where) > came[number]:
                found[piece.tag][None] += len(piece.where) - came[number]
        pieces = [_Piece(at, part, tag=tag) for (tag, at), parts in above.items() for part in rules.merged(parts)]
    raise RuntimeError("money went in a circle")


def _moved(which: Transfer) -> bool:
    """Whether the transfer stands: money moved, and was not taken back."""
    moved = which.phase in (Phase.SINGLE, Phase.POST) and which.reverses is None
    return moved and reversal((which.id,)) is None


def _largest_first(of: dict[UUID | None, int]) -> Iterable[UUID | None]:
    return sorted(of, key=lambda funder: (-of[funder], str(funder)))


def _run(statement: str, pieces: Sequence[_Piece]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load(PACKAGE, statement).text,
            {
                "pieces": list(range(len(pieces))),
                "accounts": [piece.account for piece in pieces],
                "starts": [piece.where.start for piece in pieces],
                "ends": [piece.where.end for piece in pieces],
            },
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _before(statement: str, account_id: AccountId, seq: int = LAST) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(PACKAGE, statement).text, {"account": account_id, "before": seq})
        number: int = cursor.fetchone()[0]
        return number
