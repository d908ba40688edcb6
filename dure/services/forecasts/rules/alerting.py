"""Who is told of an alert now. Asked anew for everybody who was not told yet; nothing is kept for later.

- Whoever heard of what it takes the place of hears of it: that it is worse, changed, easing, over, or was a mistake.
- Whoever has a place in its regions hears a first time, from the level on that they chose.
- A first or a worse one about life and death, from a role that may, breaks the night; all else waits for waking hours.
- Nothing is told that would come when the alert is over.
"""

from datetime import datetime

from dure.services.forecasts.types import AlertTelling, Hearer, ImpactLevel, Reader, Spoken

from .due import MAY_BREAK_QUIET, is_quiet

WARNS = (AlertTelling.FIRST, AlertTelling.UPGRADE)


def telling(spoken: Spoken, hearer: Hearer) -> AlertTelling | None:
    """What it is to this reader; None: nothing to say."""
    if spoken.is_cancelled or spoken.is_all_clear:
        if hearer.before is None:
            return None  # who was not warned needs not hear that it is over
        return AlertTelling.CANCELLED if spoken.is_cancelled else AlertTelling.ALL_CLEAR
    if hearer.before is not None:
        return _again(spoken.level, hearer.before)
    if hearer.wanted is None or spoken.level < hearer.wanted:
        return None
    return AlertTelling.FIRST


def breaks_quiet(spoken: Spoken, what: AlertTelling) -> bool:
    """Whether it may go out at night."""
    return what in WARNS and spoken.is_for_life and spoken.role in MAY_BREAK_QUIET


def is_due(spoken: Spoken, what: AlertTelling, hearer: Hearer, now: datetime) -> bool:
    """Whether it goes out now: in waking hours, or when it may break the night; never when it is over."""
    if now >= spoken.ends:
        return False
    return breaks_quiet(spoken, what) or is_waking(hearer, now)


def is_waking(hearer: Hearer, at: datetime) -> bool:
    """Whether this reader is awake by their own clock, or it is the hour that they chose."""
    return not is_quiet(Reader(hearer.reader, hearer.time_zone, hearer.hour), at)


def _again(level: ImpactLevel, before: ImpactLevel) -> AlertTelling:
    if level is before:
        return AlertTelling.CHANGED
    return AlertTelling.UPGRADE if level > before else AlertTelling.DOWNGRADE
