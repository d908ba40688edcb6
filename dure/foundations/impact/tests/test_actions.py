"""Each event counts once, whatever is delivered again, at the same time, or corrected."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dure.base import clock, ids
from dure.foundations.impact import actions, commands, models, queries
from dure.foundations.impact.types import Count, CountedOtherwise, Counter, NotCountable
from dure.foundations.people.types import system
from dure.kit import tx, verify
from dure.kit.testing import Meet, race

BY = system("test")
NOON = datetime(2026, 11, 18, 3, tzinfo=UTC)  # a Wednesday in Seoul
PEOPLE = [UUID(int=number) for number in range(1, 21)]


def gift(number: int, amount: int = 1000, at: datetime = NOON) -> Count:
    return Count(Counter.WON_GIVEN, amount, UUID(int=number), at)


def part(who: UUID, event: UUID, n: int = 1, at: datetime = NOON) -> Count:
    return Count(Counter.TAKING_PART, n, event, at, who=who)


def shown(indicator: str) -> int | None:
    return queries.figure(indicator).value


@pytest.fixture(autouse=True)
def on_friday():
    with time_machine.travel(NOON + timedelta(days=2), tick=True):
        yield


@pytest.mark.django_db
def test_the_same_event_again_counts_once() -> None:
    assert actions.count(BY, gift(1)) is True
    assert actions.count(BY, gift(1)) is False
    assert actions.count_many(BY, [gift(1), gift(2), gift(2), gift(3)]) == 2
    assert shown("won_given") == 3000
    assert queries.figure("won_given").n == 3
    assert actions.count_many(BY, []) == 0


@pytest.mark.django_db
def test_the_same_event_with_another_number_is_refused_and_nothing_is_counted() -> None:
    actions.count(BY, gift(1))
    with pytest.raises(CountedOtherwise), transaction.atomic():
        actions.count_many(BY, [gift(1, 999), gift(2)])
    with pytest.raises(NotCountable), transaction.atomic():
        actions.count_many(BY, [gift(3), gift(4, 0)])
    assert shown("won_given") == 1000


@pytest.mark.django_db
def test_people_count_once_however_often_they_take_part() -> None:
    for who in PEOPLE[:6]:
        actions.count_many(BY, [part(who, ids.derived(who, str(turn))) for turn in range(3)])
    assert shown("people_taking_part") == 6
    one = PEOPLE[0]
    for turn in range(3):
        actions.count(BY, part(one, ids.derived(one, f"back {turn}"), n=-1))
    assert shown("people_taking_part") == 5
    two = PEOPLE[1]
    actions.count(BY, part(two, ids.derived(two, "back 0"), n=-1))
    assert shown("people_taking_part") == 5  # took one of three back: still takes part
    assert not models.Count.objects.filter(who=one.bytes).exists()


@pytest.mark.django_db
def test_fewer_than_five_people_are_not_shown() -> None:
    actions.count_many(BY, [part(who, who) for who in PEOPLE[:4]])
    figure = queries.figure("people_taking_part")
    assert (figure.value, figure.n, figure.hidden) == (None, 0, True)
    assert queries.weekly("people_taking_part")[-1].hidden
    actions.count(BY, part(PEOPLE[4], PEOPLE[4]))
    assert shown("people_taking_part") == 5


@pytest.mark.django_db
def test_a_correction_is_a_negative_count() -> None:
    actions.count_many(BY, [gift(1), gift(2), gift(3, -1000)])
    assert shown("won_given") == 1000


@pytest.mark.django_db
def test_a_day_is_a_day_in_seoul_and_what_is_to_come_is_not_counted_yet() -> None:
    late = datetime(2026, 11, 15, 15, tzinfo=UTC)  # Monday the 16th, 00:00 in Seoul
    actions.count_many(
        BY, [gift(1, at=late), gift(2, at=late - timedelta(seconds=1)), gift(3, at=NOON + timedelta(days=9))]
    )
    assert shown("won_given") == 2000
    weeks = queries.weekly("won_given")
    assert [(week.monday.day, week.value) for week in weeks[-2:]] == [(9, 1000), (16, 1000)]
    assert len(weeks) == 26
    with time_machine.travel(NOON + timedelta(days=10)):
        assert shown("won_given") == 3000


@pytest.mark.django_db
def test_regions_are_told_apart() -> None:
    boxes = [
        Count(Counter.BOXES_OPENED, 1, UUID(int=number), NOON, region=f"990103102{number % 2}")
        for number in range(1, 6)
    ]
    actions.count_many(BY, [*boxes, Count(Counter.BOXES_OPENED, 1, UUID(int=9), NOON)])
    found = {one.region: one.value for one in queries.by_region("boxes_opened")}
    assert found == {"9901031020": 2, "9901031021": 3}
    assert queries.by_region("people_taking_part") == queries.by_region("reports_on_time") == ()
    assert shown("boxes_opened") == 6


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE impact_count SET n = 2", "DELETE FROM impact_count"])
def test_the_log_only_grows(change: str) -> None:
    actions.count(BY, gift(1))
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert shown("won_given") == 1000


@pytest.mark.django_db
def test_a_group_of_any_size_is_one_statement() -> None:
    actions.count(BY, part(PEOPLE[0], UUID(int=99)))  # makes the salt
    for size in (1, 500):
        counts = [gift(1000 + number) for number in range(size)]
        with CaptureQueriesContext(
            connection,
        ) as asked:
            actions.count_many(BY, counts)
        assert len(asked) == 1


@pytest.mark.django_db
def test_totals_are_what_the_log_says_and_can_be_rebuilt() -> None:
    chance = random.Random(4)  # noqa: S311 - the same every time
    for number in range(200):
        at = NOON - timedelta(days=chance.randrange(60))
        who = chance.choice(PEOPLE)
        actions.count_many(
            BY,
            [
                gift(number + 1, chance.choice([1000, 5000, -700]), at),
                part(who, UUID(int=number + 1), chance.choice([1, 1, -1]), at),
                Count(Counter.BOXES_OPENED, 1, UUID(int=number + 1), at, region=chance.choice(["", "9901031021"])),
            ],
        )
    before = (
        list(models.DayTotal.objects.order_by("pk").values()),
        list(models.PersonTotal.objects.order_by("pk").values()),
    )
    assert queries.differences() == ()
    (check,) = commands.verify_checks()
    assert check.run(verify.silent) == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE impact_day SET total = total + 1 WHERE counter = 'won_given'")
        cursor.execute("DELETE FROM impact_person WHERE net > 2")
    assert len(queries.differences()) > 10
    assert check.run(verify.silent)
    actions.rebuild(BY)
    assert queries.differences() == ()
    after = (
        list(models.DayTotal.objects.order_by("pk").values()),
        list(models.PersonTotal.objects.order_by("pk").values()),
    )
    assert after == before


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_news_count_it_once() -> None:
    def deliver(meet: Meet) -> int:
        with tx.durable():
            fresh = actions.count_many(BY, [gift(number) for number in range(1, 51)])
        meet()
        return fresh

    assert sum(outcome.value for outcome in race(deliver, deliver).each) == 50
    assert shown("won_given") == 50_000
    assert queries.differences() == ()


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_crossing_news_do_not_lock_each_other_out() -> None:
    def deliver(first: int):
        def run(meet: Meet) -> int:
            done = 0
            for batch in range(10):
                numbers = range(first + batch * 40, first + batch * 40 + 20)
                with tx.durable():
                    done += actions.count_many(
                        BY, [part(PEOPLE[number % 20], UUID(int=number + 1)) for number in numbers]
                    )
            return done

        return run

    assert sum(outcome.value for outcome in race(deliver(0), deliver(20)).each) == 400
    assert queries.differences() == ()
    assert shown("people_taking_part") == 20


@pytest.mark.django_db(transaction=True)
def test_counting_demands_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        actions.count(BY, gift(1))
    with pytest.raises(RuntimeError):
        actions.rebuild(BY)


@pytest.mark.django_db
def test_when_an_event_was() -> None:
    actions.count(BY, gift(1))
    assert queries.moment_of(Counter.WON_GIVEN, UUID(int=1)) == NOON
    assert queries.moment_of(Counter.GIFTS, UUID(int=1)) is None
    assert queries.mark().position > 0
    assert (queries.mark().at or clock.now()) <= clock.now()
