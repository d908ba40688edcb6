"""The public log: entries, heads, proofs, signed notes, and what may be wrong with them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dure.base.refusals import Refusal

HASH_BYTES: Final = 32
ENTRY_BYTES_MAX: Final = 65_535  # an entry stands in its bundle behind two bytes of length
ENTRIES_MAX: Final = 100_000  # in one call
ENTRY_KEY_LENGTH_MAX: Final = 255
TILE_WIDTH: Final = 256
TILE_LEVEL_MAX: Final = 7  # 256 ** 8 entries
SIZE_MAX: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be told in a public log, once. `key` names the telling: the same key again changes nothing."""

    key: str
    body: bytes


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry with its place in the log."""

    index: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a public log: so many entries, with this root (C2SP tlog-checkpoint)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogHead:
    """A log as it stands: its name in addresses, its signed checkpoint and the key it is signed with."""

    name: str
    checkpoint: Checkpoint
    note: str  # the signed note, as it is served
    verifier: str  # "origin+keyid+key" (C2SP signed-note)
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """Hashes from an entry, or an older head, up to the root of a checkpoint (RFC 6962)."""

    index: int  # of the entry; of a consistency proof: the older size
    size: int
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key that signs notes: its name, what it signs (1: a note, 4: a cosignature), 32 bytes of Ed25519."""

    name: str
    kind: int
    public: bytes


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose head is believed: the log's own key, and how many of which witnesses have to have signed since which second."""

    log: Verifier
    witnesses: tuple[Verifier, ...] = ()
    needed: int = 0
    since: int = 0


@dataclass(frozen=True, slots=True)
class ToldProof:
    """That an entry stands in a log, for who trusts nothing but the log's key: the entry, its proof, the signed head."""

    body: bytes
    proof: Proof
    note: str


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature under a note."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A signed note, taken apart and not yet verified."""

    text: str
    lines: tuple[SignatureLine, ...]


@dataclass(frozen=True, slots=True)
class Audited:
    """What the offline verifier found to hold."""

    checkpoint: Checkpoint
    entries: int = 0
    tiles: int = 0
    cosigned_by: tuple[str, ...] = ()


class EntryUnfit(Refusal):
    """An entry is empty, too long, or there are too many at once."""

    key: str
    why: str


class EntryOtherwise(Refusal):
    """Something else was told under this key before. Nothing was added."""

    key: str
    index: int


class NoSuchLog(Refusal):
    """There is no log of this name here."""

    log: str


class NotInLog(Refusal):
    """The log does not hold this."""

    what: str


class LogWentBack(Refusal):
    """The database holds fewer entries than were signed for already, or others: an old copy. Nothing is added to it."""

    log: str
    size: int
    signed: int


class AnchorMissing(Refusal):
    """Nothing here remembers what was signed for this log: its folder is new. Nothing is added until somebody gives a head."""

    log: str
    size: int


class LogKeyChanged(Refusal):
    """The root key makes another signing key than the one this log began with. Nothing is signed."""

    log: str


class NoteUnfit(Refusal):
    """This is no signed note, or no checkpoint."""

    why: str


class StatementUnfit(Refusal):
    """The entry is no statement about a key in the one way of writing it."""

    why: str


class KeyLineUnfit(Refusal):
    """This is no verifier key: name+id+key."""

    why: str


class NotSigned(Refusal):
    """No signature of the log's own key is under the checkpoint, or it does not fit."""

    origin: str


class NotCosigned(Refusal):
    """Fewer of the demanded witnesses than needed have signed: this may be a view that only you are shown."""

    origin: str
    have: int
    needed: int


class ProofUnfit(Refusal):
    """The hashes do not lead to the root."""

    index: int
    size: int


class TileUnfit(Refusal):
    """A tile or a bundle of entries is missing, has another length, or does not hash to what is above it."""

    path: str
    why: str


class PathUnfit(Refusal):
    """This is no address of a tile."""

    path: str
