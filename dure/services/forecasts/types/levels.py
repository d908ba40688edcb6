"""Two scales of four levels that are never mixed: each is a type of its own, and they cannot be compared with each other.

Plain enums: a level is no number, `<` between the two scales is a TypeError and refused by the type check.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import total_ordering

__all__ = ["Colour", "CrisisLevel", "ImpactLevel", "Look", "Mark"]


@total_ordering
class ImpactLevel(Enum):
    """How bad the weather authority says it will be. The official colours are those of 2019."""

    NONE = 0
    ATTENTION = 1  # 관심
    CAUTION = 2  # 주의
    WARNING = 3  # 경고
    DANGER = 4  # 위험

    def __lt__(self, other: "ImpactLevel") -> bool:
        if not isinstance(other, ImpactLevel):
            return NotImplemented
        return bool(self.value < other.value)


@total_ordering
class CrisisLevel(Enum):
    """The government's crisis alert. Its third word is 경계, never 경고."""

    ATTENTION = 1  # 관심
    CAUTION = 2  # 주의
    ALERT = 3  # 경계
    SERIOUS = 4  # 심각

    def __lt__(self, other: "CrisisLevel") -> bool:
        if not isinstance(other, CrisisLevel):
            return NotImplemented
        return bool(self.value < other.value)


class Colour(StrEnum):
    GREY = "grey"
    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class Mark(StrEnum):
    """A shape, so that a level can be told without its colour. No two scales share one."""

    DASH = "dash"
    CIRCLE = "circle"
    TRIANGLE = "triangle"
    DIAMOND = "diamond"
    OCTAGON = "octagon"
    ONE_BAR = "one_bar"
    TWO_BARS = "two_bars"
    THREE_BARS = "three_bars"
    FOUR_BARS = "four_bars"
    ONE_FLAG = "one_flag"
    TWO_FLAGS = "two_flags"
    THREE_FLAGS = "three_flags"
    BARE_POLE = "bare_pole"
    ASKED_FLAG = "asked_flag"


@dataclass(frozen=True, slots=True)
class Look:
    """What stands for a level beside its word."""

    colour: Colour
    mark: Mark
