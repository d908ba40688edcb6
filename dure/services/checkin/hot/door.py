"""The door: a code that a scanner read, judged and spent; and what was read while there was no line.

Budget: one statement and one commit a group of codes, one public-key operation a code, no ORM. It writes no line in any log and
no figure: when somebody scanned is known to nobody once it is answered.
"""

import asyncio
import os
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from dure.base import clock
from dure.base.refusals import BadValue, Interrupted, Refusal
from dure.kit import arrays, line, sqlfiles
from dure.kit.flush import Flush
from dure.kit.group_commit import GroupCommit
from dure.services.checkin.rules import admitting, buckets, calendar, journal, settling, spoken, wedge
from dure.services.checkin.types import DayClosed, Epoch, HalfHour, Revoked, Scan, Spent, VenueId, Visit
from dure.services.checkin.types.doors import (
    Heard,
    Note,
    NotReady,
    ScanAnswer,
    ScanAsked,
    SettleAsked,
    Settled,
)

from . import Admitted, accept, inside, opening, reading_out, scanners

TRIES_MAX: Final = 3  # a half hour may be written while a code waits for its group
RETRY_SECONDS: Final = 1
LETTERS: Final = 4  # of a challenge
_BEAT: Final = sqlfiles.load("dure.services.checkin", "beat").text
_HEARD: Final = sqlfiles.load("dure.services.checkin", "heard").text
type Taken = tuple[Epoch, tuple[bytes, bytes, bytes], Visit]
"""(day, what is spent, what is kept) of a code that may be let in."""
_ANSWERS: Final = {word: ScanAnswer(word, colour) for word, colour in admitting.COLOURS.items()}


async def scan(token: str, asked: ScanAsked) -> ScanAnswer:
    """Judge a code that was read just now; durable when this answers.

    Raises TokenUnfit, Revoked, TooOften, BadValue (letters), NotReady, Busy, Interrupted: no verdict, and the scanner notes it.
    """
    at = clock.now()
    now = Scan(at, at, asked.challenge, frozenset())
    who = await scanners.of(token, now)
    if len(asked.challenge) != (LETTERS if who.venue.challenge else 0):
        raise BadValue(field="challenge", reason="length")
    return _ANSWERS[admitting.verdict_of(await _judged(who.venue.id, asked.code, now))]


async def settle(token: str, asked: SettleAsked) -> Settled:
    """Judge what a scanner took while it had no line, each as of the moment at which it was scanned. Safe to repeat.

    Raises TokenUnfit, Revoked, TooOften, NotReady, Busy, Interrupted.
    """
    at = clock.now()
    who = await scanners.of(token, Scan(at, at, "", frozenset()), len(asked.notes))
    oldest = settling.beat_of(at) - settling.OFFLINE_HOURS_MAX * 3600 // settling.BEAT_SECONDS - 1
    heard = await _known(_hearing.add((who.venue.id, oldest)))
    await asyncio.gather(*(_settled(token, who.venue.id, note, at, heard) for note in asked.notes))
    return Settled(judged=len(asked.notes))


async def beat(token: str) -> Heard:
    """Write down that a place has its line. It comes each five minutes, whether or not anybody does.

    Raises TokenUnfit, Revoked, TooOften, Busy, Interrupted.
    """
    at = clock.now()
    who = await scanners.of(token, Scan(at, at, "", frozenset()))
    await _known(_beats.add((who.venue.id, settling.beat_of(at))))
    left = settling.BEAT_SECONDS - int(at.timestamp()) % settling.BEAT_SECONDS
    return Heard(left, who.venue.name, who.venue.challenge, who.key.last.isoformat(), who.venue.counts)


async def close() -> None:
    """Close every connection of this room, and forget all keys. The next scan opens others."""
    for group in (_passes, _beats, _hearing):
        await group.close()
    await scanners.close()
    await reading_out.close()
    await inside.close()
    opening.forget()
    for each in (_line, _beat_line, _heard_line):
        await each.close()
    await _flush.close()


