"""Telephones that listen without an account: which numbers, and when they are asked. Pure."""

import re
from datetime import datetime, timedelta
from typing import Final

from dure.base.refusals import BadValue

from .ladder import is_night, morning

NAME_LENGTH: Final = (2, 40)
ZONE: Final = "Asia/Seoul"
ASKS_MAX: Final = 3
ASKED_AGAIN: Final = timedelta(days=1)
NO_LASTS: Final = timedelta(days=180)
COUNTRY: Final = "+82"
_NUMBER: Final = re.compile(r"0(?:2|[3-6][1-5]|1[016789]|70)[0-9]{7,8}")
_SIGNS: Final = re.compile(r"[\s.()‐-―-]")


def clean_number(said: str) -> str:
    """A Korean telephone number, of a land line as well, in E.164. Raises BadValue."""
    bare = _SIGNS.sub("", said)
    national = f"0{bare.removeprefix(COUNTRY).removeprefix('0')}" if bare.startswith(COUNTRY) else bare
    if not (national.isascii() and _NUMBER.fullmatch(national)):
        raise BadValue(field="telephone", reason="telephone")
    return f"{COUNTRY}{national[1:]}"


def clean_name(said: str) -> str:
    """A name as it is written. Raises BadValue."""
    name = " ".join(said.split())
    if not NAME_LENGTH[0] <= len(name) <= NAME_LENGTH[1]:
        raise BadValue(field="name", reason="length")
    return name


def asked_at(asks: int, now: datetime) -> datetime | None:
    """When they are asked for their word after so many times, the last one now: by day, a day apart; None: no more."""
    if asks >= ASKS_MAX:
        return None
    at = now + ASKED_AGAIN if asks else now
    return morning(at, ZONE) if is_night(at, ZONE) else at


def no_until(refused_at: datetime) -> datetime:
    """Before then nobody asks them again."""
    return refused_at + NO_LASTS
