"""Venues, their scanners, what they are told, and what is kept of a visit."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from .passes import Epoch

__all__ = (
    "Bucket",
    "Colour",
    "HalfHour",
    "Hour",
    "Row",
    "Scan",
    "ScannerId",
    "ScannerKey",
    "SealedSeed",
    "Seed",
    "Venue",
    "VenueId",
    "VenueState",
    "Verdict",
    "Visit",
)

VenueId = NewType("VenueId", UUID)
ScannerId = NewType("ScannerId", UUID)


class Colour(StrEnum):
    """What the scanner's screen shows; each has a shape and a sound as well."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Verdict(StrEnum):
    """All that a venue learns of a pass. Why exactly it was refused is not among it."""

    WELCOME = "welcome"  # checked, spent, durable
    NOTED = "noted"  # taken without a line; settled later
    SHOW_AGAIN = "show_again"  # misread, out of its time, or spent: a new code in a minute may do
    NOT_OURS = "not_ours"  # not ours


class VenueState(StrEnum):
    """Whether a venue may scan."""

    CERTIFIED = "certified"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Venue:
    """A place of a verified organisation. Its name and its keys stand in the public log."""

    id: VenueId
    name: str
    state: VenueState
    challenge: bool = False  # asks guests for the four letters on its own screen (against relays)
    counts: bool = False  # its scanners count who is inside


@dataclass(frozen=True, slots=True)
class ScannerKey:
    """The key of one scanner, certified by the visit party and listed in the public log."""

    id: ScannerId
    venue: VenueId
    public: bytes  # Ed25519, 32 bytes
    first: date  # local days, both included
    last: date
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """When and how a code was read. Everything stands here by name, so that no caller forgets a part of it."""

    scanned_at: datetime  # as the scanner says; with a line, the same as `at`
    at: datetime  # when it is judged
    challenge: str  # the letters that the venue showed; empty when it asks for none
    heard: frozenset[int]  # the heart-beats of the venue around `scanned_at` (`rules.settling`); none with a line


@dataclass(frozen=True, slots=True, order=True)
class HalfHour:
    """Half an hour of a day, everywhere: what is journalled in it is written together."""

    epoch: Epoch
    number: int  # 0 to 47


@dataclass(frozen=True, slots=True)
class Bucket:
    """Half an hour at a venue: as exact as a visit's time is ever stored."""

    epoch: Epoch
    venue: VenueId
    number: int  # 0 to 47


@dataclass(frozen=True, slots=True, order=True)
class Hour:
    """One venue in one hour of one day: the smallest thing that a query opens, and the largest that one seed does."""

    epoch: Epoch
    venue: VenueId
    hour: int  # 0 to 23


@dataclass(frozen=True, slots=True)
class Visit:
    """An accepted pass on its way into a bucket. It has no time but its bucket's."""

    bucket: Bucket
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Seed:
    """The secret under which a part of an hour at a venue is written: known while it is written, then only in shares."""

    hour: Hour
    part: int  # which writing: 0 and 1 are the two half hours, what came late has a part of its own
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedSeed:
    """What stays of a seed: a share for each party, sealed to it, and what the shares have to fit."""

    hour: Hour
    part: int
    shares: tuple[bytes, bytes, bytes]  # of identity, visits, authority
    commitments: bytes  # 128: of the three shares, then of the seed


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """A visit as it is stored, or a decoy: nobody can tell them apart without the seed."""

    id: bytes  # 16 bytes without meaning; rows are written in the order of their ids
    epoch: Epoch
    venue: VenueId
    number: int
    part: int
    body: bytes