async def _settled(token: str, venue: VenueId, note: Note, at: datetime, heard: frozenset[int]) -> None:
    scanned = Scan(datetime.fromtimestamp(note.scanned_at, UTC), at, note.challenge, heard)
    try:
        await scanners.of(token, scanned, 0)
    except Revoked:
        # The scanner may scan now (`settle` asked): it is the moment of this note, by a clock that was wrong then, on which its
        # key did not hold. That one does not count, and must not keep the others from counting, nor the scanner from scanning.
        await scanners.of(token, Scan(at, at, "", frozenset()), 0)
        return
    await _judged(venue, note.code, scanned)


async def _judged(venue: VenueId, read: str, scan: Scan) -> Refusal | None:
    """Why a pass is not let in; None: it is, and spent. Raises what is no answer to a pass."""
    try:
        await _take(venue, read, scan)
    except Refusal as refusal:
        if not admitting.is_verdict(refusal):
            raise
        return refusal
    return None


async def _take(venue: VenueId, read: str, scan: Scan) -> None:
    typed = wedge.typed_keys(read)
    epoch, marks, visit = await (_spoken(venue, typed, scan) if spoken.is_like(typed) else _shown(venue, read, scan))
    for _ in range(TRIES_MAX):
        half: HalfHour = buckets.journalled_in(visit.bucket, clock.now())
        entry = os.urandom(16)
        sealed = journal.seal_entry(await opening.of_half_hour(half), half, entry, visit)
        taken = await _known(_passes.add(Admitted(epoch, marks, half.epoch, half.number, entry, sealed)))
        if taken is not None:
            if not taken:
                raise Spent()
            return
    raise NotReady(retry_seconds=RETRY_SECONDS)


async def _shown(venue: VenueId, read: str, scan: Scan) -> Taken:
    """A code from a screen."""
    code = wedge.read_code(read)
    if not calendar.is_checkable(code.epoch, scan.at):
        raise DayClosed(epoch=code.epoch)
    settling.check_time(code, scan.scanned_at)  # before its key is asked for
    day = await opening.of_day(code.epoch)
    admission = admitting.admit(day.keys, day.unseal, code, frozenset(), scan)
    return code.epoch, admission.marks, admitting.visit_of(venue, admission.shown)


async def _spoken(venue: VenueId, typed: str, scan: Scan) -> Taken:
    """A code that was read out or stands on paper: of the day on which it was typed."""
    code, epoch = spoken.read(typed), calendar.epoch_of(scan.scanned_at)
    settling.check_settling(scan)
    keys = (await opening.of_day(epoch)).keys
    tag = spoken.tag_of(keys.passes, epoch, code)
    sealed = await _known(reading_out.found(venue, epoch, spoken.entry(keys.spent, epoch, tag), scan.at))
    return epoch, spoken.marks_of(keys.spent, epoch, tag, sealed), spoken.visit_of(venue, scan, sealed)


async def _known[T](waiting: Awaitable[T]) -> T:
    """What a group answers; where nobody knows whether it was done, Interrupted."""
    try:
        return await waiting
    except line.UNKNOWN_ERRORS as error:
        raise Interrupted(retry_seconds=RETRY_SECONDS) from error


async def _write(group: Sequence[Admitted]) -> list[bool | None]:
    await _flush.ready()
    return await accept(_line.fetch, group)


async def _write_beats(group: Sequence[tuple[UUID, int]]) -> list[None]:
    values = (arrays.uuids([venue.bytes for venue, _ in group]), arrays.numbers([number for _, number in group]))
    await _beat_line.fetch(_BEAT, values)
    return [None] * len(group)


async def _read_beats(group: Sequence[tuple[UUID, int]]) -> list[frozenset[int]]:
    return [frozenset(number for (number,) in await _heard_line.fetch(_HEARD, each)) for each in group]


_line = line.Line(waits_for_disk=False)
_flush = Flush(_line)
_passes = GroupCommit(_write, name="checkin.passes", durable=_flush)
_beat_line = line.Line()
_beats = GroupCommit(_write_beats, name="checkin.beats")
_heard_line = line.Line()
_hearing = GroupCommit(_read_beats, name="checkin.hearing")
