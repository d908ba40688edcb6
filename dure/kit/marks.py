"""What an installation remembers of itself, in its database: gone with it, true for every process."""

from django.db import connection

from dure.base import clock


def read(name: str) -> str | None:
    """What was marked under `name`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM kit_mark WHERE name = %s", [name])
        row = cursor.fetchone()
    return str(row[0]) if row else None


def write(name: str, value: str) -> None:
    """Mark `value` under `name`, in place of what was there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_mark (name, value, at) VALUES (%s, %s, %s)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at",
            [name, value, clock.now()],
        )


def write_once(name: str, value: str) -> str:
    """Mark `value` unless something is marked already; answers what stands there now. Two at once agree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_mark (name, value, at) VALUES (%s, %s, %s)"
            " ON CONFLICT (name) DO UPDATE SET value = kit_mark.value RETURNING value",
            [name, value, clock.now()],
        )
        return str(cursor.fetchone()[0])
