"""The visit party's register: which places may scan, with which scanners. All of it is public."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from dure.base.refusals import Refusal

from .visits import ScannerId, VenueId

NAME_LENGTH_MAX = 100
DIGEST_LENGTH = 64  # hexadecimal digits of SHA-256
Name = msgspec.Meta(min_length=1, max_length=NAME_LENGTH_MAX)
Digest = msgspec.Meta(pattern=f"^[0-9a-f]{{{DIGEST_LENGTH}}}$")


@dataclass(frozen=True, slots=True)
class VenueEntry:
    """A place as it stands in the register."""

    id: VenueId
    organisation: UUID
    organisation_name: str
    name: str
    challenge: bool
    revoked: bool = False
    counts: bool = False  # its scanners count who is inside


@dataclass(frozen=True, slots=True)
class ScannerEntry:
    """A scanner as it stands in the register."""

    id: ScannerId
    venue: VenueId
    public: bytes  # Ed25519, 32 bytes
    first: date
    last: date
    revoked: bool = False


class VenueOtherwise(Refusal):
    """This venue stands in the register with another name or organisation; entries are not changed."""


class VenueRevoked(Refusal):
    """The venue may not scan any more."""


class InviteSpent(Refusal):
    """The code with which a scanner is set up was used, or is too old, or never was one."""


class NotAKey(Refusal):
    """This is no public key of a scanner, or another scanner has it."""


@dataclass(frozen=True, slots=True)
class AskedVenue:
    """A place of an organisation, as the identity party knows it."""

    id: VenueId
    organisation: UUID
    name: str
    challenge: bool
    revoked: bool
    told: bool  # whether the visit party knows it as it is now
    counts: bool = False  # its scanners count who is inside


@dataclass(frozen=True, slots=True)
class AskedScanner:
    """A scanner that an owner let into a place."""

    id: ScannerId
    venue: VenueId
    asked_at: datetime
    revoked: bool
    told: bool


class VenueTaken(Refusal):
    """The organisation has a place of this name already."""


class TooManyVenues(Refusal):
    """An organisation has as many places, or a place as many scanners, as one may have."""

    limit: int


class NotVerified(Refusal):
    """Only a verified organisation may have places that scan."""
