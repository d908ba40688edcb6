"""Other databases on the server that holds ours: where somebody may have left a copy.

On the embedded server all of them are looked at, as its own user. On another server those that our log-in may open; whoever runs
that server sees the rest.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dure.kit import database

_OTHERS = """
SELECT datname FROM pg_database
WHERE datallowconn AND NOT datistemplate AND datname <> current_database() ORDER BY datname
"""


def opened() -> Iterator[tuple[str, psycopg.Connection[tuple[object, ...]]]]:
    """(name, connection) of every other database that may be opened; each connection is closed when the next one is asked for."""
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS)
        names = [str(row[0]) for row in cursor.fetchall()]
    for name in names:
        try:
            neighbour = psycopg.connect(make_conninfo(_address(), dbname=name), autocommit=True)
        except psycopg.OperationalError:
            continue  # not ours to open, or gone since
        with neighbour:
            yield name, neighbour


def asked(neighbour: "psycopg.Connection[tuple[object, ...]]", statement: str) -> list[tuple[Any, ...]]:
    """What a neighbour answers; nothing of what is not ours to read, or was taken away since it was named."""
    try:
        return list(neighbour.execute(statement.encode(), {}).fetchall())
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable, psycopg.errors.AdminShutdown):
        return []
    except psycopg.OperationalError:
        if neighbour.broken or neighbour.closed:  # the whole database was dropped
            return []
        raise


def _address() -> str:
    """How the server is reached: as its own user where it is the embedded one, else as we ourselves do."""
    ours = connection.connection.info
    keeper = database.url_of(settings.DURE.embedded)
    if keeper is not None and conninfo_to_dict(keeper).get("host") == ours.host:
        return keeper
    return make_conninfo(ours.dsn, password=ours.password)
