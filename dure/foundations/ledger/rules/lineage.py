"""Whose money is where: arithmetic on intervals, first in, first out.

The money that came into an account lies on a line, won after won, in the order of the log: each inbound transfer (a lot)
is an interval of it. What leaves (a draw) takes intervals of the same line from its beginning. Where a draw meets a lot,
the draw passed on that lot's money. A reversed transfer never was: it and its reversal lie on no line.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from dure.foundations.ledger.types import Limit, LotDrawn

__all__ = ["HOPS_MAX", "Interval", "Queue", "drawn_of", "holds", "intervals", "meet", "merged", "refuse_drawn"]

HOPS_MAX: Final = 32  # accounts that money may pass through; more is a circle, and circles cannot be paid for


def holds(limit: Limit) -> bool:
    """Whether money in an account of this limit is somebody's: it cannot give out what it has not got."""
    return limit is Limit.DEBITS_MUST_NOT_EXCEED_CREDITS


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Minor units `start` up to but not including `end` of an account's line."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError("an interval begins before it ends")

    def __len__(self) -> int:
        return self.end - self.start

    def moved(self, by: int) -> "Interval":
        return Interval(self.start + by, self.end + by)


def intervals(amounts: Iterable[int]) -> tuple[Interval, ...]:
    """The intervals that consecutive amounts take."""
    found, start = [], 0
    for amount in amounts:
        found.append(Interval(start, start + amount))
        start += amount
    return tuple(found)


def meet(a: Interval, b: Interval) -> Interval | None:
    """What two intervals share; None when nothing."""
    start, end = max(a.start, b.start), min(a.end, b.end)
    return Interval(start, end) if start < end else None


def merged(parts: Sequence[Interval]) -> tuple[Interval, ...]:
    """Disjoint intervals, those that touch made one."""
    found: list[Interval] = []
    for part in sorted(parts):
        if found and found[-1].end == part.start:
            found[-1] = Interval(found[-1].start, part.end)
        else:
            found.append(part)
    return tuple(found)


def drawn_of(lot: int, later: int, left: int) -> int:
    """How much of a lot was passed on: `left` is what the account still holds, `later` what arrived after the lot.

    First in, first out: what is left is the newest money, so of the lot there is left what exceeds `later`.
    """
    return lot - min(lot, max(0, left - later))


def refuse_drawn(transfer: UUID, lot: int, later: int, left: int) -> None:
    """Money that was passed on cannot be taken back from where it was."""
    drawn = drawn_of(lot, later, left)
    if drawn:
        raise LotDrawn(transfer=transfer, drawn=drawn)


class Queue:
    """The money of one account as a queue, lot by lot: the slow and plain twin of the interval arithmetic, for checks."""

    def __init__(self) -> None:
        self._lots: deque[tuple[UUID, int]] = deque()

    def give(self, lot: UUID, amount: int) -> None:
        """`amount` of the lot arrives."""
        self._lots.append((lot, amount))

    def take(self, amount: int) -> tuple[tuple[tuple[UUID, int], ...], int]:
        """Which lots give `amount`, oldest first, and how much nobody could give."""
        parts = []
        while amount and self._lots:
            lot, has = self._lots.popleft()
            part = min(has, amount)
            parts.append((lot, part))
            if part < has:
                self._lots.appendleft((lot, has - part))
            amount -= part
        return tuple(parts), amount

    def left(self) -> int:
        """What is still there."""
        return sum(amount for _, amount in self._lots)
