"""What the parties say to each other: small frozen structs (kit/peers.py)."""

from typing import Annotated
from uuid import UUID

import msgspec

from .register import Digest, Name

LINE_LENGTH_MAX = 400  # of a log's key
NOTE_LENGTH_MAX = 10_000  # of a signed head
BODY_LENGTH_MAX = 2_000  # of an entry about a key
LOT_LENGTH_MAX = 200_000  # of a sealed lot in hexadecimal digits
HASHES_MAX = 64  # on the way from an entry to its head
_Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=LINE_LENGTH_MAX)]
_Letter = Annotated[str, msgspec.Meta(pattern="^(?:[0-9a-f]{2}){48,200}$")]


class CertifyVenue(msgspec.Struct, frozen=True):
    """Identity to visits: this place belongs to an organisation that we have verified."""

    venue: UUID
    organisation: UUID
    organisation_name: Annotated[str, Name]
    name: Annotated[str, Name]
    challenge: bool
    counts: bool = False


class RevokeVenue(msgspec.Struct, frozen=True):
    """Identity to visits: this place may not scan any more."""

    venue: UUID


class InviteScanner(msgspec.Struct, frozen=True):
    """Identity to visits: whoever brings the code with this digest within two days is a scanner of this venue."""

    scanner: UUID
    venue: UUID
    digest: Annotated[str, Digest]


class RevokeScanner(msgspec.Struct, frozen=True):
    """Identity to visits: this scanner may not scan any more."""

    scanner: UUID


class Told(msgspec.Struct, frozen=True):
    """Visits to identity: it stands in the public log, as this entry."""

    entry: int


class Done(msgspec.Struct, frozen=True):
    """It was done, or had been done before."""


# Keys of a day: their public halves, and the one that is handed over.


class ToldEntry(msgspec.Struct, frozen=True):
    """An entry of somebody's public log with its proof, up to a signed head."""

    body: Annotated[str, msgspec.Meta(max_length=BODY_LENGTH_MAX)]
    index: int
    size: int
    hashes: Annotated[tuple[_Hash, ...], msgspec.Meta(max_length=HASHES_MAX)]
    note: Annotated[str, msgspec.Meta(max_length=NOTE_LENGTH_MAX)]


class ToldHalf(msgspec.Struct, frozen=True):
    """What others seal to, and where the log tells of it."""

    public: _Hash
    told: ToldEntry


class HalvesOfDay(msgspec.Struct, frozen=True):
    """A party's public halves of a day, by purpose; and the key of the log that tells of them."""

    party: str
    epoch: int
    log: _Line
    halves: dict[str, ToldHalf]


class AskHalves(msgspec.Struct, frozen=True):
    """Any party to any: what do we seal to on this day?"""

    epoch: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]


class TakePasses(msgspec.Struct, frozen=True):
    """Identity to visits: the key of a day with which passes are checked, sealed to your letter key of that day."""

    epoch: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
    log: _Line
    told: ToldEntry
    letter: _Letter


class TakeSpoken(msgspec.Struct, frozen=True):
    """Identity to visits: codes to read out of a day, a lot of them (`rules.lots`), sealed to your letter key of that day."""

    epoch: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
    letter: Annotated[str, msgspec.Meta(pattern="^(?:[0-9a-f]{2})+$", max_length=LOT_LENGTH_MAX)]
