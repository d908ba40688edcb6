"""News is delivered when its transaction commits; each reaction is done once, whatever fails, dies or runs beside it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection, connections, transaction

from dure.base import clock, ids
from dure.base.refusals import Refusal
from dure.kit import courier, delivery, models, outbox, tx

ROOT = Path(__file__).resolve().parents[3]
LONG_AGO = timedelta(days=91)


@dataclass(frozen=True, slots=True)
class Told:
    word: str


class TooLoud(Refusal):
    """Somebody sleeps; `until` when."""

    until: str


class Ear:
    """A reaction that writes down what it heard, as a row: it is gone when its transaction is."""

    def __init__(self, name: str = "ear", fails: Callable[[str], bool] = lambda word: False) -> None:
        self.__module__, self.__qualname__ = __name__, name
        self._fails = fails

    def __call__(self, news: Told, news_id: UUID) -> None:
        models.KeptAnswer.objects.create(
            actor=news_id, verb=self.__qualname__, key=news.word, body_hash=b"", at=clock.now()
        )
        if self._fails(news.word):
            raise ZeroDivisionError(news.word)


def heard() -> list[str]:
    return sorted(models.KeptAnswer.objects.values_list("key", flat=True))


def wired(*ears: Callable[[Told, UUID], None]) -> outbox.Wiring:
    wiring = outbox.Wiring()
    wiring.on(Told, *ears)
    return wiring


def tell(*words: str) -> None:
    with transaction.atomic():
        for word in words:
            outbox.emit(Told(word=word))


@pytest.mark.django_db(transaction=True)
def test_every_reaction_runs_once_and_sees_the_news() -> None:
    wiring = wired(Ear("left"), Ear("right"))
    tell("hello")
    assert delivery.run_until_idle(wiring) == delivery.Round(fanned_out=1, done=2, failed=0)
    assert delivery.run_until_idle(wiring) == delivery.Round(0, 0, 0)
    assert heard() == ["hello", "hello"]
    assert delivery.waiting_count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_told() -> None:
    with transaction.atomic():
        outbox.emit(Told(word="hello"))
        transaction.set_rollback(True)
    assert delivery.run_until_idle(wired(Ear())).fanned_out == 0


@pytest.mark.django_db(transaction=True)
def test_many_are_told_in_one_statement_as_if_one_after_the_other(django_assert_num_queries: Any) -> None:
    with transaction.atomic():
        one_by_one = [outbox.emit(Told(word=word)) for word in ("a", "b")]
        with django_assert_num_queries(2):  # the news, and the call
            at_once = outbox.emit_many([Told(word="a"), Told(word="b")])
        assert outbox.emit_many(()) == ()
    told = {one.id: (one.kind, one.body, one.fanned_out) for one in models.News.objects.all()}
    assert [told[one] for one in at_once] == [told[one] for one in one_by_one]
    assert sorted(told) == [*one_by_one, *at_once], "in the order in which they were told"
    delivery.run_until_idle(wired(Ear()))
    assert heard() == ["a", "a", "b", "b"]


class Ears:
    """A reaction that takes many news at once, and remembers how many it was given each time."""

    def __init__(self, fails: Callable[[str], bool] = lambda word: False) -> None:
        self.__module__, self.__qualname__ = __name__, "ears"
        self._ear = Ear("ears", fails)
        self.sizes: list[int] = []

    def __call__(self, told: Sequence[tuple[Told, UUID]]) -> None:
        self.sizes.append(len(told))
        for news, news_id in told:
            self._ear(news, news_id)


def joint(ears: Ears, *ear: Ear) -> outbox.Wiring:
    wiring = wired(*ear)
    wiring.on_many(Told, ears)
    return wiring


@pytest.mark.django_db(transaction=True)
def test_a_reaction_that_takes_many_gets_all_that_waits_at_once() -> None:
    ears = Ears()
    wiring = joint(ears, Ear("alone"))
    tell("one", "two", "three")
    assert delivery.run_until_idle(wiring) == delivery.Round(fanned_out=3, done=6, failed=0)
    assert ears.sizes == [3]
    assert heard() == ["one", "one", "three", "three", "two", "two"]


@pytest.mark.django_db(transaction=True)
def test_no_more_at_once_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TOGETHER_MAX", 2)
    ears = Ears()
    tell("one", "two", "three", "four", "five")
    assert delivery.run_until_idle(joint(ears)).done == 5
    assert ears.sizes == [2, 2, 1]


@pytest.mark.django_db(transaction=True)
def test_poison_among_many_fails_alone_and_leaves_no_trace() -> None:
    mood = {"bad": True}
    ears = Ears(fails=lambda word: mood["bad"] and word == "poison")
    wiring = joint(ears)
    tell("one", "poison", "two")
    with time_machine.travel(clock.now(), tick=False) as time_:
        assert delivery.run_until_idle(wiring) == delivery.Round(fanned_out=3, done=2, failed=1)
        assert heard() == ["one", "two"]
        mood["bad"] = False
        tell("three")
        time_.shift(2)
        assert delivery.run_until_idle(wiring) == delivery.Round(fanned_out=1, done=2, failed=0)
    assert heard() == ["one", "poison", "three", "two"]
    assert ears.sizes == [3, 1, 1, 1, 1, 1]  # what failed before is tried by itself


def test_news_outside_a_transaction_is_a_bug() -> None:
    with pytest.raises(RuntimeError):
        outbox.emit(Told(word="hello"))


def test_a_reaction_is_wired_once() -> None:
    with pytest.raises(ValueError, match="wired twice"):
        wired(Ear(), Ear())


@pytest.mark.django_db(transaction=True)
def test_news_that_nothing_follows_is_done_at_once() -> None:
    tell("hello")
    assert delivery.run_until_idle(outbox.Wiring()).fanned_out == 1
    assert models.Delivery.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_reaction_that_fails_leaves_no_trace_and_is_tried_later_and_later() -> None:
    mood = {"bad": True}
    wiring = wired(Ear(fails=lambda word: mood["bad"]))
    with time_machine.travel(clock.now(), tick=False) as time_:
        tell("hello")
        for wait_seconds in (2, 4, 8):
            assert delivery.run_until_idle(wiring).failed == 1
            time_.shift(wait_seconds - 1)
            assert delivery.run_until_idle(wiring).idle
            time_.shift(1)
        assert heard() == []
        mood["bad"] = False
        assert delivery.run_until_idle(wiring).done == 1
    assert heard() == ["hello"]


@pytest.mark.django_db(transaction=True)
def test_poison_goes_to_the_dead_letters_holds_up_nobody_and_can_be_replayed() -> None:
    mood = {"bad": True}
    wiring = wired(Ear(fails=lambda word: mood["bad"] and word == "poison"))
    tell("poison", "one", "two")
    with time_machine.travel(clock.now(), tick=False) as time_:
        for _ in range(delivery.ATTEMPTS_MAX):
            delivery.run_until_idle(wiring)
            assert heard() == ["one", "two"]
            time_.shift(delivery.BACKOFF_SECONDS_MAX)
        dead = models.Delivery.objects.get(state=models.DeliveryState.DEAD)
        assert dead.attempts == delivery.ATTEMPTS_MAX
        assert dead.last_error.startswith("ZeroDivisionError at dure/kit/tests/test_outbox.py:")
        assert "poison" not in dead.last_error, "a message may hold anybody's name"
        assert delivery.run_until_idle(wiring).idle  # nobody tries a dead letter again by himself
        mood["bad"] = False
        assert delivery.replay([dead.id]) == 1
        assert delivery.replay([dead.id]) == 0
        assert delivery.run_until_idle(wiring).done == 1
    assert heard() == ["one", "poison", "two"]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_in_a_reaction_is_kept_with_what_it_carries() -> None:
    def refuse(news: Told, news_id: UUID) -> None:
        raise TooLoud(until="김보람")

    tell("hello")
    delivery.run_until_idle(wired(refuse))
    assert models.Delivery.objects.get().last_error == "TooLoud(until=[hidden])"


@pytest.mark.django_db(transaction=True)
def test_news_whose_reaction_is_gone_or_whose_form_changed_waits_for_a_steward() -> None:
    tell("hello")
    delivery.run_round(wired(Ear("old", fails=lambda word: True)))
    models.Delivery.objects.update(next_at=clock.now())
    assert delivery.run_round(wired(Ear("new"))).failed == 1
    models.News.objects.update(body={"sound": 1})
    models.Delivery.objects.update(next_at=clock.now())
    assert delivery.run_round(wired(Ear("old"))).failed == 1
    assert heard() == []


@pytest.mark.django_db(transaction=True)
def test_an_action_of_a_service_runs_inside_a_reaction_and_shares_its_fate() -> None:
    def act(news: Told, news_id: UUID) -> None:
        with tx.durable():
            Ear()(news, news_id)
        if news.word == "bad":
            raise ZeroDivisionError

    tell("bad", "good")
    delivery.run_until_idle(wired(act))
    assert heard() == ["good"]


@pytest.mark.django_db(transaction=True)
def test_a_promise_that_breaks_only_at_the_commit_fails_its_own_reaction() -> None:
    """Foreign keys are checked at the end of the transaction; the queue must not stumble over somebody's broken one."""

    def point_nowhere(news: Told, news_id: UUID) -> None:
        if news.word == "bad":
            models.Delivery.objects.create(news_id=ids.new(), reaction="none", next_at=clock.now())

    tell("bad", "good")
    assert delivery.run_until_idle(wired(point_nowhere)) == delivery.Round(fanned_out=2, done=1, failed=1)
    assert "23503" in models.Delivery.objects.get(state=models.DeliveryState.WAITING).last_error


