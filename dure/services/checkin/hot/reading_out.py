"""What a code that was read out finds at the visit party: a sealed handle, or a wrong try that counts.

Budget: one statement a code. There are few of them: they come from people whose screen cannot be scanned.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from dure.kit import sqlfiles
from dure.kit.group_commit import GroupCommit
from dure.kit.line import Line
from dure.services.checkin.rules import spoken
from dure.services.checkin.types import Epoch, Misread, VenueId

_FIND: Final = sqlfiles.load("dure.services.checkin", "find_spoken").text


class Asked(NamedTuple):
    """A code that was typed at a venue, in an hour since 1970."""

    venue: VenueId
    hour: int
    epoch: Epoch
    entry: bytes


async def found(venue: VenueId, epoch: Epoch, entry: bytes, at: datetime) -> bytes:
    """The sealed handle of the one person whose code this is. Raises TooManyTries, Misread (nobody's, or two people's), Busy."""
    wrong, sealed = await _finding.add(Asked(venue, spoken.hour_of(at), epoch, entry))
    spoken.check_tries(wrong)
    if sealed is None:
        raise Misread()
    return sealed


async def close() -> None:
    """Close the connection."""
    await _finding.close()
    await _line.close()


async def _find(group: Sequence[Asked]) -> list[tuple[int, bytes | None]]:
    """One after the other: each is a transaction of its own, so that no other waits for this venue's turn."""
    answers = []
    for each in group:
        entry, note = UUID(bytes=each.entry), UUID(bytes=os.urandom(16))
        values = (each.venue, each.hour, each.epoch, entry, spoken.WRONG_AN_HOUR_MAX, note)
        [(wrong, sealed)] = await _line.fetch(_FIND, values)
        answers.append((int(wrong), None if sealed is None else bytes(sealed)))
    return answers


_line = Line()
_finding = GroupCommit(_find, name="checkin.spoken")
