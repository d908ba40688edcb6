"""Codes to read out: for a cracked screen, a paper slip, a telephone call.

Eleven letters that survive a call and one that checks them, read out as three groups of four. The identity party hands the visit
party the day's sealed handles for them in random order, so a code finds a sealed handle there and nobody's name. A code holds all
day and once; a person has a few a day. With ten million people a guess is somebody's code once in sixty million times, and once
in three days two people have the same one: then neither is taken, because nobody found is better than somebody else.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from dure.base.ids import SPEAKABLE
from dure.services.checkin.types import Epoch, Misread, NotACode, Subject, TooManyTries

from .secrets import derived

LETTERS: Final = 11
CODES_A_DAY: Final = 4
WRONG_AN_HOUR_MAX: Final = 20  # codes typed at a venue that were nobody's; a hurried hand gets one in fifty wrong
_BASE: Final = len(SPEAKABLE)
# Prime to 25, and so are the differences of neighbours: one wrong letter or two exchanged neighbours change the sum.
_WEIGHTS: Final = (2, 4, 6, 8, 9, 11, 12, 13, 14, 16, 17)
_CODE: Final = re.compile(f"[{SPEAKABLE}]{{{LETTERS + 1}}}")


def code_of(passes: bytes, epoch: Epoch, subject: Subject, number: int) -> str:
    """A person's `number`-th code of the day, with its checking letter. `passes` is the day's key of both parties."""
    if not 0 <= number < CODES_A_DAY:
        raise ValueError(f"a person has {CODES_A_DAY} codes a day")
    value = int.from_bytes(derived(passes, b"spoken", epoch.to_bytes(2), subject, number.to_bytes(1)))
    letters = ""
    for _ in range(LETTERS):
        value, letter = divmod(value, _BASE)
        letters += SPEAKABLE[letter]
    return letters + check_letter(letters)


def check_letter(letters: str) -> str:
    """The twelfth letter for eleven."""
    total = sum(weight * SPEAKABLE.index(letter) for weight, letter in zip(_WEIGHTS, letters, strict=True))
    return SPEAKABLE[-total % _BASE]


def read(typed: str) -> str:
    """The code somebody typed; blanks, hyphens and small letters do no harm. Raises NotACode, Misread."""
    code = re.sub(r"[\s-]", "", typed[:64]).upper()
    if not _CODE.fullmatch(code):
        raise NotACode()
    if check_letter(code[:LETTERS]) != code[LETTERS]:
        raise Misread()
    return code


def check_tries(wrong_this_hour: int) -> None:
    """Whether another code may be typed at a venue that has typed so many wrong ones in this hour. Raises TooManyTries.

    Only codes whose check letter fits and that are nobody's count: slips of the hand are told without looking anything up.
    """
    if wrong_this_hour >= WRONG_AN_HOUR_MAX:
        raise TooManyTries(limit=WRONG_AN_HOUR_MAX)


def only_one_persons(entries: Iterable[bytes]) -> frozenset[bytes]:
    """Those entries of a day that stand there once. Two people with the same code have others of theirs."""
    return frozenset(entry for entry, count in Counter(entries).items() if count == 1)


def entry(spent: bytes, epoch: Epoch, code: str) -> bytes:
    """Under what the visit party finds and spends a code: not the code itself."""
    return derived(spent, b"spoken", epoch.to_bytes(2), code.encode())[:16]
