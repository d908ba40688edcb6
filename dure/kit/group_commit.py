"""Group commit: many requests, one statement, one commit.

Requests that arrive while the last group is being written form the next group, so a group is as large as the load
asks for and nobody waits for a timer. The queue is bounded: when it is full the answer is Busy, never an unbounded wait.
A message that the database cannot take fails alone, not with the strangers in its group.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from dure.base.refusals import Busy
from dure.kit import metrics

QUEUE_MAX = 4096
GROUP_MAX = 512
WAIT_SECONDS_MAX = 10
WATCH_SECONDS = 1
UNSAFE_GROUPS_MAX = 4  # written groups that may wait for the disk while the next one gathers


@dataclass(slots=True)
class _Waiting[M, V]:
    message: M
    verdict: asyncio.Future[V]


class GroupCommit[M, V]:
    """Collects messages and writes each group with `write`, which answers one verdict a message, in order.

    With `durable`, `write` need not wait for the disk: the next group is written while `durable` makes this one safe, and only
    then are its verdicts handed out. It is called as soon as `write` is done, before anything else can happen.
    """

    def __init__(
        self,
        write: Callable[[Sequence[M]], Awaitable[Sequence[V]]],
        *,
        name: str = "unnamed",
        durable: Callable[[], Awaitable[None]] | None = None,
        writers: int = 1,
        group_max: int = GROUP_MAX,
        queue_max: int = QUEUE_MAX,
    ) -> None:
        self._write = write
        self._durable = durable
        self._handing_out: set[asyncio.Task[None]] = set()
        self._sizes = metrics.GROUP_SIZE.labels(name)
        self._seconds = metrics.GROUP_SECONDS.labels(name)
        self._group_max = group_max
        self._queue: asyncio.Queue[_Waiting[M, V]] = asyncio.Queue(queue_max)
        self._writers = writers
        self._tasks: set[asyncio.Task[None]] = set()
        self._writing: dict[asyncio.Task[object], float] = {}  # which task writes a group, since when
        self._overdue: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None
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
        """Stop the writers. Messages still waiting are cancelled: they were never acknowledged.

        What is added afterwards starts new writers, in another event loop as well.
        """
        tasks = [*self._tasks, *self._handing_out]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()
        while not self._queue.empty():
            self._queue.get_nowait().verdict.cancel()
        self._queue = asyncio.Queue(self._queue.maxsize)  # a queue somebody has waited at belongs to that event loop
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

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
            while len(self._handing_out) > UNSAFE_GROUPS_MAX:
                await asyncio.wait(self._handing_out, return_when=asyncio.FIRST_COMPLETED)

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
            if self._durable is None:
                _hand_out(group, verdicts)
            else:
                task = asyncio.get_running_loop().create_task(self._hand_out_durable(group, verdicts, self._durable()))
                self._handing_out.add(task)
                task.add_done_callback(self._handing_out.discard)

    async def _hand_out_durable(
        self, group: list[_Waiting[M, V]], verdicts: Sequence[V], durable: Awaitable[None]
    ) -> None:
        try:
            with self._watched():
                await durable
        except Exception as error:  # noqa: BLE001 - nobody knows whether the group will survive: its callers get the error
            _fail(group, error)
        except asyncio.CancelledError:
            for waiting in group:
                waiting.verdict.cancel()
            raise
        else:
            _hand_out(group, verdicts)

    async def _written(self, group: list[_Waiting[M, V]]) -> Sequence[V]:
        started = time.perf_counter()
        with self._watched():
            verdicts = await self._write([waiting.message for waiting in group])
        if len(verdicts) != len(group):
            raise AssertionError("one verdict a message")
        self.groups += 1
        self.written += len(group)
        self._sizes.observe(len(group))
        self._seconds.observe(time.perf_counter() - started)
        return verdicts

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """What takes longer than WAIT_SECONDS_MAX in the block is cancelled and raises TimeoutError.

        One timer looks after all groups: a timer for each group costs the server's loop more than writing it.
        """
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can be watched")
        self._writing[task] = time.monotonic()
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WATCH_SECONDS, self._watch)
        try:
            yield
        except asyncio.CancelledError:
            if task not in self._overdue:
                raise
            task.uncancel()
            raise TimeoutError from None
        finally:
            del self._writing[task]
            self._overdue.discard(task)

    def _watch(self) -> None:
        oldest = time.monotonic() - WAIT_SECONDS_MAX
        for task, since in self._writing.items():
            if since < oldest:
                self._overdue.add(task)
                task.cancel()
        self._timer = asyncio.get_running_loop().call_later(WATCH_SECONDS, self._watch) if self._writing else None

    async def _part(self, group: list[_Waiting[M, V]], error: Exception) -> None:
        """The database turned the whole group down for one message's content: halve it until that one is alone."""
        if len(group) == 1:
            _fail(group, error)
            return
        middle = len(group) // 2
        await self._settle(group[:middle])
        await self._settle(group[middle:])


def _hand_out[M, V](group: list[_Waiting[M, V]], verdicts: Sequence[V]) -> None:
    for waiting, verdict in zip(group, verdicts, strict=True):
        if not waiting.verdict.done():
            waiting.verdict.set_result(verdict)


def _fail[M, V](group: list[_Waiting[M, V]], error: Exception) -> None:
    for waiting in group:
        if not waiting.verdict.done():
            waiting.verdict.set_exception(error)
