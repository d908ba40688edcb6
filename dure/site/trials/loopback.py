"""A dealer of the trial's own: takes whole batches, knows an attempt by its key, and goes wrong by chance.

It counts what it delivered to whom. A key that it has is not delivered again, as with a dealer that keeps idempotency keys;
that a person gets one message only is the outbox's to see to.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx
import msgspec

from dure.base import clock
from dure.foundations.channels.types import AttemptState, Carriage, Outcome, Reason, Route, Told
from dure.kit.twins import Answer, Asked, Fault, FaultPlan, Setting, Twin, json_answer

ANSWER_SECONDS_MAX = 5.0
FAILS_FOR_NOW, TWICE = 0.02, 0.1  # of attempts; of reports
REPORT_SECONDS_MAX = 3.0
LATE_SECONDS = 2.0  # a late success comes so long after it was told to have failed
OK = 200


class Fate(StrEnum):
    """What becomes of an attempt that the dealer took."""

    DELIVERED = "delivered"
    FAILED = "failed"  # said at once
    FAILED_LATER = "failed_later"  # taken, and reported as failed
    LATE_SUCCESS = "late_success"  # reported as failed, and delivered after all


CAME = frozenset({Fate.DELIVERED, Fate.LATE_SUCCESS})
SHARES = {Fate.FAILED: 0.03, Fate.FAILED_LATER: 0.03, Fate.LATE_SUCCESS: 0.03}  # of attempts, while it goes wrong


class One(msgspec.Struct, frozen=True):
    """An attempt as it goes over the line."""

    key: str
    to: str
    urgent: bool = False


@dataclass(slots=True)
class Seen:
    """What the dealer has of one key."""

    fate: Fate
    to: str
    asked: int
    at: float  # when it was first asked, by the machine's steady clock
    urgent: bool = False


@dataclass(slots=True)
class Pending:
    """A report on its way."""

    due: float
    told: Told


class Counts(msgspec.Struct):
    """What the twin shows of its books."""

    keys: int = 0


class ByChance(FaultPlan):
    """Faults by chance instead of by plan."""

    def __init__(self, chance: random.Random, share: float) -> None:
        super().__init__()
        self._chance, self.share = chance, share

    def take(self, route: str, *, webhook: bool = False) -> Fault | None:
        if webhook or self._chance.random() >= self.share:
            return None
        return self._chance.choice((Fault.LATE, Fault.LOST, Fault.SILENT, Fault.ERROR))


@dataclass
class Loopback(Twin[Counts]):
    """The twin. `seen` is by key, `delivered` by address."""

    chance: random.Random
    name: str = "loopback"
    share: float = 0.1
    seen: dict[str, Seen] = field(default_factory=dict)
    delivered: Counter[str] = field(default_factory=Counter)
    reports: list[Pending] = field(default_factory=list)
    urgent: int = 0  # of what was seen

    body_bytes_max = 5_000_000

    def __post_init__(self) -> None:
        super().__init__(Setting(secret=""), Counts())
        self.faults = ByChance(self.chance, self.share)

    def go_wrong(self, share: float) -> None:
        """From now on this share of calls, and some of the attempts, go wrong."""
        self.share = share
        self.faults = ByChance(self.chance, share)

    def route(self, asked: Asked) -> str:
        return "carry"

    def error(self) -> Answer:
        return json_answer(503, {})

    def answer(self, asked: Asked) -> Answer:
        batch = msgspec.json.decode(asked.body, type=list[One])
        return json_answer(OK, [self._taken(one) for one in batch])

    def _taken(self, one: One) -> dict[str, Any]:
        known = self.seen.get(one.key)
        if known is not None:
            known.asked += 1
            return _said(one.key, known.fate)
        if self.share and self.chance.random() < FAILS_FOR_NOW:
            return {"key": one.key, "state": AttemptState.FAILED, "retry": 1}
        fate = self._fate()
        self.seen[one.key] = Seen(fate, one.to, 1, time.monotonic(), one.urgent)
        self.urgent += one.urgent
        if fate in CAME:
            self.delivered[one.to] += 1
        if fate is not Fate.FAILED:
            self._report(one.key, fate)
        return _said(one.key, fate)

    def _fate(self) -> Fate:
        dice = self.chance.random() if self.share else 1.0
        for fate, share in SHARES.items():
            if dice < share:
                return fate
            dice -= share
        return Fate.DELIVERED

    def _report(self, key: str, fate: Fate) -> None:
        """Sooner or later, in no order, at times twice."""
        if fate is not Fate.DELIVERED:
            self._tell(key, AttemptState.FAILED, 0)
        if fate in CAME:
            self._tell(key, AttemptState.DELIVERED, 0 if fate is Fate.DELIVERED else REPORT_SECONDS_MAX + LATE_SECONDS)

    def _tell(self, key: str, state: AttemptState, later: float) -> None:
        reason = Reason.NONE if state is AttemptState.DELIVERED else Reason.NOT_REACHED
        told = Told(event=f"{state}-{key}", key=key, state=state, code="4000", reason=reason, at=clock.now())
        for _ in range(2 if self.chance.random() < TWICE else 1):
            self.reports.append(Pending(time.monotonic() + later + self.chance.uniform(0, REPORT_SECONDS_MAX), told))

    def due_reports(self, most: int) -> list[Told]:
        """Reports whose time has come; who cannot take them says so with `tell_again`."""
        now = time.monotonic()
        with self.lock:
            due = [one for one in self.reports if one.due <= now][:most]
            taken = {id(one) for one in due}
            self.reports = [one for one in self.reports if id(one) not in taken]
        return [one.told for one in due]

    def tell_again(self, told: Sequence[Told]) -> None:
        """Nobody took these: they come again."""
        with self.lock:
            self.reports += [Pending(time.monotonic() + 0.5, one) for one in told]


def _said(key: str, fate: Fate) -> dict[str, Any]:
    state = AttemptState.FAILED if fate is Fate.FAILED else AttemptState.ACCEPTED
    return {"key": key, "state": state, "retry": None}


@dataclass
class LoopbackDealer:
    """The adapter that a sender uses."""

    origin: str
    dealer: str
    routes: frozenset[Route]
    many_max: int = 500
    a_second: int = 20_000

    def __post_init__(self) -> None:
        self._line = threading.local()

    def carry(self, batch: Sequence[Carriage]) -> Sequence[Outcome]:
        body = msgspec.json.encode([One(one.key, _address(one), one.urgent) for one in batch])
        try:
            answer = self._client().post(f"{self.origin}/carry", content=body)
        except httpx.HTTPError:
            return [_unsure(one) for one in batch]
        if answer.status_code != OK:
            return [Outcome(key=one.key, state=AttemptState.FAILED, retry_after=1, paused=True) for one in batch]
        return [
            Outcome(
                key=said["key"],
                state=AttemptState(said["state"]),
                reason=Reason.NOT_REACHED if said["state"] == AttemptState.FAILED else Reason.NONE,
                retry_after=said["retry"],
            )
            for said in msgspec.json.decode(answer.content)
        ]

    def _client(self) -> httpx.Client:
        if not hasattr(self._line, "client"):
            self._line.client = httpx.Client(timeout=ANSWER_SECONDS_MAX)
        client: httpx.Client = self._line.client
        return client


def _address(one: Carriage) -> str:
    """Where it goes; of several browsers of a person the first stands for all."""
    return one.to if isinstance(one.to, str) else one.to[0].endpoint


def _unsure(one: Carriage) -> Outcome:
    return Outcome(key=one.key, state=AttemptState.UNSURE, reason=Reason.UNKNOWN, retry_after=1)


TEXTS, CALLS = "loopback", "loopback_too"
ROUTES = {TEXTS: frozenset({Route.SMS}), CALLS: frozenset({Route.MAIL, Route.VOICE})}


def adapters(origins: dict[str, str]) -> tuple[LoopbackDealer, ...]:
    """The adapters of both dealers, by where their twins answer."""
    return tuple(LoopbackDealer(origin, name, ROUTES[name]) for name, origin in origins.items())
