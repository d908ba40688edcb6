"""Nouns, refusals and news of vault: keys with an end date, shares of a secret, the public log. Frozen, plain Python."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from dure.base.refusals import Refusal

KEY_BYTES: Final = 32
HASH_BYTES: Final = 32
KEEP_DAYS_MAX: Final = 3_660  # ten years: the longest that a Korean law asks for
WORD_LENGTH_MAX: Final = 30
ENTRY_BYTES_MAX: Final = 65_535  # an entry stands in its bundle behind two bytes of length
ENTRIES_MAX: Final = 100_000  # in one call
ENTRY_KEY_LENGTH_MAX: Final = 255
HOLDERS: Final = 3  # of the shares of a secret
SHARES_NEEDED: Final = 2
SECRET_BYTES_MAX: Final = 256
TILE_WIDTH: Final = 256
TILE_LEVEL_MAX: Final = 7  # 256 ** 8 entries
SIZE_MAX: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, order=True)
class KeyName:
    """Which dated key: whose, what for, and the day (of Korea) that it is the key of. The log of `party` tells of it."""

    party: str  # a word: "identity", "visits"
    purpose: str  # a word: "visits", "passes"
    day: date

    def __str__(self) -> str:
        return f"{self.party}.{self.purpose}.{self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class KeyNote:
    """What is known of a dated key without its secret."""

    name: KeyName
    ends_on: date  # the first day, in Korea, on which it opens nothing any more
    commitment: bytes  # SHA-256 over name, end and key: binds whoever made it, and tells nothing
    destroyed_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenedKey:
    """A dated key for one use. Ask again for the next one, so that its age is looked at every time."""

    name: KeyName
    ends_on: date
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Share:
    """What one holder keeps of a secret that was split: alone it says nothing."""

    holder: int  # 1 to HOLDERS
    body: bytes = field(repr=False)
    blinding: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShareCommitments:
    """Public: what each share has to fit, and the secret that two of them make."""

    shares: tuple[bytes, ...]  # of holder 1, 2, 3
    secret: bytes


@dataclass(frozen=True, slots=True)
class Deal:
    """A secret split for three holders, two of whom suffice. The shares part ways; the commitments are for everybody."""

    shares: tuple[Share, ...]
    commitments: ShareCommitments


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


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise of some house: what it keeps, for how many days, why, and what ends it."""

    house: str
    what: str
    days: int
    why: str
    by: str


# Refusals of keys


class NoSuchKey(Refusal):
    """No such key was ever made here, or it was made and its commitment is not in the log."""

    name: str


class KeyEnded(Refusal):
    """The key is past its end: what was sealed under it stays closed for good."""

    name: str
    ends_on: date


class KeyDestroyed(Refusal):
    """The public log says that the key was destroyed; whatever lies in the folder is not used."""

    name: str
    destroyed_on: date


class KeyLost(Refusal):
    """The key should be there and is not: its file is missing, changed, or wrapped under another root."""

    name: str


class KeyOtherwise(Refusal):
    """The key was made with another end. Nothing was changed."""

    name: str
    ends_on: date


class BadEnd(Refusal):
    """A key ends after the day it is made and within ten years."""

    name: str
    ends_on: date


class BadName(Refusal):
    """Names of parties, purposes and logs are small Latin words of at most 30 letters."""

    name: str


class ClockWentBack(Refusal):
    """The clock shows an earlier day than was seen already. Nothing is opened until it is put right."""

    today: date
    seen: date


class ClockJumped(Refusal):
    """The clock is further on than a machine sleeps. Destroying waits until a steward says that it is right."""

    today: date
    seen: date


class RootUnfit(Refusal):
    """The root key is missing, readable by others, or not 32 bytes in hex."""

    where: str
    why: str


class SealUnfit(Refusal):
    """The bytes were changed, are of another context or were sealed under another key."""

    name: str


# Refusals of shares


class TooFewShares(Refusal):
    """Two shares of different holders are needed."""

    given: int
    needed: int


class FalseShare(Refusal):
    """This holder's share is not the one that was dealt."""

    holder: int


class BadDeal(Refusal):
    """The shares fit their commitments and yet not the secret's: whoever dealt them did not deal fairly."""

    holders: tuple[int, ...]


class ShareUnfit(Refusal):
    """These bytes are no share."""

    why: str


# Refusals of the log


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


class LogKeyChanged(Refusal):
    """The root key makes another signing key than the one this log began with. Nothing is signed."""

    log: str


class NoteUnfit(Refusal):
    """This is no signed note, or no checkpoint."""

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


# News


@dataclass(frozen=True, slots=True)
class KeysDestroyed:  # news
    """Keys are gone for good, and the log of their party says so."""

    party: str
    names: tuple[str, ...]
    on: date
