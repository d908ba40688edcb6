"""A database that was migrated once; every worker of the tests begins with a copy of it, made in a moment."""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from dure.kit import database

ROOT = Path(__file__).resolve().parents[1]
ROLE = os.environ.get("DURE_ROLE", "identity")  # each party of check-in has tables of its own
PREFIX = f"template_{ROLE}_"
DIGITS = 12
MADE_SECONDS_MAX = 280
_WHOLE = "SELECT datistemplate FROM pg_database WHERE datname = %s"
_OLD = "SELECT datname FROM pg_database WHERE datname ^@ %s AND datname <> %s"


def ready(server: str) -> str:
    """The name of a migrated database on `server`, of the migrations as they are now. Whoever comes first makes it."""
    name = PREFIX + _version()
    lock = ROOT / "var" / "test" / "template.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file, psycopg.connect(server, autocommit=True) as connection:
        fcntl.flock(file, fcntl.LOCK_EX)
        row = connection.execute(_WHOLE, [name]).fetchone()
        if not (row and row[0]):
            for (old,) in connection.execute(_OLD, [PREFIX, ""]).fetchall():
                _drop(connection, old)
            _make(server, name)
            connection.execute(SQL("ALTER DATABASE {} IS_TEMPLATE true").format(Identifier(name)))  # whole from here on
    return name


def copied(server: str, name: str) -> str:
    """Make the database `name`, migrated, where there is none; answers its URL."""
    whole = ready(server)
    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute(_WHOLE, [name]).fetchone():
            connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(whole)))
    return database.ensure_database(server, name)


def _version() -> str:
    """A digest of all that migrations are made of: their files, the SQL they read, the packages that bring their own."""
    seen = hashlib.sha256()
    files = [path for folder in ("migrations", "sql", "models") for path in (ROOT / "dure").rglob(f"{folder}/**/*.*")]
    roof = ROOT / "dure" / "site"
    files += [
        *(ROOT / "dure").rglob("models.py"),
        ROOT / "requirements.lock",
        roof / "settings.py",
        roof / "parties.py",
    ]
    for path in sorted(path for path in files if path.suffix in (".py", ".sql", ".lock")):
        seen.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return seen.hexdigest()[:DIGITS]


def _make(server: str, name: str) -> None:
    environment = {**os.environ, "DATABASE_URL": database.ensure_database(server, name)}
    for name_of in ("PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"):
        environment.pop(name_of, None)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=MADE_SECONDS_MAX,
    )
    if done.returncode:
        raise RuntimeError(f"the tests' database could not be migrated:\n{done.stdout}{done.stderr}")


def _drop(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    connection.execute(SQL("ALTER DATABASE {} IS_TEMPLATE false").format(Identifier(name)))
    connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
