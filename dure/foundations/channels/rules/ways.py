"""Telephone numbers and the codes that prove them. Pure."""

import re
from datetime import timedelta
from typing import Final

from dure.base.refusals import BadValue
from dure.foundations.channels.types import Purpose

CODE_DIGITS: Final = 6
CODE_LIVES: Final = timedelta(minutes=10)  # who reads slowly, and types with one finger, has time
TRIES_MAX: Final = 5  # of one code: a guess is right once in 200,000 askings
GAP_SECONDS: Final = 60  # between two codes to one person
ASKS_A_DAY: Final = 6  # of one person
CODES_A_DAY: Final = 10  # to one number, whoever asks; nobody's telephone is made to ring all day
# A person's first, second ... code to a number is sent while it has had fewer than so many of that day, whoever asked: who names
# it often leaves room for who names it first.
ROOM: Final = (CODES_A_DAY, 8, 8, 4)
ASKS_OF_A_NUMBER: Final = len(ROOM)  # of one person to one number a day
LATE_SECONDS: Final = 3600  # after those, between two more
LATE_OF_A_PERSON: Final = (
    2  # of those a day: a few accounts cannot take every hour, and whose number it is comes through
)
DAY_SECONDS: Final = 24 * 3600
LOST_KEPT: Final = timedelta(days=90)  # so long the page says which number was lost, and why
SHOWN_DIGITS: Final = 4
COUNTRY: Final = "+82"
# 010, and the older prefixes that a few people kept. Other numbers take no text message.
_MOBILE = re.compile(r"01(?:0[0-9]{8}|[16789][0-9]{7,8})")
_SIGNS = re.compile(r"[\s.()‐-―-]")


def clean_number(said: str) -> str:
    """A Korean mobile number in E.164, from any way in which people write it. Raises BadValue."""
    bare = _SIGNS.sub("", said)
    bare = f"+{bare[2:]}" if bare.startswith("00") else bare
    if bare.startswith("+") and not bare.startswith(COUNTRY):
        raise BadValue(field="number", reason="foreign_number")
    national = f"0{bare.removeprefix(COUNTRY).removeprefix('0')}" if bare.startswith("+") else bare
    if not national.isascii() or not _MOBILE.fullmatch(national):
        raise BadValue(field="number", reason="mobile_number")
    return f"{COUNTRY}{national[1:]}"


def clean_code(said: str) -> str:
    """The digits of a code as somebody typed it. Raises BadValue."""
    digits = _SIGNS.sub("", said)
    if len(digits) != CODE_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise BadValue(field="code", reason="code")
    return digits


def written(number: str) -> str:
    """A number as people here write it: 010-1234-5678."""
    national = f"0{number.removeprefix(COUNTRY)}"
    return f"{national[:3]}-{national[3:-4]}-{national[-4:]}"


def masked(address: str) -> str:
    """What may be shown of an address to others: the last digits of a number, the first letter and the domain of a mailbox."""
    name, at, domain = address.rpartition("@")
    if at:
        return f"{name[:1]}•••@{domain}"
    return f"•••{address[-SHOWN_DIGITS:]}"


def bars(purpose: Purpose, whose: bytes, owner: bytes) -> bool:
    """Whether a word against an address, said by `whose`, holds for who has it now, the `owner`: their own always does, that of
    another owner never. Of whom it was is unknown of words from before that was noted: those keep ads away, whoever has it.
    """
    return whose == owner if whose else purpose is Purpose.AD
