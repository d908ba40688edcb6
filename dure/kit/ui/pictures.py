"""The arithmetic of the pictures: plain numbers in, places on a drawing out. Pure; whole units, no float.

All drawings are stretched to their place by the browser, so that the units here are thousandths of width and height.
"""

from collections.abc import Sequence
from dataclasses import dataclass

FULL = 1000
_ROUND = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
SLOT_SHARE_MAX = 860  # thousandths of a slot that its ribbon may fill, so that ribbons never touch


@dataclass(frozen=True, slots=True)
class Share:
    """One source or use of money. `rest` marks what is not spent yet."""

    label: str
    amount: int
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Ribbon:
    """One band of the flow picture as an svg path."""

    path: str
    rest: bool


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal bar: how far the bar reaches and, when there is more than the goal, where the goal was."""

    filled: int
    goal_at: int | None


def goal_bar(raised: int, goal: int) -> Goal:
    """The bar of `raised` towards `goal`. More than the goal fills it whole and shows where the goal lies."""
    if goal <= 0 or raised <= 0:
        return Goal(0, None)
    if raised <= goal:
        return Goal(max(1, raised * FULL // goal), None)
    return Goal(FULL, goal * FULL // raised)


def bar_lengths(amounts: Sequence[int]) -> list[int]:
    """Lengths in thousandths of the longest; what is not zero stays visible."""
    most = max(amounts, default=0)
    return [0 if amount <= 0 else max(4, amount * FULL // most) for amount in amounts]


def ribbons(sources: Sequence[Share], uses: Sequence[Share]) -> list[Ribbon]:
    """Bands from every source (left, in equal slots) into one pot in the middle, and from it to every use (right).

    Thickness is in proportion to the amount, on one scale for both sides.
    """
    pot = max(_total(sources), _total(uses))
    if pot <= 0:
        return []
    thickest = min(_room(sources, pot), _room(uses, pot))
    drawn = [*_side(sources, (0, 500), pot, thickest), *_side(uses, (FULL, 500), pot, thickest)]
    return [ribbon for ribbon in drawn if ribbon.path]


def _total(shares: Sequence[Share]) -> int:
    return sum(share.amount for share in shares)


def _room(shares: Sequence[Share], pot: int) -> int:
    """How thick the pot may be drawn so that the largest share still fits into its slot."""
    most = max((share.amount for share in shares), default=0)
    if most <= 0:
        return FULL
    slot = FULL // len(shares) * SLOT_SHARE_MAX // 1000
    return min(FULL, slot * pot // most)


def _side(shares: Sequence[Share], ends: tuple[int, int], pot: int, thickest: int) -> list[Ribbon]:
    edge, middle = ends
    bend = (edge + middle) // 2
    trunk = (FULL - _total(shares) * thickest // pot) // 2
    drawn = []
    for index, share in enumerate(shares):
        thick = max(6, share.amount * thickest // pot) if share.amount > 0 else 0
        top = FULL * (2 * index + 1) // (2 * len(shares)) - thick // 2
        if thick:
            path = (
                f"M{edge} {top}C{bend} {top} {bend} {trunk} {middle} {trunk}V{trunk + thick}"
                f"C{bend} {trunk + thick} {bend} {top + thick} {edge} {top + thick}Z"
            )
            drawn.append(Ribbon(path, share.rest))
        trunk += share.amount * thickest // pot
    return drawn


@dataclass(frozen=True, slots=True)
class Line:
    """A line chart: the line, the area under it, and the value at the top of the drawing."""

    points: str
    area: str
    top: int


def line(values: Sequence[int]) -> Line:
    """`values` at equal distances from left to right, from zero at the bottom to a round number at the top."""
    if not values:
        return Line("", "", 0)
    top = round_up(max(*values, 1))
    step = FULL // max(1, len(values) - 1)
    spots = [(min(FULL, index * step), FULL - max(0, value) * FULL // top) for index, value in enumerate(values)]
    if len(spots) == 1:
        spots.append((FULL, spots[0][1]))
    points = " ".join(f"{x},{y}" for x, y in spots)
    return Line(points, f"0,{FULL} {points} {spots[-1][0]},{FULL}", top)


def round_up(value: int) -> int:
    """The next round number at or above `value`: 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten."""
    size = 1
    while size * 100 <= value:
        size *= 10
    return next(top for lead in _ROUND if (top := size * lead) >= value)
