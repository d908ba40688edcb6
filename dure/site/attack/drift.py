"""What may become of payments: every state that a payment, its gift and its refunds may come to by the bank's books.

A payment moves by itself: answers are lost, webhooks come twice or never, a worker asks again. Which of the steps were taken when
somebody looks is not promised; that each is one of these, and that the money moved with it, is.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from .expect import OK, way_back
from .model import BANK, ENDED_PAYMENT, OPEN_PAYMENT, OWED, Gift, Key, Model, Move, Outcome, Pay, Unit

NOT_PAID = frozenset({"CardRefused", "PaymentDeclined", "TurnedBack", "PaymentExpired", "Busy"})


@dataclass(frozen=True, slots=True)
class Truth:
    """What the bank has in its books about one order."""

    taken: int = 0  # how many payments were taken, whatever was given back since
    declined: bool = False
    over: bool = False  # its window has passed


@dataclass(frozen=True, slots=True)
class Node:
    """One state that a payment may be in."""

    state: str
    waiting: bool
    waited: bool
    refunds: tuple[tuple[int, str], ...]
    twins: tuple[str, ...]
    gift: str


@dataclass(frozen=True, slots=True)
class Looking:
    """What is looked at: the payment, its gift, the bank's truth, and whether the payer is here."""

    model: Model
    pay: Pay
    gift: Gift | None
    truth: Truth
    payer_is_here: bool = False
    turned_back: bool = False

    @property
    def takes(self) -> bool:
        """A gift begun in time is honoured as long as its box has not closed."""
        return self.gift is not None and self.model.boxes[self.gift.box].runs(self.gift.at)


type Step = Iterator[tuple[Node, tuple[Move, ...]]]


def units(model: Model, truths: Callable[[Pay], Truth], pays: Iterable[Pay]) -> list[Unit]:
    """For work behind the scenes: each of these payments may have drifted."""
    return [unit(Looking(model, pay, _gift_of(model, pay), truths(pay))) for pay in pays]


def unit(looking: Looking, keep: Callable[[Node], bool] = lambda node: True) -> Unit:
    """All that one payment may have come to. `keep`: which ends count."""
    pay, gift = looking.pay, looking.gift
    keys: list[Key] = [("pay", pay.id), ("refunds", pay.id), ("twins", pay.id)]
    if gift is not None:
        keys.append(("gift", gift.donor, gift.key))
    start = _start(pay, gift)
    outcomes = [_outcome(looking, node, moves) for node, moves in reachable(looking, start).items() if keep(node)]
    return Unit(tuple(keys), outcomes)


def reachable(looking: Looking, start: Node) -> dict[Node, tuple[Move, ...]]:
    """Every state that may be reached, and the money that moves on the way."""
    found: dict[Node, tuple[Move, ...]] = {start: ()}
    edge = [start]
    while edge:
        node = edge.pop()
        for after, moves in _steps(looking, node):
            if after not in found:
                found[after] = found[node] + moves
                edge.append(after)
    return found


def is_at_rest(looking: Looking) -> bool:
    """Whether nothing is left to do: every won is where it belongs, and the bank agrees."""
    pay, gift = looking.pay, looking.gift
    if any(state == "asked" for _, state in pay.refunds) or "asked" in pay.twins:
        return False
    if pay.state in OPEN_PAYMENT:
        return False
    if pay.state in ENDED_PAYMENT:
        return looking.truth.taken == 0 and (gift is None or gift.state == "failed")
    if gift is not None and gift.state == "pending":
        return False
    stands = pay.state == "refunded" or (not pay.waiting and gift is not None and gift.state == "given")
    return stands and len(pay.twins) == max(0, looking.truth.taken - 1)


def _gift_of(model: Model, pay: Pay) -> Gift | None:
    return model.gifts[pay.gift] if pay.gift else None


def _start(pay: Pay, gift: Gift | None) -> Node:
    state = gift.state if gift is not None else ""
    return Node(pay.state, pay.waiting, pay.waiting_first, pay.refunds, pay.twins, state)


def _steps(looking: Looking, node: Node) -> Step:
    yield from _captured(looking, node)
    yield from _ended(looking, node)
    yield from _settled(looking, node)
    yield from _given_back(looking, node)
    yield from _twins(looking, node)


def _captured(looking: Looking, node: Node) -> Step:
    """Money that was taken counts as taken, also when it was given up before; then it waits."""
    pay, gift = looking.pay, looking.gift
    if node.state not in (*OPEN_PAYMENT, *ENDED_PAYMENT):
        return
    if looking.payer_is_here and node.state in OPEN_PAYMENT:
        yield replace(node, state="confirming"), ()
        yield replace(node, state="created"), ()
    if not looking.truth.taken:
        return
    waits = Move(BANK, f"payment:{pay.id}", pay.amount, "waiting", pay.payer)
    yield replace(node, state="captured", waiting=True, waited=True), (waits,)
    if looking.payer_is_here and node.state in OPEN_PAYMENT and node.gift == "pending" and looking.takes and gift:
        given = Move(BANK, f"box:{gift.box}", pay.amount, "gift", pay.payer)
        yield replace(node, state="captured", gift="given"), (given,)


