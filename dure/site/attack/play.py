"""One seed: what happens in it, step by step, and what must hold when all is quiet again."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from random import Random
from typing import Any, Final

import psycopg
from django.db import connection, connections

from dure.foundations.ledger.providers import played_by
from dure.kit import delivery, line
from dure.services.giving import hot
from dure.site import rooms

from . import acts, drift, proof
from .acts import Stage
from .auditor import Auditor
from .bank import Bank, Mood
from .choice import Chooser
from .faults import Breaker, Fault, Kind
from .judge import BROKEN, Crowd, Judge, Operation, refusals
from .model import BANK, Box, Broken, Model, Pay
from .played import Length, Played
from .town import BEGINS, People, Time, later, virtual

QUIET_ROUNDS: Final = 14
QUIET_SECONDS: Final = 1_800.0
LONG_AGO: Final = BEGINS - later(30 * 86_400.0)
SAID: Final = {Mood.DEAF: "bank deaf", Mood.MUTE: "bank's answer lost", Mood.STUBBORN: "bank refuses"}


class Play:
    """See the module. `url` names a fresh copy of the town; Django's connection leads to the same."""

    def __init__(self, seed: int, length: Length, url: str, people: People) -> None:
        self.played = Played(seed)
        self._wanted = length.operations
        self._chance = Random(seed)  # noqa: S311 - chance, not secrecy
        self._time = Time()
        self._admin = psycopg.connect(url, autocommit=True)
        self._breaker = Breaker(self._admin)
        self._auditor = Auditor(self._admin)
        self._loop = asyncio.new_event_loop()
        self._bank = Bank(Random(seed + 1))  # noqa: S311 - chance, not secrecy
        self._model = self._first_look()
        self._judge = Judge(self._model, self._auditor)
        self._stage = Stage(self._model, self._bank, people, self._time, self._chance, self._loop, self._auditor.hours)
        self._choose = Chooser(self._stage, self._auditor, length.mix_of(seed))
        self._second = connections.create_connection("default")
        self._line_may_be_dead = False
        self._digest = hashlib.sha256()

    def run(self, told: Callable[[int], None] = lambda done: None) -> Played:
        """Play the seed to its end; what broke is in the answer."""
        try:
            with ExitStack() as block:
                block.enter_context(virtual(self._time, Random(self.played.seed + 2)))  # noqa: S311 - chance, not secrecy
                block.enter_context(played_by(self._bank))
                block.enter_context(line.standing_between(self._breaker.between))
                self._act(told)
        except Exception as error:  # noqa: BLE001 - whatever it is, this seed shows it
            self.played.broken = f"{type(error).__name__}: {error}"
            self.played.at = f"{self.played.at} (step {self.played.steps}, operation {self.played.operations})"
            if not isinstance(error, Broken):
                raise_to = error.__traceback__
                self.played.broken += f" {_where(raise_to)}"
        finally:
            self._close()
        self.played.statements = self._breaker.statements
        self.played.faults.update(self._weather())
        self.played.digest = self._digest.hexdigest()[:16]
        return self.played

    def _act(self, told: Callable[[int], None]) -> None:
        while self.played.operations < self._wanted:
            part = self.played.operations / self._wanted
            before = self.played.operations
            self._choose.let_time_pass()
            operation = self._choose.next(part)
            if operation is not None:
                self._do(operation, self._choose.fault(operation))
            told(self.played.operations - before)
        self._come_to_rest()
        self._verify()

    def _do(self, operation: Operation, fault: Fault | None = None) -> None:
        """Do it, with what breaks in it, and compare. Who heard nothing mostly asks again with the same key."""
        self._model.now = self._time.at
        self.played.at = f"{operation.name}{f', {fault.kind} at statement {fault.at}' if fault else ''}"
        before = frozenset[str]()
        if fault is not None and fault.kind is Kind.BETWEEN:
            before = refusals(operation.units())
            fault.between = lambda: self._meanwhile(operation)
        self._breaker.fault = fault
        with connection.execute_wrapper(self._breaker):
            answers = operation.run()
        self._breaker.fault = None
        died = (
            fault is not None and fault.fired and fault.kind not in (Kind.BETWEEN, Kind.FULL)
        )  # its line dies with it
        if connection.connection is not None and (connection.connection.closed or died):
            connection.close()
        met = fault is not None and fault.fired and fault.kind is Kind.BETWEEN
        count = self._judge.judge(operation, answers, Crowd(met, before))
        self._auditor.settle()
        self._adopt_payments()
        self._note((operation.name, count), fault, [answer.name for answer in answers])
        if operation.name == "give" and fault is not None and fault.fired and fault.kind is Kind.CUT_LATE:
            self._line_may_be_dead = (
                True  # a line that is cut while nobody uses it is found out by the next one who does
            )
        if any(answer.name == BROKEN for answer in answers):
            if not (fault is not None and fault.fired) and not (operation.name == "give" and self._line_may_be_dead):
                raise Broken(f"{operation.name} broke off, and nothing was broken")
            if self._chance.random() < 0.8:
                self._stage.weather["key again"] += 1
                self._do(operation)

    def _meanwhile(self, outer: Operation) -> None:
        """Another operation, or the very same one, comes and goes on a line of its own while `outer` is under way."""
        inner = outer if self._chance.random() < 0.2 else self._choose.meeting()
        if inner is None:
            return
        fault, own = self._breaker.fault, connections["default"]
        self._breaker.fault, self._breaker.crowded = None, True
        connections["default"] = self._second
        try:
            with self._second.execute_wrapper(self._breaker):
                answers = inner.run()
            count = self._judge.judge(inner, answers, Crowd(others=True))
        finally:
            connections["default"] = own
            self._breaker.fault, self._breaker.crowded = fault, False
        self._adopt_payments()
        self._note((inner.name, count), None, [answer.name for answer in answers])

    def _note(self, done: tuple[str, int], fault: Fault | None, answers: list[str]) -> None:
        played, (name, count) = self.played, done
        played.steps += 1
        played.operations += count
        played.kinds[name] += count
        played.statements_of[name] += self._breaker.statements - played.statements
        played.statements = self._breaker.statements
        played.answers.update(answers)
        if fault is not None and fault.fired:
            played.faults[fault.kind.value] += 1
        self._digest.update(f"{name} {count} {answers} {self._time.at}\n".encode())

    def _adopt_payments(self) -> None:
        """A gift that was begun has a payment now."""
        for gift in self._model.gifts.values() if self._model.newly_begun else ():
            if gift.payment and not gift.hot and gift.payment not in self._model.pays:
                order, expires = self._auditor.order(gift.payment)
                pay = Pay(
                    gift.payment, gift.donor, gift.amount, "created", order, (gift.donor, gift.key), expires=expires
                )
                self._model.pays[pay.id] = pay
                self._model.unsettled[pay.id] = None
        self._model.newly_begun = False

    # The end

    def _come_to_rest(self) -> None:
        """Nothing breaks any more, the workers run, time passes: then nothing may be left undone."""
        for quiet in range(QUIET_ROUNDS):
            self._bank.go_on()
            self._time.at += later(QUIET_SECONDS)
            for box in self._model.boxes.values():
                if box.state == "stopped":
                    self._do(acts.refund_stopped(self._stage, box, 10_000))
                    self._do(acts.refund_stopped(self._stage, box, 10_000))
            for _ in range(3):
                self._do(acts.deliver(self._stage))
            if quiet in (2, QUIET_ROUNDS // 2):  # what no webhook told of, and nobody has asked about, is found so
                self._do(acts.reconcile(self._stage, LONG_AGO))
            self._do(acts.converge(self._stage, Mood.WELL))
            self._do(acts.settle_refunds(self._stage, Mood.WELL))
            if delivery.waiting_count() == 0 and not self._restless() and not self._model.unnoted:
                break
        self._do(acts.seal(self._stage))
        if restless := self._restless():
            pay = restless[0]
            gift = self._model.gifts[pay.gift] if pay.gift else None
            raise Broken(f"{len(restless)} payments never come to rest: {pay}, {gift}, bank: {self._stage.truth(pay)}")
        if self._model.unnoted:
            raise Broken(f"invariant 10: {len(self._model.unnoted)} gifts are never noted or never taken out")
        if delivery.waiting_count() or delivery.dead_count():
            raise Broken(f"{delivery.waiting_count()} news wait for ever, {delivery.dead_count()} were given up")
        if stopped := [box.id for box in self._model.boxes.values() if box.state == "stopped"]:
            raise Broken(f"stopped boxes are never refunded: {stopped}")

    def _restless(self) -> list[Pay]:
        found = []
        for name in self._model.unsettled:
            pay = self._model.pays[name]
            gift = self._model.gifts[pay.gift] if pay.gift else None
            if gift is None:
                if any(state == "asked" for _, state in pay.refunds):
                    found.append(pay)
            elif not drift.is_at_rest(drift.Looking(self._model, pay, gift, self._stage.truth(pay))):
                found.append(pay)
        return found

    def _verify(self) -> None:
        """All twelve invariants, as far as their services exist, over everything; then every promise of `dure verify`."""
        self.played.at = "the end"
        self._model.check()
        proof.bank_agrees(self._model, self._bank)
        proof.won_have_givers(self._model)
        proof.flipped_byte_is_found(self._chance)
        if (found := self._auditor.receipts()) != self._model.receiptable():
            raise Broken(f"invariant 10: {found} can be receipted, {self._model.receiptable()} were given")
        self._everything()
        for check in rooms.verify_checks():
            self.played.checks += 1
            if findings := check.run(lambda done, total: None):
                raise Broken(f"dure verify: {check.name}: {findings[0].what} ({findings[0].subject})")

    def _everything(self) -> None:
        """Every fact and every balance, whenever it changed last."""
        model = self._model
        keys: list[tuple[str, ...]] = [("gift", *name) for name in model.gifts]
        keys += [(kind, box) for box in model.boxes for kind in ("cause", "plan", "lines")]
        keys += [(kind, pay) for pay in model.pays for kind in ("pay", "refunds", "twins")]
        for key, found in self._auditor.observe(keys).items():
            if found != model.fact(key):
                raise Broken(f"{key} is {found}, {model.fact(key)} was expected")
        known = {code: held for code, held in model.held.items() if "?" not in code}
        for code, held in self._auditor.balances(known).items():
            if held != known[code]:
                raise Broken(f"invariant 11: {code} has {held}, the log says {known[code]}")

    def _weather(self) -> Counter[str]:
        """What went wrong besides statements that broke."""
        moods = {SAID[mood]: count for mood, count in self._bank.moods.items() if mood in SAID}
        return self._stage.weather + Counter({"webhook lost": self._choose.webhooks_lost}) + Counter(moods)

    # The beginning

    def _first_look(self) -> Model:
        """The model of the furnished town."""
        model = Model()
        for cause, goal, opens, closes, emergency in self._auditor.boxes():
            model.boxes[str(cause)] = Box(str(cause), goal, opens, closes, emergency)
        model.funds = self._auditor.funds()
        model.held = self._auditor.opening()
        model.held.setdefault(BANK, [0, 0, 0, 0])
        return model

    def _close(self) -> None:
        self._breaker.fault = None
        self._loop.run_until_complete(hot.close())
        self._loop.close()
        self._second.close()
        connections.close_all()
        self._admin.close()


def _where(trace: Any) -> str:
    """The last place of a traceback, in our own code if there is one."""
    places = []
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}")
        trace = trace.tb_next
    own = [place for place in places if "/dure/" in place and "site-packages" not in place]
    return " < ".join(reversed(own[-6:]))
