"""Which key may be made, opened, destroyed on which day, and what its commitment is. Pure: the day is an argument.

The calendar is Korea's. A key opens as long as today is before its `ends_on`; on that day and after it nobody opens it,
whether or not anything was destroyed.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from dure.foundations.vault.types import (
    KEEP_DAYS_MAX,
    WORD_LENGTH_MAX,
    BadEnd,
    BadName,
    ClockJumped,
    ClockWentBack,
    KeyEnded,
    KeyName,
)

__all__ = [
    "STEP_DAYS_MAX",
    "bound",
    "check_clock",
    "check_name",
    "check_word",
    "commitment_of",
    "destroyed_statement",
    "has_ended",
    "made_statement",
    "may_destroy",
    "may_make",
    "may_open",
    "seen_after",
    "statement",
    "steps_too_far",
]

STEP_DAYS_MAX: Final = 35  # a clock that goes on further than this is not believed when it would destroy
_WORD: Final = re.compile(rf"[a-z][a-z0-9_]{{0,{WORD_LENGTH_MAX - 1}}}")
_COMMITMENT: Final = b"dure.vault.key.v1"


def check_word(word: str) -> str:
    """A name of a party, a purpose or a log. Raises BadName."""
    if not _WORD.fullmatch(word):
        raise BadName(name=word[:WORD_LENGTH_MAX])
    return word


def check_name(name: KeyName) -> KeyName:
    """The name of a key. Raises BadName."""
    check_word(name.party)
    check_word(name.purpose)
    return name


def check_clock(today: date, seen: date | None) -> date:
    """Today, unless the clock went back behind a day it has shown before. Raises ClockWentBack."""
    if seen is not None and today < seen:
        raise ClockWentBack(today=today, seen=seen)
    return today


def steps_too_far(today: date, seen: date | None) -> bool:
    """Whether the clock went on further than a machine sleeps: it may be wrong, and destroying cannot be undone."""
    return seen is not None and today - seen > timedelta(days=STEP_DAYS_MAX)


def seen_after(today: date, seen: date | None) -> date:
    """The latest day that is believed to have come: what is written down for the next look."""
    if seen is None or (today > seen and not steps_too_far(today, seen)):
        return today
    return seen


def may_make(name: KeyName, ends_on: date, today: date, seen: date | None) -> None:
    """A key ends after today and within ten years. Raises BadName, BadEnd, ClockWentBack, ClockJumped."""
    check_name(name)
    check_clock(today, seen)
    if steps_too_far(today, seen) and seen is not None:
        raise ClockJumped(today=today, seen=seen)
    if not today < ends_on <= today + timedelta(days=KEEP_DAYS_MAX) or not name.day < ends_on:
        raise BadEnd(name=str(name), ends_on=ends_on)


def has_ended(ends_on: date, today: date) -> bool:
    """Whether a key opens nothing any more on this day."""
    return today >= ends_on


def may_open(name: KeyName, ends_on: date, today: date, seen: date | None) -> None:
    """Fails closed by age: also when nothing was destroyed. Raises ClockWentBack, KeyEnded."""
    check_clock(today, seen)
    if has_ended(ends_on, today):
        raise KeyEnded(name=str(name), ends_on=ends_on)


def may_destroy(today: date, seen: date | None) -> None:
    """Nothing is destroyed by a clock that went back or jumped. Raises ClockWentBack, ClockJumped."""
    check_clock(today, seen)
    if steps_too_far(today, seen) and seen is not None:
        raise ClockJumped(today=today, seen=seen)


def bound(name: KeyName, ends_on: date) -> bytes:
    """What a key is bound to wherever it lies: its name and its end. Two different ones never read the same."""
    return b"|".join(part.encode() for part in (name.party, name.purpose, name.day.isoformat(), ends_on.isoformat()))


def commitment_of(name: KeyName, ends_on: date, secret: bytes) -> bytes:
    """SHA-256 over name, end and key. 32 random bytes are not found from it, and no other key fits it."""
    return hashlib.sha256(_COMMITMENT + b"|" + bound(name, ends_on) + b"|" + secret).digest()


def statement(kind: str, fields: Mapping[str, str | int]) -> bytes:
    """An entry of the log as bytes: JSON with its keys in order and no blanks, so that anybody makes the same bytes."""
    return json.dumps({"kind": kind, **fields}, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def made_statement(name: KeyName, ends_on: date, commitment: bytes) -> bytes:
    """What the log says when a key was made."""
    return statement("key.made", {**_said(name), "ends_on": ends_on.isoformat(), "commitment": commitment.hex()})


def destroyed_statement(name: KeyName, commitment: bytes, on: date) -> bytes:
    """What the log says when a key was destroyed."""
    return statement("key.destroyed", {**_said(name), "on": on.isoformat(), "commitment": commitment.hex()})


def _said(name: KeyName) -> dict[str, str]:
    return {"party": name.party, "purpose": name.purpose, "day": name.day.isoformat()}
