"""The judge: compares what the town did with what may happen, after every step."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from dure.services.giving import queries

from .auditor import Auditor
from .model import Broken, Key, Model, Move, Outcome, Unit, Value

NOTHING = Outcome(frozenset())
BROKEN = "broken"
ANY = object()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an actor heard: "ok" and a value, the name of a refusal, or that something broke."""

    name: str
    value: object = ANY

    def fits(self, outcome: Outcome) -> bool:
        """Whether it may be heard when the operation ends so."""
        if self.name == BROKEN:
            return True
        if self.name not in outcome.answers:
            return False
        return outcome.value is None or self.value is ANY or self.name != "ok" or outcome.value == self.value


@dataclass(slots=True)
class Operation:
    """One thing that actors do. `answers` belong to the units, in their order; one answer stands for all."""

    name: str
    run: Callable[[], list[Answer]]
    units: Callable[[], list[Unit]]
    count: int = 1
    rounds: bool = (
        False  # a worker's round: each payment, refund or gift that it changed, in a commit of its own, is an operation
    )
    together: bool = False  # one commit: all effects or none
    after: Callable[[Outcome], None] = field(default=lambda outcome: None)  # of the first unit, once it is known


@dataclass(frozen=True, slots=True)
class Crowd:
    """What two operations at the same time may be told besides: as if one came after the other, or that too much goes on."""

    others: bool = False
    refused_before: frozenset[str] = frozenset()  # by what was true when it began

    def units(self, units: list[Unit]) -> list[Unit]:
        if not self.others:
            return units
        busy = Outcome(self.refused_before | {"Busy"})
        return [Unit(unit.keys, [*unit.outcomes, busy], unit.halfway) for unit in units]


ALONE = Crowd()


def refusals(units: list[Unit]) -> frozenset[str]:
    """By which names these may be refused."""
    return frozenset(name for unit in units for one in unit.outcomes for name in one.answers if not one.is_effect) - {
        "ok"
    }


