"""Dated keys: what is known of them, and opening them. Whoever asks for a key is refused by its age, not by a sweep."""

import time
from collections.abc import Iterator
from datetime import date
from typing import Final

from django.db import connection
from django.db.models import Max

from dure.base import clock
from dure.foundations.vault import models, rules
from dure.foundations.vault.types import KeyDestroyed, KeyLost, KeyName, KeyNote, NoSuchKey, OpenedKey

from . import folders

__all__ = ["commitment", "day_seen", "forget_opened", "key", "keys_waiting", "opened"]

HELD_SECONDS: Final = 30
HELD_MAX: Final = 256
_held: dict[KeyName, tuple[float, date | None, KeyNote, bytes]] = {}


def key(name: KeyName) -> KeyNote:
    """What is known of a key. Raises BadName, NoSuchKey."""
    rules.check_name(name)
    row = models.DatedKey.objects.filter(party=name.party, purpose=name.purpose, day=name.day).first()
    if row is None:
        raise NoSuchKey(name=str(name))
    return note_of(row)


def note_of(row: models.DatedKey) -> KeyNote:
    """A row as a value."""
    return KeyNote(
        name=KeyName(row.party, row.purpose, row.day),
        ends_on=row.ends_on,
        commitment=bytes(row.commitment),
        destroyed_on=row.destroyed_on,
    )


def commitment(name: KeyName) -> bytes:
    """What the log says of a key: 32 bytes that bind whoever made it. Raises NoSuchKey."""
    return key(name).commitment


def keys_waiting(party: str, today: date) -> tuple[KeyNote, ...]:
    """Keys of a party past their end whose destruction is not told yet."""
    rows = models.DatedKey.objects.filter(party=party, ends_on__lte=today, destroyed_on=None).order_by("ends_on", "id")
    return tuple(note_of(row) for row in rows)


def day_seen(of: folders.Ring | None = None) -> date | None:
    """The latest day that folder or database have seen: a restored copy of one of them does not set it back."""
    marks = models.DatedKey.objects.aggregate(made=Max("made_on"), gone=Max("destroyed_on"))
    found = [mark for mark in (marks["made"], marks["gone"], folders.seen(of or folders.ring())) if mark is not None]
    return max(found, default=None)


def opened(name: KeyName) -> OpenedKey:
    """A key for one use. It opens while today (Korea) is before its end, and never after, whatever lies in the folder.

    Raises NoSuchKey, KeyEnded, KeyDestroyed, KeyLost, ClockWentBack, RootUnfit.
    """
    today = clock.today()
    held = _held.get(name)
    if held is None or held[0] < time.monotonic() or held[1] != today:
        held = _look_up(name, today)
    _, seen, note, secret = held
    rules.may_open(name, note.ends_on, today, seen)
    return OpenedKey(name=name, ends_on=note.ends_on, secret=secret)


def forget_opened() -> None:
    """Keep no key in memory any more."""
    _held.clear()


def _look_up(name: KeyName, today: date) -> tuple[float, date | None, KeyNote, bytes]:
    _held.pop(name, None)
    note, of = key(name), folders.ring()
    rules.may_open(name, note.ends_on, today, day_seen(of))
    if note.destroyed_on is not None:
        raise KeyDestroyed(name=str(name), destroyed_on=note.destroyed_on)
    secret = folders.secret_of(of, name, note.ends_on)
    if secret is None or rules.commitment_of(name, note.ends_on, secret) != note.commitment:
        raise KeyLost(name=str(name))
    folders.note_seen(of, today)
    held = (time.monotonic() + HELD_SECONDS, today, note, secret)
    if not connection.in_atomic_block:  # what a transaction may still take back is not remembered
        _make_room()
        _held[name] = held
    return held


def _make_room() -> None:
    for stale in _stale():
        _held.pop(stale, None)


def _stale() -> Iterator[KeyName]:
    now = time.monotonic()
    full = len(_held) >= HELD_MAX
    yield from [name for name, held in list(_held.items()) if full or held[0] < now]
