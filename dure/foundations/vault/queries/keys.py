"""Dated keys: what is known of them, and opening them. Whoever asks for a key is refused by its age, not by a sweep."""

from datetime import date
from typing import Final

from django.db import connection

from dure.base import clock
from dure.foundations.vault import models, rules
from dure.foundations.vault.types import (
    KeyDestroyed,
    KeyLost,
    KeyName,
    KeyNote,
    Moment,
    NoSuchKey,
    OpenedKey,
    ToldProof,
    Trust,
)
from dure.kit import keys, seals

from . import folders, logs
from .memory import Memory

__all__ = [
    "check_public",
    "commitment",
    "day_seen",
    "forget_key",
    "forget_opened",
    "is_sweep_due",
    "key",
    "keys_waiting",
    "living",
    "now",
    "opened",
    "read_told",
    "told_key",
]

LETTER: Final = "vault.letter.v1"
HELD_SECONDS: Final = 30
HELD_MAX: Final = 256


class Held:
    """What is remembered of an opened key: for one day, as the latest day seen may be another one tomorrow."""

    __slots__ = ("note", "secret", "seen", "today")

    def __init__(self, today: date, seen: date | None, note: KeyNote, secret: bytes) -> None:
        self.today, self.seen, self.note, self.secret = today, seen, note, secret


_held: Memory[KeyName, Held] = Memory(HELD_SECONDS, HELD_MAX)


def now() -> Moment:
    """This minute of Korea's calendar."""
    return rules.moment_of(clock.local(clock.now()))


def key(name: KeyName) -> KeyNote:
    """What is known of a key. Raises BadName, NoSuchKey."""
    rules.check_name(name)
    row = models.DatedKey.objects.filter(party=name.party, purpose=name.purpose, day=name.day, part=name.part).first()
    if row is None:
        raise NoSuchKey(name=str(name))
    return note_of(row)


def note_of(row: models.DatedKey) -> KeyNote:
    """A row as a value."""
    return KeyNote(
        name=KeyName(row.party, row.purpose, row.day, row.part),
        ends=Moment(row.ends_on, row.ends_minute),
        commitment=bytes(row.commitment),
        public=bytes(row.public),
        destroyed_on=row.destroyed_on,
        original=bytes(row.original),
    )


def commitment(name: KeyName) -> bytes:
    """What the log says of a key: 32 bytes that bind whoever made it. Raises NoSuchKey."""
    return key(name).commitment


def keys_waiting(log: str, at: Moment) -> tuple[KeyNote, ...]:
    """Keys past their end whose destruction this log does not tell yet."""
    rows = models.DatedKey.objects.filter(told_in=log, ends_on__lte=at.day, destroyed_on=None).order_by("ends_on", "id")
    notes = (note_of(row) for row in rows)
    return tuple(note for note in notes if rules.has_ended(note.ends, at))


def living(party: str, purpose: str) -> tuple[KeyNote, ...]:
    """The keys of a party for a purpose of which no log says yet that they are gone, by day and part; ended ones among them."""
    rows = models.DatedKey.objects.filter(party=party, purpose=purpose, destroyed_on=None).order_by("day", "part")
    return tuple(note_of(row) for row in rows)


def forget_key(name: KeyName) -> None:
    """Keep one key in memory no longer."""
    _held.forget(name)


def is_sweep_due() -> bool:
    """Whether a sweep has anything to do: an end that has come, in the folder or not yet told; a day to write down."""
    at = now()
    if (day_seen() or at.day) < at.day:
        return True
    rows = (
        models.DatedKey.objects.filter(ends_on__lte=at.day, destroyed_on=None)
        .values_list("ends_on", "ends_minute")
        .distinct()
    )
    ends = [*(Moment(*row) for row in rows), *folders.ends_in(folders.ring())]
    return any(rules.has_ended(end, at) for end in ends)


def told_key(name: KeyName) -> ToldProof:
    """The proof that the log told of a key of this place: to hand out with its public half. Raises NoSuchLog, NotInLog."""
    return logs.told(name.party, rules.made_key(str(name)))


def read_told(told: ToldProof, trust: Trust) -> KeyNote:
    """The key that somebody else's log tells of. Raises StatementUnfit, NoteUnfit, NotSigned, NotCosigned, ProofUnfit."""
    return rules.told_key(told, trust)


def check_public(name: KeyName, public: bytes, told: ToldProof, trust: Trust) -> KeyNote:
    """Ask this before you seal to a public half that somebody gave you: is it the one in the log, and does it open yet?

    Raises KeyExchanged, KeyEnded, ClockWentBack, NoteUnfit, NotSigned, NotCosigned, ProofUnfit, StatementUnfit.
    """
    note = rules.check_public(name, public, told, trust)
    rules.may_open(name, note.ends, now(), day_seen())
    return note


def day_seen(of: folders.Ring | None = None) -> date | None:
    """The latest day that folder or database have seen: a restored copy of one of them does not set it back."""
    row = models.SeenDay.objects.first()
    marks = (None if row is None else row.day, folders.seen(of or folders.ring()))
    return max((mark for mark in marks if mark is not None), default=None)


def opened(name: KeyName) -> OpenedKey:
    """A key for one use. It opens while now (Korea) is before its end, and never after, whatever lies in the folder.

    Raises NoSuchKey, KeyEnded, KeyDestroyed, KeyLost, ClockWentBack, RootUnfit.
    """
    at = now()
    held = _held.get(name)
    if held is None or held.today != at.day:
        held = _look_up(name, at)
    note = held.note
    rules.may_open(name, note.ends, at, held.seen)
    return OpenedKey(name=name, ends=note.ends, use=note.use, secret=held.secret)


def forget_opened() -> None:
    """Keep no key in memory any more."""
    _held.clear()


def private_of(secret: bytes) -> bytes:
    """The private half that follows from a key."""
    return keys.derived_from(secret, LETTER)


def public_of(secret: bytes) -> bytes:
    """The half that others seal to."""
    return seals.public_half(private_of(secret))


def _look_up(name: KeyName, at: Moment) -> Held:
    _held.forget(name)
    note, of = key(name), folders.ring()
    seen = day_seen(of)
    rules.may_open(name, note.ends, at, seen)
    if note.destroyed_on is not None:
        raise KeyDestroyed(name=str(name), destroyed_on=note.destroyed_on)
    secret = folders.secret_of(of, name, note.ends)
    if secret is None or rules.commitment_of(name, note.ends, note.public, secret) != note.commitment:
        raise KeyLost(name=str(name))
    if rules.seen_after(at.day, seen, rules.USE_STEP_DAYS_MAX) == at.day:
        folders.note_seen(of, at.day)
    held = Held(at.day, seen, note, secret)
    if not connection.in_atomic_block:  # what a transaction may still take back is not remembered
        _held.keep(name, held)
    return held
