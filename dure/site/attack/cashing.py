"""The bank pays out: its statements come in, the money is found on the account and booked, a mistake is taken back."""

from typing import Any
from uuid import UUID

from dure.base import clock
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import BankLine, LineKind, SettlementLine, SettlementStatement
from dure.foundations.people.types import Actor

from . import expect, statements
from .acts import BY, Stage, attempt, keeping
from .bank import Bank
from .judge import Operation
from .model import Statement, Unit

FEE_RATE, FEE_WHOLE = 33, 1_000


def next_statement(stage: Stage, name: str, most: int) -> tuple[Statement, SettlementStatement] | None:
    """What the bank took and gave back and has not paid out yet, at most so many lines: as our model and as our books see it."""
    found: list[SettlementLine] = []
    for paid in stage.bank.payments.values():
        if paid.taken and (paid.key, "") not in stage.model.settled:
            fee = paid.amount * FEE_RATE // FEE_WHOLE
            found.append(SettlementLine(paid.order, paid.key, LineKind.CAPTURE, paid.amount, fee, fee // 10))
        for cancel, (amount, _) in paid.cancels.items():
            if (paid.key, cancel) not in stage.model.settled:
                fee = amount * FEE_RATE // FEE_WHOLE
                found.append(SettlementLine(paid.order, paid.key, LineKind.CANCEL, amount, -fee, -(fee // 10), cancel))
        if len(found) >= most:
            break
    return both(stage, name, tuple(found[:most])) if found else None


def take(stage: Stage, new: tuple[Statement, SettlementStatement]) -> Operation:
    """The bank's statement comes in, perhaps for the second time, perhaps with a slip of the pen."""
    one, said = new
    return Operation(
        "take settlement",
        lambda: attempt(lambda: ledger.take_settlement(BY, said)),
        lambda: statements.take(stage.model, one, said.net),
    )


def book(stage: Stage, by: Actor, found: tuple[Statement, UUID], arrived: int, key: str) -> Operation:
    """A steward has found the money on the bank's own paper, this sum of it."""
    one, settlement = found
    name, body = (str(by.person), "book", key), (one.name, arrived)

    def units() -> list[Unit]:
        return expect.repeated(stage.model, *name, body) or statements.book(stage.model, one, arrived)

    def act() -> Any:
        return ledger.book_settlement(by, settlement, BankLine(arrived, f"입금 {one.name}"), key=key)

    return Operation("book settlement", lambda: attempt(act, str), units, after=keeping(stage, name, body))


def take_back(stage: Stage, by: Actor, found: tuple[Statement, UUID], key: str) -> Operation:
    """A booking was a mistake."""
    one, settlement = found
    name = (str(by.person), "unbook", key)

    def units() -> list[Unit]:
        return expect.repeated(stage.model, *name, one.name) or statements.take_back(stage.model, one)

    def act() -> None:
        ledger.reverse_settlement(by, settlement, "잘못 확인했습니다", key=key)

    return Operation("take settlement back", lambda: attempt(act), units, after=keeping(stage, name, one.name))


def both(stage: Stage, name: str, lines: tuple[SettlementLine, ...]) -> tuple[Statement, SettlementStatement]:
    ours = tuple((line.payment_key, line.cancel_id, line.gross) for line in lines)
    one = Statement(name, ours, sum(line.fee for line in lines), sum(line.vat for line in lines))
    return one, SettlementStatement(Bank.name, name, clock.local(stage.time.at).date(), lines, one.net)
