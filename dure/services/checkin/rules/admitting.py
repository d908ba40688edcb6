"""Whether a pass is let in. Time, keys and what is spent are arguments; the database only spends all three marks or none."""

import hmac
from collections.abc import Set
from datetime import datetime, timedelta
from typing import Final

from dure.base.refusals import Refusal
from dure.services.checkin.types import (
    Bucket,
    Colour,
    DayClosed,
    Forged,
    Misread,
    NotACode,
    Pass,
    Spent,
    SpentKeys,
    TooEarly,
    TooLate,
    UnknownVersion,
    VenueId,
    Verdict,
    Visit,
)

from .calendar import (
    SLOT_SECONDS,
    bucket_of_slot,
    is_checkable,
    minute_of_slot,
    slot_starts_at,
)
from .issuing import envelope_key, stamp_key
from .marks import MARK_BYTES, windows_of
from .secrets import derived
from .showing import authenticator

LATE_SECONDS_MAX: Final = 30  # after its slot has ended: a slow line, a telephone whose clock is behind
EARLY_SECONDS_MAX: Final = 15  # before its slot begins: a telephone whose clock is ahead
OFFLINE_HOURS_MAX: Final = 24  # a scanner may bring what it took so much later
LETTERS_MAX: Final = 8  # of a venue's challenge
COLOURS: Final = {
    Verdict.WELCOME: Colour.GREEN,
    Verdict.NOTED: Colour.YELLOW,
    Verdict.SHOW_AGAIN: Colour.RED,
    Verdict.NOT_OURS: Colour.RED,
}
_AGAIN: Final = (Misread, TooEarly, TooLate, Spent, DayClosed)
_NOT_OURS: Final = (Forged, NotACode, UnknownVersion)


def check_time(shown: Pass, at: datetime) -> None:
    """Whether a pass is in its time when it is scanned at `at`. Raises TooEarly, TooLate."""
    begins = slot_starts_at(shown.epoch, shown.slot)
    if at < begins - timedelta(seconds=EARLY_SECONDS_MAX):
        raise TooEarly()
    if at >= begins + timedelta(seconds=SLOT_SECONDS + LATE_SECONDS_MAX):
        raise TooLate()


def check_settling(scanned_at: datetime, at: datetime) -> None:
    """Whether a scan without a line comes in time, and not from the future. Raises TooEarly, TooLate."""
    if scanned_at > at + timedelta(seconds=EARLY_SECONDS_MAX):
        raise TooEarly()
    if at > scanned_at + timedelta(hours=OFFLINE_HOURS_MAX):
        raise TooLate()


def check_maker(keys: SpentKeys, shown: Pass, challenge: str = "") -> None:
    """Whether the identity party made it and it is shown now, here. Compares in constant time. Raises Forged."""
    if len(challenge) > LETTERS_MAX:
        raise Forged()
    envelope = envelope_key(keys.passes, shown.epoch, shown.sealed)
    stamp = stamp_key(keys.passes, shown.epoch, minute_of_slot(shown.slot), shown.nonce)
    if not hmac.compare_digest(authenticator(envelope, stamp, shown, challenge), shown.authenticator):
        raise Forged()


def marks_of(keys: SpentKeys, shown: Pass) -> tuple[bytes, bytes, bytes]:
    """What is spent when this pass is accepted: the person's two windows, and the envelope.

    Each under a key of the visit party's own, so that its disk does not show what an issuer could compute.
    """
    first, second = windows_of(minute_of_slot(shown.slot))
    day, nonce = shown.epoch.to_bytes(2), shown.nonce
    return (
        derived(keys.spent, b"first", day, first.to_bytes(2), nonce[:MARK_BYTES])[:16],
        derived(keys.spent, b"second", day, second.to_bytes(2), nonce[MARK_BYTES:])[:16],
        derived(keys.spent, b"envelope", day, shown.sealed)[:16],
    )


def admit(
    keys: SpentKeys, shown: Pass, spent: Set[bytes], scanned_at: datetime, at: datetime, challenge: str = ""
) -> tuple[bytes, bytes, bytes]:
    """What to spend, all three or none, if the pass is let in: scanned at `scanned_at`, judged at `at` (with a line, the same).

    Raises DayClosed, TooEarly, TooLate, Forged, Spent.
    """
    if not is_checkable(shown.epoch, at):
        raise DayClosed(epoch=shown.epoch)
    check_settling(scanned_at, at)
    check_time(shown, scanned_at)
    check_maker(keys, shown, challenge)
    marks = marks_of(keys, shown)
    if not spent.isdisjoint(marks):
        raise Spent()
    return marks


def visit_of(venue: VenueId, shown: Pass) -> Visit:
    """What is kept of an accepted pass: its half hour and the sealed handle."""
    return Visit(Bucket(shown.epoch, venue, bucket_of_slot(shown.slot)), shown.sealed)


def verdict_of(refusal: Refusal | None, offline: bool = False) -> Verdict:
    """All that the venue learns. A bug is no refusal and gets no verdict."""
    if refusal is None:
        return Verdict.NOTED if offline else Verdict.WELCOME
    if isinstance(refusal, _AGAIN):
        return Verdict.SHOW_AGAIN
    if isinstance(refusal, _NOT_OURS):
        return Verdict.NOT_OURS
    raise TypeError(f"{type(refusal).__name__} is no answer to a pass")


def note_offline(shown: Pass, seen: Set[bytes], at: datetime) -> bytes:
    """What a scanner without a line can say itself: in its time, and not taken here before. Whether it is genuine it cannot know.

    The key under which the scanner remembers it. Raises TooEarly, TooLate, Spent.
    """
    check_time(shown, at)
    if shown.nonce in seen:
        raise Spent()
    return shown.nonce
