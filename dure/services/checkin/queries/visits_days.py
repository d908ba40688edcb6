"""What may not be there any more: rows of days past their 28, in whichever table of this database or of another one beside it;
and half hours that nobody wrote.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from dure.kit import neighbours, sqlfiles
from dure.services.checkin.types import Epoch, HalfHour

HOUSE = "dure.services.checkin"

type Ask = Callable[[str], Sequence[tuple[Any, ...]]]


def oldest_days() -> tuple[tuple[str, Epoch | None], ...]:
    """(table, the oldest day in it) of every table that has days; None of an empty one."""
    with connection.cursor() as cursor:

        def ask(statement: str) -> Sequence[tuple[Any, ...]]:
            cursor.execute(statement, {})
            return list(cursor.fetchall())

        return _oldest_days(ask)


def beside() -> tuple[tuple[str, str, Epoch | None], ...]:
    """(database, table, the oldest day in it) of every other database that may be opened: tables with rows that are called as
    ours are, and all that have days. None: it has none that is called so.
    """
    found: list[tuple[str, str, Epoch | None]] = []
    for name, neighbour in neighbours.opened():

        def ask(statement: str, neighbour: Any = neighbour) -> Sequence[tuple[Any, ...]]:
            return neighbours.asked(neighbour, statement)

        days = {table: oldest for table, oldest in _oldest_days(ask) if oldest is not None}
        copied = {table for (table,) in ask(_text("tables_of_visits")) if _has_rows(ask, table)}
        found += [(name, table, days.get(table)) for table in sorted(copied | set(days))]
    return tuple(found)


def unwritten() -> tuple[HalfHour, ...]:
    """The half hours that are laid and not written yet, also those to come."""
    with connection.cursor() as cursor:
        cursor.execute(_text("waiting"))
        return tuple(HalfHour(Epoch(day), number) for day, number in cursor.fetchall())


def _oldest_days(ask: Ask) -> tuple[tuple[str, Epoch | None], ...]:
    found: list[tuple[str, Epoch | None]] = []
    for (table,) in ask(_text("tables_with_days")):  # quoted by the statement that names it
        for (oldest,) in ask(_text("oldest_day").replace("table_with_days", table)):
            found.append((table, None if oldest is None else Epoch(oldest)))
    return tuple(found)


def _has_rows(ask: Ask, table: str) -> bool:
    return any(has for (has,) in ask(_text("has_rows").replace("a_table", table)))


def _text(name: str) -> str:
    return sqlfiles.load(HOUSE, name).text
