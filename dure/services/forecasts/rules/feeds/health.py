"""Whether a feed still speaks. Silence is "no data", never "no danger"."""

from datetime import datetime, timedelta

from dure.services.forecasts.types import FeedHealth, FeedState

SILENT_AFTER = timedelta(hours=26)  # a forecast a day, and two hours
SILENT_SOON = timedelta(hours=3)  # what comes and goes within the hour
CLOCK_AHEAD_MAX = timedelta(minutes=5)  # a reading from further in the future comes from a wrong clock


def health(last: datetime | None, now: datetime, silent_after: timedelta = SILENT_AFTER) -> FeedHealth:
    """Fresh while the last good reading is younger than 26 hours, or whatever was said."""
    if last is None or now - last >= silent_after or last - now > CLOCK_AHEAD_MAX:
        return FeedHealth(FeedState.SILENT, last)
    return FeedHealth(FeedState.FRESH, last)
