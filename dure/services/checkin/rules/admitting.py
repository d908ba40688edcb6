"""Whether a pass is let in. Time, keys and what is spent are arguments; the database only spends all three marks or none."""

import hashlib
import hmac
import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dure.base.ids import SPEAKABLE
from dure.base.refusals import Refusal
from dure.services.checkin.types import (
    Bucket,
    Code,
    Colour,
    DayClosed,
    Forged,
    Misread,
    NotACode,
    Opener,
    Pass,
    Scan,
    Spent,
    SpentKeys,
    TooEarly,
    TooLate,
    TooManyTries,
    UnknownVersion,
    VenueId,
    Verdict,
    Visit,
    WasOnline,
)

from .calendar import bucket_of_slot, is_checkable, minute_of_slot
from .issuing import envelope_key, stamp_key
from .marks import MARK_BYTES, windows_of
from .passes import opened
from .secrets import derived
from .settling import check_settling, check_time
from .showing import authenticator

LETTERS_MAX: Final = 8  # of a venue's challenge
COLOURS: Final = {
    Verdict.WELCOME: Colour.GREEN,
    Verdict.NOTED: Colour.YELLOW,
    Verdict.SHOW_AGAIN: Colour.RED,
    Verdict.NOT_OURS: Colour.RED,
}
_AGAIN: Final = (Misread, TooEarly, TooLate, Spent, DayClosed, WasOnline, TooManyTries)
_NOT_OURS: Final = (Forged, NotACode, UnknownVersion)
_CHALLENGE: Final = re.compile(f"[{SPEAKABLE}]{{0,{LETTERS_MAX}}}")


@dataclass(frozen=True, slots=True)
class Admission:
    """A pass that may be let in, unless one of its marks is spent meanwhile."""

    shown: Pass
    marks: tuple[bytes, bytes, bytes]  # all three are spent, or none


def check_maker(keys: SpentKeys, shown: Pass, challenge: str) -> None:
    """Whether the identity party made it and it is shown now, here. Compares in constant time. Raises Forged."""
    if not _CHALLENGE.fullmatch(challenge):
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


def admit(keys: SpentKeys, unseal: Opener, code: Code, spent: Set[bytes], scan: Scan) -> Admission:
    """What to spend, all three or none, if the code is let in. Its time is looked at before it is opened, which costs more.

    Raises DayClosed, TooEarly, TooLate, WasOnline, Forged, Spent.
    """
    if not is_checkable(code.epoch, scan.at):
        raise DayClosed(epoch=code.epoch)
    check_settling(scan)
    check_time(code, scan.scanned_at)
    shown = opened(code, unseal)
    check_maker(keys, shown, scan.challenge)
    marks = marks_of(keys, shown)
    if not spent.isdisjoint(marks):
        raise Spent()
    return Admission(shown, marks)


def visit_of(venue: VenueId, shown: Pass) -> Visit:
    """What is kept of an accepted pass: its half hour and the sealed handle."""
    return Visit(Bucket(shown.epoch, venue, bucket_of_slot(shown.slot)), shown.sealed)


def is_verdict(refusal: Refusal) -> bool:
    """Whether a refusal is an answer to a pass; any other one says something of the place, not of the guest."""
    return isinstance(refusal, (*_AGAIN, *_NOT_OURS))


def verdict_of(refusal: Refusal | None, offline: bool = False) -> Verdict:
    """All that the venue learns. A bug is no refusal and gets no verdict."""
    if refusal is None:
        return Verdict.NOTED if offline else Verdict.WELCOME
    if isinstance(refusal, _AGAIN):
        return Verdict.SHOW_AGAIN
    if isinstance(refusal, _NOT_OURS):
        return Verdict.NOT_OURS
    raise TypeError(f"{type(refusal).__name__} is no answer to a pass")


def note_offline(code: Code, seen: Set[bytes], at: datetime) -> bytes:
    """What a scanner without a line can say itself: in its time, and not this very code before. It cannot open what it reads, so
    whether the pass is genuine, or drawn a second time, is known when it is settled. Until then the code lies there sealed.

    The key under which the scanner remembers it. Raises TooEarly, TooLate, Spent.
    """
    check_time(code, at)
    key = hashlib.sha256(code.letter).digest()[:16]
    if key in seen:
        raise Spent()
    return key
