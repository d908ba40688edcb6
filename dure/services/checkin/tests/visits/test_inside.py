"""How many are inside: a number a scanner, the same sum on all of a place, never below nought, gone with the day."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import time_machine
from django.db import connection

from dure.base import clock
from dure.base.refusals import NotAllowed
from dure.kit import database_url
from dure.services.checkin.hot import door, inside
from dure.services.checkin.hot import rounds as actions
from dure.services.checkin.queries import visits as queries
from dure.services.checkin.rules import calendar, registry
from dure.services.checkin.tests.visits import knocking
from dure.services.checkin.tests.visits.knocking import OTHER, SCANNER, knock, token
from dure.services.checkin.types import Epoch, VenueId
from dure.services.checkin.types.doors import CountAsked, Counted
from dure.services.checkin.types.register import VenueEntry

pytestmark = pytest.mark.django_db(transaction=True)
HALL = VenueEntry(VenueId(UUID(int=3)), UUID(int=9), "가람 예시 상인회", "가람 예시 회관", challenge=False, counts=True)
EXIT = UUID(int=7)
SAY = "SELECT inside FROM checkin_count_inside(%s, %s, %s, %s)"


@pytest.fixture(autouse=True)
def day(own_keys: Path) -> Iterator[None]:
    knocking.empty()
    knocking.begin_day()
    knocking.open_place(HALL)
    knocking.open_place(HALL, EXIT)
    yield
    knocking.empty()


def today() -> int:
    return calendar.epoch_of(clock.now())


def says(number: int | None, scanner: UUID = SCANNER, day: int | None = None) -> Callable[[], Any]:
    by, on = token(scanner), today() if day is None else day
    return lambda: inside.count(by, CountAsked(on, number))


def test_all_scanners_of_a_place_have_the_same_sum() -> None:
    assert knock(says(5)) == [Counted(today(), 5, 5)]
    assert knock(says(-2, EXIT)) == [Counted(today(), -2, 3)]
    assert knock(says(5)) == [Counted(today(), 5, 3)], "said again changes nothing"
    assert knock(says(6)) == [Counted(today(), 6, 4)]


def test_nobody_leaves_who_is_not_inside_and_nothing_is_owed_for_it() -> None:
    assert knock(says(-3, EXIT)) == [Counted(today(), 0, 0)]
    assert knock(says(1)) == [Counted(today(), 1, 1)]
    assert knock(says(-9, EXIT)) == [Counted(today(), -1, 0)]
    assert knock(says(-9, EXIT)) == [Counted(today(), -1, 0)], "its answer was lost: said again"
    assert knock(says(3)) == [Counted(today(), 3, 2)]


def test_a_scanner_that_was_started_anew_asks_what_it_said() -> None:
    knock(says(4))
    assert knock(says(None)) == [Counted(today(), 4, 4)]


def test_it_begins_anew_at_midnight_and_a_number_of_another_day_changes_nothing() -> None:
    knock(says(4))
    yesterday = today()
    assert actions.forget_inside(knocking.BY) == 0
    with time_machine.travel(calendar.starts_at(Epoch(yesterday + 1)), tick=False):
        assert knock(says(4, day=yesterday)) == [Counted(yesterday + 1, 0, 0)]
        assert knock(says(1)) == [Counted(yesterday + 1, 1, 1)]
        assert actions.forget_inside(knocking.BY) == 1
    assert knock(says(2, day=yesterday + 1)) == [Counted(yesterday, 0, 0)]


def test_only_a_place_whose_register_says_so_counts() -> None:
    knocking.open_place(knocking.BAKERY, OTHER)
    assert [type(each) for each in knock(says(1, OTHER))] == [NotAllowed]
    by, other = token(), token(OTHER)
    [mine, theirs] = knock(lambda: door.beat(by), lambda: door.beat(other))
    assert (mine.counts, theirs.counts) == (True, False)  # type: ignore[union-attr]  # both were heard
    assert b'"counts":true' in registry.venue_statement(queries.venue(HALL.id))
    assert b"counts" not in registry.venue_statement(queries.venue(knocking.BAKERY.id))


def test_what_is_kept_is_a_number() -> None:
    knock(says(4))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM checkin_inside")
        columns = {one.name for one in cursor.description}
        assert columns == {"scanner_id", "venue_id", "epoch", "number"}
        assert cursor.fetchall()[0][-3:].count(4) == 1


def left(*, together: bool) -> int:
    """One person is inside; at each of two doors somebody leaves. Together: neither is committed before both have said so."""
    knock(says(1))
    with (
        psycopg.connect("", **database_url.parameters()) as one,
        psycopg.connect("", **database_url.parameters()) as two,
    ):
        one.execute(SAY, (EXIT, HALL.id, today(), -1))
        if not together:
            one.commit()
        two.execute(SAY, (OTHER, HALL.id, today(), -1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(number) FROM checkin_inside")
        return int(cursor.fetchone()[0])


def test_two_who_leave_at_once_are_one_after_the_other() -> None:
    knocking.open_place(HALL, OTHER)
    assert left(together=False) == 0
    with psycopg.connect("", **database_url.parameters()) as line:
        line.execute(SAY, (EXIT, HALL.id, today(), -1))
        with psycopg.connect("", **database_url.parameters()) as other:
            other.execute("SET lock_timeout = '50ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute(SAY, (OTHER, HALL.id, today(), -1))


def test_the_race_is_real_without_the_lock_of_the_place() -> None:
    """The twin: the same function without its lock."""
    knocking.open_place(HALL, OTHER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('checkin_count_inside'::regproc)")
        whole = cursor.fetchone()[0]
        lock = "PERFORM pg_advisory_xact_lock(hashtextextended('checkin_count_inside ' || of_venue, 0));"
        assert lock in whole
        cursor.execute(whole.replace(lock, ""))
        try:
            assert left(together=True) == -1
        finally:
            cursor.execute(whole)
