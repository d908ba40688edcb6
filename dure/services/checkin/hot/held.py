"""What a hot room remembers for a moment: looked up once for all who ask at the same time, and gone by itself afterwards."""

import asyncio
import time
from collections.abc import Awaitable, Callable


class Held[K, V]:
    """Values by key, each for `seconds` at most, and `most` at a time. In one event loop; what failed is asked again."""

    def __init__(self, look_up: Callable[[K], Awaitable[V]], seconds: float, most: int) -> None:
        self._look_up, self._seconds, self._most = look_up, seconds, most
        self._kept: dict[K, tuple[float, V]] = {}
        self._asked: dict[K, asyncio.Task[V]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __contains__(self, key: K) -> bool:
        found = self._kept.get(key)
        return found is not None and found[0] > time.monotonic()

    async def of(self, key: K) -> V:
        """The value of a key."""
        found = self._kept.get(key)
        if found is not None and found[0] > time.monotonic():
            return found[1]
        task = self._asked.get(key)
        if task is None:
            task = self._asked[key] = asyncio.get_running_loop().create_task(self._found(key))
            task.add_done_callback(_looked_at)
        return await asyncio.shield(task)

    def clear(self) -> None:
        """Keep nothing any more."""
        self._kept.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _found(self, key: K) -> V:
        try:
            value = await self._look_up(key)
        finally:
            del self._asked[key]
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[key] = (time.monotonic() + self._seconds, value)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._drop)
        return value

    def _drop(self) -> None:
        now = time.monotonic()
        for key in [key for key, (until, _) in self._kept.items() if until <= now]:
            del self._kept[key]
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._drop) if self._kept else None


def _looked_at[V](task: "asyncio.Task[V]") -> None:
    """Whoever waited has been told; that nobody waited any longer is no news."""
    if not task.cancelled():
        task.exception()
