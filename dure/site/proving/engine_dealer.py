"""The dealer of the engine's proof: keeps what it was handed, goes wrong by chance, tells late, in any order and twice.

Each call takes it a millionth of a second, so that what the town learns from it lies after what was on its way then.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dure.base import clock
from dure.foundations.channels.types import AttemptState, Carriage, Outcome, Reason, Route, Told

from .campaigns import Act, Event
from .engine_town import Somebody, Town

TICK = timedelta(microseconds=1)
FAILS, FAILS_FOR_NOW, SILENT, FAILS_LATER, ARRIVES = 0.06, 0.03, 0.03, 0.06, 0.3  # of attempts
TWICE = 0.1  # of reports


@dataclass(slots=True)
class Clock:
    """Stands until it is moved; its hands may be those of any zone."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def tick(self) -> datetime:
        """A moment later."""
        self.at += TICK
        return self.at


@dataclass
class Dealer:
    """The adapter and the company behind it."""

    town: Town
    clock: Clock
    chance: random.Random
    dealer: str
    routes: frozenset[Route] = frozenset(set(Route) - {Route.INBOX})
    many_max: int = 1_000
    a_second: int = 10_000_000
    carried: list[Carriage] = field(default_factory=list)  # since it was last looked at
    said: dict[str, Outcome] = field(default_factory=dict)
    reports: list[Told] = field(default_factory=list)
    of_key: dict[str, Somebody] = field(default_factory=dict)

    def carry(self, batch: Sequence[Carriage]) -> Sequence[Outcome]:
        at = self.clock.tick()
        self.carried += batch
        return [self._answer(one, at) for one in batch]

    def due_reports(self) -> list[Told]:
        """Some of what it has to tell, in no order."""
        self.chance.shuffle(self.reports)
        told = [one for one in self.reports if self.chance.random() < 0.7]
        self.reports = [one for one in self.reports if one not in told]
        return told

    def _answer(self, one: Carriage, at: datetime) -> Outcome:
        if one.key not in self.said:
            outcome = self._first(one, at)
            if outcome.retry_after is not None:
                return outcome  # not taken, or nobody knows
            self.said[one.key] = outcome
        return self.said[one.key]

    def _first(self, one: Carriage, at: datetime) -> Outcome:
        person, dice = self.town.whose(one.to), self.chance.random()
        self.of_key[one.key] = person
        if one.route is Route.SMS and person.wants_no_texts:
            if dice < 0.5:
                person.log.append(Event(at, Act.OPT_OUT))
                return Outcome(key=one.key, state=AttemptState.FAILED, reason=Reason.OPTED_OUT)
            return self._later(one, AttemptState.FAILED, Reason.OPTED_OUT)
        if dice < FAILS:
            return Outcome(key=one.key, state=AttemptState.FAILED, reason=Reason.NOT_REACHED)
        if dice < FAILS + FAILS_FOR_NOW:
            return Outcome(key=one.key, state=AttemptState.FAILED, reason=Reason.BUSY, retry_after=1)
        if dice < FAILS + FAILS_FOR_NOW + SILENT:
            return Outcome(key=one.key, state=AttemptState.UNSURE, reason=Reason.UNKNOWN, retry_after=1)
        if dice < FAILS + FAILS_FOR_NOW + SILENT + FAILS_LATER:
            return self._later(one, AttemptState.FAILED, Reason.NOT_REACHED)
        return self._later(one, AttemptState.DELIVERED, Reason.NONE)

    def _later(self, one: Carriage, state: AttemptState, reason: Reason) -> Outcome:
        """Taken; what became of it is told later, or never."""
        if state is AttemptState.FAILED or self.chance.random() < ARRIVES:
            told = Told(event=f"e{one.key}", key=one.key, state=state, code="", reason=reason, at=clock.now())
            self.reports += [told] * (2 if self.chance.random() < TWICE else 1)
        return Outcome(key=one.key, state=AttemptState.ACCEPTED)
