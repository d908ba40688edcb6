"""A line to the database for a hot room: one asynchronous connection, its statements prepared, no ORM.

Every statement is a transaction of its own. The connection opens at first use and again after it broke. Its plans never
scan whole tables: a statement planned while a table was small must still be good when it is large.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.waiting import READY_R, READY_W, WAIT_R, WAIT_W

from dure.kit import arrays, database_url

STATEMENT_SECONDS_MAX = 8
LOCK_SECONDS_MAX = 5
_SETTINGS = (
    "SET enable_seqscan = off; SET jit = off; SET plan_cache_mode = force_generic_plan;"
    f" SET statement_timeout = '{STATEMENT_SECONDS_MAX}s'; SET lock_timeout = '{LOCK_SECONDS_MAX}s'"
)
# Another server, or the same one after a crash, began at another moment.
_LIFE = b"SELECT concat_ws(' ', pg_postmaster_start_time(), inet_server_addr(), inet_server_port())"
# The part of the server that says so when somebody makes it stop waiting for a standby: the commit then stands here alone.
_WAITS_FOR_STANDBY = "SyncRepWaitForLSN"
# The statement did nothing because of what it was given; it would fail the same way again.
CONTENT_ERRORS: tuple[type[Exception], ...] = (psycopg.DataError, psycopg.IntegrityError)
# The connection broke, or the server gave up: the statement may or may not have been done.
UNKNOWN_ERRORS: tuple[type[Exception], ...] = (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError)

type Rows = list[tuple[Any, ...]]
type Ask = Callable[[str, Sequence[Any]], Awaitable[Rows]]
type Between = Callable[[Ask, str, Sequence[Any], int], Awaitable[Rows]]
"""Stands between a line and its database: (ask, statement, values, process of the server); answers what was asked."""

_between: ContextVar[Between | None] = ContextVar("between", default=None)


@contextmanager
def standing_between(between: Between) -> Iterator[None]:
    """In this block, and in what is started from it, every statement of a line goes through `between`, as Django's do through
    an `execute_wrapper`. For simulations that break lines.
    """
    token = _between.set(between)
    try:
        yield
    finally:
        _between.reset(token)


class _Connection(psycopg.AsyncConnection[tuple[Any, ...]]):
    """Waits for its socket without a timer. psycopg sets one for every wait, to notice Ctrl-C; in the server's loop that costs
    more than a third of all the work. Whoever gives up waiting closes the connection.
    """

    async def ask(self, statement: str, values: Sequence[Any]) -> Rows:
        """Run `statement` and answer its rows."""
        cursor = await self.execute(statement, values, prepare=True, binary=True)
        return await cursor.fetchall()

    async def wait(self, gen: PQGen[RV], interval: float = 0.0, timeout: float | None = None) -> RV:
        loop, socket = asyncio.get_running_loop(), self.pgconn.socket
        try:
            wanted = next(gen)
            while True:
                ready: asyncio.Future[int] = loop.create_future()
                if wanted & WAIT_R:
                    loop.add_reader(socket, _found, ready, READY_R)
                if wanted & WAIT_W:
                    loop.add_writer(socket, _found, ready, READY_W)
                try:
                    found = await ready
                finally:
                    loop.remove_reader(socket)
                    loop.remove_writer(socket)
                wanted = gen.send(found)
        except StopIteration as done:
            value: RV = done.value
            return value
        except OSError as error:
            raise psycopg.OperationalError("the connection to the database broke") from error


def _found(ready: "asyncio.Future[int]", what: int) -> None:
    if not ready.done():
        ready.set_result(what)


class Line:
    """See the module. Not to be used by two tasks at once. `waits_for_disk` False: only with a Flush (kit/flush.py)."""

    def __init__(self, *, alias: str = "default", waits_for_disk: bool = True) -> None:
        self.alias = alias
        self._waits_for_disk = waits_for_disk
        self._connection: _Connection | None = None
        self._life = ""
        self._alone = False

    @property
    def life(self) -> str:
        """Which life of which server the connection leads to. Empty: none is open."""
        return self._life if self.is_open else ""

    @property
    def is_open(self) -> bool:
        """Whether a connection is open, as far as is known: that it broke is found out by using it."""
        return self._connection is not None and not self._connection.closed

    async def open(self) -> None:
        """Open a new connection now, rather than at the next `fetch`."""
        self._connection = await self._open()

    async def fetch(self, statement: str, values: Sequence[Any]) -> Rows:
        """Run `statement` ($1, $2 ...) in a transaction of its own and answer its rows, committed.

        Raises OperationalError also when the commit was told not to wait for a standby any longer.
        """
        if not self.is_open:
            await self.open()
        connection = self._connection
        if connection is None:
            raise psycopg.InterfaceError("closed while it was opened")
        self._alone = False
        try:
            if (between := _between.get()) is None:
                rows = await connection.ask(statement, values)
            else:
                rows = await between(connection.ask, statement, values, connection.info.backend_pid)
            if self._alone:
                raise psycopg.OperationalError("committed here, and perhaps on no standby")
            return rows
        except CONTENT_ERRORS:
            raise
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close the connection; the next `fetch` opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _open(self) -> _Connection:
        opened = await _Connection.connect(
            "", **database_url.parameters(self.alias), autocommit=True, cursor_factory=psycopg.AsyncRawCursor
        )
        opened.adapters.register_dumper(arrays.Array, arrays.ArrayDumper)
        opened.add_notice_handler(self._hear)
        await opened.execute(_SETTINGS.encode())
        if not self._waits_for_disk:
            await opened.execute(b"SET synchronous_commit = off")
        (self._life,) = await (await opened.execute(_LIFE)).fetchone() or ("",)
        return opened

    def _hear(self, said: psycopg.errors.Diagnostic) -> None:
        self._alone = self._alone or said.source_function == _WAITS_FOR_STANDBY
