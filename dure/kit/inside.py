"""A hot room's statements inside a transaction of Django: for workers that write in one commit what a hot room and the log say.

    with tx.durable():
        rows = inside.run(hot.read_journal(inside.ask, half))

A hot room's function waits for nothing but the statement that it asks. Here that is answered at once, so no event loop is needed.
"""

from collections.abc import Coroutine, Sequence
from typing import Any

import psycopg
from django.db import connection
from django.db.utils import OperationalError

from dure.kit import arrays, tx
from dure.kit.line import Rows


async def ask(statement: str, values: Sequence[Any]) -> Rows:
    """Run `statement` ($1, $2 ...) in the transaction that is open here, and answer its rows.

    An error that leaves nobody the wiser about the database is Django's, so that `tx.durable` refuses by name.
    """
    tx.demand()
    raw: psycopg.Connection[Any] = connection.connection
    raw.adapters.register_dumper(arrays.Array, arrays.ArrayDumper)
    try:
        with psycopg.RawCursor(raw) as cursor:
            cursor.execute(statement.encode(), values or None, binary=bool(values))
            return cursor.fetchall() if cursor.description else []
    except psycopg.OperationalError as error:
        raise OperationalError(*error.args) from error


def run[T](waiting: Coroutine[Any, Any, T]) -> T:
    """What a hot room's function answers that asks by `ask` alone."""
    try:
        waiting.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    waiting.close()
    raise RuntimeError("it waited for something else than a statement")
