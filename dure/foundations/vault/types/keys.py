"""Dated keys: names, ends, what is known of them, and what may be wrong with them."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from dure.base.refusals import Refusal

KEY_BYTES: Final = 32
KEEP_DAYS_MAX: Final = 3_660  # ten years: the longest that a Korean law asks for
WORD_LENGTH_MAX: Final = 30
WHOLE_DAY: Final = -1  # the part of its day that a key is of when it is of all of it
PARTS: Final = 48  # half hours of a day
MINUTES: Final = 1_440  # of a day


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A minute of Korea's calendar: when a key ends, and when it is asked for. A day by itself is its first minute."""

    day: date
    minute: int = 0  # of that day: 0 to 1,439

    def __str__(self) -> str:
        return f"{self.day.isoformat()}T{self.minute // 60:02d}{self.minute % 60:02d}" if self.minute else f"{self.day}"


@dataclass(frozen=True, slots=True, order=True)
class KeyName:
    """Which dated key: whose, what for, and the day (of Korea), or half hour of it, that it is the key of."""

    party: str  # a word: "identity", "visits"
    purpose: str  # a word: "visits", "passes"
    day: date
    part: int = WHOLE_DAY  # which half hour of the day, 0 to 47

    def __str__(self) -> str:
        part = "" if self.part == WHOLE_DAY else f".{self.part:02d}"
        return f"{self.party}.{self.purpose}.{self.day.isoformat()}{part}"


class KeyUse(StrEnum):
    """What a key is for; the log says it, so that a key without a public half cannot be given one later."""

    LETTERS = "letters"  # others seal to its public half as well
    OWN = "own"  # only whoever holds it seals and computes with it: it has no public half


@dataclass(frozen=True, slots=True)
class KeyNote:
    """What is known of a dated key without its secret."""

    name: KeyName
    ends: Moment  # the first minute, in Korea, in which it opens nothing any more
    commitment: bytes  # SHA-256 over name, end, use, public half and key: binds whoever made it, and tells nothing
    public: bytes = b""  # the half that others seal to (X25519); empty when it has none
    destroyed_on: date | None = None
    original: bytes = b""  # of a copy that ends on another day than what it is a copy of: the commitment of that one

    @property
    def ends_on(self) -> date:
        """The day of its end."""
        return self.ends.day

    @property
    def use(self) -> KeyUse:
        """What it is for."""
        return KeyUse.LETTERS if self.public else KeyUse.OWN


@dataclass(frozen=True, slots=True)
class OpenedKey:
    """A dated key for one use. Ask again for the next one, so that its age is looked at every time."""

    name: KeyName
    ends: Moment
    use: KeyUse
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What kept a part of a sweep from being done; the rest was done. Of which log, folder or file."""

    where: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep came to: keys that are gone and told of now, and what could not be done."""

    gone: tuple[KeyNote, ...] = ()
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise of some house: what it keeps, for how many days, why, and what ends it."""

    house: str
    what: str
    days: int
    why: str
    by: str


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
    """The key was made with another end, or for another use. Nothing was changed."""

    name: str
    ends_on: date


class KeyShared(Refusal):
    """Other keys end in the same minute, or might, because it is the key of a whole day: this one cannot be destroyed alone."""

    name: str


class KeyExchanged(Refusal):
    """This is not the key, or not the public half, that the log told of before it was used: somebody put another one in."""

    name: str


class NoPublicHalf(Refusal):
    """The key was made for its holder only; nobody seals to it."""

    name: str


class BadEnd(Refusal):
    """A key ends after the minute it is made and within ten years; one of a whole day ends with a day."""

    name: str
    ends_on: date


class BadName(Refusal):
    """Names of parties, purposes and logs are small Latin words of at most 30 letters; a part of a day is a half hour."""

    name: str


class ClockWentBack(Refusal):
    """The clock shows an earlier day than was seen already. Nothing is opened until it is put right."""

    today: date
    seen: date


class ClockJumped(Refusal):
    """The clock is further on than a machine sleeps. Making and destroying wait until a steward says that it is right."""

    today: date
    seen: date


class RootUnfit(Refusal):
    """The root key is missing, readable by others, or not 32 bytes in hex."""

    where: str
    why: str


class SealUnfit(Refusal):
    """The bytes were changed, are of another context or were sealed under another key."""

    name: str


class FolderStrange(Refusal):
    """Something lies in the folder of keys that vault did not put there and cannot take away: a copy, a link, a folder."""

    where: str


@dataclass(frozen=True, slots=True)
class KeysDestroyed:  # news
    """Keys are gone for good, and the log of their party says so."""

    party: str
    names: tuple[str, ...]
    on: date
