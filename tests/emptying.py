"""Empty the tests' database after a test on real transactions: only what it filled, by rows, in a moment.

Django truncates every table, which makes new files of all of them and of all their indexes, and then writes content types and
permissions anew. Most tests fill a dozen tables with a few rows.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper

KEPT = ("django_content_type", "auth_permission")  # as the migrations left them


def by_rows(connection: DatabaseWrapper) -> None:
    """From now on `flush` of this connection deletes rows where there are any. Its user has to be a superuser."""
    truncating = connection.ops.sql_flush

    def sql_flush(
        style: Any, tables: Sequence[str], *, reset_sequences: bool = False, allow_cascade: bool = False
    ) -> list[str]:
        if reset_sequences:
            return truncating(style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
        quoted = [connection.ops.quote_name(table) for table in sorted(tables) if table not in KEPT]
        filled = " UNION ALL ".join(f"SELECT {n} WHERE EXISTS (SELECT FROM {name})" for n, name in enumerate(quoted))
        with connection.cursor() as cursor:
            cursor.execute(filled)
            full = [quoted[row[0]] for row in cursor.fetchall()]
        if not full:
            return []
        # Neither foreign keys nor the guards of what is never changed: this is the end of a town that never was.
        return ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {name}" for name in full)]

    connection.ops.sql_flush = sql_flush  # type: ignore[method-assign]  # of this connection only
