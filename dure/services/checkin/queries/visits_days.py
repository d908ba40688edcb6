"""What may not be there any more: rows of days past their 28, in whichever table of this database, or of a copy of it; and half
hours that nobody wrote.
"""

from django.db import connection

from dure.kit import sqlfiles
from dure.services.checkin.types import Epoch, HalfHour

HOUSE = "dure.services.checkin"


def oldest_days() -> tuple[tuple[str, Epoch | None], ...]:
    """(table, the oldest day in it) of every table that has days; None of an empty one."""
    found: list[tuple[str, Epoch | None]] = []
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "tables_with_days").text, {})
        for table in [str(row[0]) for row in cursor.fetchall()]:  # quoted by the statement that names it
            cursor.execute(sqlfiles.load(HOUSE, "oldest_day").text.replace("table_with_days", table))
            oldest = cursor.fetchone()[0]
            found.append((table, None if oldest is None else Epoch(oldest)))
    return tuple(found)


def unwritten() -> tuple[HalfHour, ...]:
    """The half hours that are laid and not written yet, also those to come."""
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "waiting").text)
        return tuple(HalfHour(Epoch(day), number) for day, number in cursor.fetchall())
