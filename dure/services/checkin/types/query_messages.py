"""What the authority says to the other parties for a query, and what they answer (docs/life-of-a-scan.md, steps 5 to 7)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from dure.foundations.vault.types import ToldProof

from .queries import LegalBasis

HANDLES_MAX = 20_000  # in one message
_Case = msgspec.Meta(min_length=4, max_length=40)
_Secret = msgspec.Meta(min_length=32, max_length=32)
_Handle = msgspec.Meta(min_length=16, max_length=16)
_Share = msgspec.Meta(min_length=150, max_length=150)
_Hour = msgspec.Meta(ge=0, le=23)


class ShownQuery(msgspec.Struct, frozen=True):
    """A query, with the proof that it stands in the authority's log. Who is asked believes the proof and nothing else."""

    id: UUID
    office: UUID
    case: Annotated[str, _Case]
    basis: LegalBasis
    epoch: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
    venue: UUID
    first_hour: Annotated[int, _Hour]
    hours: Annotated[int, msgspec.Meta(ge=1, le=24)]
    filed_by: UUID
    filed_at: datetime
    decided_by: UUID
    blinding: Annotated[bytes, _Secret]
    log_entry: Annotated[int, msgspec.Meta(ge=0)]
    told: ToldProof


class ReleaseHour(msgspec.Struct, frozen=True):
    """Authority to visits: what is there of one hour of the query, sealed to `reply`, a key made for this question."""

    query: ShownQuery
    hour: Annotated[int, _Hour]
    reply: Annotated[bytes, _Secret]


class ReleaseShare(msgspec.Struct, frozen=True):
    """Authority to identity: open the share that was sealed to you for a part of an hour of the query."""

    query: ShownQuery
    hour: Annotated[int, _Hour]
    part: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
    sealed: Annotated[bytes, _Share]
    reply: Annotated[bytes, _Secret]


class Released(msgspec.Struct, frozen=True):
    """What was asked for, sealed to the key of the question."""

    letter: bytes


class RowGiven(msgspec.Struct, frozen=True):
    """A row as it is stored: a visit or a decoy."""

    id: bytes
    number: int
    body: bytes


class PartGiven(msgspec.Struct, frozen=True):
    """A part of an hour: its rows, the visit party's share (empty when it has none to give), the others' as they are sealed."""

    part: int
    share: bytes
    identity: bytes
    authority: bytes
    commitments: bytes
    rows: tuple[RowGiven, ...]


class HourGiven(msgspec.Struct, frozen=True):
    """Everything of an hour at a venue. It opens with a second share."""

    parts: tuple[PartGiven, ...]


class TellContacts(msgspec.Struct, frozen=True):
    """Authority to identity: tell the people behind these handles.

    `round` and `lot` make it the same question when it is sent again. What people read is the identity party's own: it knows the
    place from its own register, and takes no words of whoever asks.
    """

    query: ShownQuery
    round: Annotated[int, msgspec.Meta(ge=0)]
    lot: Annotated[int, msgspec.Meta(ge=0)]
    handles: Annotated[tuple[Annotated[bytes, _Handle], ...], msgspec.Meta(max_length=HANDLES_MAX)]


class ContactsTold(msgspec.Struct, frozen=True):
    """How many were told, and how many handles were nobody's; in fives."""

    told: int
    unknown: int


class ListVenues(msgspec.Struct, frozen=True):
    """Authority to visits: the next places of the register, all of them: which one it is about to ask for is not said."""

    after: UUID | None = None


class VenueListed(msgspec.Struct, frozen=True):
    """A place of the register."""

    id: UUID
    name: str
    organisation_name: str


class VenuesListed(msgspec.Struct, frozen=True):
    """Some places of the register, by id; none: that was all."""

    venues: tuple[VenueListed, ...]
