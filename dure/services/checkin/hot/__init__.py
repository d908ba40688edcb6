"""The hot room: passes at the door, and the half hour written. A typed message in, one statement for the whole group, an answer
each.

`door` asks these for scanners, `rounds` for the worker. Budget: one statement and one commit a group, no ORM.
"""

from collections.abc import Sequence

import msgspec
import psycopg

from dure.kit import arrays, sqlfiles
from dure.kit.line import Ask
from dure.services.checkin.rules.scopes import BODY_BYTES
from dure.services.checkin.rules.seeds import COMMITMENTS_BYTES, SHARE_BYTES
from dure.services.checkin.types import Epoch, HalfHour, HalfHourWritten, JournalChanged, Row, SealedSeed

TRIES_MAX = 3
_ACCEPT = sqlfiles.load("dure.services.checkin", "accept").text
_TABLES = sqlfiles.load("dure.services.checkin", "visit_party").text
_FORGET = sqlfiles.load("dure.services.checkin", "forget").text
_DESTROY = sqlfiles.load("dure.services.checkin", "destroy").text
_WRITE = sqlfiles.load("dure.services.checkin", "write").text
_DAY = sqlfiles.load("dure.services.checkin", "day").text
_READ_JOURNAL = sqlfiles.load("dure.services.checkin", "read_journal").text
_WAITING = sqlfiles.load("dure.services.checkin", "waiting").text
_SPENT_DAYS = sqlfiles.load("dure.services.checkin", "spent_days").text
_LAID = sqlfiles.load("dure.services.checkin", "laid").text
_WRITTEN, _CHANGED = -1, -2


class Admitted(msgspec.Struct, frozen=True, gc=False):
    """A pass that the rules let in, if nobody was faster. Marks and id have 16 bytes, the id is random."""

    epoch: int  # of the pass
    marks: tuple[bytes, bytes, bytes]  # the person's two windows, the envelope
    day: int  # day and half hour in which it is journalled (`rules.buckets.journalled_in`)
    number: int
    id: bytes
    entry: bytes  # venue, half hour and sealed handle, sealed under the journal's key


async def accept(ask: Ask, group: Sequence[Admitted]) -> list[bool | None]:
    """Spend each pass of the group, all three marks or none; whether it was let in. Durable when this answers.

    None: nothing was spent, because its entry was sealed for a half hour that was written meanwhile (the process slept for a
    minute), or for a day that was not laid. Seal it for the present half hour, and ask again. Strangers in its group are let in.

    Rows are written in the order of their marks. Two people with two telephones each, all four at once at two servers, can still
    wait for each other: PostgreSQL ends one of the statements after a second, nothing of it is written, and it is asked again.
    """
    try:
        rows = await _again(ask, _ACCEPT, _values(group))
    except psycopg.errors.CheckViolation:
        return [None] if len(group) == 1 else [answer for each in group for answer in await accept(ask, [each])]
    taken = {number for (number,) in rows}
    return [number in taken for number in range(1, len(group) + 1)]


async def read_journal(ask: Ask, half: HalfHour) -> list[tuple[bytes, bytes]]:
    """The entries of a half hour: id, sealed. None: nobody came, or it was written."""
    return [(found.bytes, bytes(entry)) for found, entry in await ask(_READ_JOURNAL, (half.epoch, half.number))]


async def write(ask: Ask, half: HalfHour, entries: int, rows: Sequence[Row], seeds: Sequence[SealedSeed]) -> int:
    """Write what `rules.buckets.written` made of a half hour's `entries` entries; how many rows that were. Once: its journal goes
    in the same commit, and what was spent in the order of the scans is laid down in another.

    Raises HalfHourWritten (somebody did it before), JournalChanged (an entry came meanwhile: read again). Nothing was done then.
    """
    values = (
        half.epoch,
        half.number,
        entries,
        arrays.numbers([row.epoch for row in rows]),
        arrays.uuids([row.id for row in rows]),
        arrays.uuids([row.venue.bytes for row in rows]),
        arrays.numbers([row.number for row in rows]),
        arrays.numbers([row.part for row in rows]),
        arrays.digests([row.body for row in rows], BODY_BYTES),
        arrays.numbers([seed.hour.epoch for seed in seeds]),
        arrays.uuids([seed.hour.venue.bytes for seed in seeds]),
        arrays.numbers([seed.hour.hour for seed in seeds]),
        arrays.numbers([seed.part for seed in seeds]),
        *(arrays.digests([seed.shares[party] for seed in seeds], SHARE_BYTES) for party in range(3)),
        arrays.digests([seed.commitments for seed in seeds], COMMITMENTS_BYTES),
    )
    [(answer,)] = await _again(ask, _WRITE, values)
    if answer == _WRITTEN:
        raise HalfHourWritten()
    if answer == _CHANGED:
        raise JournalChanged()
    return int(answer)


async def waiting(ask: Ask) -> list[HalfHour]:
    """The half hours that are laid and not written yet, also those that an earlier run missed. Which are due, the rules say."""
    return [HalfHour(Epoch(day), number) for day, number in await ask(_WAITING, ())]


async def lay_tables(ask: Ask) -> None:
    """Make the tables and functions of the visit party in a database that has no migrations: to attack it, or to measure."""
    await ask(_TABLES, ())


async def lay(ask: Ask, days: Sequence[int]) -> None:
    """Make the tables of these days, where they are missing (`rules.calendar.days_to_lay`). A day is laid once."""
    for day in days:
        await ask(_DAY, (day,))


async def laid(ask: Ask) -> frozenset[Epoch]:
    """The days that lie ready: a process is, when all of `rules.calendar.days_to_lay` are among them."""
    return frozenset(Epoch(day) for (day,) in await ask(_LAID, ()))


async def spent_days(ask: Ask) -> frozenset[Epoch]:
    """The days of which it is not forgotten yet what was spent; also one that came back with an old copy."""
    return frozenset(Epoch(day) for (day,) in await ask(_SPENT_DAYS, ()))


async def forget(ask: Ask, day: int) -> None:
    """Forget what was spent on a day (`rules.calendar.forgotten_at`)."""
    await ask(_FORGET, (day,))


async def destroy(ask: Ask, day: int) -> None:
    """Drop the visits of a day, what stays of their seeds, and half hours that nobody wrote (`rules.calendar.destroyed_at`).

    The day's keys are the vault's matter.
    """
    await ask(_DESTROY, (day,))


async def _again(ask: Ask, statement: str, values: Sequence[object]) -> list[tuple[int, ...]]:
    """Ask, and ask again when two waited for each other and PostgreSQL ended this one: nothing of it was done."""
    for _ in range(1, TRIES_MAX):
        try:
            return await ask(statement, values)
        except psycopg.errors.DeadlockDetected:
            continue
    return await ask(statement, values)


def _values(group: Sequence[Admitted]) -> tuple[object, ...]:
    """The group as columns, in the order of the statement's parameters."""
    return (
        arrays.numbers([each.epoch for each in group]),
        arrays.uuids([each.marks[0] for each in group]),
        arrays.uuids([each.marks[1] for each in group]),
        arrays.uuids([each.marks[2] for each in group]),
        arrays.numbers([each.day for each in group]),
        arrays.numbers([each.number for each in group]),
        arrays.uuids([each.id for each in group]),
        [each.entry for each in group],
    )
