"""The hot room: passes at the door. A typed message in, one statement for the whole group, a yes or no each.

Not on any address yet: the visit party's process comes with its role. Budget: one statement and one commit a group, no ORM.
"""

from collections.abc import Sequence

import msgspec
import psycopg

from dure.kit import arrays, sqlfiles
from dure.kit.line import Ask
from dure.services.checkin.rules.scopes import BODY_BYTES
from dure.services.checkin.types import Row

TRIES_MAX = 3
_ACCEPT = sqlfiles.load("dure.services.checkin", "accept").text
_TABLES = sqlfiles.load("dure.services.checkin", "visit_party").text
_WRITE = sqlfiles.load("dure.services.checkin", "write").text
_DAY = sqlfiles.load("dure.services.checkin", "day").text


class Admitted(msgspec.Struct, frozen=True, gc=False):
    """A pass that the rules let in, if nobody was faster. Marks and id have 16 bytes, the id is random."""

    epoch: int
    marks: tuple[bytes, bytes, bytes]  # the person's two windows, the envelope
    number: int  # the half hour in which it is journalled
    id: bytes
    entry: bytes  # venue, half hour and sealed handle, sealed under the journal's key


async def accept(ask: Ask, group: Sequence[Admitted]) -> list[bool]:
    """Spend each pass of the group, all three marks or none; whether it was let in. Durable when this answers.

    Rows are written in the order of their marks. Two people with two telephones each, all four at once at two servers, can still
    wait for each other: PostgreSQL ends one of the statements after a second, nothing of it is written, and it is asked again.
    """
    for tried in range(1, TRIES_MAX + 1):
        try:
            rows = await ask(_ACCEPT, _values(group))
        except psycopg.errors.DeadlockDetected:
            if tried == TRIES_MAX:
                raise
        else:
            taken = {number for (number,) in rows}
            return [number in taken for number in range(1, len(group) + 1)]
    raise AssertionError("a last try answers or raises")


async def write(ask: Ask, rows: Sequence[Row]) -> int:
    """Write what `rules.buckets.written` made, in one statement; how many rows were new. Sent again, none is."""
    values = (
        arrays.numbers([row.epoch for row in rows]),
        arrays.uuids([row.id for row in rows]),
        arrays.uuids([row.venue.bytes for row in rows]),
        arrays.numbers([row.number for row in rows]),
        arrays.numbers([row.part for row in rows]),
        arrays.digests([row.body for row in rows], BODY_BYTES),
    )
    return len(await ask(_WRITE, values))


async def lay(ask: Ask, days: Sequence[int]) -> None:
    """Make the tables of the visit party and the partitions of these days, where they are missing."""
    await ask(_TABLES, ())
    for day in days:
        await ask(_DAY, (day,))


def _values(group: Sequence[Admitted]) -> tuple[object, ...]:
    """The group as columns, in the order of the statement's parameters."""
    return (
        arrays.numbers([each.epoch for each in group]),
        arrays.uuids([each.marks[0] for each in group]),
        arrays.uuids([each.marks[1] for each in group]),
        arrays.uuids([each.marks[2] for each in group]),
        arrays.numbers([each.number for each in group]),
        arrays.uuids([each.id for each in group]),
        [each.entry for each in group],
    )
