"""Codes to read out: for a cracked screen, a paper slip, a telephone call.

From a screen or from paper: eleven letters that survive a call and one that checks them, in three groups of four. From a
telephone call: eleven digits and one that checks them, because that is what people repeat. The identity party hands the visit
party the day's sealed handles for them in lots (`rules/lots.py`), so a code finds a sealed handle there and nobody's name. A code
holds all day and once; a person has a few a day. With ten million people a guess of letters is somebody's code once in sixty
million times, and once in three days two people have the same one: then neither is taken, because nobody found is better than
somebody else. Digits are guessed sooner, so only they have such codes who asked to call.
"""

import re
from datetime import datetime
from typing import Final

from dure.base.ids import SPEAKABLE
from dure.services.checkin.types import Bucket, Epoch, Misread, NotACode, Scan, Subject, TooManyTries, VenueId, Visit

from .calendar import bucket_of_slot, slot_of
from .secrets import derived

LETTERS: Final = 11
CODES_A_DAY: Final = 4  # to read from a screen or from paper: the same ones
CALLS_A_DAY: Final = 4  # codes told by telephone, each in a call of its own
WRONG_AN_HOUR_MAX: Final = 20  # codes typed at a venue that were nobody's; a hurried hand gets one in fifty wrong
TAG_BYTES: Final = 16
GROUP: Final = 4
_BASE: Final = len(SPEAKABLE)
_DIGITS: Final = "0123456789"
# Prime to 25, and so are the differences of neighbours: one wrong letter or two exchanged neighbours change the sum.
_WEIGHTS: Final = (2, 4, 6, 8, 9, 11, 12, 13, 14, 16, 17)
_LIKE: Final = re.compile(f"[A-Z0-9]{{{LETTERS + 1}}}")
_LETTERS: Final = re.compile(f"[{SPEAKABLE}]{{{LETTERS + 1}}}")
_NUMBER: Final = re.compile(f"[0-9]{{{LETTERS + 1}}}")
_LENGTH_MAX: Final = 64  # with blanks and hyphens


def code_of(passes: bytes, epoch: Epoch, subject: Subject, number: int) -> str:
    """A person's `number`-th code of the day, with its checking letter. `passes` is the day's key of both parties."""
    if not 0 <= number < CODES_A_DAY:
        raise ValueError(f"a person has {CODES_A_DAY} codes a day")
    letters = _drawn(SPEAKABLE, derived(passes, b"spoken", epoch.to_bytes(2), subject, number.to_bytes(1)))
    return letters + check_letter(letters)


def called_code_of(passes: bytes, epoch: Epoch, subject: Subject, number: int) -> str:
    """The code that a person's `number`-th call of the day is told, with its checking digit."""
    if not 0 <= number < CALLS_A_DAY:
        raise ValueError(f"a person is told {CALLS_A_DAY} codes a day")
    digits = _drawn(_DIGITS, derived(passes, b"called", epoch.to_bytes(2), subject, number.to_bytes(1)))
    return digits + check_digit(digits)


def check_letter(letters: str) -> str:
    """The twelfth letter for eleven."""
    total = sum(weight * SPEAKABLE.index(letter) for weight, letter in zip(_WEIGHTS, letters, strict=True))
    return SPEAKABLE[-total % _BASE]


def check_digit(digits: str) -> str:
    """The twelfth digit for eleven: ISO/IEC 7064, MOD 11,10, which finds every single wrong digit."""
    rest = 10
    for digit in digits:
        rest = 2 * ((rest + int(digit)) % 10 or 10) % 11
    return str((11 - rest) % 10)


def is_like(typed: str) -> bool:
    """Whether what was typed is as long as a code to read out."""
    return _LIKE.fullmatch(_bare(typed)) is not None


def read(typed: str) -> str:
    """The code somebody typed; blanks, hyphens and small letters do no harm. Raises NotACode, Misread."""
    code = _bare(typed)
    if not _LIKE.fullmatch(code):
        raise NotACode()
    own, check = code[:LETTERS], code[LETTERS]
    if _LETTERS.fullmatch(code) and check_letter(own) == check:
        return code
    if _NUMBER.fullmatch(code) and check_digit(own) == check:
        return code
    raise Misread()


def grouped(code: str) -> tuple[str, ...]:
    """As it is shown and read out."""
    return tuple(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def check_tries(wrong_this_hour: int) -> None:
    """Whether another code may be typed at a venue that has typed so many wrong ones in this hour. Raises TooManyTries.

    Only codes whose check letter fits and that are nobody's count: slips of the hand are told without looking anything up.
    """
    if wrong_this_hour >= WRONG_AN_HOUR_MAX:
        raise TooManyTries(limit=WRONG_AN_HOUR_MAX)


def hour_of(at: datetime) -> int:
    """The hour in which wrong codes are counted, since 1970."""
    return int(at.timestamp()) // 3600


def tag_of(passes: bytes, epoch: Epoch, code: str) -> bytes:
    """What stands for a code between the parties: the visit party has no list of codes that somebody could read out."""
    return derived(passes, b"spoken tag", epoch.to_bytes(2), code.encode())[:TAG_BYTES]


def owner_of(subject: Subject, code: str) -> bytes:
    """What tells a code that is handed over a second time from another person's same one; nothing like that of other codes."""
    return derived(subject, b"spoken owner", code.encode())[:TAG_BYTES]


def entry(spent: bytes, epoch: Epoch, tag: bytes) -> bytes:
    """Under what the visit party finds a code: nobody without its key of the day, not even who handed the tag over."""
    return derived(spent, b"spoken", epoch.to_bytes(2), tag)[:TAG_BYTES]


def marks_of(spent: bytes, epoch: Epoch, tag: bytes, sealed: bytes) -> tuple[bytes, bytes, bytes]:
    """What is spent when a code is taken: three marks like those of every pass, so that its rows look like all others."""
    day = epoch.to_bytes(2)
    return (
        derived(spent, b"spoken first", day, tag)[:TAG_BYTES],
        derived(spent, b"spoken second", day, tag)[:TAG_BYTES],
        derived(spent, b"envelope", day, sealed)[:TAG_BYTES],
    )


def visit_of(venue: VenueId, scan: Scan, sealed: bytes) -> Visit:
    """What is kept: the half hour in which the code was typed, and the sealed handle that it found."""
    epoch, slot = slot_of(scan.scanned_at)
    return Visit(Bucket(epoch, venue, bucket_of_slot(slot)), sealed)


def _bare(typed: str) -> str:
    return re.sub(r"[\s-]", "", typed[:_LENGTH_MAX]).upper()


def _drawn(alphabet: str, chance: bytes) -> str:
    value, drawn = int.from_bytes(chance), ""
    for _ in range(LETTERS):
        value, at = divmod(value, len(alphabet))
        drawn += alphabet[at]
    return drawn