@pytest.mark.django_db(transaction=True)
def test_two_workers_beside_each_other_do_everything_once() -> None:
    words = [f"{number:03}" for number in range(60)]
    tell(*words)
    wiring = wired(Ear("left"), Ear("right"))
    rounds: list[delivery.Round] = []

    def work() -> None:
        try:
            rounds.append(delivery.run_until_idle(wiring))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    delivery.run_until_idle(wiring)
    assert heard() == sorted(words * 2)
    assert sum(one.failed for one in rounds) == 0


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_kill_9_between_effect_and_mark_is_exactly_once() -> None:
    """The worker dies with the effect done and not yet marked: both are gone, the next worker does both."""
    tell("hello")
    script = """
import os, signal, django
django.setup()
from dure.kit import delivery
from dure.kit.tests.test_outbox import Ear, wired
delivery.run_until_idle(wired(Ear(fails=lambda word: os.kill(os.getpid(), signal.SIGKILL))))
"""
    url = connection.get_connection_params()
    where = f"postgresql://{url['user']}@/{url['dbname']}?host={url['host']}&port={url.get('port') or 5432}"
    env = os.environ | {"DATABASE_URL": where, "DJANGO_SETTINGS_MODULE": "dure.site.settings"}
    died = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    assert heard() == []
    assert delivery.run_until_idle(wired(Ear())).done == 1
    assert heard() == ["hello"]


