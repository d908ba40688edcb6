"""What happens at the ledger's own counters besides: which errand is run next, and what is asked again, the same or not quite."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, Final
from uuid import UUID

from dure.foundations.people.types import Actor

from . import cashing, fundraising, office, remitting, till
from .acts import Stage
from .auditor import Auditor
from .judge import Operation
from .model import Deposit, Hold, Model, Statement
from .town import later

WEIGHTS: Final = {"till": 9.0, "office": 4.0, "bank": 3.0, "sponsor": 3.0, "remit": 3.0}
SETTLED_MAX: Final = (1, 5, 200)  # lines of a statement
LASTS: Final = (None, 30.0, 600.0, 7_200.0)


class Errands:
    """See the module."""

    def __init__(self, stage: Stage, auditor: Auditor) -> None:
        self._stage = stage
        self._auditor = auditor
        self.acts: dict[str, Callable[[], Operation | None]] = {
            "till": self.till,
            "office": self._office,
            "bank": self._bank,
            "sponsor": self._sponsor,
            "remit": self._remit,
        }

    @property
    def _chance(self) -> Random:
        return self._stage.chance

    @property
    def _model(self) -> Model:
        return self._stage.model

    def till(self) -> Operation | None:
        """A purse is filled, or something is reserved, or a reservation ends."""
        stage, chance = self._stage, self._chance
        asked, roll = stage.again["till"], chance.random()
        if asked and roll < 0.12:
            return self._till_again(chance.choice(asked[-30:]))
        holds = list(self._model.holds.values())
        if roll < 0.2:
            return till.expire(stage)
        purses = [purse for purse in till.PURSES if purse in self._model.held]
        if roll < 0.35 or len(purses) < len(till.PURSES):
            purse = chance.choice(till.PURSES) if len(purses) == len(till.PURSES) else till.PURSES[len(purses)]
            ask: Any = (chance.choice(stage.people.donors), purse, 100 * chance.randint(1, 50), self._id())
            asked.append(("fill", ask))
            return till.fill(stage, *ask)
        if roll < 0.65 or not holds:
            return self._reserve(purses)
        open_ones = [one for one in holds if one.state == "open"]
        hold = chance.choice(open_ones if open_ones and chance.random() < 0.8 else holds)
        return self._resolve(hold)

    def _reserve(self, purses: list[str]) -> Operation:
        stage, chance = self._stage, self._chance
        debit, credit = chance.sample(purses, 2)
        free = self._model.free(debit)
        amount = max(1, chance.choice((free, free // 2, free // 3, free // 3, free + 1)))
        seconds, by = chance.choice(LASTS), chance.choice(stage.people.donors)
        new = till.held(stage, by, (debit, credit), amount, None if seconds is None else later(seconds))
        stage.again["till"].append(("reserve", (by, new)))
        return till.reserve(stage, by, new)

    def _resolve(self, hold: Hold) -> Operation:
        chance = self._chance
        to = chance.choice(("post", "post", "void"))
        amount = None
        if to == "post":
            amount = chance.choice((None, None, max(1, hold.amount // 2), hold.amount + 1))
        ask = (self._id(), to, amount)
        self._stage.again["till"].append(("resolve", (hold, ask)))
        return till.resolve(self._stage, hold, ask)

    def _till_again(self, earlier: tuple[str, Any]) -> Operation:
        """The same once more, or another thing under the same id."""
        kind, what = earlier
        self._stage.weather["key again"] += 1
        more = self._chance.choice((0, 0, 1))
        if kind == "fill":
            by, purse, amount, posting = what
            return till.fill(self._stage, by, purse, amount + more, posting)
        if kind == "reserve":
            by, hold = what
            expires = hold.lasts and self._stage.time.at + hold.lasts
            new = replace(hold, amount=hold.amount + more, expires=expires, state="open", posted=0)
            return till.reserve(self._stage, by, new)
        hold, (resolution, to, amount) = what
        if to == "post" and more:
            amount = max(1, hold.amount // 3)
        return till.resolve(self._stage, self._model.holds.get(hold.id, hold), (resolution, to, amount))

    def _office(self) -> Operation | None:
        stage, chance = self._stage, self._chance
        donor, year = chance.choice(stage.people.donors[:16]), stage.time.at.year
        roll = chance.random()
        if roll < 0.2:
            return office.statement(stage, donor, year)
        if roll < 0.45:
            found = self._auditor.a_receipt(chance.randrange(1_000))
            if found is not None and found[4]:
                by = chance.choices((stage.people.stewards[0], stage.people.owner, donor), (45, 45, 10))[0]
                return office.take_back(stage, by, found)
        by = chance.choices(
            (donor, stage.people.owner, stage.people.stewards[0], stage.people.donors[-1]), (75, 10, 10, 5)
        )[0]
        return office.issue(stage, by, donor, year - (chance.random() < 0.05), chance.random() < 0.8)

    def _bank(self) -> Operation | None:
        stage, chance = self._stage, self._chance
        roll, taken = chance.random(), list(self._model.statements.values())
        if roll < 0.4 or not taken:
            return self._statement()
        one = chance.choice(taken[-8:])
        found = (one, self._auditor.settlement(one.name))
        by, asked = chance.choice(stage.people.stewards), stage.again["bank"]
        if asked and roll < 0.5:
            by, found, arrived, key = chance.choice(asked[-10:])
            return cashing.book(stage, by, found, arrived + chance.choice((0, 0, 1)), key)
        if one.state == "booked" and roll < 0.8:
            return cashing.take_back(stage, by, found, stage.key("unbook"))
        ask: Any = (by, found, one.net + chance.choice((0, 0, 0, 100)), stage.key("book"))
        asked.append(ask)
        return cashing.book(stage, *ask)

    def _statement(self) -> Operation | None:
        stage, chance = self._stage, self._chance
        sent = stage.again["statement"]
        if sent and chance.random() < 0.3:
            one, said = chance.choice(sent[-10:])
            slip = chance.randrange(3)
            if slip == 0 and len(said.lines) > 1:  # under another number, with what stands elsewhere already
                return cashing.take(stage, cashing.both(stage, stage.key("S"), said.lines[:1]))
            if slip == 1:
                return cashing.take(stage, (one, replace(said, net=said.net + 1)))
            return cashing.take(stage, (_untouched(one), said))
        new = cashing.next_statement(stage, stage.key("S"), chance.choice(SETTLED_MAX))
        if new is None:
            return None
        sent.append(new)
        return cashing.take(stage, new)

    def _sponsor(self) -> Operation | None:
        stage, chance = self._stage, self._chance
        by, deposits, roll = chance.choice(stage.people.stewards), list(self._model.deposits.values()), chance.random()
        if roll < 0.45 or not deposits:
            return self._top_up(by)
        waiting = [one for one in deposits if one.state == "waiting"]
        one = chance.choice(waiting if waiting and chance.random() < 0.5 else deposits[-8:])
        found = (one, self._auditor.deposit(one.reference))
        if roll < 0.7:
            return fundraising.confirm(stage, by, found, stage.key("confirm"))
        return fundraising.take_back(stage, by, found, stage.key("deposit-back"))

    def _top_up(self, by: Actor) -> Operation:
        stage, chance = self._stage, self._chance
        asked = stage.again["sponsor"]
        if asked and chance.random() < 0.3:
            by, new, key = chance.choice(asked[-10:])
            amount = new.amount + chance.choice((0, 0, 100))
            return fundraising.top_up(
                stage, by, replace(new, amount=amount, state=""), chance.choice((key, stage.key("top")))
            )
        fund = chance.choice(self._model.funds).removeprefix("match:")
        amount = chance.choice((500, 2_000, 5_000, 10_000_000, 12_000_000))
        ask = (by, Deposit(stage.key("입금"), fund, amount, str(by.person)), stage.key("top"))
        asked.append(ask)
        return fundraising.top_up(stage, *ask)

    def _remit(self) -> Operation | None:
        """Payouts go to the bank."""
        stage, chance, auditor = self._stage, self._chance, self._auditor
        paid = [box.id for box in self._model.boxes.values() if box.paid]
        if not paid:
            return None
        by, files, roll = chance.choice(stage.people.stewards), self._model.files, chance.random()
        if roll < 0.35 or not files:
            boxes = tuple(sorted(chance.sample(paid, chance.randint(1, len(paid)))))
            return remitting.prepare(stage, auditor, by, boxes, stage.key("file"))
        file = files[-1] if chance.random() < 0.7 else chance.choice(files)
        if file.state == "prepared" and roll < 0.85:
            return remitting.release(stage, auditor, by, file, stage.key("release"))
        if roll < 0.4 or (file.state == "prepared" and roll < 0.95):
            return remitting.drop(stage, auditor, by, file, stage.key("drop"))
        if roll < 0.7:
            sent = sum(self._model.boxes[box].paid for box, state in file.lines.items() if state == "sent")
            reference = f"이체 {chance.randint(1, 4)}"
            about = (file, sent + chance.choice((0, 0, 0, 1)), reference)
            return remitting.confirm(stage, auditor, by, about, stage.key("confirm"))
        return remitting.come_back(stage, auditor, by, (file, chance.choice(sorted(file.lines))), stage.key("back"))

    def _id(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128))


def _untouched(one: Statement) -> Statement:
    return Statement(one.name, one.lines, one.fee, one.vat)
