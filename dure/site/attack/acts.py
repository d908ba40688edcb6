"""What actors do: the real actions, called as faces and workers call them, each with what it may lead to."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, transaction

from dure.base import clock
from dure.base.refusals import Interrupted, Refusal
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import demo as wallet
from dure.foundations.people.types import Actor, PersonId, system
from dure.kit import delivery, tx
from dure.services.giving import actions, hot
from dure.services.giving.types import BoxId, BudgetLine, GiftId, MatchKind, Way
from dure.site.wiring import wiring

from . import boxes, drift, expect
from .bank import Bank, Mood
from .drift import Looking, Truth
from .expect import HotAsk
from .faults import Died
from .judge import ANY, BROKEN, Answer, Operation
from .model import Box, Broken, Gift, Model, Outcome, Pay, Unit
from .town import People, Time

PROOF = b"%PDF-1.4\n% a proof in a simulation\n%%EOF\n"
BY = system("attack")
HOUR = timedelta(hours=1)
FORGED = "cr1.forged"
BREAKS = (Interrupted, Died, DatabaseError, InterfaceError)


@dataclass(slots=True)
class Stage:
    """What all operations of a seed share."""

    model: Model
    bank: Bank
    people: People
    time: Time
    chance: Random
    loop: asyncio.AbstractEventLoop
    hours: Callable[[], Iterable[datetime]]  # in which our books have money come in
    numbers: int = 0
    weather: Counter[str] = field(default_factory=Counter)  # what went wrong without anybody's statement breaking
    asks: list[HotAsk] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)  # payments of the shop
    refunds: list[tuple[str, int, UUID]] = field(default_factory=list)  # that the shop asked for
    again: dict[str, list[Any]] = field(
        default_factory=lambda: defaultdict(list)
    )  # what else was asked, to be asked again

    def key(self, kind: str) -> str:
        """An idempotency key nobody has used."""
        self.numbers += 1
        return f"{kind}-{self.numbers}"

    def truth(self, pay: Pay) -> Truth:
        """What the bank's books say of a payment's order."""
        paid = self.bank.paid_on(pay.order)
        return Truth(
            taken=sum(one.taken for one in paid),
            declined=any(one.state == "declined" for one in paid),
            over=any(one.state == "expired" for one in paid)
            or (pay.expires is not None and self.time.at >= pay.expires),
        )


def attempt(act: Callable[[], Any], value: Callable[[Any], object] = lambda answer: ANY) -> list[Answer]:
    """Do it once. What breaks under way is an answer as well: nobody knows yet what it did."""
    try:
        return [Answer("ok", value(act()))]
    except BREAKS:
        return [Answer(BROKEN)]
    except Refusal as refusal:
        return [Answer(type(refusal).__name__)]


# Gifts that are paid already, in groups


def give(stage: Stage, asks: Sequence[HotAsk]) -> Operation:
    """A group of gifts, as the server collects them."""
    stage.asks = [*stage.asks[-200:], *asks]

    async def all_of_them() -> list[Any]:
        return await asyncio.gather(*(_give(stage.bank, ask) for ask in asks), return_exceptions=True)

    def run() -> list[Answer]:
        return [_heard(one) for one in stage.loop.run_until_complete(all_of_them())]

    return Operation("give", run, lambda: expect.hot(stage.model, asks, stage.time.at), count=len(asks), together=True)


async def _give(bank: Bank, ask: HotAsk) -> hot.Given:
    receipt = FORGED
    if ask.paid is not None:
        box, donor, amount = ask.paid
        payment = UUID(ask.payment)
        receipt = wallet.receipt(payment, UUID(box), UUID(donor), amount)
        bank.paid_by_receipt(receipt, f"receipt-{payment.hex}", amount)
    new = hot.NewGift(amount=ask.amount, payment=receipt, message=ask.message)
    return await hot.give(UUID(ask.donor).bytes, True, UUID(ask.box), new, ask.key)


def _heard(one: Any) -> Answer:
    match one:
        case hot.Given():
            return Answer("ok", str(one.gift))
        case Interrupted():
            return Answer(BROKEN)
        case Refusal():
            return Answer(type(one).__name__)
        case _:
            raise one


# Gifts on pages, through the bank


def begin(stage: Stage, donor: Actor, box: Box, amount: int, key: str) -> Operation:
    """Begin a gift; the bank hears of the order."""
    words = ("", False)
    body = (box.id, amount)
    name = (str(donor.person), key)

    def run() -> list[Answer]:
        return attempt(
            lambda: actions.begin_gift(donor, BoxId(UUID(box.id)), amount, words, Way("/giving/mine/"), key=key)
        )

    def units() -> list[Any]:
        again = expect.repeated(stage.model, name[0], "begin", key, body)
        if again is not None:
            answers = again[0].outcomes[0].answers
            more = frozenset({"ProviderSilent", "PaymentExpired"}) if "ok" in answers else frozenset()
            return [Unit((), [Outcome(answers | more)])]
        return expect.begin(stage.model, (*name, box.id, amount), body, stage.time.at)

    def after(outcome: Outcome) -> None:
        if outcome.is_effect:
            stage.model.keys.setdefault((name[0], "begin", key), (body, None))

    return Operation("begin", run, units, after=after)


def complete(stage: Stage, pay: Pay, payment_key: str, amount: int, mood: Mood) -> Operation:
    """The payer is back from the bank, with a payment or (no key) without."""
    gift = stage.model.gifts[pay.gift] if pay.gift else None
    if gift is None:
        raise Broken("a payment without a gift")
    payer = next(one for one in stage.people.donors if str(one.person) == pay.payer)
    returned = {"orderId": pay.order, "paymentKey": payment_key, "amount": str(amount)}
    ended = pay.state not in ("created", "authorised", "confirming")

    def run() -> list[Answer]:
        stage.bank.mood = mood
        heard = attempt(lambda: actions.complete_gift(payer, returned), lambda found: found.state.value)
        stage.bank.mood = Mood.WELL
        return heard

    def keep(node: drift.Node) -> bool:
        """What a healthy bank took is a gift at once, or on its way back."""
        paid = stage.bank.payments.get(payment_key)
        clear = mood is Mood.WELL and paid is not None and paid.taken and not ended
        return not clear or node.gift != "pending"

    def units() -> list[Any]:
        looking = Looking(stage.model, pay, gift, stage.truth(pay), payer_is_here=True, turned_back=not payment_key)
        if payment_key and amount != pay.amount:
            return [Unit((), [expect.no("AmountDiffers")])]
        unit, halfway = drift.unit(looking, keep), drift.unit(looking).outcomes
        other_window = [expect.no("Busy")] if pay.state == "confirming" else []  # it is being paid there just now
        return [Unit(unit.keys, [*(unit.outcomes or halfway), *other_window], halfway)]

    return Operation("complete", run, units)


def background(stage: Stage, name: str, act: Callable[[], Any], mood: Mood = Mood.WELL) -> Operation:
    """Work of a worker: it may change every payment that is not at rest and note every gift that is not noted."""

    def run() -> list[Answer]:
        stage.bank.mood = mood
        heard = attempt(act)
        stage.bank.mood = Mood.WELL
        return [Answer("ok")] if heard[0].name != BROKEN else heard

    def units() -> list[Any]:
        model = stage.model
        pays = [model.pays[name] for name in model.unsettled]
        notes = [drift.note(model, model.gifts[name]) for name in model.unnoted]
        return [*drift.units(model, stage.truth, pays), *notes]

    return Operation(name, run, units, rounds=name != "deliver")


def converge(stage: Stage, mood: Mood) -> Operation:
    return background(stage, "converge", lambda: ledger.converge_payments(BY), mood)


def settle_refunds(stage: Stage, mood: Mood) -> Operation:
    return background(stage, "settle refunds", lambda: ledger.settle_refunds(BY), mood)


def reconcile(stage: Stage, after: datetime, mood: Mood = Mood.WELL) -> Operation:
    """The books are compared with the bank's list, and every difference is asked about: no webhook is needed to find money.

    Hours in which neither the bank nor our books know of any money are passed by: clocks jump here, and nothing is in between.
    """

    def act() -> None:
        for since, until in spans(hour for hour in {*stage.bank.hours(), *stage.hours()} if hour >= after):
            found = ledger.reconcile(BY, Bank.name, since, until)
            with tx.durable():
                ledger.look_into(BY, found)

    return background(stage, "reconcile", act, mood)


def spans(hours: Iterable[datetime]) -> list[tuple[datetime, datetime]]:
    """Whole hours, those that follow each other put together."""
    found: list[tuple[datetime, datetime]] = []
    for hour in sorted(hours):
        if found and found[-1][1] == hour:
            found[-1] = (found[-1][0], hour + HOUR)
        else:
            found.append((hour, hour + HOUR))
    return found


def deliver(stage: Stage) -> Operation:
    """One round of the courier."""
    operation = background(stage, "deliver", lambda: delivery.run_round(wiring))
    told = delivery.waiting_count()
    operation.count = max(1, min(told, delivery.BATCH_MAX))
    return operation


def deliver_again(stage: Stage, kind: str, reaction: str, body: str, news: UUID) -> Operation:
    """A reaction that was done runs once more: a worker died between its effect and the mark, or a steward replayed it."""

    stage.weather["news again"] += 1

    def act() -> None:
        with transaction.atomic(), tx.hosted():
            wiring.run(kind, reaction, [(body, news)])

    return background(stage, "deliver again", act)


def webhook(stage: Stage, order: str, forged: bool) -> Operation:
    """The bank posts that something changed, or somebody else does."""
    body, headers = stage.bank.webhook(order)
    if forged:
        body += b"1"
        stage.weather["webhook forged"] += 1

    def act() -> None:
        with tx.durable():
            ledger.receive_webhook(BY, Bank.name, body, headers)

    outcome = expect.no("WebhookForged") if forged else Outcome(expect.OK)
    return Operation("webhook", lambda: attempt(act), lambda: [Unit((), [outcome])])


def seal(stage: Stage) -> Operation:
    """The sealer appends to the chain."""

    def act() -> None:
        with tx.durable():
            ledger.seal(BY)

    return Operation("seal", lambda: attempt(act), lambda: [Unit((), [Outcome(expect.OK)])])


# Refunds, cheers, the desk


def refund(stage: Stage, by: Actor, gift: Gift, key: str) -> Operation:
    """A gift is asked back, by its giver, a steward, or somebody who may not."""
    why = "잘못 눌렀습니다"
    who = str(by.person)
    is_stranger = who != gift.donor and not by.is_steward

    def run() -> list[Answer]:
        return attempt(lambda: actions.refund_gift(by, GiftId(UUID(gift.id)), why, key=key), str)

    def units() -> list[Any]:
        if is_stranger:
            return [Unit((), [expect.no("NotAllowed")])]
        again = expect.repeated(stage.model, who, "refund", key, gift.id)
        return again or expect.refund_gift(stage.model, gift, who == gift.donor)

    return Operation("refund", run, units, after=keeping(stage, (who, "refund", key), gift.id))


def cheer(stage: Stage, by: Actor, box: Box, text: str, key: str) -> Operation:
    who = str(by.person)
    kind = MatchKind.COMMENT if text else MatchKind.SHARE
    day = (stage.time.at + timedelta(hours=9)).date().isoformat()  # in Seoul

    def run() -> list[Answer]:
        return attempt(lambda: actions.cheer(by, BoxId(UUID(box.id)), kind, text, key=key), lambda won: won)

    def units() -> list[Any]:
        again = expect.repeated(stage.model, who, "cheer", key, (box.id, text))
        return again or expect.cheer(stage.model, box, who, day, stage.time.at)

    return Operation("cheer", run, units, after=keeping(stage, (who, "cheer", key), (box.id, text)))


def desk(stage: Stage, by: Actor, box: Box, want: str, given: Any, key: str) -> Operation:
    """The partner or a steward does something with a box."""
    who, box_id = str(by.person), BoxId(UUID(box.id))
    calls: dict[str, Callable[[], Any]] = {
        "close": lambda: actions.close(by, box_id, key=key),
        "stop": lambda: actions.stop(by, box_id, "모의 공격에서 멈춥니다", key=key),
        "extend": lambda: actions.extend(by, box_id, given, key=key),
        "revise_plan": lambda: actions.revise_plan(by, box_id, (BudgetLine("이불", given),), key=key),
        "approve_plan": lambda: actions.approve_plan(by, box_id, given[1], key=key),
        "reject_plan": lambda: actions.reject_plan(by, box_id, "다시 계획해 주세요", key=key),
        "pay_out": lambda: actions.pay_out(by, box_id, key=key),
        "add_line": lambda: actions.add_report_line(
            by, box_id, clock.local(stage.time.at).date(), ("가게", "이불", given), ("proof.pdf", PROOF), key=key
        ),
        "file_report": lambda: actions.file_report(by, box_id, key=key),
    }
    says = want in ("approve_plan", "pay_out", "file_report")

    def run() -> list[Answer]:
        return attempt(calls[want], lambda answer: answer if says else ANY)

    def units() -> list[Any]:
        again = expect.repeated(stage.model, who, want, key, (box.id, given))
        return again or boxes.desk(stage.model, box, want, stage.time.at, given)

    return Operation(want, run, units, after=keeping(stage, (who, want, key), (box.id, given)))


def close_due(stage: Stage) -> Operation:
    return Operation(
        "close due",
        lambda: attempt(lambda: actions.close_due(BY)),
        lambda: boxes.close_due(stage.model, stage.time.at),
    )


def refund_stopped(stage: Stage, box: Box, most: int) -> Operation:
    """The worker goes on with a stopped box."""
    box_id = BoxId(UUID(box.id))
    return Operation(
        "refund stopped",
        lambda: attempt(lambda: actions.refund_stopped(BY, box_id, most)),
        lambda: expect.returned(stage.model, box),
        rounds=True,
    )


def keeping(stage: Stage, name: tuple[str, str, str], body: Any) -> Callable[[Outcome], None]:
    """A key that was answered stands for its body and answer."""

    def after(outcome: Outcome) -> None:
        if outcome.is_effect:
            stage.model.keys.setdefault(name, (body, outcome.value))

    return after


def person(actor: Actor) -> PersonId:
    """Who it is, of somebody."""
    if actor.person is None:
        raise Broken("nobody acts")
    return actor.person
