"""What a comparison is made of, and how a round over HTTP is measured."""

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from dure.kit import crowd

LINES = 64
CROWD_LINES = 256  # as many phones as a replayed drive connects at a time
type Step = Callable[[str], None]


class Side(msgspec.Struct, frozen=True):
    """One side of a comparison: what it is and what each round measured."""

    name: str
    unit: str
    rounds: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)


class Comparison(msgspec.Struct, frozen=True):
    """Ours beside theirs. `least` None: for information."""

    name: str
    ours: Side
    theirs: Side
    ratio: float
    least: float | None
    notes: dict[str, Any]

    @property
    def holds(self) -> bool:
        return self.least is None or self.ratio >= self.least


class Measured(msgspec.Struct, frozen=True):
    """What one round over HTTP saw. `per_second`: answers of status 2xx."""

    per_second: float
    good: int
    p50_ms: float
    p99_ms: float
    statuses: dict[int, int]


def compare(
    name: str, ours: Side, theirs: Side, least: float | None, notes: dict[str, Any] | None = None
) -> Comparison:
    """The ratio of the medians, as it is: a limit is not reached by rounding."""
    return Comparison(name, ours, theirs, ours.median / theirs.median, least, notes or {})


def over_http(port: int, wishes: Iterable[crowd.Wish], seconds: float, lines: int = LINES) -> Measured:
    """Send `wishes` over so many connections for `seconds`, each as soon as its line is free."""
    statuses: Counter[int] = Counter()
    waits: list[float] = []

    def heard(answer: crowd.Answer) -> None:
        statuses[answer.status] += 1
        waits.append(answer.seconds)

    took = crowd.run(("127.0.0.1", port), wishes, heard, lines=lines, until=seconds)
    waits.sort()
    good = sum(count for status, count in statuses.items() if 200 <= status < 300)
    return Measured(
        per_second=good / took,
        good=good,
        p50_ms=waits[len(waits) // 2] * 1000,
        p99_ms=waits[len(waits) * 99 // 100] * 1000,
        statuses=dict(statuses),
    )


def pause() -> None:
    """Let what a round left behind (vacuum, sockets) settle."""
    time.sleep(0.3)
