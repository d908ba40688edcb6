"""Making keys and destroying them. The log says what is true: a commitment before a key is used, a destruction after it."""

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from dure.base import ids
from dure.base.actors import Actor
from dure.base.refusals import Busy, Refusal
from dure.foundations.vault import models, queries, rules
from dure.foundations.vault.queries import folders as places
from dure.foundations.vault.queries import keys as known_keys
from dure.foundations.vault.queries import logs as known_logs
from dure.foundations.vault.types import (
    WHOLE_DAY,
    Entry,
    KeyDestroyed,
    KeyExchanged,
    KeyLost,
    KeyName,
    KeyNote,
    KeyOtherwise,
    KeysDestroyed,
    KeyShared,
    KeyUse,
    Moment,
    NoSuchKey,
    Sweep,
    ToldProof,
    Trouble,
    Trust,
)
from dure.kit import locks, outbox, tx

from . import folders
from .clocks import note_day
from .logs import append, check_log

__all__ = ["destroy_key", "destroy_keys", "make_key", "take_key"]


def make_key(by: Actor, name: KeyName, ends: date | Moment, use: KeyUse = KeyUse.LETTERS) -> KeyNote:
    """Make a dated key and tell its commitment in the log of its party. The same name, end and use again: the same key.

    `ends` is the first day (of a half hour's key: minute) on which it opens nothing. Until the transaction commits nobody else
    opens it; who opens it inside lets nothing out that was sealed under it before the commit.
    Raises BadName, BadEnd, KeyOtherwise, KeyDestroyed, KeyLost, ClockWentBack, ClockJumped, DiskFull, FolderShut, RootUnfit,
    and what `append` raises.
    """
    end = rules.end_of(ends)
    tx.demand()
    rules.check_name(name)
    of = places.ring()
    locks.lock_name(f"vault.key.{name}")
    known = _known(of, name, end)
    if known is not None:
        if known.use is not use:
            raise KeyOtherwise(name=str(name), ends_on=known.ends_on)
        return known
    now = queries.now()
    rules.may_make(name, end, now, queries.day_seen(of))
    check_log(name.party)
    secret = folders.make_secret(of, name, end)
    note_day(of, now.day)
    public = known_keys.public_of(secret) if use is KeyUse.LETTERS else b""
    note = KeyNote(name, end, rules.commitment_of(name, end, public, secret), public)
    _write(note, name.party)
    append(by, name.party, (Entry(rules.made_key(str(name)), rules.made_statement(note)),))
    return note


def take_key(by: Actor, told: ToldProof, trust: Trust, letter: bytes, to: KeyName, ends: date | None = None) -> KeyNote:
    """Keep a copy of another party's key: it came as a letter to our own key `to`, and is the one that the party's log told of.

    Our log (of the party of `to`) says that we have it and until when, and will say that ours is gone. It ends with the original,
    or on the day `ends`: whoever hands a key over may need it for a shorter time. The same again: the same key.
    Raises KeyExchanged, SealUnfit, NoteUnfit, NotSigned, NotCosigned, ProofUnfit, StatementUnfit, and what `make_key` raises.
    """
    tx.demand()
    note = rules.told_key(told, trust)
    name = note.name
    end = note.ends if ends is None else rules.end_of(ends)
    of, holder = places.ring(), to.party
    if name.party == holder:
        raise KeyOtherwise(name=str(name), ends_on=note.ends_on)
    locks.lock_name(f"vault.key.{name}")
    known = _known(of, name, end)
    if known is not None:
        rules.check_copied(known, note)
        return known
    now = queries.now()
    rules.may_make(name, end, now, queries.day_seen(of))
    secret = queries.unseal_letter(to, queries.letter_context(name, note.ends), letter)
    rules.check_secret(note, known_keys.public_of(secret), secret)
    copy = rules.copy_of(note, end, secret)
    check_log(holder)
    if folders.make_secret(of, name, end, taken=secret) != secret:
        raise KeyExchanged(name=str(name))
    note_day(of, now.day)
    _write(copy, holder)
    append(by, holder, (Entry(rules.taken_key(str(name)), rules.taken_statement(copy)),))
    return copy


