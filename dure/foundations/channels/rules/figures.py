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


def figures(counts: dict[str, int], *, is_ad: bool = False, bounds: tuple[int, int] | None = None) -> Figures:
    """The figures of one broadcast from its counts: queued, sent, delivered, opened, clicked, left, and of coupons took, used.

    What left and what arrived says nothing about a person's choice, so that there the audience alone counts; of an ad it says
    who agreed to ads. `bounds`: the condition on the audience asked for openings or places, and fitted so many whatever they
    did, and so many at most (`fitting`); then all comes in tens, or nothing.
    """
    queued = counts["queued"]
    is_open = queued >= FLOOR
    if bounds is not None and fitting(queued, *bounds) is None:
        return Figures(*[None] * len(fields(Figures)))
    seen = Figures(
        queued=queued,
        sent=told(counts["sent"], queued) if is_ad else counts["sent"] if is_open else None,
        delivered=told(counts["delivered"], queued) if is_ad else counts["delivered"] if is_open else None,
        opened=floored(counts["opened"], queued),
        clicked=floored(counts["clicked"], queued),
        left=floored(counts["left"], queued),
        coupons_taken=_tens(floored(counts["took"], queued)) if "took" in counts else None,
        coupons_used=_tens(floored(counts["used"], queued)) if "used" in counts else None,
    )
    return seen if bounds is None else Figures(*(_tens(count) for count in astuple(seen)))


def _tens(count: int | None) -> int | None:
    return None if count is None else count // STEP * STEP


def fitting(found: int, sure: int, may: int) -> int | None:
    """How many friends a condition about openings or places fits, in tens: `found` of them all, `sure` whatever they did, `may`
    at most. Who lies between is decided by what is private; of so few, or of so few who fit or do not, nothing is said. So
    nineteen known friends and one who is asked about are one, not twenty.
    """
    return None if floored(found - sure, may - sure) is None else _tens(found)


def told(part: int, whole: int) -> int | None:
    """How many of a group that a channel knows by name did something private (take ads, own a telephone): in tens."""
    return _tens(floored(part, whole))


def at_most(part: int, whole: int) -> int:
    """A number of people that is not below `part` and tells no more than `told`: what may cost something is reckoned with it."""
    if whole <= FLOOR:
        return whole
    up = -(-part // STEP) * STEP
    return min(whole, max(FLOOR, up)) if part else 0
