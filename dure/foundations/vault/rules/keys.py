"""Which key may be made, opened, destroyed when. Pure: the minute is an argument.

The calendar is Korea's. A key opens as long as now is before its end; from that minute on nobody opens it, whether or not
anything was destroyed. A key of a whole day ends with a day; one of a half hour ends at a minute, within two days.
"""

import re
from datetime import date, timedelta
from typing import Final

from dure.foundations.vault.rules.clocks import check_belief, check_clock
from dure.foundations.vault.types import (
    KEEP_DAYS_MAX,
    MINUTES,
    PARTS,
    WHOLE_DAY,
    WORD_LENGTH_MAX,
    BadEnd,
    BadName,
    KeyEnded,
    KeyName,
    Moment,
)

__all__ = [
    "PART_DAYS_MAX",
    "check_name",
    "check_word",
    "end_of",
    "has_ended",
    "may_destroy",
    "may_make",
    "may_open",
    "name_in",
]

PART_DAYS_MAX: Final = 2  # a key of a half hour lives no longer after its day began
_WORD: Final = re.compile(rf"[a-z][a-z0-9_]{{0,{WORD_LENGTH_MAX - 1}}}")


def check_word(word: str) -> str:
    """A name of a party, a purpose or a log. Raises BadName."""
    if not _WORD.fullmatch(word):
        raise BadName(name=word[:WORD_LENGTH_MAX])
    return word


def check_name(name: KeyName) -> KeyName:
    """The name of a key. Raises BadName."""
    check_word(name.party)
    check_word(name.purpose)
    if not (name.part == WHOLE_DAY or 0 <= name.part < PARTS):
        raise BadName(name=f"part {name.part}"[:WORD_LENGTH_MAX])
    return name


def name_in(text: str) -> KeyName:
    """The key whose name is written so: party.purpose.day, and .part. Raises BadName."""
    parts = text.split(".")
    try:
        name = check_name(KeyName(parts[0], parts[1], date.fromisoformat(parts[2]), *map(int, parts[3:])))
    except (ValueError, IndexError, TypeError):
        raise BadName(name=text[:WORD_LENGTH_MAX]) from None
    if str(name) != text:
        raise BadName(name=text[:WORD_LENGTH_MAX])
    return name


def end_of(ends: date | Moment) -> Moment:
    """An end that was given as a day is the first minute of that day."""
    return ends if isinstance(ends, Moment) else Moment(ends)


def may_make(name: KeyName, ends: Moment, now: Moment, seen: date | None) -> None:
    """A key ends after now and within ten years. Raises BadName, BadEnd, ClockWentBack, ClockJumped."""
    check_name(name)
    check_belief(now.day, seen)
    whole = name.part == WHOLE_DAY
    begins = Moment(name.day, 0 if whole else name.part * (MINUTES // PARTS))
    last = (
        Moment(now.day + timedelta(days=KEEP_DAYS_MAX)) if whole else Moment(name.day + timedelta(days=PART_DAYS_MAX))
    )
    fits = 0 <= ends.minute < MINUTES and (not whole or ends.minute == 0)
    if not fits or not now < ends <= last or not begins < ends:
        raise BadEnd(name=str(name), ends_on=ends.day)


def has_ended(ends: Moment, now: Moment) -> bool:
    """Whether a key opens nothing any more in this minute."""
    return now >= ends


def may_open(name: KeyName, ends: Moment, now: Moment, seen: date | None) -> None:
    """Fails closed by age: also when nothing was destroyed. Raises ClockWentBack, KeyEnded."""
    check_clock(now.day, seen)
    if has_ended(ends, now):
        raise KeyEnded(name=str(name), ends_on=ends.day)


def may_destroy(today: date, seen: date | None) -> None:
    """Nothing is destroyed by a clock that went back or jumped. Raises ClockWentBack, ClockJumped."""
    check_belief(today, seen)
