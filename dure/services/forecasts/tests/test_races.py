"""Two processes, and one that is killed: everybody once, nobody forgotten. On committed rows."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from dure.foundations.channels.types import Purpose, SendingState
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.kit.testing import dies_at
from dure.services.forecasts import actions, models, tasks

from . import making
from .making import MORNING, Said, at, hear

READERS = 6
STATEMENTS_LEAST = 10
LOOKS_MAX = 20_000
TOGETHER_SECONDS = 2.0
WORDING = actions.Wording(
    lambda notice, zones: "예보가 바뀌었어요", "말", "보기", "/forecasts/", lambda changes, zones: "말"
)


CALLS = actions.CallWording("#{name}", "보기", "/forecasts/family/")


class Killed(Exception):
    """As if the process ended here."""


@pytest.fixture
def ground(transactional_db: None) -> None:
    making.ground()
    making.channel()
    with at(MORNING):
        for number in range(READERS):
            making.reader(f"독자 {number}")
        hear(Said(3))


def tell_all(wording: actions.Wording, most: int = 2) -> int:
    """What one worker does; answers how many it asked about."""
    done = 0
    try:
        with at(MORNING + timedelta(minutes=1)):
            while more := actions.tell_next(making.BY, wording, most):
                done += more
    finally:
        connection.close()
    return done


def assert_everybody_once() -> None:
    assert models.Notice.objects.count() == models.Told.objects.count() == READERS
    assert models.Notice.objects.values("reader").distinct().count() == READERS
    assert sum(one.count for one in making.sendings()) == READERS
    assert len(making.sendings()) == models.Letter.objects.count()


def two_at_once() -> int:
    """Two workers; each has chosen its readers before the other one writes. Answers how many they asked about."""
    both = threading.Barrier(2)

    def words(notice: object, zones: object) -> str:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(TOGETHER_SECONDS)  # passes alone where the other one has nobody to write to
        return "예보가 바뀌었어요"

    wording = actions.Wording(words, "말", "보기", "/forecasts/", lambda changes, zones: "말")
    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(lambda one: tell_all(one, READERS), [wording, wording]))


def test_two_workers_tell_everybody_once(ground: None) -> None:
    assert two_at_once() == READERS
    assert_everybody_once()


def test_without_their_locks_two_workers_tell_somebody_twice(ground: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: what the lock is for."""
    monkeypatch.setattr(models.Reader.objects, "select_for_update", lambda **how: models.Reader.objects.all())
    two_at_once()
    assert models.Notice.objects.count() > READERS


def test_who_is_killed_in_the_middle_leaves_nothing_half_and_forgets_nobody(ground: None) -> None:
    calls: list[int] = []

    def dies(notice: object, zones: object) -> str:
        calls.append(1)
        if len(calls) == 2:
            raise Killed
        return "예보가 바뀌었어요"

    with pytest.raises(Killed):
        tell_all(actions.Wording(dies, "말", "보기", "/forecasts/", lambda changes, zones: "말"))
    assert 0 < models.Notice.objects.count() < READERS
    tell_all(WORDING)
    assert_everybody_once()


def test_an_answer_that_arrives_while_messages_are_written_stops_them(ground: None) -> None:
    """Taken in at once; then it waits for whoever holds the readers, and sees what they wrote."""
    with ThreadPoolExecutor(1) as pool:
        with at(MORNING + timedelta(minutes=1)), transaction.atomic(), tx.hosted():
            actions.tell_next(making.BY, WORDING)
            later = pool.submit(_hear_later)
            wait_for_somebody_to_wait()
        later.result(timeout=20)
    assert models.Letter.objects.filter(stopped_at__isnull=True).count() == 0
    assert models.Reader.objects.filter(ask_at__isnull=False).count() == READERS


def test_who_reads_while_the_child_is_asked_stops_it(ground: None) -> None:
    """Whoever reads waits for whoever asks, and then sees what they wrote."""
    child, mother = folk.person("아이"), folk.person("어머니")
    with at(MORNING):
        making.watched(child, mother)
        tasks.tell(0)
    with ThreadPoolExecutor(1) as pool:
        with at(MORNING + timedelta(hours=2)), transaction.atomic(), tx.hosted():
            assert actions.ask_calls(making.BY, CALLS)[0] == 1
            later = pool.submit(_read_later, mother)
            wait_for_somebody_to_wait()
        later.result(timeout=20)
    assert models.Call.objects.get().sending is None
    assert [one.state for one in making.sendings() if one.purpose is Purpose.CARE] == [SendingState.STOPPED]


def test_killed_between_an_answer_and_asking_whom_it_concerns_nobody_is_forgotten(ground: None) -> None:
    with at(MORNING):
        while actions.ask_moved(making.BY):
            pass
    tell_all(WORDING)
    with at(MORNING + timedelta(hours=2)):
        hear(Said(4, issued="202607201330"))
        statement = 1
        while dies_at(statement, lambda: actions.ask_moved(making.BY)):
            assert models.Moved.objects.count() == 1
            assert not models.Reader.objects.filter(ask_at__isnull=False).exists()
            statement += 1
        assert models.Reader.objects.filter(ask_at__isnull=False).count() == READERS
        assert not models.Moved.objects.exists()
    assert statement > 3


def test_killed_at_any_statement_nothing_is_half_done(ground: None) -> None:
    with at(MORNING + timedelta(minutes=1)):
        statement = 1
        while dies_at(statement, lambda: actions.tell_next(making.BY, WORDING)):
            assert (models.Notice.objects.count(), models.Told.objects.count()) == (0, 0)
            assert (models.Letter.objects.count(), making.sendings()) == (0, [])
            statement += 1
    assert statement > STATEMENTS_LEAST
    assert_everybody_once()


def wait_for_somebody_to_wait() -> None:
    """Until another connection of this database waits for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _look in range(LOOKS_MAX):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the same all the time
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waited")


def _read_later(mother: Actor) -> None:
    try:
        with at(MORNING + timedelta(hours=2)):
            actions.mark_read(mother, making.told(mother)[0].id, key=making.key())
    finally:
        connection.close()


def _hear_later() -> None:
    try:
        with at(MORNING + timedelta(hours=2)):
            hear(Said(0, issued="202607201330"))
            while actions.ask_moved(making.BY):
                pass
    finally:
        connection.close()
