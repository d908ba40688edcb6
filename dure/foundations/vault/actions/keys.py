"""Making keys and destroying them. The log says what is true: a commitment before a key is used, a destruction after it."""

from collections import defaultdict
from datetime import date

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import BadValue, Busy, NotAllowed
from dure.foundations.vault import models, queries, rules
from dure.foundations.vault.queries import folders as places
from dure.foundations.vault.queries import keys as known_keys
from dure.foundations.vault.types import (
    BadEnd,
    Entry,
    KeyDestroyed,
    KeyName,
    KeyNote,
    KeyOtherwise,
    KeysDestroyed,
    NoSuchKey,
)
from dure.kit import locks, outbox, tx

from . import folders
from .logs import append

__all__ = ["destroy_keys", "make_key", "trust_clock"]


def make_key(by: Actor, name: KeyName, ends_on: date) -> KeyNote:
    """Make a dated key and tell its commitment in the log of its party. The same name and end again: the same key.

    Raises BadName, BadEnd, KeyOtherwise, KeyDestroyed, KeyLost, ClockWentBack, ClockJumped, DiskFull, FolderShut, RootUnfit,
    and what `append` raises. Until the transaction commits nobody can open it.
    """
    tx.demand()
    rules.check_name(name)
    of, today = places.ring(), clock.today()
    locks.lock_name(f"vault.key.{name}")
    known = _known(name)
    if known is not None:
        if known.ends_on != ends_on:
            raise KeyOtherwise(name=str(name), ends_on=known.ends_on)
        if known.destroyed_on is not None:
            raise KeyDestroyed(name=str(name), destroyed_on=known.destroyed_on)
        return known
    rules.may_make(name, ends_on, today, queries.day_seen(of))
    secret = folders.make_secret(of, name, ends_on)
    places.note_seen(of, today)
    note = KeyNote(name=name, ends_on=ends_on, commitment=rules.commitment_of(name, ends_on, secret))
    models.DatedKey.objects.create(
        id=ids.new(),
        party=name.party,
        purpose=name.purpose,
        day=name.day,
        ends_on=ends_on,
        commitment=note.commitment,
        made_on=today,
    )
    body = rules.made_statement(name, ends_on, note.commitment)
    append(by, name.party, (Entry(queries.made_key(str(name)), body),))
    return note


def destroy_keys(by: Actor, today: date) -> tuple[KeyNote, ...]:
    """Destroy all keys that end on or before `today`, then tell it in the log of each party; answers those told of now.

    `today` is at most the day it is. Safe to repeat; after a crash in the middle the next one tells what is gone.
    Raises ClockWentBack, ClockJumped, DiskFull, FolderShut, and what `append` raises: then nothing is told.
    """
    tx.demand()
    of, now = places.ring(), clock.today()
    if today > now:
        raise BadEnd(name="today", ends_on=today)
    seen = queries.day_seen(of)
    rules.may_destroy(now, seen)
    locks.lock_name("vault.destroy")
    folders.destroy_ended(of, today)
    places.note_seen(of, now)
    queries.forget_opened()
    rows = list(
        models.DatedKey.objects.filter(ends_on__lte=today, destroyed_on=None).order_by("party", "ends_on", "id")
    )
    gone: dict[str, list[KeyNote]] = defaultdict(list)
    for row in rows:
        note = known_keys.note_of(row)
        if places.file_of(of, note.name, note.ends_on).exists():
            raise Busy(retry_seconds=1)  # made by another clock while we destroyed: the next round takes it
        gone[row.party].append(KeyNote(note.name, note.ends_on, note.commitment, destroyed_on=now))
    for party, notes in sorted(gone.items()):
        bodies = [(one.name, rules.destroyed_statement(one.name, one.commitment, now)) for one in notes]
        append(by, party, tuple(Entry(queries.destroyed_key(str(name)), body) for name, body in bodies))
        outbox.emit(KeysDestroyed(party=party, names=tuple(str(one.name) for one in notes), on=now))
    models.DatedKey.objects.filter(id__in=[row.id for row in rows]).update(destroyed_on=now)
    return tuple(note for notes in gone.values() for note in notes)


def trust_clock(by: Actor, day: date) -> None:
    """Say that today really is `day`, after the machine slept for longer than it usually does: destroying goes on then.

    A steward's, or the shell's. Raises NotAllowed, BadValue, ClockWentBack.
    """
    if not (by.is_steward or by.is_system):
        raise NotAllowed(needs="steward")
    of, today = places.ring(), clock.today()
    if day != today:
        raise BadValue(field="day", reason="not_today")
    rules.check_clock(today, queries.day_seen(of))
    places.note_seen(of, today, trusted=True)


def _known(name: KeyName) -> KeyNote | None:
    try:
        return queries.key(name)
    except NoSuchKey:
        return None
