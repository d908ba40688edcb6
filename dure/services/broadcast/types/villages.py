"""Villages, and who speaks to them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import OrganisationId, PersonId

__all__ = ["HeldOffice", "ListenerId", "Membership", "Office", "Tenure", "TenureId", "Tie", "Village", "VillageId"]

VillageId = NewType("VillageId", UUID)
TenureId = NewType("TenureId", UUID)
ListenerId = NewType("ListenerId", UUID)


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


@dataclass(frozen=True, slots=True)
class Village:
    """Whom announcements are for. `code` is short enough to be said; who knows it finds the page on which one joins."""

    id: VillageId
    code: str
    name: str
    organisation: OrganisationId  # the public body that answers for it
    languages: tuple[str, ...] = ()  # in which people there read beside Korean


@dataclass(frozen=True, slots=True)
class HeldOffice:
    """An office of a village with who holds it."""

    id: TenureId
    tenure: Tenure


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody listens to a village."""

    id: ListenerId
    village: Village
    person: PersonId
    tie: Tie
    zone: str
    since: datetime