def _ended(looking: Looking, node: Node) -> Step:
    if node.state in OPEN_PAYMENT:
        if looking.truth.declined:
            yield replace(node, state="declined"), ()
        if looking.truth.over:
            yield replace(node, state="expired"), ()
        if looking.turned_back and node.state != "confirming":
            yield replace(node, state="cancelled"), ()
    if node.state in ENDED_PAYMENT and node.gift == "pending":
        yield replace(node, gift="failed"), ()


def _settled(looking: Looking, node: Node) -> Step:
    """Waiting money is honoured while the box takes it, and goes back otherwise."""
    pay, gift = looking.pay, looking.gift
    if node.state != "captured" or not node.waiting or gift is None:
        return
    if node.gift == "pending" and looking.takes:
        given = Move(f"payment:{pay.id}", f"box:{gift.box}", pay.amount, "gift", pay.payer)
        yield replace(node, waiting=False, gift="given"), (given,)
        return
    back = way_back(f"payment:{pay.id}", pay.id, pay.amount, waited=True)
    yield replace(node, state="refunded", refunds=((pay.amount, "asked"),), gift="failed"), back


def _given_back(looking: Looking, node: Node) -> Step:
    """The bank gives back what is asked for, or refuses: then it is owed by other means."""
    owed = Move(BANK, OWED, 0, "refund_owed", looking.pay.payer)
    for place, (amount, state) in enumerate(node.refunds):
        if state == "asked":
            for end, moves in (("settled", ()), ("refused", (owed._replace(amount=amount),))):
                refunds = (*node.refunds[:place], (amount, end), *node.refunds[place + 1 :])
                yield replace(node, refunds=tuple(sorted(refunds))), moves
    for place, state in enumerate(node.twins):
        if state == "asked":
            for end, moves in (("settled", ()), ("refused", (owed._replace(amount=looking.pay.amount),))):
                yield replace(node, twins=tuple(sorted((*node.twins[:place], end, *node.twins[place + 1 :])))), moves


def _twins(looking: Looking, node: Node) -> Step:
    """Somebody who pays an order twice gets the second payment back without anybody's doing."""
    if node.state in (*OPEN_PAYMENT, *ENDED_PAYMENT) and not looking.truth.taken:
        return
    if len(node.twins) + 1 >= looking.truth.taken:
        return
    pay = looking.pay
    came = Move(BANK, "payment:?", pay.amount, "waiting", pay.payer)
    yield (
        replace(node, twins=tuple(sorted((*node.twins, "asked")))),
        (came, Move("payment:?", BANK, pay.amount, back=True)),
    )


def _outcome(looking: Looking, node: Node, moves: tuple[Move, ...]) -> Outcome:
    pay, gift, model = looking.pay, looking.gift, looking.model
    facts: dict[Key, tuple[object, ...] | None] = {
        ("pay", pay.id): (node.state, node.waiting),
        ("refunds", pay.id): tuple(sorted(node.refunds)),
        ("twins", pay.id): tuple(sorted(node.twins)),
    }
    if gift is not None:
        facts["gift", gift.donor, gift.key] = (node.gift, gift.amount, gift.box)

    def drifted() -> None:
        pay.state, pay.waiting, pay.waiting_first = node.state, node.waiting, node.waited
        pay.refunds, pay.twins = node.refunds, node.twins
        if gift is not None and gift.state != node.gift:
            gift.state = node.gift
            if node.gift == "given":
                gift.given_at = model.now
                model.standing[gift.box] += 1
                model.unnoted[gift.donor, gift.key] = None

    answers = OK if node.state in ("captured", "refunded") else OK | NOT_PAID
    return Outcome(answers, facts, moves, drifted, node.gift)


def note(model: Model, gift: Gift) -> Unit:
    """A gift that stands can be receipted; one that went back cannot. The hot path's payments are entered on the way."""
    keys: list[Key] = [("donation", gift.id)]
    noted = (gift.amount, 0)
    ends: list[tuple[int, int] | None] = [gift.noted]
    if gift.noted is None:
        ends.append(noted)
    if gift.state == "refunded":
        ends.append((gift.amount, gift.amount))
    if gift.hot and gift.state == "given":
        keys.append(("pay", gift.payment))
    return Unit(tuple(keys), [_noted(model, gift, end) for end in dict.fromkeys(ends)])


def _noted(model: Model, gift: Gift, end: tuple[int, int] | None) -> Outcome:
    stands = end is not None and not end[1]
    facts: dict[Key, tuple[object, ...] | None] = {
        ("donation", gift.id): end and (*end, gift.receipted if stands else 0)
    }
    if gift.hot and gift.state == "given" and end is not None:
        facts["pay", gift.payment] = ("captured", False)

    def noted() -> None:
        gift.noted = end
        if not stands:
            model.attest(gift, False)
        if gift.hot and end is not None and gift.payment not in model.pays:
            model.pays[gift.payment] = Pay(gift.payment, gift.donor, gift.amount, "captured")
        if end == ((gift.amount, gift.amount) if gift.state == "refunded" else (gift.amount, 0)):
            model.unnoted.pop((gift.donor, gift.key), None)

    return Outcome(OK, facts, (), noted)
