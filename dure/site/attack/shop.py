"""A little service of the simulation's own on the ledger's payments: it sells, and gives money back in parts.

Gifts go back whole; other services will give back parts, often equal ones, and ask again when they heard nothing.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import PaymentAsk, Purpose
from dure.foundations.people.types import Actor
from dure.kit import tx

from . import drift, expect
from .acts import BY, Stage, attempt
from .bank import Mood
from .judge import Answer, Operation
from .model import BANK, Key, Move, Outcome, Pay, Unit, Value

PURPOSE = "attack.order"
BACK = "/attack/"


def order(stage: Stage, buyer: Actor, amount: int, key: str) -> Operation:
    """Somebody orders something and is sent to the bank. The same key again answers the same order."""
    who = str(buyer.person)
    ref = UUID(int=stage.chance.getrandbits(128))
    found: list[Any] = []

    def act() -> None:
        with tx.durable():
            ask = PaymentAsk(purpose=Purpose(PURPOSE, ref), amount=amount, title="주문", return_to=BACK)
            payment = ledger.begin_payment(buyer, ask, key=key)
        found.append(payment)
        ledger.start_checkout(buyer, payment.id)

    def after(outcome: Outcome) -> None:
        for payment in found[:1]:
            name = str(payment.id)
            pay = Pay(name, who, amount, "created", payment.order, expires=payment.expires_at)
            stage.model.pays.setdefault(name, pay)
            stage.model.unsettled[name] = None
            stage.orders.append(name)

    return Operation("order", lambda: attempt(act), lambda: [Unit((), [Outcome(expect.OK)])], after=after)


def pay_order(stage: Stage, pay: Pay, payment_key: str, mood: Mood) -> Operation:
    """The buyer is back from the bank. The money waits until the shop says otherwise."""
    buyer = next(one for one in stage.people.donors if str(one.person) == pay.payer)

    def act() -> None:
        captured = ledger.confirm_payment(buyer, pay.order, payment_key, pay.amount)
        with tx.durable():
            ledger.record_capture(BY, captured)

    def run() -> list[Answer]:
        stage.bank.mood = mood
        heard = attempt(act)
        stage.bank.mood = Mood.WELL
        return heard

    def units() -> list[Unit]:
        looking = drift.Looking(stage.model, pay, None, stage.truth(pay), payer_is_here=True)
        unit = drift.unit(looking)
        silent = [Outcome(one.answers | {"ProviderSilent"}, one.facts, one.moves, one.apply) for one in unit.outcomes]
        return [Unit(unit.keys, silent)]

    return Operation("pay order", run, units)


def give_back(stage: Stage, pay: Pay, amount: int, refund: UUID) -> Operation:
    """The shop gives back a part or all of it, under an id that it minted before."""

    def act() -> None:
        with tx.durable():
            ledger.refund_payment(BY, UUID(pay.id), amount, refund, "attack")

    def after(outcome: Outcome) -> None:
        if outcome.is_effect:
            stage.model.keys["shop", "refund", str(refund)] = ((pay.id, amount), None)

    return Operation("give back", lambda: attempt(act), lambda: _back(stage, pay, amount, refund), after=after)


def _back(stage: Stage, pay: Pay, amount: int, refund: UUID) -> list[Unit]:
    """Invariant 3: never more than was taken; two equal parts are two refunds; what the bank refused is owed otherwise."""
    keys: tuple[Key, ...] = (("pay", pay.id), ("refunds", pay.id))
    kept = stage.model.keys.get(("shop", "refund", str(refund)))
    if kept is not None:
        return [Unit(keys, [Outcome(expect.OK) if kept[0] == (pay.id, amount) else expect.no("RefundDiffers")])]
    if pay.state not in ("captured", "partially_refunded", "refunded"):
        return [Unit(keys, [expect.no("PaymentNotCaptured")])]
    left = pay.amount - sum(part for part, _ in pay.refunds)
    if amount > left:
        return [Unit(keys, [expect.no("RefundExceeds")])]
    state = "refunded" if amount == left else "partially_refunded"
    refunds = tuple(sorted((*pay.refunds, (amount, "asked"))))
    facts: dict[Key, Value] = {("pay", pay.id): (state, pay.waiting), ("refunds", pay.id): refunds}
    waiting = f"payment:{pay.id}"
    whole = amount == pay.amount
    move = Move(waiting, BANK, amount, back=True) if whole else Move(waiting, BANK, amount, "refund", pay.payer)
    return [Unit(keys, [Outcome(expect.OK, facts, (move,), _gone(pay, state, refunds))])]


def _gone(pay: Pay, state: str, refunds: tuple[tuple[int, str], ...]) -> Callable[[], None]:
    def gone() -> None:
        pay.state, pay.refunds = state, refunds

    return gone
