"""A connection of its own that hears what the database calls out (NOTIFY): loops sleep on it instead of asking again."""

import psycopg

from dure.kit import database_url


def listening(channel: str) -> psycopg.Connection:
    """A line that hears `channel`, a name from the code. Close it, or use it in a `with`."""
    line = psycopg.connect(**database_url.parameters(), autocommit=True)
    line.execute(f"LISTEN {channel}".encode())
    return line
