"""Flush: commit without waiting for the disk, then wait once for many.

A commit that waits for the disk holds its row locks while it waits, so that the next group, which moves the same accounts,
cannot even begin. Here groups commit one after the other without waiting, and nobody is told anything before a flush of the
log that began after their commit has ended. What is acknowledged is as durable as with every commit waiting by itself.

A server that crashes between the commit and the flush forgets the commit, and may be up again within a second: a flush on a
connection to the new life of the server would vouch for what the old one lost. So a flush never opens a connection. Whoever
writes opens them before (`ready`); a crash closes them all, and then the flush fails, and nobody is told anything.
"""

import asyncio

import psycopg

from dure.kit.line import Line

LINES = 2
# A commit of its own that waits for the disk: the log up to it, whoever wrote it, is then safe. (On a server with
# synchronous replicas it waits for them, too.)
_FLUSH = "SELECT pg_logical_emit_message(true, 'dure', '')"


class Flush:
    """`await flush()`: everything committed before is safe on disk. Calls that come while all lines are busy share the next.

    More than one line, so that the server has the next flush at hand when one ends: the disk never waits for this process.
    """

    def __init__(self, lines: int = LINES) -> None:
        self._free = [Line() for _ in range(lines)]
        self._next: asyncio.Future[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def ready(self) -> None:
        """Open what is closed. To be called before what shall be flushed is written, each time."""
        for line in [line for line in self._free if not line.is_open]:
            await line.open()

    async def __call__(self) -> None:
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        flushed = self._next
        if self._free:
            task = asyncio.get_running_loop().create_task(self._run(self._free.pop()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await asyncio.shield(flushed)

    async def close(self) -> None:
        """Close the connections once nobody waits any more. After `ready` it works again, in another event loop as well."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for line in self._free:
            await line.close()

    async def _run(self, line: Line) -> None:
        try:
            while self._next is not None:
                flushed, self._next = self._next, None
                await self._flush(line, flushed)
        finally:
            self._free.append(line)

    async def _flush(self, line: Line, flushed: "asyncio.Future[None]") -> None:
        try:
            if not line.is_open:
                raise psycopg.OperationalError("the connection to the database broke before the flush")
            await line.fetch(_FLUSH, ())
        except Exception as error:  # noqa: BLE001 - those who wait get it; the next flush is tried anew
            flushed.set_exception(error)
        except asyncio.CancelledError:
            flushed.cancel()
            raise
        else:
            flushed.set_result(None)
