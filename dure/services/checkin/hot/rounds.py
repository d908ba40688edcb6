"""The other side of the door, once a minute: half hours written, the keys of their journals, days laid, forgotten and destroyed.

Each step is a transaction of its own and safe to repeat. Between a half hour that was written and its key that is destroyed
anything may happen: the next round destroys it.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final

import structlog

from dure.base import clock
from dure.base.actors import Actor
from dure.base.refusals import Refusal
from dure.foundations.vault import actions as vault
from dure.foundations.vault import queries as opening
from dure.foundations.vault.types import Entry, KeyUse, Share
from dure.kit import inside, sqlfiles, tx
from dure.services.checkin.rules import buckets, calendar, journal, rounds, scopes, seeds, settling, spoken, statements
from dure.services.checkin.types import Epoch, HalfHour, HalfHourWritten, Party, SealedSeed, Seed, Visit

from . import destroy, forget, laid, lay, read_journal, spent_days, waiting, write

LOG: Final = Party.VISITS.value
SHARES: Final = "shares"
WRITING_SECONDS_MAX: Final = 120  # of one half hour, so many guests it may have had
BEATS_KEPT: Final = timedelta(hours=settling.OFFLINE_HOURS_MAX + 1)
_FORGET_BEATS: Final = sqlfiles.load("dure.services.checkin", "forget_beats").text
_FORGET_INSIDE: Final = sqlfiles.load("dure.services.checkin", "forget_inside").text
_FORGET_WRONG: Final = sqlfiles.load("dure.services.checkin", "forget_wrong").text
log = structlog.get_logger(__name__)

type Half = Callable[[Party, str, Epoch], bytes]
"""(party, purpose, day) -> the public half of that party's key of the day, as its log tells of it. Raises a refusal."""


def lay_days(by: Actor) -> tuple[Epoch, ...]:
    """Lay the tables of the days to come, and of those of which something may be settled; answers which were missing."""
    rounds.may_work(by)
    with tx.durable():
        missing = sorted(set(calendar.days_to_lay(clock.now())) - inside.run(laid(inside.ask)))
        inside.run(lay(inside.ask, missing))
    return tuple(missing)


def make_journal_keys(by: Actor, halves: Sequence[HalfHour]) -> int:
    """Make the keys of these half hours' journals, where they are missing; told in the log before the first use. How many."""
    rounds.may_work(by)
    known = {rounds.half_hour_in(note.name) for note in opening.living(LOG, rounds.JOURNAL)}
    missing = [half for half in halves if half not in known]
    for half in missing:
        with tx.durable():
            vault.make_key(by, rounds.journal_name(half), rounds.journal_ends(half), KeyUse.OWN)
    return len(missing)


def write_half_hour(by: Actor, half: HalfHour, public: Half) -> int:
    """Make rows of what waits in a half hour: filled up, shuffled, sealed under seeds of which each party gets a share.

    How many rows. All of it, and the end of the journal, is one commit; its key goes afterwards (`end_journal_keys`).
    Raises HalfHourWritten, JournalChanged, Busy, and what keeps the key or the parties' public halves from being had.
    """
    rounds.may_work(by)
    with tx.durable():
        entries = inside.run(read_journal(inside.ask, half))
    key = opening.opened(rounds.journal_name(half)).secret if entries else bytes(32)
    visits = {id_: journal.open_entry(key, half, id_, entry) for id_, entry in entries}
    fresh, kept = _seeds(visits.values(), half, public)
    rows = buckets.written(visits, half, {seed.hour: seed for seed in fresh}, key)
    with tx.durable():
        tx.limit_statements(WRITING_SECONDS_MAX)
        return inside.run(write(inside.ask, half, len(entries), rows, kept))


