"""The authority's people and what they are shown: offices, officers, a query with its surroundings."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from dure.base.refusals import Refusal

from .queries import LegalBasis, OfficerId, Query

NAME_LENGTH_MAX = 100


@dataclass(frozen=True, slots=True)
class OfficeEntry:
    """An office that may ask."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class OfficerEntry:
    """Somebody who acts for an office."""

    person: OfficerId
    office: OfficeEntry
    appointed_at: datetime


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """Somebody in the list of officers: since when for which office, and until when."""

    name: str
    office: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class AskedQuery:
    """What an officer files: which case, on which ground, where and when."""

    case: str
    basis: LegalBasis
    venue: UUID
    venue_name: str
    epoch: int
    first_hour: int
    hours: int


@dataclass(frozen=True, slots=True)
class QueryFile:
    """A query as its office and an auditor see it."""

    query: Query
    venue_name: str
    filed_by: str  # names
    decided_by: str
    rounds: int  # how often contacts were told
    look_again: bool
    trouble: str  # the code of what keeps it from going on; empty when nothing does


@dataclass(frozen=True, slots=True)
class KnownVenue:
    """A place as the visit party's public register has it."""

    id: UUID
    name: str
    organisation_name: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people were told, and how many handles were nobody's; in fives."""

    told: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom to tell: `question` is the same when it is sent again."""

    question: str
    handles: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A transparency report as it was made, with the heads of the logs that it is made of."""

    on: date
    made_at: datetime
    body: bytes


class OtherOfficer(Refusal):
    """This person acts for another office already."""

    office: str


class NoSafetyChannel(Refusal):
    """No verified public body has the channel from which people are told."""

    handle: str


class TooManyPlaces(Refusal):
    """The register has more places than are looked through at once."""

    limit: int
