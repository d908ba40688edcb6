"""The only place that reads the clock. Stored in UTC, shown in the zone of the installation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")

_source: ContextVar[Callable[[], datetime] | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """This instant, in UTC."""
    source = _source.get()
    return datetime.now(UTC) if source is None else source()


@contextmanager
def read_from(source: Callable[[], datetime]) -> Iterator[None]:
    """In this block, and in what is started from it, the time is what `source` says. For simulations: a town never does this."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def ahead(by: timedelta) -> Callable[[], datetime]:
    """A source for `read_from`: this instant, and so much more. For simulations that need noon at night."""
    return lambda: datetime.now(UTC) + by


def local(at: datetime, zone: ZoneInfo = SEOUL) -> datetime:
    """The same instant on the wall clock of `zone`."""
    return at.astimezone(zone)


def today(zone: ZoneInfo = SEOUL) -> date:
    """The calendar day it is now in `zone`."""
    return now().astimezone(zone).date()
