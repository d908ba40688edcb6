"""What `dure verify` finds at the visit party: whatever is planted, every time, and nothing where nothing is."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import time_machine
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from dure.base import clock
from dure.kit import neighbours
from dure.kit.verify import silent
from dure.services.checkin.commands import visits as commands
from dure.services.checkin.rules import calendar
from dure.services.checkin.tests.visits import knocking
from dure.services.checkin.types import Epoch

pytestmark = pytest.mark.django_db(transaction=True)
SEEDS = range(1, 7)
INSERTS = {
    "checkin_visit": "(epoch, id, venue, number, part, body) VALUES (%s, gen_random_uuid(), gen_random_uuid(), 3, 0, %s)",
    "checkin_seed": "(epoch, venue, hour, part, share_identity, share_visits, share_authority, commitments)"
    " VALUES (%s, gen_random_uuid(), 3, 0, %s, %s, %s, %s)",
    "checkin_spent": "(epoch, mark_a, mark_b, envelope)"
    " VALUES (%s, gen_random_uuid(), gen_random_uuid(), gen_random_uuid())",
}
BYTES = {"checkin_visit": (81,), "checkin_seed": (150, 150, 150, 128), "checkin_spent": ()}


@pytest.fixture(autouse=True)
def bare(own_keys: Path) -> Iterator[None]:
    """No day is laid before, and none is left."""
    knocking.unlay()
    yield
    knocking.unlay()


def said(name: str) -> list[str]:
    [check] = [one for one in commands.verify_checks() if one.name == name]
    return [one.subject for one in check.run(silent)]


def run(statement: str, *values: int | bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def plant(table: str, epoch: int) -> None:
    """One row of a day in a table of ours."""
    run(f"INSERT INTO {table} {INSERTS[table]}", epoch, *(os.urandom(length) for length in BYTES[table]))


@pytest.mark.parametrize("seed", SEEDS)
def test_one_row_past_its_28_days_is_found_among_many_younger_ones_in_whichever_table(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test that comes out the same twice
    today = calendar.epoch_of(clock.now())
    for age in (0, 1, 27):
        run("SELECT checkin_lay_day(%s)", today - age)
        for table in INSERTS:
            plant(table, today - age)
    assert said(commands.GONE) == []
    age, table = chance.choice((28, 29, 29, 40)), chance.choice(sorted(INSERTS))
    run("SELECT checkin_lay_day(%s)", today - age)
    plant(table, today - age)
    day = calendar.day_of(Epoch(today - age)).isoformat()
    assert said(commands.GONE) == [f"public.{table}_{today - age} {day}"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_copied_table_is_found_under_whatever_name_as_soon_as_its_days_are_over(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test that comes out the same twice
    today = calendar.epoch_of(clock.now())
    run("SELECT checkin_lay_day(%s)", today)
    plant("checkin_visit", today)
    name = "".join(chance.choice("abcdefgh XYZ가나\"'") for _ in range(12))
    with connection.cursor() as cursor:
        quoted = sql.Identifier(name)
        kind = chance.choice(("TABLE", "MATERIALIZED VIEW"))
        cursor.execute(sql.SQL(f"CREATE {kind} {{}} AS SELECT epoch, body FROM checkin_visit").format(quoted))
        try:
            assert said(commands.GONE) == []
            run("TRUNCATE checkin_visit")
            with time_machine.travel(clock.now() + timedelta(days=28), tick=False):
                [found] = said(commands.GONE)
            assert name.replace('"', '""') in found
        finally:
            cursor.execute(sql.SQL(f"DROP {kind} {{}}").format(quoted))


@contextmanager
def another(name: str) -> Iterator[str]:
    """Another database on the same server; its address."""
    info = connection.connection.info
    server = make_conninfo(info.dsn, password=info.password)
    with psycopg.connect(server, autocommit=True) as keeper:
        dropped = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        keeper.execute(dropped)
        keeper.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield make_conninfo(server, dbname=name)
        finally:
            keeper.execute(dropped)


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_a_replica_in_another_database_is_found_whole_or_one_table_of_it(seed: int) -> None:
    """A copy under another name, as a restored backup or a replica that nobody dropped: found while its days still run."""
    chance = random.Random(seed)  # noqa: S311 - a test that comes out the same twice
    today = calendar.epoch_of(clock.now())
    name, table = f"visits_copy_{seed}_{os.getpid()}", chance.choice(sorted(INSERTS))
    assert not [one for one in said(commands.COPIES) if one.startswith(name)]
    with another(name) as address, psycopg.connect(address, autocommit=True) as copy:
        kept = f"{table}_{today}"
        copy.execute(f"CREATE TABLE {kept} (epoch int, body bytea)".encode())
        assert not [one for one in said(commands.COPIES) if one.startswith(name)], "it is empty"
        copy.execute(f"INSERT INTO {kept} VALUES ({today}, 'x')".encode())
        found = [one for one in said(commands.COPIES) if one.startswith(name)]
        assert found == [f"{name}: public.{kept} {calendar.day_of(today).isoformat()}"]


def test_old_rows_in_another_database_are_found_under_another_name() -> None:
    today = calendar.epoch_of(clock.now())
    name = f"visits_old_{os.getpid()}"
    with another(name) as address, psycopg.connect(address, autocommit=True) as copy:
        copy.execute(b"CREATE TABLE research (epoch int, body bytea)")
        copy.execute(f"INSERT INTO research VALUES ({today - 27}, 'x')".encode())
        assert not [one for one in said(commands.COPIES) if one.startswith(name)]
        copy.execute(f"INSERT INTO research VALUES ({today - 29}, 'x')".encode())
        day = calendar.day_of(Epoch(today - 29)).isoformat()
        assert [one for one in said(commands.COPIES) if one.startswith(name)] == [f"{name}: public.research {day}"]


def test_what_a_neighbour_keeps_to_itself_or_drops_meanwhile_stops_no_check() -> None:
    name = f"visits_shy_{os.getpid()}"
    with another(name) as address, psycopg.connect(address, autocommit=True) as copy:
        copy.execute(b"CREATE TABLE research (epoch int)")
        assert neighbours.asked(copy, "SELECT 1 FROM gone_since") == []
        copy.execute(b"SET ROLE pg_monitor")
        assert neighbours.asked(copy, "SELECT min(epoch) FROM research") == []
        copy.execute(b"RESET ROLE")
        assert neighbours.asked(copy, "SELECT min(epoch) FROM research") == [(None,)]
        with pytest.raises(psycopg.errors.SyntaxError):
            neighbours.asked(copy, "SELEKT 1")
        info = connection.connection.info
        with psycopg.connect(make_conninfo(info.dsn, password=info.password), autocommit=True) as keeper:
            keeper.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        assert neighbours.asked(copy, "SELECT min(epoch) FROM research") == []
        assert neighbours.asked(copy, "SELECT min(epoch) FROM research") == []
