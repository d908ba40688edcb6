"""The only place that reads the clock. Stored in UTC, shown in the zone of the installation."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def local(at: datetime, zone: ZoneInfo = SEOUL) -> datetime:
    """The same instant on the wall clock of `zone`."""
    return at.astimezone(zone)


def today(zone: ZoneInfo = SEOUL) -> date:
    """The calendar day it is now in `zone`."""
    return now().astimezone(zone).date()
