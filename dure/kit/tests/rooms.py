"""Hot rooms in tests whose event loop is gone when they end: a server's test client has a loop of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from dure.kit.flush import Flush
from dure.kit.group_commit import GroupCommit
from dure.kit.line import Line


@contextmanager
def of_its_own(room: Any, queue: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In this block the room has lines and a queue of its own, on committed rows. `queue`: the name of its queue."""
    monkeypatch.setattr(room, "_line", Line(waits_for_disk=False))
    monkeypatch.setattr(room, "_flush", Flush(room._line))
    monkeypatch.setattr(room, queue, GroupCommit(room.write, name=queue, durable=room._flush))
    yield
    for line in (room._line, *room._flush._free):  # closing them as one ought to would need their loop
        if line._connection is not None:
            line._connection.pgconn.finish()
    with connection.cursor() as cursor:  # those of the server's threads
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
