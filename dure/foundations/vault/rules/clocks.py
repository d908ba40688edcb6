"""What is believed of a clock. Pure: the day is an argument.

Three rules, from what a mistake would cost. *Opening* asks the age of a key only: a wrong clock put right has done nothing.
*Destroying* cannot be undone, and needs little haste, because a key past its end opens nothing anyway: a leap of more than
three days is not believed until somebody says that it is right. *Writing down* that a day has come shuts out every earlier
one: opening alone writes down no more than the next day.
"""

from datetime import date, datetime, timedelta
from typing import Final

from dure.foundations.vault.types import ClockJumped, ClockWentBack, Moment

__all__ = [
    "BUILT_ON",
    "FIRST_DAYS_MAX",
    "STEP_DAYS_MAX",
    "USE_STEP_DAYS_MAX",
    "check_belief",
    "check_clock",
    "is_believed",
    "moment_of",
    "seen_after",
]

BUILT_ON: Final = date(
    2026, 11, 1
)  # no clock is right that shows an earlier day than this program was made; set it with a release
FIRST_DAYS_MAX: Final = 800  # after BUILT_ON: a place that has seen nothing yet believes no clock beyond
STEP_DAYS_MAX: Final = 3  # from Friday's night to Monday's morning; the worker looks every minute
USE_STEP_DAYS_MAX: Final = 1  # what opening a key writes down by itself


def moment_of(at: datetime) -> Moment:
    """The minute of Korea's calendar of an instant on Korea's wall clock."""
    return Moment(at.date(), at.hour * 60 + at.minute)


def check_clock(today: date, seen: date | None) -> date:
    """Today, unless the clock shows a day before one it has shown, or before this program was made. Raises ClockWentBack."""
    known = BUILT_ON if seen is None else seen
    if today < known:
        raise ClockWentBack(today=today, seen=known)
    return today


def is_believed(today: date, seen: date | None, days_max: int = STEP_DAYS_MAX) -> bool:
    """Whether the clock went on no further than a machine sleeps; of a place that saw nothing yet, than a program is old."""
    if seen is None:
        return today - BUILT_ON <= timedelta(days=FIRST_DAYS_MAX)
    return today - seen <= timedelta(days=days_max)


def check_belief(today: date, seen: date | None) -> None:
    """What cannot be undone waits for a clock that is believed. Raises ClockWentBack, ClockJumped."""
    check_clock(today, seen)
    if not is_believed(today, seen):
        raise ClockJumped(today=today, seen=BUILT_ON if seen is None else seen)


def seen_after(today: date, seen: date | None, days_max: int) -> date | None:
    """The latest day that has come, as it is written down: never an earlier one, and `days_max` later at most or not at all."""
    forwards = seen is None or today > seen
    return today if forwards and is_believed(today, seen, days_max) else seen
