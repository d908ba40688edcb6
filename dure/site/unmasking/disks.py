"""The visit party's disk: its tables row by row with page and transaction, and the bytes of their files.

Who attacks is given all of it, and which mark belongs to which guest, and wants the minute in which each came: what the rows say
is half an hour. Rank correlation: 1 is the order of the scans (or its reverse), 0 is chance.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

TABLES = "('checkin_spent', 'checkin_spent_new', 'checkin_journal', 'checkin_visit', 'checkin_seed')"
ROWS = "SELECT {}, t.ctid::text, t.xmin::text::bigint FROM {} t ORDER BY t.tableoid, t.ctid"
# Tables with all their parts and indexes.
FILES = f"""
WITH RECURSIVE parts AS (
  SELECT oid FROM pg_class WHERE relname IN {TABLES}
  UNION SELECT i.inhrelid FROM pg_inherits i JOIN parts p ON p.oid = i.inhparent
) SELECT current_setting('data_directory') || '/' || path FROM (
  SELECT pg_relation_filepath(oid) AS path FROM parts
  UNION SELECT pg_relation_filepath(x.indexrelid) FROM pg_index x JOIN parts p ON p.oid = x.indrelid
) found WHERE path IS NOT NULL
"""  # noqa: S608 - names of this file


@dataclass(frozen=True, slots=True)
class Lying:
    """A row as it lies: its key, its place, the transaction that wrote it."""

    key: bytes
    place: str
    transaction: int


@dataclass(frozen=True, slots=True)
class Disk:
    """The tables in the order of their pages."""

    spent: tuple[Lying, ...]
    journal: tuple[Lying, ...]
    visits: tuple[Lying, ...]


def read(connection: psycopg.Connection[Any]) -> Disk:
    """Every row of the visit party."""
    return Disk(
        spent=_rows(connection, "mark_a", "checkin_spent") + _rows(connection, "mark_a", "checkin_spent_new"),
        journal=_rows(connection, "id", "checkin_journal"),
        visits=_rows(connection, "id", "checkin_visit"),
    )


def _rows(connection: psycopg.Connection[Any], key: str, table: str) -> tuple[Lying, ...]:
    found: list[tuple[UUID, str, int]] = connection.execute(ROWS.format(key, table).encode()).fetchall()
    return tuple(Lying(each.bytes, place, transaction) for each, place, transaction in found)


def files(connection: psycopg.Connection[Any]) -> list[str]:
    """The files in which tables and indexes lie."""
    return [path for (path,) in connection.execute(FILES.encode()).fetchall()]


def raw(connection: psycopg.Connection[Any]) -> bytes:
    """The bytes of those files, dead rows and free space as well."""
    connection.execute("CHECKPOINT")
    return b"".join(Path(path).read_bytes() for path in files(connection))


def by_page(disk: Disk, order: Sequence[bytes]) -> float:
    """How well the place of what is spent tells the order of the scans."""
    return _alike([row.key for row in disk.spent], order)


def by_transaction(disk: Disk, order: Sequence[bytes]) -> float:
    """How well the transactions tell it: rows of the same one say nothing about each other."""
    if len({row.transaction for row in disk.spent}) < 2:
        return 0.0
    return _alike([row.key for row in sorted(disk.spent, key=lambda row: row.transaction)], order)


def _alike(found: Sequence[bytes], order: Sequence[bytes]) -> float:
    """Spearman's rank correlation, without its sign."""
    ranks = {key: rank for rank, key in enumerate(order)}
    places = [ranks[key] for key in found if key in ranks]
    count = len(places)
    if count < 2:
        return 0.0
    apart = sum((rank - place) ** 2 for rank, place in enumerate(places))
    return math.fabs(1 - 6 * apart / (count * (count**2 - 1)))
