"""Villages, and who speaks to them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId

__all__ = ["Office", "Tenure", "Tie", "VillageId"]

VillageId = NewType("VillageId", UUID)


class Office(StrEnum):
    """As what somebody speaks to a village."""

    HEAD = "head"
    DEPUTY = "deputy"


class Tie(StrEnum):
    """What binds a listener to a village."""

    RESIDENT = "resident"
    CHILD = "child"  # of parents who live there
    AWAY = "away"  # from there, and elsewhere now


@dataclass(frozen=True, slots=True)
class Tenure:
    """Somebody holds an office of a village, from a day on, to another one and not on it; None: until somebody follows."""

    village: VillageId
    person: PersonId
    office: Office
    begins: date
    ends: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it is theirs on that day."""
        return self.begins <= on and (self.ends is None or on < self.ends)
