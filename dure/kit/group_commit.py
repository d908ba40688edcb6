"""Group commit: many requests, one statement, one commit.

Requests that arrive while the last group is being written form the next group, so a group is as large as the load
asks for and nobody waits for a timer. The queue is bounded: when it is full the answer is Busy, never an unbounded wait.
A message that the database cannot take fails alone, not with the strangers in its group.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import psycopg

from dure.base.refusals import Busy
from dure.kit import metrics

QUEUE_MAX = 4096
GROUP_MAX = 512
WAIT_SECONDS_MAX = 10


@dataclass(slots=True)
class _Waiting[M, V]:
    message: M
    verdict: asyncio.Future[V]


class GroupCommit[M, V]:
    """Collects messages and writes each group with `write`, which answers one verdict a message, in order."""

    def __init__(
        self,
        write: Callable[[Sequence[M]], Awaitable[Sequence[V]]],
        *,
        name: str = "unnamed",
        writers: int = 1,
        group_max: int = GROUP_MAX,
        queue_max: int = QUEUE_MAX,
    ) -> None:
        self._write = write
        self._sizes = metrics.GROUP_SIZE.labels(name)
        self._seconds = metrics.GROUP_SECONDS.labels(name)
        self._group_max = group_max
        self._queue: asyncio.Queue[_Waiting[M, V]] = asyncio.Queue(queue_max)
        self._writers = writers
        self._tasks: set[asyncio.Task[None]] = set()
        self.groups = 0
        self.written = 0

    async def add(self, message: M) -> V:
        """Write `message` with the next group and answer its verdict, durable. Raises Busy when too many wait."""
        if not self._tasks:
            self._start()
        waiting = _Waiting(message, asyncio.get_running_loop().create_future())
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull:
            raise Busy(retry_seconds=1) from None
        verdict: V = await waiting.verdict
        return verdict

    async def close(self) -> None:
        """Stop the writers. Messages still waiting are cancelled: they were never acknowledged."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        while not self._queue.empty():
            self._queue.get_nowait().verdict.cancel()

    def _start(self) -> None:
        for _ in range(self._writers):
            task = asyncio.get_running_loop().create_task(self._run())
            self._tasks.add(task)

    async def _run(self) -> None:
        while True:
            group = [await self._queue.get()]
            while len(group) < self._group_max and not self._queue.empty():
                group.append(self._queue.get_nowait())
            await self._settle(group)

    async def _settle(self, group: list[_Waiting[M, V]]) -> None:
        """Write one group and hand out the verdicts. Whatever happens, every caller hears something and the writer lives."""
        try:
            verdicts = await self._written(group)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            await self._part(group, error)
        except Exception as error:  # noqa: BLE001 - the group's callers get it; the writer lives on for the next group
            _fail(group, error)
        except asyncio.CancelledError:
            for waiting in group:
                waiting.verdict.cancel()
            raise
        else:
            for waiting, verdict in zip(group, verdicts, strict=True):
                if not waiting.verdict.done():
                    waiting.verdict.set_result(verdict)

    async def _written(self, group: list[_Waiting[M, V]]) -> Sequence[V]:
        started = time.perf_counter()
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            verdicts = await self._write([waiting.message for waiting in group])
        if len(verdicts) != len(group):
            raise AssertionError("one verdict a message")
        self.groups += 1
        self.written += len(group)
        self._sizes.observe(len(group))
        self._seconds.observe(time.perf_counter() - started)
        return verdicts

    async def _part(self, group: list[_Waiting[M, V]], error: Exception) -> None:
        """The database turned the whole group down for one message's content: halve it until that one is alone."""
        if len(group) == 1:
            _fail(group, error)
            return
        middle = len(group) // 2
        await self._settle(group[:middle])
        await self._settle(group[middle:])


def _fail[M, V](group: list[_Waiting[M, V]], error: Exception) -> None:
    for waiting in group:
        if not waiting.verdict.done():
            waiting.verdict.set_exception(error)
