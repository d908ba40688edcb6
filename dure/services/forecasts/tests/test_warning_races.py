"""Weather warnings while two do something at once: each race, and its twin that shows what the lock is for. On committed rows."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from dure.foundations.channels.types import SendingState
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.services.forecasts import actions, models, queries
from dure.services.forecasts.types import Answer, Fault, FeedName, Kept, Question, SenderRole, WarningDegree

from . import making
from .making import BY, MORNING, at, tell
from .test_races import wait_for_somebody_to_wait
from .test_warnings_told import FEED, hear, said, text

READERS = 3
TOGETHER_SECONDS = 2.0
WAIT_SECONDS = 20
RAIN, RAIN_WORSE, RAIN_OVER = "SAMPLE01 호우 주의", "SAMPLE01 호우 경보 변경", "SAMPLE01 호우 주의 해제"
EARLY, LATE = "202607201130", "202607201138"


@pytest.fixture
def ground(transactional_db: None) -> list[Actor]:
    making.ground()
    making.channel()
    with at(MORNING):
        readers = [making.reader(f"독자 {number}") for number in range(READERS)]
        hear()
        tell()
    return readers


@pytest.fixture
def no_lock_of_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.Reader.objects, "select_for_update", lambda **how: models.Reader.objects.all())


@pytest.fixture
def no_lock_of_feeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.Feed.objects, "select_for_update", lambda **how: models.Feed.objects.all())


def wording(words: Callable[[], str]) -> actions.Wording:
    return actions.Wording(lambda notice, zones: "예보", "말", "보기", "/forecasts/", lambda changes, zones: words())


def answer(*warnings: str, issued: str) -> Kept:
    """Taken in by a worker that was given the right before, after which nobody else was."""
    said = Answer(None, 200, text(*warnings, issued=issued), "text/plain")
    return actions.hear(BY, FEED, said, making.CODES, SenderRole.AUTHORITY)


def elsewhere[Done](deed: Callable[[], Done]) -> Done:
    """In a thread, with its own connection."""
    try:
        with at(MORNING + timedelta(minutes=1)):
            return deed()
    finally:
        connection.close()


def while_the_first_has_not_committed(first: Callable[[], object], second: Callable[[], object]) -> None:
    """The second begins when the first has done everything but commit, and comes as far as it can."""
    with ThreadPoolExecutor(1) as pool:
        with at(MORNING + timedelta(minutes=1)), transaction.atomic(), tx.hosted():
            first()
            later = pool.submit(elsewhere, second)
            wait_for_somebody_to_wait()
        later.result(WAIT_SECONDS)


def degree() -> WarningDegree | None:
    """What stands of the rain."""
    standing = queries.warnings_at(["SAMPLE01"])["SAMPLE01"]
    return standing[0].degree if standing else None


# --- two workers, one list


def hear_the_same_twice() -> int:
    """Answers how many changes are noted for readers to be asked about."""
    while_the_first_has_not_committed(lambda: answer(RAIN, issued=EARLY), lambda: answer(RAIN, issued=EARLY))
    return models.WarnedMoved.objects.count()


def test_two_workers_with_the_same_list_note_one_change(ground: list[Actor]) -> None:
    assert hear_the_same_twice() == 1
    with at(MORNING + timedelta(minutes=2)):
        tell()
        assert [said(by) for by in ground] == [[("SAMPLE01", "first", "advisory")]] * READERS


def test_without_the_lock_they_note_it_twice(ground: list[Actor], no_lock_of_feeds: None) -> None:
    """The twin: what the lock is for."""
    assert hear_the_same_twice() == 2


def test_two_workers_tell_everybody_once(ground: list[Actor]) -> None:
    assert tell_by_two() == READERS


def test_without_their_lock_two_workers_tell_somebody_twice(ground: list[Actor], no_lock_of_readers: None) -> None:
    """The twin."""
    assert tell_by_two() > READERS


def tell_by_two() -> int:
    """Answers how many notices were written. Each worker has chosen its readers before the other one writes."""
    with at(MORNING):
        hear(RAIN)
        while actions.ask_warned(BY):
            pass
    both = threading.Barrier(2)

    def words() -> str:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(TOGETHER_SECONDS)  # passes alone where the other one has nobody to write to
        return "특보"

    with ThreadPoolExecutor(2) as pool:
        workers = [pool.submit(elsewhere, lambda: actions.tell_next(BY, wording(words))) for _worker in range(2)]
        for worker in workers:
            worker.result(WAIT_SECONDS)
    return models.Notice.objects.count()


# --- two lists out of order


def newer_and_then_older() -> WarningDegree | None:
    """Two lists at once; the older one is written last."""
    while_the_first_has_not_committed(lambda: answer(RAIN_WORSE, issued=LATE), lambda: answer(RAIN, issued=EARLY))
    return degree()


def test_an_older_row_takes_no_newer_one_back(ground: list[Actor]) -> None:
    assert newer_and_then_older() is WarningDegree.WARNING


def test_without_the_lock_the_older_row_is_written_over_the_newer_one(
    ground: list[Actor], no_lock_of_feeds: None
) -> None:
    """The twin."""
    assert newer_and_then_older() is WarningDegree.ADVISORY


def a_worker_that_slept(*, has_right: bool) -> Kept:
    """It was given a list with the warning, and slept; two lists without it came meanwhile. Then it wakes up."""
    with at(MORNING + timedelta(minutes=5)):
        hear(RAIN)
        tell()
    with at(MORNING + timedelta(minutes=10)):
        asked = actions.claim_feed(BY, FEED)
        assert asked is not None
    for minutes in (15, 20):
        with at(MORNING + timedelta(minutes=minutes)):
            question = actions.claim_feed(BY, FEED)
            assert question is not None  # the first one's right was over
            hear_by(question)
            tell()
    with at(MORNING + timedelta(minutes=21)):
        late = hear_by(asked if has_right else None, RAIN)
        tell()
    return late


def hear_by(question: Question | None, *warnings: str) -> Kept:
    said = Answer(None, 200, text(*warnings), "text/plain")
    return actions.hear(BY, FEED, said, making.CODES, SenderRole.AUTHORITY, question)


def test_a_list_that_was_asked_for_before_another_one_is_not_taken_in_after_it(ground: list[Actor]) -> None:
    assert a_worker_that_slept(has_right=True).why is Fault.LATE
    assert degree() is None
    assert [one[1] for one in said(ground[0])] == ["first", "all_clear"]
    speaks = queries.feed_standings(BY)[2]
    assert (speaks.feed, speaks.failures, speaks.answers[0].why) == (FeedName.WARNINGS, 0, Fault.LATE)


def test_without_its_right_the_old_list_is_told_as_a_new_warning(ground: list[Actor]) -> None:
    """The twin: the same worker, whose right nobody looks at."""
    assert a_worker_that_slept(has_right=False).is_good
    assert degree() is WarningDegree.ADVISORY
    assert [one[1] for one in said(ground[0])] == ["first", "all_clear", "first"]


# --- it changes while it is told


def changes_while_it_is_told(change: str, *, waits: bool) -> None:
    """A list arrives, and whom it concerns is asked about, while the messages of the first degree are written."""
    with at(MORNING):
        hear(RAIN)
        while actions.ask_warned(BY):
            pass
    with ThreadPoolExecutor(1) as pool:
        later: list[Future[None]] = []

        def words() -> str:
            if not later:
                later.append(pool.submit(elsewhere, lambda: hear_and_ask(change)))
                if waits:
                    wait_for_somebody_to_wait()
                else:
                    later[0].result(WAIT_SECONDS)
            return "특보"

        with at(MORNING + timedelta(minutes=1)):
            assert actions.tell_next(BY, wording(words)) == READERS
        later[0].result(WAIT_SECONDS)


def hear_and_ask(change: str) -> None:
    answer(change, issued=LATE)
    while actions.ask_warned(BY):
        pass


def states() -> list[SendingState]:
    return [one.state for one in making.sendings()]


def test_worse_while_it_is_told_stops_the_message_and_everybody_hears_that_it_is_worse(ground: list[Actor]) -> None:
    changes_while_it_is_told(RAIN_WORSE, waits=True)
    assert states() == [SendingState.STOPPED]
    with at(MORNING + timedelta(minutes=2)):
        tell()
    assert [said(by)[-1] for by in ground] == [("SAMPLE01", "upgrade", "warning")] * READERS


def test_without_the_lock_nobody_hears_that_it_is_worse(ground: list[Actor], no_lock_of_readers: None) -> None:
    """The twin: they are forgotten, and the message that is not true any more goes out."""
    changes_while_it_is_told(RAIN_WORSE, waits=False)
    assert SendingState.STOPPED not in states()
    with at(MORNING + timedelta(minutes=2)):
        tell()
    assert [said(by) for by in ground] == [[("SAMPLE01", "first", "advisory")]] * READERS


def test_lifted_while_it_is_told_stops_the_message(ground: list[Actor]) -> None:
    changes_while_it_is_told(RAIN_OVER, waits=True)
    assert states() == [SendingState.STOPPED]
    with at(MORNING + timedelta(minutes=2)):
        tell()
        tell()
    assert [said(by)[-1][1] for by in ground] == ["all_clear"] * READERS
    assert not models.WarnedTold.objects.exists()


def test_without_the_lock_the_message_of_what_was_lifted_goes_out(
    ground: list[Actor], no_lock_of_readers: None
) -> None:
    """The twin."""
    changes_while_it_is_told(RAIN_OVER, waits=False)
    assert SendingState.STOPPED not in states()
    with at(MORNING + timedelta(minutes=2)):
        tell()
    assert [said(by)[-1][1] for by in ground] == ["first"] * READERS
