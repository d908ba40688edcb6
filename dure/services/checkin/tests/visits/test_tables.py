"""The visit party's database: its tables fit, who serves may lay a day and no other table, no table has a person or a time."""

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from dure.kit import roles

pytestmark = pytest.mark.django_db
DAY = 2_400  # long over: it may be forgotten and destroyed


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_nobody_is_known_here() -> None:
    assert not {"people", "auth", "sessions", "admin", "contenttypes", "ledger"} & {
        one.label for one in apps.get_app_configs()
    }
    assert apps.is_installed("dure.services.checkin")


def test_who_serves_lays_a_day_and_makes_no_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {roles.APP_ROLE}")
        cursor.execute("SELECT checkin_lay_day(%s)", [DAY])
        cursor.execute("SELECT checkin_lay_day(%s)", [DAY])
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhrelid::regclass::text LIKE %s", [f"%\\_{DAY}"])
        assert cursor.fetchone()[0] >= 3
        with pytest.raises(ProgrammingError) as refused, transaction.atomic():
            cursor.execute("CREATE TABLE mine (id int)")
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_who_serves_writes_a_half_hour_and_takes_no_row_away() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {roles.APP_ROLE}")
        cursor.execute("SELECT checkin_lay_day(%s)", [DAY])
        empty = ", ".join(["'{}'"] * 14)
        for answer in (0, -1):
            cursor.execute(f"SELECT checkin_write_half_hour({DAY}, 7, 0, {empty})")
            assert cursor.fetchone() == (answer,)
        cursor.execute("SELECT checkin_forget_day(%s), checkin_destroy_day(%s)", [DAY, DAY])
        for table in ("checkin_spent", "checkin_spent_new", "checkin_journal", "checkin_visit", "checkin_seed"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            with pytest.raises(ProgrammingError) as refused, transaction.atomic():
                cursor.execute(f"DELETE FROM {table}")
            assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_who_serves_has_no_right_on_a_part_of_a_table() -> None:
    """A part has rights of its own: whoever could write in one takes a mark away, and the same code comes in again."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {roles.APP_ROLE}")
        cursor.execute("SELECT checkin_lay_day(%s)", [DAY])
        cursor.execute("SELECT count(*) FROM checkin_spent")  # by way of the table it reads
        for part in (f"checkin_spent_{DAY}", f"checkin_visit_{DAY}", f"checkin_seed_{DAY}", f"checkin_journal_{DAY}_7"):
            for deed in (f"DELETE FROM {part}", f"TRUNCATE {part}", f"SELECT * FROM {part}"):
                with pytest.raises(ProgrammingError) as refused, transaction.atomic():
                    cursor.execute(deed)
                assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege), deed


@pytest.mark.parametrize(("called", "days"), [("checkin_forget_day", 3), ("checkin_destroy_day", 28)])
def test_who_serves_ends_no_day_before_it_is_over(called: str, days: int) -> None:
    """Whoever broke in there would make a code of today good again, or make visits vanish."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {roles.APP_ROLE}")
        cursor.execute("SELECT (now() AT TIME ZONE 'Asia/Seoul')::date - DATE '2020-01-01'")
        today = cursor.fetchone()[0]
        cursor.execute(f"SELECT {called}(%s)", [today - days])
        for early in (today - days + 1, today, today + 1):
            with pytest.raises(IntegrityError, match="is not over"), transaction.atomic():
                cursor.execute(f"SELECT {called}(%s)", [early])
