"""What is told of an alert, and to whom."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .due import ReaderId, SenderRole
from .levels import ImpactLevel

__all__ = ["AlertPart", "AlertTelling", "Hearer", "Spoken"]


class AlertTelling(StrEnum):
    """What an alert is to one reader."""

    FIRST = "first"
    UPGRADE = "upgrade"
    CHANGED = "changed"  # as bad as what they were told before, in other words
    DOWNGRADE = "downgrade"
    ALL_CLEAR = "all_clear"
    CANCELLED = "cancelled"
    NOT_HERE = "not_here"  # it goes on elsewhere, and holds at no place of theirs any more


@dataclass(frozen=True, slots=True)
class AlertPart:
    """What one segment of an alert says, where and until when."""

    segment: int  # its place in the alert, from 0
    regions: tuple[str, ...]  # beginnings of the codes of the regions in which it holds
    is_placed: bool  # whether these are all of them; else nobody can say that it does not hold somewhere
    level: ImpactLevel
    is_for_life: bool
    is_over: bool
    ends: datetime


@dataclass(frozen=True, slots=True)
class Spoken:
    """As much of an alert as is needed to decide what it is to a reader: of the parts that concern this one."""

    level: ImpactLevel
    is_for_life: bool
    is_all_clear: bool
    is_cancelled: bool
    role: SenderRole
    ends: datetime
    is_elsewhere: bool = False  # it holds, and at no place of theirs


@dataclass(frozen=True, slots=True)
class Hearer:
    """A reader whom an alert may concern."""

    reader: ReaderId
    time_zone: str
    hour: int
    before: ImpactLevel | None  # of what they were told last of its chain; None: nothing, or that it was over
    wanted: (
        ImpactLevel | None
    )  # the lowest level from which they want to hear of a place in it; None: they have none there
    until: datetime | None = None  # until when what they were told last was to hold
    is_unreached: bool = False  # that was stopped before it rang anywhere
    is_left: bool = False  # another alert that holds took its place as well, and tells them how it goes on