def write_due(by: Actor, public: Half) -> int:
    """Write every half hour that is over, also those that an earlier run missed; how many. What one refuses stops no other."""
    rounds.may_work(by)
    written = 0
    for half in rounds.due_to_write(_waiting(), clock.now()):
        try:
            write_half_hour(by, half, public)
        except HalfHourWritten:
            continue  # another worker was faster
        except Refusal as refusal:
            log.warning(
                "half_hour_waits", day=calendar.day_of(half.epoch).isoformat(), half=half.number, why=refusal.code
            )
            continue
        written += 1
    return written


def end_journal_keys(by: Actor) -> int:
    """Destroy the key of every half hour that is written, and tell it; how many. Also those that a crash left."""
    rounds.may_work(by)
    living = [rounds.half_hour_in(note.name) for note in opening.living(LOG, rounds.JOURNAL)]
    gone = rounds.due_to_destroy(living, _waiting(), clock.now())
    for half in gone:
        with tx.durable():
            vault.destroy_key(by, rounds.journal_name(half))
    return len(gone)


def end_days(by: Actor) -> tuple[Epoch, ...]:
    """Forget what was spent on days that cannot be checked any more, destroy those past day 28; each told in the same commit.

    Answers the days that were destroyed. Their keys are the vault's to destroy, by their age.
    """
    rounds.may_work(by)
    now, today = clock.now(), clock.today()
    with tx.durable():
        lying, spent = inside.run(laid(inside.ask)), inside.run(spent_days(inside.ask))
    for epoch in rounds.due_to_forget(spent, now):
        with tx.durable():
            inside.run(forget(inside.ask, epoch))
            _tell(by, statements.forgotten_key(epoch), statements.forgotten_statement(epoch, today))
    gone = rounds.due_to_drop(lying, now)
    for epoch in gone:
        with tx.durable():
            inside.run(destroy(inside.ask, epoch))
            _tell(by, statements.dropped_key(epoch), statements.dropped_statement(epoch, today))
    return gone


def forget_beats(by: Actor) -> int:
    """Take heart-beats away that no scan can be held against any more; how many."""
    rounds.may_work(by)
    with tx.durable():
        before = settling.beat_of(clock.now() - BEATS_KEPT)
        [(count,)] = inside.run(inside.ask(_FORGET_BEATS, (before,)))
    return int(count)


def forget_wrong(by: Actor) -> int:
    """Take wrong codes away that were typed in an hour that is over; how many."""
    rounds.may_work(by)
    with tx.durable():
        [(count,)] = inside.run(inside.ask(_FORGET_WRONG, (spoken.hour_of(clock.now()),)))
    return int(count)


def forget_inside(by: Actor) -> int:
    """Take away how many were inside on days before today; how many numbers."""
    rounds.may_work(by)
    with tx.durable():
        [(count,)] = inside.run(inside.ask(_FORGET_INSIDE, (calendar.epoch_of(clock.now()),)))
    return int(count)


def _waiting() -> list[HalfHour]:
    with tx.durable():
        return inside.run(waiting(inside.ask))


def _seeds(visits: Iterable[Visit], half: HalfHour, public: Half) -> tuple[list[Seed], list[SealedSeed]]:
    """A fresh seed for each part of an hour at a venue, and what stays of it."""

    def sealed(party: Party, context: bytes, share: Share) -> bytes:
        return opening.seal_letter(halves[party], context, opening.written_share(share))

    fresh, kept = [], []
    for hour, part in buckets.parts_of(visits, half):
        halves = {party: public(party, SHARES, hour.epoch) for party in Party}
        seed = seeds.fresh(hour, part, os.urandom)
        deal = opening.dealt(scopes.seed_context(hour, part), seed.secret)
        fresh.append(seed)
        kept.append(seeds.kept(seed, deal, sealed))
    return fresh, kept


def _tell(by: Actor, key: str, body: bytes) -> None:
    if not opening.is_told(LOG, key):  # a table that came back with an old copy of the database is told once
        vault.append(by, LOG, [Entry(key=key, body=body)])
