"""When somebody is reminded of a day that they have not proved yet: never unasked, never at night, never late. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from dure.base import clock
from dure.base.refusals import BadValue
from dure.services.pledges.types import Window

from . import days

HOUR_MINUTES: Final = 60
QUIET_UNTIL, QUIET_FROM = (
    8,
    21,
)  # hours in which nothing rings (정보통신망법 50조; a reminder is no ad and keeps to them, too)
LATE_MINUTES: Final = 30  # so long after its hour a reminder is still one
SPARE_MINUTES: Final = 1  # what would be too late within this is not begun any more
NAMED_MAX: Final = 3  # projects that one message names; of the others it says how many
KEEP_DAYS: Final = 7  # so long it is known that somebody was reminded


def hours_of(window: Window) -> tuple[int, ...]:
    """The hours at which one can be reminded of a project: within its own window, and not at night."""
    hours = range(QUIET_UNTIL, QUIET_FROM)
    return tuple(hour for hour in hours if window.start <= hour * HOUR_MINUTES < window.until)


def check_hour(hour: int | None, window: Window | None = None) -> int | None:
    """An hour at which somebody wants to be reminded, of a project with this window or of all. Raises BadValue."""
    if hour is None:
        return None
    if not QUIET_UNTIL <= hour < QUIET_FROM:
        raise BadValue(field="hour", reason="quiet_hours")
    if window is not None and hour not in hours_of(window):
        raise BadValue(field="hour", reason="outside_window")
    return hour


def due_hour(at: datetime) -> int | None:
    """The hour whose reminders go out at `at`; None when it is too late for the last one, or night."""
    here = clock.local(at)
    is_begun = here.minute < LATE_MINUTES - SPARE_MINUTES
    return here.hour if is_begun and QUIET_UNTIL <= here.hour < QUIET_FROM else None


def too_late(at: datetime) -> datetime:
    """From when on a reminder whose hour has begun at `at` is none any more."""
    return clock.local(at).replace(minute=0, second=0, microsecond=0) + timedelta(minutes=LATE_MINUTES)


def hour_of(own: int | None, has_own: bool, everywhere: int | None, window: Window) -> int | None:
    """The hour that holds for a project: its own word, else the one for all where the project has that hour."""
    hour = own if has_own else everywhere
    return hour if hour in hours_of(window) else None


def is_needed(day: int, proved: Collection[int], days_a_week: int) -> bool:
    """Whether a day still has to be proved: it is none of those `proved`, and its week has not enough of them yet."""
    week = days.week_of(day)
    done = {one for one in proved if days.week_of(one) == week}
    return day not in done and len(done) < days.needed_in(days.WEEKS[week], days_a_week)
