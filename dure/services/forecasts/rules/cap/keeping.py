"""Which alerts are kept, what of them stands in a row, and where an alert holds. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from dure.services.forecasts.types import (
    Alert,
    AlertStanding,
    AlertUnfit,
    Identity,
    MsgType,
    Segment,
    UnfitReason,
)

from . import chains, korea

IDENTITY_LENGTH_MAX: Final = 200
AHEAD_MAX: Final = timedelta(minutes=15)  # clocks differ
OVER_MAX: Final = timedelta(days=30)  # what was over before is history, and of no use here
KEPT_DAYS: Final = 30  # after it is over
REGIONS_MAX: Final = 500
CODE_LENGTH: Final = 10
_LEVELS: Final = (2, 4, 5, 8)  # digits of a province, a city with districts, a county or district, a town


def demand_fit(alert: Alert, now: datetime) -> Identity:
    """By what it is told from every other. Raises AlertUnfit."""
    identity = alert.identity
    if identity is None:
        raise AlertUnfit(reason=UnfitReason.NO_IDENTITY)
    if max(len(identity.sender), len(identity.identifier)) > IDENTITY_LENGTH_MAX:
        raise AlertUnfit(reason=UnfitReason.TOO_LONG)
    if identity.sent > now + AHEAD_MAX or chains.ends(alert) < now - OVER_MAX:
        raise AlertUnfit(reason=UnfitReason.TOO_LATE)
    return identity


def standing(alert: Alert, ended_at: datetime | None, now: datetime) -> AlertStanding:
    """What an alert is at `now`, when `ended_at` is the time from which another one of its sender took its place."""
    if alert.msg_type not in (MsgType.ALERT, MsgType.UPDATE):
        return AlertStanding.NEVER
    if ended_at is not None and ended_at <= now:
        return AlertStanding.ENDED
    if now >= chains.ends(alert):
        return AlertStanding.EXPIRED
    return AlertStanding.AHEAD if now < chains.begins(alert) else AlertStanding.IN_FORCE


def regions(alert: Alert) -> tuple[str, ...]:
    """Beginnings of the region codes that its areas name, of all its segments; empty: it names none."""
    codes = {
        geocode.value.strip()
        for segment in alert.segments
        for area in segment.areas
        for geocode in area.geocodes
        if geocode.value_name == korea.GEOCODE
    }
    known = sorted(beginning(code) for code in codes if len(code) == CODE_LENGTH and code.isascii() and code.isdigit())
    return tuple(dict.fromkeys(known))[:REGIONS_MAX]


def beginning(code: str) -> str:
    """What the codes of everything in a region begin with. A city's districts differ from it in the fifth digit."""
    for digits in _LEVELS:
        if not code[digits:].strip("0"):
            return code[:digits]
    return code


def around(start: str) -> tuple[str, ...]:
    """The ten-digit codes of the regions in which this one lies: whoever chose one of them hears of it, too."""
    return tuple(dict.fromkeys(start[:digits].ljust(CODE_LENGTH, "0") for digits in _LEVELS if digits < len(start)))


def segment_for(alert: Alert, language: str) -> Segment | None:
    """What it says in this language, else the first thing it says; None: nothing."""
    wanted = language.partition("-")[0].lower()
    spoken: Iterable[Segment] = (
        one for one in alert.segments if (one.language or "en-US").partition("-")[0].lower() == wanted
    )
    return next(iter(spoken), alert.segments[0] if alert.segments else None)
