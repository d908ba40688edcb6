"""Bells: whoever waits in the server hears at once that something was written, in whatever process (LISTEN, NOTIFY).

A bell carries no content, only its name. Who hears it looks for themselves, with their own permission; who missed it
(a broken line) looks when they listen again. One connection a process and loop, open while somebody listens.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import batched
from weakref import WeakKeyDictionary

import psycopg
import structlog
from django.db import connection

from dure.base.refusals import Busy
from dure.kit import database_url, tx

CHANNEL = "dure_bell"
NAMES_AT_ONCE = 150  # PostgreSQL takes 8,000 bytes a notification
LISTENERS_MAX = 5_000
BUSY_RETRY_SECONDS = 15
AGAIN_SECONDS = 1.0  # before another try at a database that went away
log = structlog.get_logger(__name__)


def ring(names: Iterable[str]) -> None:
    """Ring when and only when this transaction commits. A name has no space and at most 50 characters."""
    tx.demand()
    with connection.cursor() as cursor:
        for some in batched(dict.fromkeys(names), NAMES_AT_ONCE):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, " ".join(some)])


class Bell:
    """Hears some names. Rings again only after it was waited for: many rings at once are one."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def strike(self) -> None:
        """Somebody rang."""
        self._rung.set()

    async def wait(self, seconds_max: float) -> bool:
        """Wait until it rings; False when it did not within `seconds_max`."""
        try:
            await asyncio.wait_for(self._rung.wait(), seconds_max)
        except TimeoutError:
            return False
        self._rung.clear()
        return True


class _Tower:
    """All bells of one loop, and the connection that hears for them."""

    def __init__(self) -> None:
        self.bells: dict[str, set[Bell]] = {}
        self.count = 0
        self.hears = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Have somebody listening."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())

    async def _listen(self) -> None:
        while self.bells:
            try:
                async with await psycopg.AsyncConnection.connect(
                    "", **database_url.parameters("default"), autocommit=True
                ) as line:
                    await line.execute(f"LISTEN {CHANNEL}".encode())
                    self.hears.set()
                    self._strike_all()  # whatever was rung before is looked for now
                    await self._hear(line)
            except psycopg.OperationalError:
                log.warning("bells_line_broke")
                await asyncio.sleep(AGAIN_SECONDS)
            finally:
                self.hears.clear()

    async def _hear(self, line: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        while self.bells:
            async for told in line.notifies(timeout=60):
                for name in told.payload.split():
                    for bell in tuple(self.bells.get(name, ())):
                        bell.strike()

    def _strike_all(self) -> None:
        for bells in self.bells.values():
            for bell in bells:
                bell.strike()


_towers: WeakKeyDictionary[asyncio.AbstractEventLoop, _Tower] = WeakKeyDictionary()


@asynccontextmanager
async def listening(names: Iterable[str]) -> AsyncIterator[Bell]:
    """A bell that hears `names` for as long as the block runs. Raises Busy when too many listen already."""
    loop = asyncio.get_running_loop()
    tower = _towers.get(loop)
    if tower is None:
        tower = _towers[loop] = _Tower()
    if tower.count >= LISTENERS_MAX:
        raise Busy(retry_seconds=BUSY_RETRY_SECONDS)
    bell, names = Bell(), tuple(names)
    tower.count += 1
    for name in names:
        tower.bells.setdefault(name, set()).add(bell)
    try:
        tower.wake()
        yield bell
    finally:
        tower.count -= 1
        for name in names:
            tower.bells[name].discard(bell)
            if not tower.bells[name]:
                del tower.bells[name]
