"""What everybody may know of a season."""

from dataclasses import dataclass

__all__ = ["ToldFigures"]


@dataclass(frozen=True, slots=True)
class ToldFigures:
    """A season in sums, in won and days, of so many people that no sum is somebody's own. None: not told, or not yet.

    Before the season is settled nothing of its books is told. Where fewer people gave than the floor asks for, neither is what
    was given nor what it would follow from.
    """

    projects: int
    people: int
    kept_days: int | None
    refund: int | None
    donation: int | None
    fee: int | None
