"""Reservations, as a service makes them that first holds money and takes it later: purses filled from outside, held, emptied."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from dure.base.money import Money
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import (
    Kind,
    Limit,
    NewAccount,
    NewPosting,
    NewResolution,
    NewTransfer,
    PostingId,
    TransferId,
    account_id,
)
from dure.foundations.people.types import Actor
from dure.kit import tx

from . import holds
from .acts import BY, Stage, attempt
from .judge import Operation
from .model import Hold, Outcome, Unit

PURSES = tuple(f"purse:{number}" for number in range(3))
KIND = Kind(holds.KIND)


def fill(stage: Stage, by: Actor, purse: str, amount: int, posting: UUID) -> Operation:
    """Somebody's money comes into a purse; the id is minted before, and sent again when nothing was heard."""

    def act() -> None:
        at = stage.time.at
        with tx.durable():
            ledger.open_account(BY, NewAccount(holds.SOURCE, Limit.NONE), at)
            ledger.open_account(BY, NewAccount(purse, Limit.DEBITS_MUST_NOT_EXCEED_CREDITS), at)
            ledger.post(BY, NewPosting.of(_transfer(posting, (holds.SOURCE, purse, amount), by), at))

    ask = (str(posting), purse, amount, str(by.person))
    return Operation("fill", lambda: attempt(act), lambda: holds.fill(stage.model, ask))


def reserve(stage: Stage, by: Actor, hold: Hold) -> Operation:
    """Money is held for a while, or until somebody says otherwise."""

    def act() -> None:
        at = stage.time.at
        transfer = _transfer(UUID(hold.id), (hold.debit, hold.credit, hold.amount), by)
        with tx.durable():
            ledger.pend(BY, NewPosting.of(transfer, at), None if hold.lasts is None else at + hold.lasts)

    return Operation("reserve", lambda: attempt(act), lambda: holds.reserve(stage.model, hold))


def resolve(stage: Stage, hold: Hold, ask: tuple[UUID, str, int | None]) -> Operation:
    """The money is taken, all or a part of it, or let go. `ask`: id, "post" or "void", how much of it."""
    resolution, to, amount = ask
    calls: dict[str, Callable[[Actor, NewResolution], Any]] = {"post": ledger.post_pending, "void": ledger.void_pending}

    def act() -> None:
        money = None if amount is None else Money(amount)
        new = NewResolution(TransferId(resolution), TransferId(UUID(hold.id)), stage.time.at, money)
        with tx.durable():
            calls[to](BY, new)

    def units() -> list[Unit]:
        return holds.resolve(stage.model, hold, (str(resolution), to, amount), stage.time.at)

    return Operation(f"{to} reservation", lambda: attempt(act), units)


def expire(stage: Stage) -> Operation:
    """The worker ends what is due, as every minute."""

    def act() -> None:
        with tx.durable():
            ledger.expire_due(BY, stage.time.at)

    def units() -> list[Unit]:
        return holds.expire_due(stage.model, stage.time.at) or [Unit((), [Outcome(frozenset({"ok"}))])]

    return Operation("expire reservations", lambda: attempt(act), units, together=True)


def held(stage: Stage, by: Actor, sides: tuple[str, str], amount: int, lasts: timedelta | None) -> Hold:
    """A reservation to ask for."""
    new = UUID(int=stage.chance.getrandbits(128))
    return Hold(str(new), *sides, amount, str(by.person), stage.time.at + lasts if lasts else None, lasts)


def _transfer(new: UUID, move: tuple[str, str, int], by: Actor) -> NewTransfer:
    debit, credit, amount = move
    return NewTransfer(
        id=TransferId(PostingId(new)),
        debit=account_id(debit),
        credit=account_id(credit),
        amount=Money(amount),
        kind=KIND,
        funder=by.person,
    )
