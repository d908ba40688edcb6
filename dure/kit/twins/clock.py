"""A clock of a twin's own: days of retries pass in a test's second."""

from datetime import datetime, timedelta

from dure.base import clock


class TwinClock:
    """The time as the twin has it: that of this machine, `pace` times as fast, and moved forward on request."""

    def __init__(self, pace: float = 1.0) -> None:
        self._began = clock.now()
        self._pace = pace
        self._moved = timedelta()

    def now(self) -> datetime:
        return self._began + (clock.now() - self._began) * self._pace + self._moved

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        if seconds < 0:
            raise ValueError("a clock goes forward")
        self._moved += timedelta(seconds=seconds)
