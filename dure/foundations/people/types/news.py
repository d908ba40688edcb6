"""What people tells."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PersonJoined:
    """Somebody proved their address for the first time; from now on they count as a person taking part."""

    person: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountClosed:
    """Personal data is gone; the id stays as a pseudonym in the books."""

    person: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class OrganisationRegistered:
    organisation: UUID
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OrganisationVerified:
    organisation: UUID
    by: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class OrganisationRejected:
    organisation: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class OrganisationRevoked:
    organisation: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberInvited:
    """An invitation was made; the letter is written by the reaction, which looks the address up."""

    invitation: UUID
    organisation: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberJoined:
    organisation: UUID
    person: UUID
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberRemoved:
    organisation: UUID
    person: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class RoleAsked:
    """A steward asked that somebody get a role; a second one is to confirm it."""

    grant: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class RoleSuspended:
    """A steward suspended somebody's role; a second one is to end it, or let it go on."""

    grant: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    person: UUID
    purpose: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    person: UUID
    purpose: str
    at: datetime
