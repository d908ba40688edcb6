"""A visit party's database of its own, verifiers that knock at it, and who writes its half hours. As a program: one of them, that
says how far it is and then waits to be killed.

python -m dure.services.checkin.tests.visit_party URL accept|write before|after
"""

import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from dure.foundations.vault import rules as vault
from dure.foundations.vault.types import Deal, Share
from dure.kit import arrays
from dure.kit.line import Ask
from dure.services.checkin import hot
from dure.services.checkin.rules import buckets, journal, scopes, seeds
from dure.services.checkin.tests.making import BAKERY, CLINIC
from dure.services.checkin.types import Bucket, Epoch, HalfHour, Party, Row, SealedSeed, Visit

DAY = Epoch(2_312)
NUMBER = 24
HALF = HalfHour(DAY, NUMBER)
JOURNAL_KEY = b"\x07" * 32
TABLES = (
    "checkin_spent",
    "checkin_spent_new",
    "checkin_journal",
    "checkin_visit",
    "checkin_seed",
    "checkin_spoken",
    "checkin_wrong",
)


@contextmanager
def own_database(name: str) -> Iterator[str]:
    """A database beside that of the tests; answers its address."""
    server = os.environ["DATABASE_URL"]
    name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield make_conninfo(server, dbname=name)
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def admitted(a: int = 1, b: int = 2, envelope: int = 3, row: int = 4, number: int = NUMBER) -> hot.Admitted:
    """A pass with these marks, journalled in a half hour of the day."""
    marks = (a.to_bytes(16), b.to_bytes(16), envelope.to_bytes(16))
    return hot.Admitted(DAY, marks, DAY, number, row.to_bytes(16), b"sealed")


def guest(number: int, half: HalfHour = HALF, day: Epoch = DAY) -> hot.Admitted:
    """Somebody who comes to one of two venues, with random marks and the journal's entry sealed."""
    own = half.number if day == half.epoch else NUMBER
    visit = Visit(Bucket(day, (BAKERY, CLINIC)[number % 2], own), number.to_bytes(64))
    entry = os.urandom(16)
    sealed = journal.seal_entry(JOURNAL_KEY, half, entry, visit)
    marks = (os.urandom(16), os.urandom(16), os.urandom(16))
    return hot.Admitted(day, marks, half.epoch, half.number, entry, sealed)


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


async def accept(url: str, *group: hot.Admitted) -> list[bool | None]:
    """One group over a connection of its own."""
    async with await connect(url) as connection:
        return await hot.accept(asking(connection), group)


async def lay(url: str) -> None:
    """Tables anew, with nothing in them."""
    async with await connect(url) as connection:
        for table in TABLES:
            await connection.execute(f"DROP TABLE IF EXISTS {table} CASCADE".encode())
        for _ in range(2):  # again: nothing changes
            await hot.lay_tables(asking(connection))
            await hot.lay(asking(connection), [DAY])


async def made(ask: Ask, half: HalfHour = HALF) -> tuple[int, tuple[Row, ...], list[SealedSeed], list[Any]]:
    """What is to be written of a half hour: how many entries it is made of, rows, what stays of the seeds; and the seeds."""
    entries = await hot.read_journal(ask, half)
    visits = {id_: journal.open_entry(JOURNAL_KEY, half, id_, entry) for id_, entry in entries}
    fresh = [seeds.fresh(hour, part, os.urandom) for hour, part in buckets.parts_of(visits.values(), half)]
    rows = buckets.written(visits, half, {seed.hour: seed for seed in fresh}, JOURNAL_KEY)
    deals = [_dealt(scopes.seed_context(seed.hour, seed.part), seed.secret) for seed in fresh]
    kept = [seeds.kept(seed, deal, _unsealed) for seed, deal in zip(fresh, deals, strict=True)]
    return len(entries), rows, kept, fresh


async def write(url: str, half: HalfHour = HALF) -> int:
    """Read and write a half hour over a connection of its own; how many rows."""
    async with await connect(url) as connection:
        ask = asking(connection)
        entries, rows, kept, _ = await made(ask, half)
        return await hot.write(ask, half, entries, rows, kept)


def _dealt(context: bytes, secret: bytes) -> Deal:
    """As the vault's query deals, which asks for Django, and this is a program of its own."""
    return vault.dealt(context, secret, os.urandom(vault.chance_needed(secret)))


def _unsealed(party: Party, context: bytes, share: Share) -> bytes:
    return bytes(48) + vault.written_share(share)  # as long as a letter: who opens it is another test's matter


async def _one(url: str, deed: str, when: str) -> None:
    connection = await connect(url, autocommit=False)
    ask = asking(connection)
    if deed == "accept":
        done: object = (await hot.accept(ask, [admitted()]))[0]
    else:
        entries, rows, kept, _ = await made(ask)
        done = await hot.write(ask, HALF, entries, rows, kept)
    if when == "after":
        await connection.commit()
    sys.stdout.write(f"{done}\n")
    sys.stdout.flush()
    await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(_one(*sys.argv[1:]))
