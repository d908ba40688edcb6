"""Flush: commit without waiting for the disk, then wait once for many.

A commit that waits for the disk holds its row locks while it waits, so that the next group, which moves the same accounts,
cannot even begin. Here groups commit one after the other without waiting, and nobody is told anything before a flush of the
log that began after their commit has ended. What is acknowledged is as durable as with every commit waiting by itself: on
disk, and where the server has a synchronous standby, there as well.

A server that crashes between the commit and the flush forgets the commit, and may be up again within a second; where a standby
takes over, connections lead to another server at once. A flush over a connection to another life of the server, or to another
server, would vouch for what it never had. So a flush never opens a connection and vouches only for the life that its own
connection and the writer's lead to. Whoever writes opens them before (`ready`); a crash closes them all, and then the flush
fails, and nobody is told anything.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

import psycopg

from dure.kit.line import Line

LINES = 2
# A commit of its own that waits for the disk: the log up to it, whoever wrote it, is then safe. It waits for synchronous
# standbys, too, because it writes: a commit that wrote nothing waits for nobody.
FLUSH = "SELECT pg_logical_emit_message(true, 'dure', '')"


@dataclass(frozen=True, slots=True)
class _Next:
    """The flush that the lines do next: for whom, and for which life of which server it has to vouch."""

    life: str
    done: "asyncio.Future[None]"


class Flush:
    """`await flush()`: what `writer` committed before is safe. Calls that come while all lines are busy share the next.

    More than one line, so that the server has the next flush at hand when one ends: the disk never waits for this process.
    """

    def __init__(self, writer: Line, lines: int = LINES) -> None:
        self._writer = writer
        self._free = [Line(alias=writer.alias) for _ in range(lines)]
        self._next: _Next | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def ready(self) -> None:
        """Open what is closed, the writer as well. To be called before what shall be flushed is written, each time.

        Raises OperationalError when the connections lead to different servers: the next time all are opened anew.
        """
        lines = (self._writer, *self._free)
        for line in [line for line in lines if not line.is_open]:
            await line.open()
        if len({line.life for line in lines}) > 1:
            for line in lines:
                await line.close()
            raise psycopg.OperationalError("the connections lead to different servers")

    def __call__(self) -> Awaitable[None]:
        life = self._writer.life
        if self._next is not None and self._next.life != life:
            _fail(self._next, "the writer went to another server before the flush")
            self._next = None
        if self._next is None:
            self._next = _Next(life, asyncio.get_running_loop().create_future())
            self._next.done.add_done_callback(_looked_at)
        flushed = self._next.done
        if self._free:
            task = asyncio.get_running_loop().create_task(self._run(self._free.pop()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return asyncio.shield(flushed)

    async def close(self) -> None:
        """Close the connections once nobody waits any more. After `ready` it works again, in another event loop as well."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for line in self._free:
            await line.close()

    async def _run(self, line: Line) -> None:
        try:
            while self._next is not None:
                wanted, self._next = self._next, None
                await self._flush(line, wanted)
        finally:
            self._free.append(line)

    async def _flush(self, line: Line, wanted: _Next) -> None:
        if not line.life or line.life != wanted.life:
            _fail(wanted, "the connection to the database broke before the flush")
            return
        try:
            await line.fetch(FLUSH, ())
        except Exception as error:  # noqa: BLE001 - those who wait get it; the next flush is tried anew
            wanted.done.set_exception(error)
        except asyncio.CancelledError:
            wanted.done.cancel()
            raise
        else:
            wanted.done.set_result(None)


def _fail(wanted: _Next, why: str) -> None:
    wanted.done.set_exception(psycopg.OperationalError(why))


def _looked_at(done: "asyncio.Future[None]") -> None:
    """Whoever gave up waiting has been told already; that it failed later is no news."""
    if not done.cancelled():
        done.exception()
