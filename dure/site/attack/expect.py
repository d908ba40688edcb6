"""What may happen next: for each operation, each thing that it may change and all the ways in which it may.

Plain Python over the model, written from the READMEs. Where two reasons for a "no" hold at once, either may be given; where
nothing is promised about the order of two things, both orders are admissible.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import combinations
from typing import Any

from .model import (
    BANK,
    Box,
    Cheer,
    Gift,
    GiftName,
    Key,
    Model,
    Move,
    Outcome,
    Pay,
    Unit,
    Value,
    seen_cheers,
)

GIFT_MIN = 100
MATCH, MATCH_IN_EMERGENCY = 100, 1_000
REFUNDABLE = ("open", "closed", "planned", "stopped")
OK = frozenset({"ok"})


@dataclass(frozen=True, slots=True)
class HotAsk:
    """A gift that is paid already. `paid` is what its receipt says: box, donor, amount; None: forged."""

    donor: str
    key: str
    box: str
    amount: int
    message: str
    payment: str
    paid: tuple[str, str, int] | None

    @property
    def name(self) -> GiftName:
        return (self.donor, self.key)

    @property
    def body(self) -> tuple[Any, ...]:
        return (self.box, self.amount, self.message, self.payment)


def no(*answers: str) -> Outcome:
    """Nothing happens, and why is one of these."""
    return Outcome(frozenset(answers))


def hot(model: Model, asks: Iterable[HotAsk], now: datetime) -> list[Unit]:
    """A group of gifts: one after the other in their order, each by itself."""
    group = _Group(model, now)
    return [group.unit(ask) for ask in asks]


class _Group:
    """What the gifts before in the same group have changed."""

    def __init__(self, model: Model, now: datetime) -> None:
        self._model = model
        self._now = now
        self._first: dict[GiftName, tuple[HotAsk, Outcome]] = {}
        self._spent: set[str] = set()
        self._came: dict[str, int] = {}

    def unit(self, ask: HotAsk) -> Unit:
        key: Key = ("gift", *ask.name)
        early = _before_the_group(ask)
        if early:
            return Unit((), [no(early)])
        if ask.name in self._first:
            first, outcome = self._first[ask.name]
            if ask.name in self._model.gifts:  # what is in the book answers, whoever comes before in the group
                return Unit((), [self._outcome(ask, key)])
            if first.body == ask.body:
                return Unit((), [Outcome(outcome.answers)])
            return Unit((), [no("KeyReused", *(() if outcome.is_effect else self._noes(ask)))])
        outcome = self._outcome(ask, key)
        self._first[ask.name] = (ask, outcome)
        return Unit((key,), [outcome])

    def _outcome(self, ask: HotAsk, key: Key) -> Outcome:
        if known := self._known(ask):
            return known
        if noes := self._noes(ask):
            return no(*noes)
        self._spent.add(ask.payment)
        self._came[ask.box] = self._came.get(ask.box, 0) + ask.amount
        move = Move(BANK, f"box:{ask.box}", ask.amount, "gift", ask.donor)
        return Outcome(OK, {key: ("given", ask.amount, ask.box)}, (move,), lambda: self._give(ask))

    def _known(self, ask: HotAsk) -> Outcome | None:
        """What a key answers under which there is a gift already; None: there is none."""
        before = self._model.gifts.get(ask.name)
        if before is None:
            return None
        return Outcome(OK, value=before.id) if before.hot and before.body == ask.body else no("KeyReused")

    def _noes(self, ask: HotAsk) -> list[str]:
        box, noes = self._model.boxes.get(ask.box), []
        if box is None:
            return ["NotFound"]
        missing = box.goal - self._model.in_box(box.id) - self._came.get(box.id, 0)
        if ask.amount < GIFT_MIN and ask.amount != missing:
            noes.append("BadValue")
        if not box.runs(self._now):
            noes.append("BoxNotOpen")
        if ask.payment in self._spent or ask.payment in self._model.spent_payments:
            noes.append("PaymentUsed")
        return noes

    def _give(self, ask: HotAsk) -> None:
        gift = Gift(ask.donor, ask.key, ask.box, ask.amount, ask.body, "given", self._now, ask.payment, hot=True)
        self._model.gifts[ask.name] = gift
        self._model.spent_payments[ask.payment] = ask.name
        self._model.unnoted[ask.name] = None
        self._model.standing[ask.box] += 1


def _before_the_group(ask: HotAsk) -> str:
    """What is refused without asking the database."""
    if ask.paid is None:
        return "ReceiptForged"
    return "" if ask.paid == (ask.box, ask.donor, ask.amount) else "PaymentDiffers"


def repeated(model: Model, actor: str, verb: str, key: str, body: Any) -> list[Unit] | None:
    """What a key answers that was used before; None: it is fresh. Same key and body, same answer; another body, KeyReused."""
    kept = model.keys.get((actor, verb, key))
    if kept is None:
        return None
    return [Unit((), [Outcome(OK, value=kept[1]) if kept[0] == body else no("KeyReused")])]


def begin(model: Model, ask: tuple[str, str, str, int], body: Any, now: datetime) -> list[Unit]:
    """A gift on a page: a pending gift and its payment. The provider may be silent when it hears of the order."""
    donor, key, box_id, amount = ask
    name, box = (donor, key), model.boxes[box_id]
    if name in model.gifts:
        return [Unit((), [no("KeyReused")])]
    noes = []
    if amount < GIFT_MIN and amount != box.goal - model.in_box(box_id):
        noes.append("BadValue")
    if not box.runs(now):
        noes.append("BoxNotOpen")
    if noes:
        return [Unit((("gift", *name),), [no(*noes)])]

    def begun() -> None:
        model.gifts[name] = Gift(donor, key, box_id, amount, body, "pending", now)
        model.newly_begun = True

    facts: dict[Key, Value] = {("gift", *name): ("pending", amount, box_id)}
    return [Unit((("gift", *name),), [Outcome(frozenset({"ok", "ProviderSilent"}), facts, (), begun)])]


def cheer(model: Model, box: Box, person: str, day: str, now: datetime) -> list[Unit]:
    """A comment or share: matched once a person, box and day by the first fund that has the money."""
    if not box.runs(now):
        return [Unit((), [no("BoxNotOpen", "WrongState")])]
    wanted = MATCH_IN_EMERGENCY if box.emergency else MATCH
    matched = any((one.box, one.person, one.day) == (box.id, person, day) and one.matched for one in model.cheers)
    fund = next((fund for fund in model.funds if model.balance(fund) >= wanted), "")
    amount = wanted if fund and not matched else 0
    new = Cheer(box.id, person, day, amount, fund)
    mine = [one for one in model.cheers if (one.box, one.person) == (box.id, person)]
    facts: dict[Key, Value] = {("cheers", box.id, person): seen_cheers([*mine, new])}
    moves = (Move(fund, f"matched:{box.id}", amount, "match", fund.removeprefix("match:")),) if amount else ()

    def cheered() -> None:
        model.cheers.append(new)

    return [Unit(tuple(facts), [Outcome(OK, facts, moves, cheered, amount)])]


def refund_gift(model: Model, gift: Gift, by_donor: bool) -> list[Unit]:
    """A gift goes back until its payout. A plan that counted on it is void; a closed box that is empty now has ended."""
    box = model.boxes[gift.box]
    keys = tuple(going_back(model, gift).facts)
    if gift.state == "refunded" or gift.state in ("pending", "failed") or box.state not in REFUNDABLE:
        noes = ["AlreadyRefunded"] if gift.state == "refunded" else []
        noes += ["NotAllowed"] if gift.state in ("pending", "failed") else []
        noes += ["WrongState", "PaidOutAlready"] if box.state not in REFUNDABLE else []
        return [Unit(keys, [no(*noes)])]
    return [Unit(keys, [going_back(model, gift)])]


def going_back(model: Model, gift: Gift) -> Outcome:
    """What it means that a gift goes back: its money all the way to the bank, the way it came."""
    box = model.boxes[gift.box]
    pay = model.pays.get(gift.payment)
    after = "closed" if box.state == "planned" else box.state
    if after == "closed" and model.in_box(box.id) == gift.amount:
        after = "ended"
    facts = {
        ("gift", gift.donor, gift.key): ("refunded", gift.amount, gift.box),
        ("cause", box.id): (after, box.closes),
        ("plan", box.id): None if after != box.state or box.plan is None else (box.plan[0], len(box.plan[1])),
        ("pay", gift.payment): ("refunded", False),
        ("refunds", gift.payment): ((gift.amount, "asked"),),
    }
    waited = pay is not None and pay.waiting_first
    moves = way_back(f"box:{box.id}", gift.payment, gift.amount, waited)

    def gone() -> None:
        gift.state = "refunded"
        model.standing[box.id] -= 1
        if after != box.state:
            box.plan = None
        box.state = after
        entered = model.pays.setdefault(gift.payment, Pay(gift.payment, gift.donor, gift.amount, "captured"))
        entered.state, entered.refunds = "refunded", ((gift.amount, "asked"),)
        model.unsettled[gift.payment] = None
        model.unnoted[gift.donor, gift.key] = None

    return Outcome(OK, facts, moves, gone, gift.id)


def returned(model: Model, box: Box) -> list[Unit]:
    """What a stopped box gives back: every gift to its giver, every match to its fund, one by one; then it is refunded."""
    found = []
    for gift in [one for one in model.gifts.values() if one.box == box.id and one.state == "given"]:
        gone = going_back(model, gift)
        facts = {key: fact for key, fact in gone.facts.items() if key[0] not in ("cause", "plan")}
        found.append(Unit(tuple(facts), [replace(gone, facts=facts), Outcome(OK)]))
    cheered = dict.fromkeys(one.person for one in model.cheers if one.box == box.id and one.matched)
    found.extend(_matches_back(model, box, person) for person in cheered)

    def refunded() -> None:
        box.state = "refunded"

    ends = [Outcome(OK), Outcome(OK, {("cause", box.id): ("refunded", box.closes)}, (), refunded)]
    return [*found, Unit((("cause", box.id),), ends)]


def _matches_back(model: Model, box: Box, person: str) -> Unit:
    """Some of the matches of one person are back, in any order."""
    key = ("cheers", box.id, person)
    mine = [one for one in model.cheers if (one.box, one.person) == (box.id, person)]
    matched = [one for one in mine if one.matched]
    outcomes = []
    for some in (those for count in range(len(matched) + 1) for those in combinations(matched, count)):
        left = seen_cheers(replace(one, matched=0) if any(one is gone for gone in some) else one for one in mine)
        moves = tuple(Move(f"matched:{box.id}", one.fund, one.matched, back=True) for one in some)
        outcomes.append(Outcome(OK, {key: left}, moves, partial(_unmatch, some)))
    return Unit((key,), outcomes)


def _unmatch(cheers: Iterable[Cheer]) -> None:
    for one in cheers:
        one.matched = 0


def way_back(account: str, payment: str, amount: int, waited: bool) -> tuple[Move, ...]:
    """A reversal of all the money of a payment, through the account where it waited if it did."""
    if not waited:
        return (Move(account, BANK, amount, back=True),)
    waiting = f"payment:{payment}"
    if account == waiting:
        return (Move(waiting, BANK, amount, back=True),)
    return (Move(account, waiting, amount, back=True), Move(waiting, BANK, amount, back=True))
