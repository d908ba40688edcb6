"""Each party's log-in opens its own database and no other, on the embedded server; what was made before is handed over."""

import os
from collections.abc import Iterator
from itertools import permutations

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from dure.kit import database, logins

PARTIES = ("identity", "visits", "authority")


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """A database and a log-in for each party, on the tests' own server."""
    server = os.environ["DATABASE_URL"]
    names = {party: f"wall_{party}_{os.getpid()}" for party in PARTIES}
    try:
        yield {party: logins.own_database(server, name, name) for party, name in names.items()}
    finally:
        with psycopg.connect(server, autocommit=True) as keeper:
            for name in names.values():
                keeper.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
                keeper.execute(SQL("DROP ROLE IF EXISTS {}").format(Identifier(name)))


@pytest.mark.parametrize("party", PARTIES)
def test_a_party_opens_its_own_database_as_a_plain_user(urls: dict[str, str], party: str) -> None:
    with psycopg.connect(urls[party]) as own:
        said = own.execute(
            "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication FROM pg_roles WHERE rolname = session_user"
        ).fetchone()
        assert said == (False,)
        own.execute("CREATE TABLE mine (id int)")
        own.execute("SET ROLE dure_app")
        own.execute("INSERT INTO mine VALUES (1)")


@pytest.mark.parametrize(("party", "other"), list(permutations(PARTIES, 2)))
def test_no_party_opens_the_database_of_another(urls: dict[str, str], party: str, other: str) -> None:
    theirs = psycopg.conninfo.conninfo_to_dict(urls[other])["dbname"]
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(psycopg.conninfo.make_conninfo(urls[party], dbname=theirs))


@pytest.mark.parametrize("party", PARTIES)
@pytest.mark.parametrize("common", ["postgres", "template1"])
def test_no_party_meets_another_in_a_common_database(urls: dict[str, str], party: str, common: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(psycopg.conninfo.make_conninfo(urls[party], dbname=common))


def test_again_nothing_changes(urls: dict[str, str]) -> None:
    name = f"wall_visits_{os.getpid()}"
    assert logins.own_database(os.environ["DATABASE_URL"], name, name) == urls["visits"]


def test_what_the_servers_own_user_made_before_becomes_the_log_ins(urls: dict[str, str]) -> None:
    server, name = os.environ["DATABASE_URL"], f"wall_old_{os.getpid()}"
    made = database.ensure_database(server, name)
    try:
        with psycopg.connect(made) as old:
            old.execute("CREATE EXTENSION btree_gist")
            old.execute("CREATE TYPE colour AS ENUM ('red')")
            old.execute("CREATE TABLE old (id int GENERATED ALWAYS AS IDENTITY, c colour) PARTITION BY LIST (c)")
            old.execute("CREATE TABLE old_red PARTITION OF old FOR VALUES IN ('red')")
            old.execute("CREATE SEQUENCE counting")
            old.execute("CREATE VIEW seen AS SELECT * FROM old")
            old.execute("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        with psycopg.connect(logins.own_database(server, name, f"wall_visits_{os.getpid()}")) as own:
            own.execute("ALTER TABLE old ADD COLUMN more int")
            own.execute("ALTER TABLE old_red ADD CHECK (id > 0)")
            own.execute("DROP VIEW seen")
            own.execute("DROP FUNCTION one")
            own.execute("ALTER TYPE colour ADD VALUE 'blue'")
            own.execute("ALTER SEQUENCE counting RESTART")
            own.execute("CREATE TABLE fresh (id int)")
            own.execute("SET ROLE dure_app")
            own.execute("SELECT id FROM fresh")
    finally:
        with psycopg.connect(server, autocommit=True) as keeper:
            keeper.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
