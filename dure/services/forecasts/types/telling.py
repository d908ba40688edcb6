"""What is told of an alert, and to whom."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .due import ReaderId, SenderRole
from .levels import ImpactLevel

__all__ = ["AlertTelling", "Hearer", "Spoken"]


class AlertTelling(StrEnum):
    """What an alert is to one reader."""

    FIRST = "first"
    UPGRADE = "upgrade"
    CHANGED = "changed"  # as bad as what they were told before, in other words
    DOWNGRADE = "downgrade"
    ALL_CLEAR = "all_clear"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Spoken:
    """As much of an alert as is needed to decide whom to tell."""

    level: ImpactLevel
    is_for_life: bool
    is_all_clear: bool
    is_cancelled: bool
    role: SenderRole
    ends: datetime


@dataclass(frozen=True, slots=True)
class Hearer:
    """A reader whom an alert may concern."""

    reader: ReaderId
    time_zone: str
    hour: int
    before: ImpactLevel | None  # of the alert that this one takes the place of, as they were told; None: they were not
    wanted: (
        ImpactLevel | None
    )  # the lowest level from which they want to hear of a place in it; None: they have none there
