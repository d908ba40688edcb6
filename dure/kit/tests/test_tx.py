"""Transactions: a retry gets the same answer, another body a refusal, twins at once one effect; locks end in Busy."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import msgspec
import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from dure.base import clock, ids
from dure.base.refusals import BadValue, Busy, Interrupted, KeyReused
from dure.kit import locks, models, tx
from dure.kit.testing import Meet, race


@dataclass(frozen=True, slots=True)
class Person:
    person: UUID | None


class Lent(msgspec.Struct, frozen=True):
    tool: str
    loan: UUID


SOMEBODY = Person(ids.new())


def _lend(by: Person, key: str, tool: str = "ladder") -> Lent:
    """An action as services write them; its effect is a row that anybody can count."""
    with tx.action(by, "shed.lend", key, {"tool": tool}, Lent) as call:
        if call:
            return call.answer()
        loan = ids.new()
        models.News.objects.create(id=loan, kind="shed.Lent", body={}, at=clock.now())
        return call.keep(Lent(tool=tool, loan=loan))


@pytest.mark.django_db
def test_the_same_key_and_body_get_the_same_answer_and_one_effect() -> None:
    assert _lend(SOMEBODY, "k1") == _lend(SOMEBODY, "k1")
    assert models.News.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_again_waits_for_disk_and_standby_like_the_first_one() -> None:
    """A transaction that wrote nothing waits for nobody, and the answer may be one that never reached the standby."""
    _lend(SOMEBODY, "k1")
    with tx.action(SOMEBODY, "shed.lend", "k1", {"tool": "ladder"}, Lent) as call, connection.cursor() as cursor:
        assert call
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db
def test_the_same_key_with_another_body_is_refused_and_does_nothing() -> None:
    _lend(SOMEBODY, "k1")
    with pytest.raises(KeyReused) as refused:
        _lend(SOMEBODY, "k1", tool="saw")
    assert refused.value.key == "k1"
    assert models.News.objects.count() == 1


@pytest.mark.django_db
def test_what_was_sent_cannot_be_guessed_from_what_is_kept_of_it() -> None:
    """A form may hold a resident number: a bare hash of it could be tried out, one without the key cannot."""
    _lend(SOMEBODY, "k1")
    kept = bytes(models.KeptAnswer.objects.get().body_hash)
    assert len(kept) == 32
    assert kept != hashlib.sha256(msgspec.json.encode({"tool": "ladder"}, order="deterministic")).digest()


@pytest.mark.django_db
def test_a_key_belongs_to_one_person_and_one_verb() -> None:
    loans = {_lend(by, "k1").loan for by in (SOMEBODY, Person(ids.new()), Person(None))}
    with tx.action(SOMEBODY, "shed.give_back", "k1", {}, str) as call:
        assert not call
        call.keep("back")
    assert len(loans) == 3


@pytest.mark.django_db
def test_an_answer_of_nothing_is_an_answer_too() -> None:
    ran = 0
    for _ in range(2):
        with tx.action(SOMEBODY, "shed.sweep", "k", {}, type(None)) as call:
            ran += not call
    assert ran == 1


@pytest.mark.django_db
def test_asking_for_an_answer_that_was_never_given_is_a_bug() -> None:
    with pytest.raises(RuntimeError, match="nothing was answered"), tx.action(SOMEBODY, "v", "k", {}, str) as call:
        call.answer()


@pytest.mark.django_db(transaction=True)
def test_an_action_that_fails_leaves_its_key_free() -> None:
    with pytest.raises(ZeroDivisionError), tx.action(SOMEBODY, "shed.lend", "k1", {"tool": "ladder"}, Lent):
        raise ZeroDivisionError
    assert _lend(SOMEBODY, "k1").tool == "ladder"


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_that_is_empty_or_too_long_is_refused(key: str) -> None:
    with pytest.raises(BadValue):
        _lend(SOMEBODY, key)


@pytest.mark.django_db(transaction=True)
def test_twins_at_once_are_one_effect_and_get_one_answer() -> None:
    def lend(meet: Meet) -> UUID:
        with tx.action(SOMEBODY, "shed.lend", "k1", {}, Lent) as call:
            meet()
            if call:
                return call.answer().loan
            loan = ids.new()
            models.News.objects.create(id=loan, kind="shed.Lent", body={}, at=clock.now())
            return call.keep(Lent("ladder", loan)).loan

    said = race(lend, lend)
    assert len({outcome.value for outcome in said.each}) == 1
    assert models.News.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_key_the_twins_are_two_effects() -> None:
    """The race is real: the same work in a plain transaction happens twice."""

    def lend(meet: Meet) -> str:
        with tx.durable():
            there = models.News.objects.exists()
            meet()
            if not there:
                models.News.objects.create(id=ids.new(), kind="shed.Lent", body={}, at=clock.now())
        return "lent"

    race(lend, lend)
    assert models.News.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_twin_that_takes_too_long_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tx.limit_lock_wait, "__defaults__", (1,))

    def lend(meet: Meet) -> str:
        with tx.action(SOMEBODY, "shed.lend", "k1", {}, str) as call:
            meet()
            if not call:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(2)")
            return call.keep("lent")

    assert race(lend, lend).names == ("Busy", "lent")


@pytest.mark.django_db(transaction=True)
def test_waiting_in_a_circle_is_busy_for_one_and_done_for_the_other() -> None:
    first, second = ids.new(), ids.new()
    for news in (first, second):
        models.News.objects.create(id=news, kind="k", body={}, at=clock.now())

    def touch(one: UUID, other: UUID):
        def run(meet: Meet) -> str:
            with tx.durable():
                models.News.objects.filter(id=one).update(kind="a")
                meet()
                models.News.objects.filter(id=other).update(kind="b")
            return "done"

        return run

    assert race(touch(first, second), touch(second, first)).names == ("Busy", "done")


@pytest.mark.django_db(transaction=True)
def test_an_action_inside_another_transaction_is_a_bug_but_part_of_a_reaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        _lend(SOMEBODY, "k1")
    with transaction.atomic(), tx.hosted():
        _lend(SOMEBODY, "k1")
    with pytest.raises(RuntimeError), transaction.atomic():  # and only inside it
        _lend(SOMEBODY, "k2")


def _keeps_a_file(undone: list[str], name: str) -> None:
    with tx.durable():
        tx.if_undone(lambda: undone.append(name))


def _outer(undone: list[str], error: Exception | None) -> None:
    with tx.undone_with_it(), transaction.atomic(), tx.hosted():
        _keeps_a_file(undone, "first")
        with suppress(KeyError), tx.durable():
            _keeps_a_file(undone, "second")
            raise KeyError
        assert undone == ["second"], "at once, for it was undone at once"
        if error is not None:
            raise error


@pytest.mark.django_db
def test_what_an_action_within_another_left_outside_is_taken_back_with_the_outer_one() -> None:
    undone: list[str] = []
    with pytest.raises(ZeroDivisionError):
        _outer(undone, ZeroDivisionError())
    assert undone == ["second", "first"]
    stands: list[str] = []
    _outer(stands, None)
    assert stands == ["second"], "what stands is left alone"


@pytest.mark.django_db(transaction=True)
def test_foundations_demand_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        tx.demand()
    with pytest.raises(RuntimeError):
        locks.lock_name("street")


@pytest.mark.django_db
def test_old_answers_are_forgotten_and_young_ones_kept() -> None:
    _lend(SOMEBODY, "old")
    models.KeptAnswer.objects.update(at=clock.now() - timedelta(days=401))
    _lend(SOMEBODY, "young")
    assert tx.forget(clock.now() - timedelta(days=400), most=10) == 1
    assert [kept.key for kept in models.KeptAnswer.objects.all()] == ["young"]


@pytest.mark.django_db(transaction=True)
def test_a_named_lock_keeps_others_out_until_the_end_and_the_twin_shows_it() -> None:
    def pass_through(meet: Meet) -> int:
        with tx.durable():
            locks.lock_name("street")
            there = models.News.objects.count()
            meet()
            models.News.objects.create(id=ids.new(), kind="k", body={}, at=clock.now())
        return there

    assert race(pass_through, pass_through).names == ("0", "1")
    models.News.objects.all().delete()
    assert race(pass_through, pass_through, locked=False).names == ("0", "0")


@pytest.mark.django_db(transaction=True)
def test_a_named_lock_that_takes_too_long_is_busy() -> None:
    def hold(meet: Meet) -> str:
        with tx.durable():
            locks.lock_name("street")
            meet()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(2)")
        return "held"

    def ask(meet: Meet) -> str:
        meet()
        with tx.durable(), locks.refusing_when_busy(seconds_max=1), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('street', 0))")
        return "asked"

    assert race(hold, ask).names == ("Busy", "held")


@pytest.mark.django_db(transaction=True)
def test_one_at_a_time_is_told_at_once() -> None:
    def work(meet: Meet) -> bool:
        with locks.alone("nightly") as mine:
            meet()
            return mine

    assert race(work, work).names == ("False", "True")
    with locks.alone("nightly") as mine:
        assert mine


def _pull_the_plug() -> None:
    """Our session ends on the server, and we do not know it yet."""
    ours = connection.connection.info
    with psycopg.connect(ours.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 1000)", [ours.backend_pid])


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_leaves_open_whether_it_was_done() -> None:
    def break_off() -> None:
        with tx.durable(), connection.cursor() as cursor:
            _pull_the_plug()
            cursor.execute("SELECT 1")

    with pytest.raises(Interrupted):
        break_off()
    with tx.durable(), connection.cursor() as cursor:  # and the next one works
        cursor.execute("SELECT 1")


@contextmanager
def _reaction() -> Iterator[None]:
    """As the delivery of news opens it: the commit is not that of an action."""
    with tx.undone_with_it(), transaction.atomic(), tx.hosted():
        yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("opened", [tx.durable, _reaction])
def test_what_was_perhaps_done_is_not_taken_back(opened: Callable[[], AbstractContextManager[None]]) -> None:
    """The answer to a commit may be lost on its way: then the row is there, and so must be its file."""
    undone: list[str] = []

    def commit_into_the_void() -> None:
        with opened(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            tx.if_undone(lambda: undone.append("file"))
            _pull_the_plug()

    with pytest.raises((Interrupted, OperationalError)):
        commit_into_the_void()
    assert undone == []


@pytest.mark.django_db
def test_a_broken_statement_is_no_busy() -> None:
    with pytest.raises(Exception, match="does not exist"), tx.durable(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM nowhere")
    assert issubclass(Busy, Exception)


@pytest.mark.django_db(transaction=True)
def test_rows_are_looked_up_by_key_until_the_transaction_ends() -> None:
    """Of a table that is nearly empty the planner reads all otherwise."""
    asked = "EXPLAIN SELECT id FROM kit_kept_answer WHERE id = ANY (ARRAY[1, 2, 3]::bigint[])"

    def settings() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting(one) FROM unnest(%s::text[]) AS one", [list(tx.NOT_BY_KEY)])
            return [row[0] for row in cursor.fetchall()]

    with tx.durable():
        tx.by_key()
        assert set(settings()) == {"off"}
        with connection.cursor() as cursor:
            cursor.execute(asked)
            assert not any("Seq Scan" in row[0] for row in cursor.fetchall())
    assert set(settings()) == {"on"}
    with pytest.raises(RuntimeError):
        tx.by_key()
