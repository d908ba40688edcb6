"""What pledges tells."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

__all__ = [
    "AppealHeard",
    "PlaceOffered",
    "PledgeEnded",
    "PledgeMade",
    "ProjectCancelled",
    "ProjectDecided",
    "ProofRejected",
    "SeasonOpened",
    "SeasonSettled",
]


@dataclass(frozen=True, slots=True)
class SeasonOpened:
    season: UUID
    starts_on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class ProjectDecided:
    """A steward looked at a proposed project."""

    project: UUID
    leader: UUID
    verdict: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProjectCancelled:
    """A project will not go on; everybody in it gets the whole deposit back."""

    project: UUID
    people: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PledgeMade:
    """Somebody's deposit is held: they are in."""

    pledge: UUID
    project: UUID
    person: UUID
    deposit: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PledgeEnded:
    """Somebody left before the first day, or the project was cancelled: all of the deposit goes back."""

    pledge: UUID
    project: UUID
    person: UUID
    refund: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PlaceOffered:
    """A place came free; it is kept for the next on the list until `until`."""

    pledge: UUID
    project: UUID
    person: UUID
    until: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class ProofRejected:
    """A proof does not count, as leader or steward say; the person may appeal."""

    proof: UUID
    pledge: UUID
    person: UUID
    day: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AppealHeard:
    """A steward decided an appeal, for good."""

    proof: UUID
    pledge: UUID
    person: UUID
    day: int
    upheld: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SeasonSettled:
    """The books of a season are made. Won, and how many deposits."""

    season: UUID
    pledges: int
    refund: int
    donation: int
    fee: int
    at: datetime
