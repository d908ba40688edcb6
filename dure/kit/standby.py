"""A standby beside an embedded server: made, waited for, promoted. For trying out what a fail-over does.

An installation that must survive its machine runs PostgreSQL on several, with something that watches over them
(docs/standby.md). What is here lets `dure simulate failover` and the tests show that Dure keeps its word there.
"""

import contextlib
import time
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from dure.kit import database, postgres
from dure.kit.database import NotStarted

WAIT_SECONDS_MAX = 60
POLL_SECONDS = 0.02
SYNCHRONOUS = ("sync", "quorum")


def follow(primary: Path, directory: Path, name: str) -> str:
    """Make a standby called `name` of the running server on `primary`, in `directory`, and start it; answers its URL.

    Raises NotStarted, and OSError when there is something in `directory` already.
    """
    source = database.url_of(primary)
    if source is None:
        raise NotStarted(directory=str(primary), said="no server runs here to be followed")
    postgres.copy_cluster(make_conninfo(source, application_name=name), directory, postgres.owner_of(primary))
    return database.start(directory)


def demand(primary: str, name: str) -> None:
    """Let every commit on the server at the URL `primary` wait for the standby `name`; returns once it does.

    An empty name: for none any more. Raises NotStarted when the standby does not catch up.
    """
    wanted = f'FIRST 1 ("{name}")' if name else ""
    with psycopg.connect(primary, autocommit=True) as line:
        line.execute(psycopg.sql.SQL("ALTER SYSTEM SET synchronous_standby_names = {}").format(wanted))
        line.execute("SELECT pg_reload_conf()")
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while (line.execute("SHOW synchronous_standby_names").fetchone() or ("",))[0] != wanted or (
            name and name not in _synchronous(line)
        ):
            if time.monotonic() > deadline:
                raise NotStarted(directory=name, said="the standby does not follow")
            time.sleep(POLL_SECONDS)


def promote(standby: str) -> None:
    """Let the standby at the URL `standby` lead; returns once it takes writes."""
    with psycopg.connect(standby, autocommit=True) as line:
        line.execute("SELECT pg_promote(true, %s)", [WAIT_SECONDS_MAX])


def leads(url: str) -> bool:
    """Whether the server at `url` takes writes now."""
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url, autocommit=True) as line:
        return line.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)
    return False


def _synchronous(line: psycopg.Connection) -> set[str]:
    """Names of the standbys that commits wait for."""
    found = line.execute("SELECT application_name, sync_state FROM pg_stat_replication").fetchall()
    return {name for name, state in found if state in SYNCHRONOUS}
