"""What may become of what the bank pays out to the platform: taken once, booked to the won, taken back, booked anew."""

from .expect import OK, no
from .model import BANK, Key, Model, Move, Outcome, Statement, Unit

ARRIVED, FEES, VAT = "bank:platform", "platform:fees", "platform:fees_vat"


def take(model: Model, new: Statement, said: int) -> list[Unit]:
    """A statement comes in, `said` is what it says it pays out. Every payment and every cancel stands in one only."""
    key: Key = ("statement", new.name)
    if said != new.net:
        return [Unit((key,), [no("StatementSumWrong")])]
    before = model.statements.get(new.name)
    if before is not None:
        same = (before.lines, before.fee, before.vat) == (new.lines, new.fee, new.vat)
        return [Unit((key,), [Outcome(OK) if same else no("SettlementDiffers")])]
    if any((payment, cancel) in model.settled for payment, cancel, _ in new.lines):
        return [Unit((key,), [no("LineSettledBefore")])]

    def taken() -> None:
        model.statements[new.name] = new
        model.settled.update((payment, cancel) for payment, cancel, _ in new.lines)

    return [Unit((key,), [Outcome(OK, {key: ("taken", new.net, 0)}, (), taken)])]


def book(model: Model, one: Statement, arrived: int) -> list[Unit]:
    """`arrived` stands on the bank's own paper: of the same sum net, fee and VAT are booked, of another nothing is."""
    key: Key = ("statement", one.name)
    if one.state == "booked":
        return [Unit((key,), [no("SettlementNotBookable")])]
    fits = arrived == one.net
    moves = _entries(one) if fits else ()
    if fits and not moves:
        return [Unit((key,), [no("BadValue")])]
    after, version = ("booked", one.version + 1) if fits else ("differs", one.version)

    def booked() -> None:
        one.state, one.version = after, version

    return [Unit((key,), [Outcome(OK, {key: (after, one.net, version)}, moves, booked, after)])]


def take_back(model: Model, one: Statement) -> list[Unit]:
    """A booking was a mistake: all of it goes the other way, and it can be booked anew."""
    key: Key = ("statement", one.name)
    if one.state != "booked":
        return [Unit((key,), [no("SettlementNotBookable")])]
    moves = tuple(Move(move.credit, move.debit, move.amount, back=True) for move in _entries(one))

    def taken_back() -> None:
        one.state = "reversed"

    return [Unit((key,), [Outcome(OK, {key: ("reversed", one.net, one.version)}, moves, taken_back)])]


def _entries(one: Statement) -> tuple[Move, ...]:
    """What the bank owes us less, and where it went: each an entry of its own; a sum below zero goes the other way."""
    parts = (
        (ARRIVED, one.net, "settlement"),
        (FEES, one.fee, "payment_processor_fee"),
        (VAT, one.vat, "payment_processor_fee_tax"),
    )
    return tuple(
        Move(account, BANK, won, kind) if won > 0 else Move(BANK, account, -won, kind)
        for account, won, kind in parts
        if won
    )
