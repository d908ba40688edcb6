"""Whether a settlement adds up, what is booked of it, what in it differs from our books. Pure.

The platform bears the fee: it is posted against the platform's own accounts, never against a box, a gift or a partner
(docs/decisions/061).
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from dure.base import ids
from dure.base.money import AMOUNT_MAX, Money
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.ledger.types.book import AccountId, Kind, Limit, NewAccount, NewTransfer, TransferId
from dure.foundations.ledger.types.payments import OrderId, Payment
from dure.foundations.ledger.types.providers import Difference, DifferenceKind
from dure.foundations.ledger.types.settling import (
    PAYMENT_PROCESSOR_FEE,
    PAYMENT_PROCESSOR_FEE_TAX,
    SETTLEMENT,
    BankLine,
    LineKind,
    Settlement,
    SettlementNotBookable,
    SettlementState,
    SettlementStatement,
    StatementSumWrong,
)
from dure.foundations.people.types import Actor

BANK = NewAccount("bank:platform", Limit.NONE)
FEES = NewAccount("platform:fees", Limit.NONE)
FEES_VAT = NewAccount("platform:fees_vat", Limit.NONE)
LINES_MAX = 100_000
REFERENCE_LENGTH_MAX = 100
RATE_WHOLE = 10_000  # rates are ten-thousandths
VAT_PERCENT = 10
SETTLED_WITHIN = timedelta(days=14)
LOOK_BACK = timedelta(days=45)  # what is not settled by then stands among the differences since long
BOOKABLE = frozenset({SettlementState.TAKEN, SettlementState.DIFFERS, SettlementState.REVERSED})


def may_settle(by: Actor) -> None:
    """The platform itself and stewards."""
    if not (by.is_system or by.is_steward):
        raise NotAllowed(needs="steward")


def check_statement(new: SettlementStatement) -> None:
    """It has lines, each once and of a possible sum, and net is what is left. Raises BadValue, StatementSumWrong."""
    if not 1 <= len(new.lines) <= LINES_MAX:
        raise BadValue(field="lines", reason="too_many" if new.lines else "missing")
    if not 0 < len(new.reference) <= REFERENCE_LENGTH_MAX:
        raise BadValue(field="reference", reason="length")
    if any(not 0 < line.amount <= AMOUNT_MAX or abs(line.fee) + abs(line.vat) > line.amount for line in new.lines):
        raise BadValue(field="lines", reason="out_of_range")
    if len({(line.payment_key, line.kind, line.cancel_id) for line in new.lines}) != len(new.lines):
        raise BadValue(field="lines", reason="taken")
    if new.net != new.gross - new.fee - new.vat:
        raise StatementSumWrong(expected=new.gross - new.fee - new.vat, given=new.net)


def may_book(known: Settlement) -> None:
    if known.state not in BOOKABLE:
        raise SettlementNotBookable(state=known.state)


def may_take_back(known: Settlement) -> None:
    if known.state is not SettlementState.BOOKED:
        raise SettlementNotBookable(state=known.state)


def after_bank(known: Settlement, bank: BankLine) -> SettlementState:
    """Booked only when the bank's line is the net sum, to the won."""
    return SettlementState.BOOKED if bank.amount == known.net else SettlementState.DIFFERS


def entries(known: Settlement, provider: AccountId, posting: UUID) -> tuple[NewTransfer, ...]:
    """Net, fee and VAT, each an entry of its own against what the provider owes us; together they are the gross sum.

    A sum below zero (more was cancelled than taken) goes the other way; nothing is no entry.
    """
    parts: list[tuple[AccountId, int, Kind]] = [
        (BANK.id, known.net, SETTLEMENT),
        (FEES.id, known.fee, PAYMENT_PROCESSOR_FEE),
        (FEES_VAT.id, known.vat, PAYMENT_PROCESSOR_FEE_TAX),
    ]
    moved = [part for part in parts if part[1]]
    return tuple(
        NewTransfer(
            id=TransferId(posting if len(moved) == 1 else ids.derived(posting, kind)),
            debit=account if amount > 0 else provider,
            credit=provider if amount > 0 else account,
            amount=Money(abs(amount), "KRW"),
            kind=kind,
            ref=known.id,
        )
        for account, amount, kind in moved
    )


def posting_of(known: Settlement) -> UUID:
    """The id of the next booking: a settlement that was reversed is booked anew under another one."""
    return ids.derived(known.id, f"book:{known.version + 1}")


def expected_fee(amount: int, rate: int) -> tuple[int, int]:
    """Fee and VAT of a payment at `rate` ten-thousandths, both rounded down."""
    fee = amount * rate // RATE_WHOLE
    return fee, fee * VAT_PERCENT // 100


def compare_lines(new: SettlementStatement, ours: Mapping[str, Payment], rate: int | None) -> tuple[Difference, ...]:
    """Where a settlement and our books differ, by name. Without a rate the fee is not judged."""
    return tuple(_differing(new, ours, rate))


def unsettled(payments: Iterable[Payment]) -> tuple[Difference, ...]:
    """Payments that should have been paid out by now, as differences."""
    return tuple(
        Difference(DifferenceKind.NOT_SETTLED, OrderId(one.order), one.payment_key, one.amount, 0, one.captured_at)
        for one in payments
        if one.captured_at is not None
    )


def _differing(new: SettlementStatement, ours: Mapping[str, Payment], rate: int | None) -> Iterable[Difference]:
    for line in new.lines:
        payment, order = ours.get(line.payment_key), OrderId(line.order)
        if payment is None or payment.captured_at is None:
            continue  # the nightly comparison names what only one side has, with the time it was taken
        at = payment.captured_at
        if line.kind is LineKind.CAPTURE and line.amount != payment.amount:
            yield Difference(DifferenceKind.AMOUNT, order, line.payment_key, payment.amount, line.amount, at)
        fee = sum(expected_fee(line.amount, rate)) if rate is not None else line.fee + line.vat
        if line.kind is LineKind.CAPTURE and line.fee + line.vat != fee:
            yield Difference(DifferenceKind.FEE, order, line.payment_key, fee, line.fee + line.vat, at)
