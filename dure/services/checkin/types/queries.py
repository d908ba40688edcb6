"""The authority's queries: what is asked, who agreed, which shares came, what became of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from .passes import Epoch
from .visits import Hour, VenueId

__all__ = (
    "Deed",
    "KeyShare",
    "LegalBasis",
    "Officer",
    "OfficerId",
    "Party",
    "Query",
    "QueryId",
    "QueryState",
    "Role",
    "Scope",
)

QueryId = NewType("QueryId", UUID)
OfficerId = NewType("OfficerId", UUID)


class Party(StrEnum):
    """The three between whom custody is split."""

    IDENTITY = "identity"
    VISITS = "visits"
    AUTHORITY = "authority"


class Role(StrEnum):
    """Who may do something around a query."""

    CITIZEN = "citizen"
    VENUE = "venue"
    STEWARD = "steward"
    AUDITOR = "auditor"
    OFFICER = "officer"
    IDENTITY = "identity"  # the program of a party, not a person
    VISITS = "visits"
    AUTHORITY = "authority"


class Deed(StrEnum):
    """What there is to do with a query."""

    FILE = "file"
    APPROVE = "approve"
    REFUSE = "refuse"
    LOG = "log"
    RELEASE = "release"
    COMBINE = "combine"
    TELL = "tell"
    CLOSE = "close"
    LAPSE = "lapse"  # closed by itself, because nobody did
    READ = "read"  # the file of one query
    READ_LOG = "read_log"  # the public log


class LegalBasis(StrEnum):
    """The article of the Infectious Disease Control and Prevention Act on which a query rests. There is no other ground."""

    INVESTIGATION = "kr-idcpa-18"  # article 18: epidemiological investigation
    REQUEST = "kr-idcpa-76-2"  # article 76-2: request for records of places visited


class QueryState(StrEnum):
    """How far a query is."""

    FILED = "filed"
    APPROVED = "approved"  # by a second officer
    LOGGED = "logged"  # in the public log; only now may shares be released
    RELEASED = "released"  # two shares for every hour are there
    TOLD = "told"  # the identity party has told the contacts
    CLOSED = "closed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Scope:
    """One venue, some hours of one day, one after the other."""

    epoch: Epoch
    venue: VenueId
    first_hour: int
    hours: int


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who acts for an office."""

    id: OfficerId
    office: UUID


@dataclass(frozen=True, slots=True)
class Query:
    """What an office asks for, and how far it is."""

    id: QueryId
    office: UUID
    case: str
    basis: LegalBasis
    scope: Scope
    filed_by: OfficerId
    filed_at: datetime
    blinding: bytes = field(
        repr=False
    )  # 32 random bytes, drawn when it is filed: what the log says shows nothing without them
    state: QueryState = QueryState.FILED
    decided_by: OfficerId | None = None
    log_entry: int | None = None
    released: frozenset[tuple[Hour, int, Party]] = frozenset()  # of which part of which hour whose share is there
    told: int | None = None  # contacts that were told
    unknown: int = 0  # handles that were nobody's
    closed_on: date | None = None  # or refused


@dataclass(frozen=True, slots=True)
class KeyShare:
    """One party's share of the seed of one hour at one venue, released for one query."""

    query: QueryId
    party: Party
    hour: Hour
    part: int
    share: bytes