def destroy_keys(by: Actor) -> Sweep:
    """Destroy all keys whose end has come, then tell it in each log. What one folder or log refuses stops no other.

    Safe to repeat; after a crash in the middle the next one tells what is gone. Whoever calls looks at the troubles
    *after* the commit: what was done and told stays. Raises ClockWentBack, ClockJumped, FolderShut, DiskFull, Busy, RootUnfit.
    """
    tx.demand()
    of, now = places.ring(), queries.now()
    rules.may_destroy(now.day, queries.day_seen(of))
    locks.lock_name("vault.destroy")
    troubles = list(folders.destroy_ended(of, now))
    note_day(of, now.day)
    queries.forget_opened()
    gone: list[KeyNote] = []
    waiting = models.DatedKey.objects.filter(ends_on__lte=now.day, destroyed_on=None)
    for log in waiting.order_by("told_in").values_list("told_in", flat=True).distinct():
        try:
            with transaction.atomic():
                gone += _tell_gone(by, log, now)
        except Refusal as refusal:
            troubles.append(Trouble(log, refusal))
    return Sweep(tuple(gone), tuple(troubles))


def destroy_key(by: Actor, name: KeyName) -> KeyNote:
    """Destroy one key before its end, because nothing is to be opened with it any more, and tell it in the log.

    Only a half hour's key with an end of its own: what wraps it goes as well. The same again: nothing changes. What is in
    another process's memory stays there for half a minute at most. Raises NoSuchKey, KeyShared, ClockWentBack, ClockJumped,
    FolderStrange, FolderShut, DiskFull, Busy, RootUnfit.
    """
    tx.demand()
    of, now = places.ring(), queries.now()
    rules.may_destroy(now.day, queries.day_seen(of))
    locks.lock_name("vault.destroy")
    note = queries.key(name)
    if name.part == WHOLE_DAY:
        raise KeyShared(name=str(name))
    if note.destroyed_on is not None:
        return note
    folders.destroy_alone(of, name, note.ends)
    queries.forget_key(name)
    log = models.DatedKey.objects.values_list("told_in", flat=True).get(
        party=name.party, purpose=name.purpose, day=name.day, part=name.part
    )
    on = known_logs.destroyed_days(log, [str(name)]).get(str(name), now.day)
    gone = replace(note, destroyed_on=on)
    append(by, log, (Entry(rules.destroyed_key(str(name)), rules.destroyed_statement(gone, on)),))
    _row(name).update(destroyed_on=on)
    outbox.emit(KeysDestroyed(party=log, names=(str(name),), on=on))
    return gone


def _tell_gone(by: Actor, log: str, now: Moment) -> list[KeyNote]:
    """Tell in one log which of its keys are gone. What it told before (of a restored database) is not told again."""
    of = places.ring()
    found = queries.keys_waiting(log, now)
    waiting = [note for note in found if folders.is_gone(of, note.name, note.ends)]
    told = known_logs.destroyed_days(log, [str(note.name) for note in waiting])
    gone = [
        KeyNote(note.name, note.ends, note.commitment, note.public, told.get(str(note.name), now.day))
        for note in waiting
    ]
    bodies = [
        (rules.destroyed_key(str(one.name)), rules.destroyed_statement(one, one.destroyed_on or now.day))
        for one in gone
    ]
    append(by, log, tuple(Entry(key, body) for key, body in bodies))
    for one in gone:
        _row(one.name).update(destroyed_on=one.destroyed_on)
    if gone:
        outbox.emit(KeysDestroyed(party=log, names=tuple(str(one.name) for one in gone), on=now.day))
    if len(waiting) < len(found) and not gone:
        raise Busy(retry_seconds=1)  # its file lies there still: the next round takes it
    return gone


def _row(name: KeyName) -> "QuerySet[models.DatedKey]":
    return models.DatedKey.objects.filter(party=name.party, purpose=name.purpose, day=name.day, part=name.part)


def _write(note: KeyNote, told_in: str) -> None:
    name = note.name
    models.DatedKey.objects.create(
        id=ids.new(),
        party=name.party,
        purpose=name.purpose,
        day=name.day,
        part=name.part,
        ends_on=note.ends.day,
        ends_minute=note.ends.minute,
        commitment=note.commitment,
        public=note.public,
        original=note.original,
        told_in=told_in,
        made_on=queries.now().day,
    )


def _known(of: places.Ring, name: KeyName, end: Moment) -> KeyNote | None:
    """The key if it was made before, with this end, and is there."""
    try:
        known = queries.key(name)
    except NoSuchKey:
        return None
    if known.ends != end:
        raise KeyOtherwise(name=str(name), ends_on=known.ends_on)
    if known.destroyed_on is not None:
        raise KeyDestroyed(name=str(name), destroyed_on=known.destroyed_on)
    if not rules.has_ended(end, queries.now()) and places.secret_of(of, name, end) is None:
        raise KeyLost(name=str(name))
    return known
