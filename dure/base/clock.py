"""The only place that reads the clock. Stored in UTC, shown in the zone of the installation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")

_source: ContextVar[Callable[[], datetime] | None] = ContextVar("clock", default=None)
_of_this_program: list[Callable[[], datetime]] = []  # at most one


def now() -> datetime:
    """This instant, in UTC."""
    source = _source.get()
    if source is not None:
        return source()
    return _of_this_program[0]() if _of_this_program else datetime.now(UTC)


@contextmanager
def read_from(source: Callable[[], datetime]) -> Iterator[None]:
    """In this block, and in what is started from it, the time is what `source` says. For simulations: a town never does this."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def run_by(source: Callable[[], datetime]) -> None:
    """From now on the time is what `source` says, in every thread of this program and in what it forks. For a program that is a
    party of a simulated day: a town never does this.
    """
    _of_this_program[:] = [source]


def ahead(by: timedelta) -> Callable[[], datetime]:
    """A source for `read_from`: this instant, and so much more. For simulations that need noon at night."""
    return lambda: datetime.now(UTC) + by


def local(at: datetime, zone: ZoneInfo = SEOUL) -> datetime:
    """The same instant on the wall clock of `zone`."""
    return at.astimezone(zone)


def today(zone: ZoneInfo = SEOUL) -> date:
    """The calendar day it is now in `zone`."""
    return now().astimezone(zone).date()