class Judge:
    """See the module."""

    def __init__(self, model: Model, auditor: Auditor) -> None:
        self._model = model
        self._auditor = auditor

    def judge(self, operation: Operation, answers: list[Answer], crowd: Crowd = ALONE) -> int:
        """Find how the operation ended, and follow it in the model; answers how many operations it was. Raises Broken when it
        ended as it may not.
        """
        units = crowd.units(operation.units())
        if len(answers) == 1 and len(units) != 1:
            answers = answers * len(units)
        observed = self._auditor.observe(dict.fromkeys(key for unit in units for key in unit.keys))
        written, touched = self._auditor.tail(self._model)
        moves = Counter(written)
        chosen = self._chosen(units, answers, observed, moves)
        self._expect_together(operation, units, answers, chosen)
        expected = Counter(move for outcome in chosen for move in outcome.moves)
        if expected != moves:
            raise Broken(_differ(expected, moves))
        done = sum(self._changes(outcome) for outcome in chosen) if operation.rounds else 0
        for outcome in chosen:
            outcome.apply()
        for move in written:  # in the order of the log: only in it no account may ever have stood below zero
            self._model.book(move)
        self._bind(observed)
        self._balances(touched)
        self._shown(touched)
        self._receipted(observed)
        if chosen:
            operation.after(chosen[0])
        return max(operation.count, done)

    def _changes(self, outcome: Outcome) -> bool:
        """Whether a payment, a gift or a match is another one now. Gifts are noted for receipts many at once: that is none."""
        if any(key[0] == "donation" for key in outcome.facts):
            return False
        return bool(outcome.moves) or any(self._model.fact(key) != fact for key, fact in outcome.facts.items())

    def _chosen(
        self, units: list[Unit], answers: list[Answer], observed: dict[Key, Value], moves: Counter[Move]
    ) -> list[Outcome]:
        left = Counter(moves)
        chosen = []
        for unit, answer in zip(units, answers, strict=True):
            fitting = self._fitting(unit, answer, observed)
            outcome = next((one for one in fitting if _within(one.moves, left)), fitting[0])
            for move in outcome.moves:
                left[move] -= 1
            chosen.append(outcome)
        return chosen

    def _fitting(self, unit: Unit, answer: Answer, observed: dict[Key, Value]) -> list[Outcome]:
        """The outcomes that what was answered and what is there now fit, those that move most first."""
        admissible = [*unit.outcomes, *unit.halfway, NOTHING] if answer.name == BROKEN else unit.outcomes
        heard = [one for one in admissible if answer.fits(one)]
        if not heard:
            may = sorted({name for one in unit.outcomes for name in one.answers})
            raise Broken(
                f"answered {answer.name} {answer.value!r}, may answer {may} {unit.outcomes[0].value!r} ({unit.keys})"
            )
        fitting = [
            one
            for one in heard
            if all(
                (one.facts[key] if key in one.facts else self._model.fact(key)) == observed[key] for key in unit.keys
            )
        ]
        if not fitting:
            wanted = [{key: one.facts.get(key, self._model.fact(key)) for key in unit.keys} for one in heard[:4]]
            raise Broken(f"after {answer.name} there is { {key: observed[key] for key in unit.keys} }, may be {wanted}")
        return sorted(fitting, key=lambda one: -len(one.moves))

    def _expect_together(
        self, operation: Operation, units: list[Unit], answers: list[Answer], chosen: list[Outcome]
    ) -> None:
        """Invariant 4: what is one commit happened whole or not at all."""
        if not operation.together:
            return
        happened = {
            outcome.is_effect
            for unit, answer, outcome in zip(units, answers, chosen, strict=True)
            if answer.name == BROKEN and unit.outcomes[0].is_effect
        }
        if len(happened) > 1:
            raise Broken("a part of one commit happened, and a part did not")

    def _bind(self, observed: dict[Key, Value]) -> None:
        """Invariant 4: a request stands for one gift and one payment for ever."""
        for kind, *name in observed:
            gift = self._model.gifts.get((name[0], name[1])) if kind == "gift" else None
            if gift is None or (gift.donor, gift.key) not in self._auditor.bound:
                continue
            found, payment = self._auditor.bound[gift.donor, gift.key]
            if (gift.id or found, gift.payment or payment) != (found, payment):
                raise Broken(f"invariant 4: {gift.id} by {gift.payment} is {found} by {payment} now")
            gift.id, gift.payment = found, payment
            self._model.by_id[found] = (gift.donor, gift.key)

    def _balances(self, touched: set[str]) -> None:
        """Invariants 1, 2 and 11 for what was touched: balances are what the model's own addition says."""
        known = {code for code in touched if "?" not in code}
        for code, found in self._auditor.balances(known).items():
            if found != self._model.held[code]:
                raise Broken(
                    f"invariant 11: {code} has {found} debits and credits, the log says {self._model.held[code]}"
                )

    def _receipted(self, observed: dict[Key, Value]) -> None:
        """Invariant 10: receipts that hold say what stands of the gifts on them, by donor and tax year."""
        model = self._model
        donors = {model.gifts[model.by_id[key[1]]].donor for key in observed if key[0] == "donation"} & model.agreed
        if not donors:
            return
        found = self._auditor.receipted(donors)
        said = {whose: won for whose, won in model.receipted.items() if whose[0] in donors and won}
        if found != said:
            raise Broken(f"invariant 10: receipts say {found}, the gifts on them {said}")

    def _shown(self, touched: set[str]) -> None:
        """Invariant 5: what the pages show of a box is what the book holds."""
        boxes = {code.split(":")[1] for code in touched if code.split(":")[0] in ("box", "matched", "project", "spent")}
        if not boxes:
            return
        for box, totals in queries.totals_of(boxes).items():  # type: ignore[arg-type]  # the judge knows its boxes by their plain ids
            name = str(box)
            raised, paid = self._model.in_box(name), self._model.boxes[name].paid
            if (totals.raised, totals.paid_out) != (paid or raised, paid):
                raise Broken(
                    f"invariant 5: the box {name} shows {totals}, the book holds {raised}, {paid} were paid out"
                )


def _within(moves: tuple[Move, ...], left: Counter[Move]) -> bool:
    """Whether the log has all of these, and no other outcome took them before."""
    if len(moves) < 2:
        return not moves or left[moves[0]] > 0
    return all(left[move] >= count for move, count in Counter(moves).items())


def _differ(expected: Counter[Move], found: Counter[Move]) -> str:
    missing, strange = list((expected - found).elements()), list((found - expected).elements())
    return f"invariant 4: the log lacks {missing[:4]} and has {strange[:4]} beyond what may be"
