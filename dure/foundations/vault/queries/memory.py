"""What a process keeps in memory for a short time, and then by itself no longer: a timer takes it out, asked for again or not."""

import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

__all__: list[str] = []  # nothing here is for other houses

GRACE_SECONDS: Final = 0.01  # the timer comes when everything of its round is over its time


class Timer(Protocol):
    """A thread that calls something once, later."""

    daemon: bool

    def start(self) -> None: ...

    def is_alive(self) -> bool: ...


type Later = Callable[[float, Callable[[], None]], Timer]


class Memory[K, V]:
    """Values by key, each for `seconds` at most, `most` at a time, for all threads; a fork begins a timer of its own."""

    def __init__(
        self, seconds: float, most: int, later: Later = threading.Timer, at: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds, self._most, self._later, self._at = seconds, most, later, at
        self._kept: dict[K, tuple[float, V]] = {}
        self._timer: Timer | None = None
        self._guard = threading.Lock()

    def get(self, key: K) -> V | None:
        """What is kept under a key and is not over its time."""
        found = self._kept.get(key)
        return found[1] if found is not None and found[0] >= self._at() else None

    def keep(self, key: K, value: V) -> None:
        """Keep a value; when there is no room, the others go."""
        with self._guard:
            self._drop()
            if len(self._kept) >= self._most:
                self._kept.clear()
            self._kept[key] = (self._at() + self._seconds, value)
            self._arm()

    def forget(self, key: K) -> None:
        """Keep it no longer."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        """Keep nothing any more."""
        self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)

    def _drop(self) -> None:
        at = self._at()
        for key, (until, _) in list(self._kept.items()):
            if until < at:
                self._kept.pop(key, None)

    def _arm(self) -> None:
        """A timer while there is something to take out. One that a fork left behind is not alive here."""
        if self._kept and (self._timer is None or not self._timer.is_alive()):
            self._timer = self._later(self._seconds + GRACE_SECONDS, self._ring)
            self._timer.daemon = True
            self._timer.start()

    def _ring(self) -> None:
        with self._guard:
            self._drop()
            self._timer = None
            self._arm()
