"""How many are inside, for places whose owners ask for it.

Each scanner says, every quarter of a minute, how many more came than left through it today; the sum of a place is all that is
known. A number says nobody's name and no row, so nothing joins an entry to an exit. Budget: one statement a message. What a
scanner says again changes nothing.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from dure.base import clock
from dure.base.refusals import NotAllowed
from dure.kit import sqlfiles
from dure.kit.group_commit import GroupCommit
from dure.kit.line import Line
from dure.services.checkin.rules import calendar
from dure.services.checkin.types import Epoch, Scan
from dure.services.checkin.types.doors import CountAsked, Counted

from . import scanners

_COUNT: Final = sqlfiles.load("dure.services.checkin", "count_inside").text


class Said(NamedTuple):
    """What a scanner says; None: it does not know."""

    scanner: UUID
    venue: UUID
    epoch: Epoch
    number: int | None


async def count(token: str, asked: CountAsked) -> Counted:
    """Take a scanner's number of today; one of another day changes nothing.

    Raises TokenUnfit, Revoked, TooOften, NotAllowed (the place does not count), Busy.
    """
    at = clock.now()
    who = await scanners.of(token, Scan(at, at, "", frozenset()))
    if not who.venue.counts:
        raise NotAllowed(needs="counts")
    today = calendar.epoch_of(at)
    number = asked.number if asked.day == today else None
    mine, inside = await _counting.add(Said(who.key.id, who.venue.id, today, number))
    return Counted(today, mine, inside)


async def close() -> None:
    """Close the connection."""
    await _counting.close()
    await _line.close()


async def _count(group: Sequence[Said]) -> list[tuple[int, int]]:
    """One after the other, each a transaction of its own."""
    answers = []
    for said in group:
        [(number, inside)] = await _line.fetch(_COUNT, said)
        answers.append((int(number), int(inside)))
    return answers


_line = Line()
_counting = GroupCommit(_count, name="checkin.inside")
