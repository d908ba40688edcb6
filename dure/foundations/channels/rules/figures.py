"""What a channel may read off its figures: never anything about a group of fewer than FLOOR people."""

from dataclasses import astuple, fields
from typing import Final

from dure.foundations.channels.types import Figures

FLOOR: Final = 20
STEP: Final = 10


def floored(part: int, whole: int) -> int | None:
    """`part` of `whole` people, or None where it would name few: those who did, or those who did not.

    Nobody and everybody name nobody in particular as long as there are FLOOR of them.
    """
    if whole < FLOOR:
        return None
    few = 0 < part < FLOOR or 0 < whole - part < FLOOR
    return None if few else part


def figures(counts: dict[str, int], *, private: bool = False) -> Figures:
    """The figures of one broadcast from its counts: queued, sent, delivered, opened, clicked, left.

    What left and what arrived says nothing about a person's choice, so that there the audience alone counts. `private`: the
    condition on the audience asked for openings or places, and its size would tell them: all in tens, nothing below FLOOR.
    """
    queued = counts["queued"]
    is_open = queued >= FLOOR
    if private and not is_open:
        return Figures(*[None] * len(fields(Figures)))
    told = Figures(
        queued=queued,
        sent=counts["sent"] if is_open else None,
        delivered=counts["delivered"] if is_open else None,
        opened=floored(counts["opened"], queued),
        clicked=floored(counts["clicked"], queued),
        left=floored(counts["left"], queued),
    )
    return Figures(*(_tens(count) for count in astuple(told))) if private else told


def _tens(count: int | None) -> int | None:
    return None if count is None else count // STEP * STEP


def rounded(count: int) -> int | None:
    """How many friends a condition about openings or places fits: in tens, and nothing below FLOOR, so that no two conditions
    can be held against each other until one name is left.
    """
    return None if count < FLOOR else count // STEP * STEP
