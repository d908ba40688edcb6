"""Whether a settlement adds up, what is booked of it, what in it differs from our books. Pure.

The platform bears the fee: it is posted against the platform's own accounts, never against a box, a gift or a partner
(docs/decisions/061).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from dure.base import clock, ids
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
    SettlementLine,
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


def check_bank_line(bank: BankLine) -> str:
    """The bank's number of the line, as somebody can find it there again. Raises BadValue."""
    reference = " ".join(bank.reference.split())
    if not 0 < len(reference) <= REFERENCE_LENGTH_MAX:
        raise BadValue(field="reference", reason="length")
    return reference


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


def compare_lines(
    new: SettlementStatement, ours: Mapping[str, Payment], cancelled: Mapping[str, int], rate: int | None
) -> tuple[Difference, ...]:
    """Where a settlement and our books differ, by name. `cancelled`: won that all settlements took off so far, by payment.

    The nightly comparison does not find these: it looks at what providers list, and only so far back. Without a rate the fee is
    not judged.
    """
    captures = [line for line in new.lines if line.kind is LineKind.CAPTURE]
    cancels = {line.payment_key: line.order for line in new.lines if line.kind is LineKind.CANCEL}
    return (
        *(found for line in captures for found in _of_capture(new, line, ours.get(line.payment_key), rate)),
        *(found for key in cancels for found in _of_cancel(new, cancels[key], key, ours.get(key), cancelled[key])),
    )


def unsettled(payments: Iterable[Payment]) -> tuple[Difference, ...]:
    """Payments that should have been paid out by now, as differences."""
    return tuple(
        Difference(DifferenceKind.NOT_SETTLED, OrderId(one.order), one.payment_key, one.amount, 0, one.captured_at)
        for one in payments
        if one.captured_at is not None
    )


def _of_capture(
    new: SettlementStatement, line: SettlementLine, payment: Payment | None, rate: int | None
) -> Iterator[Difference]:
    order, key = OrderId(line.order), line.payment_key
    counted = payment.amount if payment is not None and payment.captured else 0
    if line.amount != counted:
        at = _taken_at(new, payment)
        yield Difference(DifferenceKind.SETTLED_AMOUNT, order, key, counted, line.amount, at)
    fee = sum(expected_fee(line.amount, rate)) if rate is not None else line.fee + line.vat
    if line.fee + line.vat != fee:
        yield Difference(DifferenceKind.FEE, order, key, fee, line.fee + line.vat, _taken_at(new, payment))


def _of_cancel(
    new: SettlementStatement, order: str, key: str, payment: Payment | None, cancelled: int
) -> Iterator[Difference]:
    """What we owe back and the provider has not settled yet is no difference; what it took off beyond that is."""
    given_back = payment.refunded if payment is not None and payment.captured else 0
    if cancelled > given_back:
        at = _taken_at(new, payment)
        yield Difference(DifferenceKind.SETTLED_CANCEL, OrderId(order), key, given_back, cancelled, at)


def _taken_at(new: SettlementStatement, payment: Payment | None) -> datetime:
    """When it was taken; of what we do not count, the day of the settlement."""
    if payment is not None and payment.captured_at is not None:
        return payment.captured_at
    return datetime.combine(new.on, time.min, clock.SEOUL)