@contextmanager
def _courier(wiring: outbox.Wiring) -> Iterator[None]:
    stopping = threading.Event()
    thread = threading.Thread(target=courier.deliver_until, args=(stopping, wiring))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(10)
        assert not thread.is_alive()


def _within(seconds: float, done: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.02)
    return done()


@pytest.mark.django_db(transaction=True)
def test_the_courier_is_woken_by_news_and_ends_when_told() -> None:
    with _courier(wired(Ear())):
        time.sleep(0.3)
        tell("hello")
        assert _within(5, lambda: heard() == ["hello"])


@pytest.mark.django_db(transaction=True)
def test_the_courier_outlives_the_loss_of_its_connections() -> None:
    with _courier(wired(Ear())):
        tell("before")
        assert _within(5, lambda: heard() == ["before"])
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        tell("after")
        assert _within(15, lambda: heard() == ["after", "before"])


@pytest.mark.django_db(transaction=True)
def test_old_news_is_forgotten_once_all_of_it_is_done() -> None:
    with time_machine.travel(clock.now() - LONG_AGO, tick=False):
        tell("done", "poison")
        delivery.run_until_idle(wired(Ear(fails=lambda word: word == "poison")))
    tell("young")
    delivery.run_until_idle(wired(Ear(fails=lambda word: word == "poison")))
    assert delivery.forget(clock.now() - timedelta(days=90), most=10) == 1
    assert sorted(news.body["word"] for news in models.News.objects.all()) == ["poison", "young"]
