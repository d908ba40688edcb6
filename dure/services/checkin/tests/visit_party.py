"""A visit party's database of its own, and verifiers that knock at it. As a program: one verifier that says how far it is.

python -m dure.services.checkin.tests.visit_party URL before|after   accepts the one code, then waits to be killed
"""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

import psycopg

from dure.kit import arrays
from dure.kit.line import Ask
from dure.services.checkin import hot

DAY = 2_312


def admitted(a: int = 1, b: int = 2, envelope: int = 3, row: int = 4) -> hot.Admitted:
    """A pass with these marks."""
    marks = (a.to_bytes(16), b.to_bytes(16), envelope.to_bytes(16))
    return hot.Admitted(DAY, marks, 24, row.to_bytes(16), b"sealed")


async def connect(url: str, *, autocommit: bool = True) -> psycopg.AsyncConnection[Any]:
    opened = await psycopg.AsyncConnection.connect(url, autocommit=autocommit, cursor_factory=psycopg.AsyncRawCursor)
    opened.adapters.register_dumper(arrays.Array, arrays.ArrayDumper)
    return opened


def asking(connection: psycopg.AsyncConnection[Any]) -> Ask:
    """The connection as a hot room asks it (kit/line.py does the same, with its settings)."""

    async def ask(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        cursor = await connection.execute(statement.encode(), values or None, binary=bool(values))
        return await cursor.fetchall() if cursor.description else []

    return ask


async def accept(url: str, *group: hot.Admitted) -> list[bool]:
    """One group over a connection of its own."""
    async with await connect(url) as connection:
        return await hot.accept(asking(connection), group)


async def lay(url: str) -> None:
    async with await connect(url) as connection:
        await hot.lay(asking(connection), [DAY])
        await hot.lay(asking(connection), [DAY])  # again: nothing changes


async def _verify(url: str, when: str) -> None:
    connection = await connect(url, autocommit=False)
    taken = await hot.accept(asking(connection), [admitted()])
    if when == "after":
        await connection.commit()
    sys.stdout.write(f"{taken[0]}\n")
    sys.stdout.flush()
    await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(_verify(*sys.argv[1:]))
