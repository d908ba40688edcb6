"""Announcements that come again: a few rules of RFC 5545, on the clock of the village. Pure."""

from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrulestr

from dure.services.broadcast.types import RepeatsUnfit

TIMES_MAX: Final = 400
HORIZON: Final = timedelta(days=731)
TEXT_LENGTH_MAX: Final = 200
FREQUENCIES: Final = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY}
INTERVALS: Final = {str(number) for number in range(1, 61)}  # with 0 the library would name one moment for ever
PARTS: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY"})


def times(rule: str, first: datetime, zone: str) -> tuple[datetime, ...]:
    """Every moment at which an announcement airs that first airs at `first`; that is one, whether or not the rule names it.

    Nine in the morning stays nine in the morning where clocks are changed. A rule ends by COUNT or by UNTIL, a day in the village
    that still belongs to it. At most TIMES_MAX times within two years. Raises RepeatsUnfit.
    """
    if not rule:
        return (first,)
    here = first.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    parts = _parts(rule)
    found = _moments(parts, here)
    if not found:
        raise RepeatsUnfit(reason="never")
    if len(found) > TIMES_MAX:
        raise RepeatsUnfit(reason="too_many")
    if "COUNT" in parts and len(found) < int(parts["COUNT"]):
        raise RepeatsUnfit(reason="too_long")
    later = [each.replace(tzinfo=ZoneInfo(zone)).astimezone(first.tzinfo) for each in found if each > here]
    return (first, *later)


def _parts(rule: str) -> dict[str, str]:
    """Raises RepeatsUnfit."""
    if len(rule) > TEXT_LENGTH_MAX:
        raise RepeatsUnfit(reason="rule")
    named = [part.partition("=")[::2] for part in rule.upper().split(";")]
    parts = dict(named)
    if len(parts) < len(named) or not set(parts) <= PARTS or not all(parts.values()):
        raise RepeatsUnfit(reason="rule")
    if parts.get("FREQ") not in FREQUENCIES:
        raise RepeatsUnfit(reason="frequency")
    if parts.get("INTERVAL", "1") not in INTERVALS:
        raise RepeatsUnfit(reason="rule")
    if ("COUNT" in parts) == ("UNTIL" in parts):
        raise RepeatsUnfit(reason="endless")
    return parts


def _moments(parts: dict[str, str], here: datetime) -> tuple[datetime, ...]:
    """The moments on the village's clock; one more than are allowed, where there are more. Raises RepeatsUnfit."""
    bare = ";".join(f"{name}={value}" for name, value in parts.items() if name not in ("COUNT", "UNTIL"))
    try:
        most = int(parts.get("COUNT", TIMES_MAX + 1))
        until = here + HORIZON
        if "UNTIL" in parts:
            until = min(until, datetime.combine(_day(parts["UNTIL"]), time.max))
        # An end for every rule: one that never comes is not looked for until the year 9999.
        found = rrulestr(f"{bare};UNTIL={until:%Y%m%dT%H%M%S}", dtstart=here, ignoretz=True)
        return tuple(islice(found, max(0, min(most, TIMES_MAX + 1))))
    except (ValueError, TypeError, OverflowError, KeyError) as error:
        raise RepeatsUnfit(reason="rule") from error


def _day(text: str) -> date:
    """Raises ValueError."""
    if not (len(text) == 8 and text.isdigit()):  # the short form of a day, as in RFC 5545, and no other of ISO 8601
        raise ValueError("no day")
    return date.fromisoformat(text)
