"""Telephones that listen without an account: which numbers, and when they are asked. Pure."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dure.base.refusals import BadValue
from dure.services.broadcast.types import Kind, Listener, Way

from .ladder import NIGHT_ENDS, PATIENCE, is_night, morning

NAME_LENGTH: Final = (2, 40)
ZONE: Final = "Asia/Seoul"
ASKS_MAX: Final = 3
ASKED_AGAIN: Final = timedelta(days=1)
NO_LASTS: Final = timedelta(days=180)
CONSENT_VERSION: Final = 2  # of the words to which they say yes in a call; from 2 on they name texts
TEXTS_FROM: Final = 2
COUNTRY: Final = "+82"
_NUMBER: Final = re.compile(r"0(?:2|[3-6][1-5]|1[016789]|70)[0-9]{7,8}")
_MOBILE: Final = re.compile(r"\+821[016789]")
_SIGNS: Final = re.compile(r"[\s.()‐-―-]")

# What the gateway does not take is asked for again after these minutes, the last of them over and over.
PAUSES: Final = {Kind.NOTICE: (1, 2, 4, 8, 15, 30), Kind.URGENT: (1, 1, 2), Kind.DRILL: (1, 2, 4, 8, 15, 30)}
# So long a call may wait for the gateway before somebody stands on the head's list as well.
HOLD: Final = {Kind.NOTICE: timedelta(hours=1), Kind.URGENT: timedelta(minutes=3), Kind.DRILL: timedelta(hours=1)}
HOUR: Final = timedelta(hours=1)
RINGS_PER_HOUR_MAX: Final = 4  # at one number, whatever villages it hears; what is urgent rings all the same
RINGS_APART: Final = timedelta(minutes=2)  # so that our second call does not find our first one on the line


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


def listener(number: str, consent: int) -> Listener:
    """By which ways a household is told: with a mobile number by a text first, if that is what was agreed to."""
    texts = {Way.TEXT} if _MOBILE.match(number) and consent >= TEXTS_FROM else set()
    return Listener(frozenset({*texts, Way.CALL, Way.AGAIN}), ZONE)


def rings_at(kind: Kind | None, now: datetime) -> datetime:
    """From when on somebody may be rung or sent a text; `kind` None: for their word. At night only what is urgent rings."""
    return morning(now, ZONE) if kind is not Kind.URGENT and is_night(now, ZONE) else now


def tried_again(kind: Kind | None, tries: int, now: datetime) -> datetime:
    """When the gateway is asked again that did not take it `tries` times, the last one now: after a longer and longer pause."""
    pauses = PAUSES[kind or Kind.NOTICE]
    return rings_at(kind, now + timedelta(minutes=pauses[min(max(tries, 1), len(pauses)) - 1]))


def waited(kind: Kind, since: datetime, now: datetime) -> timedelta:
    """How long the gateway could have taken it: what may not ring at night counts from the morning."""
    if kind is Kind.URGENT:
        return now - since
    if is_night(now, ZONE):
        return timedelta(0)
    today = datetime.combine(now.astimezone(ZoneInfo(ZONE)).date(), NIGHT_ENDS, tzinfo=ZoneInfo(ZONE))
    return now - max(since, today)


def is_held_long(kind: Kind, since: datetime, now: datetime) -> bool:
    """Whether a call waits for the gateway so long that the head should know."""
    return waited(kind, since, now) >= HOLD[kind]


def is_text_late(kind: Kind, since: datetime, now: datetime) -> bool:
    """Whether a text that nobody took is given up: a call comes next."""
    return waited(kind, since, now) >= PATIENCE[kind]


def next_ring(kind: Kind | None, rung: Collection[datetime], now: datetime) -> datetime:
    """When a number may be rung again that was rung at these times of the last hour."""
    if kind is Kind.URGENT or not rung:
        return now
    last = max(rung) + RINGS_APART
    return max(last, min(rung) + HOUR) if len(rung) >= RINGS_PER_HOUR_MAX else last
