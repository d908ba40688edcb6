"""Courses, visits, being stuck, awards: properties first."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.actors import OrganisationId
from dure.base.refusals import BadValue, Refusal
from dure.services.market.rules import awards
from dure.services.market.rules import tutoring as rules
from dure.services.market.types.lessons import Done, Task
from dure.services.market.types.tutoring import (
    Arrival,
    Counted,
    DayFull,
    Effort,
    EnrolmentEnded,
    EnrolmentState,
    NotCounted,
    Stage,
    VisitNotYet,
    VisitOutside,
    VisitSettled,
    VisitState,
    WeekTaken,
)

BEGINS = date(2026, 3, 2)  # a Monday
NOW = datetime(2026, 3, 20, 3, tzinfo=UTC)
LEARNING = EnrolmentState.LEARNING
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
moments = st.datetimes(datetime(2026, 3, 2), datetime(2026, 4, 2), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(days, days)
def test_the_stages_of_a_course_follow_each_other(begins_on: date, today: date) -> None:
    order = list(Stage)
    assert order.index(rules.stage(begins_on, today)) <= order.index(rules.stage(begins_on, today + timedelta(days=1)))


def test_eight_weeks_then_a_month() -> None:
    assert rules.stage(BEGINS, BEGINS - timedelta(days=1)) is Stage.PLANNED
    assert rules.stage(BEGINS, date(2026, 4, 26)) is Stage.RUNNING
    assert rules.stage(BEGINS, date(2026, 4, 27)) is Stage.ASKING
    assert rules.stage(BEGINS, date(2026, 5, 26)) is Stage.ASKING
    assert rules.stage(BEGINS, date(2026, 5, 27)) is Stage.OVER
    assert [rules.week_number(BEGINS, BEGINS + timedelta(days=d)) for d in (-1, 0, 6, 7, 55)] == [0, 1, 1, 2, 8]


@given(days, st.integers(0, 6))
def test_a_plan_has_one_visit_a_week_on_that_weekday(begins_on: date, weekday: int) -> None:
    plan = rules.visit_plan(begins_on, weekday)
    assert [rules.week_number(begins_on, on) for on in plan] == list(range(1, 9))
    assert {on.weekday() for on in plan} == {weekday}
    accepted: list[date] = []
    for on in plan:
        rules.may_plan_visit(on, begins_on, begins_on, accepted, 0, LEARNING)
        accepted.append(on)


@given(days, days, st.lists(days, max_size=8), st.integers(0, 12))
def test_a_visit_is_in_its_course_alone_in_its_week_and_not_in_the_past(
    on: date, today: date, others: list[date], of_tutor: int
) -> None:
    try:
        rules.may_plan_visit(on, BEGINS, today, others, of_tutor, LEARNING)
    except (VisitOutside, WeekTaken, DayFull):
        return
    assert BEGINS <= on <= rules.open_until(BEGINS)
    assert on >= today
    assert rules.week_number(BEGINS, on) not in {rules.week_number(BEGINS, other) for other in others}
    assert of_tutor < rules.VISITS_PER_DAY_MAX


def test_no_visit_to_a_shop_that_left() -> None:
    with pytest.raises(EnrolmentEnded):
        rules.may_plan_visit(BEGINS, BEGINS, BEGINS, (), 0, EnrolmentState.WITHDRAWN)


def test_what_became_of_a_visit_is_written_once_and_not_before_its_day() -> None:
    assert rules.may_settle_visit(VisitState.PLANNED, BEGINS, True, "", BEGINS) is VisitState.KEPT
    assert rules.may_settle_visit(VisitState.PLANNED, BEGINS, False, "", BEGINS) is VisitState.MISSED
    with pytest.raises(VisitNotYet):
        rules.may_settle_visit(VisitState.PLANNED, BEGINS, True, "", BEGINS - timedelta(days=1))
    with pytest.raises(VisitSettled):
        rules.may_settle_visit(VisitState.KEPT, BEGINS, True, "", BEGINS)
    with pytest.raises(BadValue):
        rules.may_settle_visit(VisitState.PLANNED, BEGINS, True, "x" * (rules.NOTE_LENGTH_MAX + 1), BEGINS)


@given(st.sets(st.sampled_from(list(Task))), st.sampled_from(list(EnrolmentState)), days)
def test_a_course_completes_when_nothing_is_left_and_never_afterwards(
    todo: set[Task], state: EnrolmentState, today: date
) -> None:
    if rules.completes(todo, state, BEGINS, today):
        assert (todo, state) == (set(), LEARNING)
        assert today <= rules.open_until(BEGINS)


TODO = ((Task.CHANNEL, 1), (Task.POSTER, 2), (Task.MESSAGE, 3))


@pytest.mark.parametrize(
    ("day", "since", "expected"),
    [
        (2, 0, None),  # the first week, nothing done for two days
        (11, 0, (Task.CHANNEL, 11)),  # ten days without anything
        (15, 14, (Task.CHANNEL, 1)),  # did something yesterday, but is two weeks behind
    ],
)
def test_who_is_stuck(day: int, since: int, expected: tuple[Task, int] | None) -> None:
    begins = datetime(2026, 3, 2, 3, tzinfo=UTC)
    found = rules.stuck(TODO, begins + timedelta(days=since), BEGINS, begins + timedelta(days=day))
    assert (found and (found.task, found.days)) == expected


def test_nobody_is_stuck_on_what_is_not_taught_yet() -> None:
    assert (
        rules.stuck(((Task.MESSAGE, 3),), NOW - timedelta(days=60), BEGINS, datetime(2026, 3, 10, tzinfo=UTC)) is None
    )


def test_the_last_step_is_the_latest() -> None:
    done = (Done(Task.FRIEND, NOW), Done(Task.CHANNEL, NOW - timedelta(days=2)))
    assert rules.last_step(done, NOW - timedelta(days=9)) == NOW
    assert rules.last_step((), NOW) == NOW


# Awards


@st.composite
def arrivals(draw: st.DrawFn) -> Arrival:
    joined = draw(moments)
    left = draw(st.none() | st.timedeltas(timedelta(minutes=1), timedelta(days=40)))
    seen = draw(st.none() | st.timedeltas(timedelta(minutes=1), timedelta(days=40)))
    gone, back = (None if after is None else joined + after for after in (left, seen))
    return Arrival(joined, gone, back, draw(st.booleans()))


def bought(start: datetime, count: int, *, leave: bool) -> list[Arrival]:
    """A crowd that somebody paid for: within ten minutes, never seen again."""
    gone = start + timedelta(days=1) if leave else None
    return [Arrival(start + timedelta(seconds=600 * n // count), gone) for n in range(count)]


crowds = st.builds(bought, moments, st.integers(awards.CROWD_FRIENDS, 60), leave=st.booleans())
some = st.lists(arrivals(), max_size=40)


@given(some, crowds)
def test_a_bought_crowd_never_raises_what_counts(honest: list[Arrival], crowd: list[Arrival]) -> None:
    assert awards.counted([*honest, *crowd]).friends <= awards.counted(honest).friends


@given(some, moments)
def test_a_friend_who_stays_and_is_seen_counts_whatever_the_others_do(others: list[Arrival], joined: datetime) -> None:
    real = Arrival(joined, None, joined + timedelta(days=3))
    assert awards.counted([*others, real]).friends == awards.counted(others).friends + 1


@given(some, crowds, st.randoms())
def test_the_order_does_not_matter_and_everybody_is_accounted_for(
    honest: list[Arrival], crowd: list[Arrival], chance: object
) -> None:
    everybody = [*honest, *crowd]
    found = awards.counted(everybody)
    mixed = list(everybody)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert awards.counted(mixed) == found
    assert found.friends + sum(count for _, count in found.not_counted) == len(everybody)


@given(some, st.data())
def test_being_seen_again_never_lowers_what_counts(given_: list[Arrival], data: st.DataObject) -> None:
    if not given_:
        return
    place = data.draw(st.integers(0, len(given_) - 1))
    one = given_[place]
    seen = Arrival(one.joined_at, one.left_at, one.joined_at + timedelta(days=1), one.own)
    better = [*given_[:place], seen, *given_[place + 1 :]]
    assert awards.counted(better).friends >= awards.counted(given_).friends


def test_a_bought_crowd_has_its_reasons_and_asks_for_a_look() -> None:
    found = awards.counted([*bought(NOW, 20, leave=False), *bought(NOW + timedelta(days=1), 5, leave=True)])
    assert found == Counted(0, ((NotCounted.CROWD, 20), (NotCounted.LEFT_SOON, 5)), look=True)


def test_a_market_day_counts_who_comes_back() -> None:
    crowd = [Arrival(NOW + timedelta(seconds=20 * n), None, NOW + timedelta(days=2)) for n in range(30)]
    assert awards.counted(crowd) == Counted(30, (), look=False)


def test_a_quiet_counter_counts_everybody() -> None:
    quiet = [Arrival(NOW + timedelta(minutes=5 * n)) for n in range(40)]
    assert awards.counted(quiet).friends == 40


def test_the_shops_own_people_do_not_count() -> None:
    assert awards.counted([Arrival(NOW, own=True)]).not_counted == ((NotCounted.OWN, 1),)


def effort(number: int, friends: int, messages: int, replies: int) -> Effort:
    return Effort(OrganisationId(UUID(int=number)), Counted(friends, (), False), messages, replies)


efforts = st.lists(st.tuples(*[st.integers(0, 9)] * 3), max_size=12).map(
    lambda rows: [effort(number, *row) for number, row in enumerate(rows)]
)


@given(efforts)
def test_places_are_fair(all_of: list[Effort]) -> None:
    found = awards.standings(all_of)
    assert Counter(one.effort.shop for one in found) == Counter(one.shop for one in all_of)
    assert [one.place for one in found] == sorted(one.place for one in found)
    for one in found:
        assert one.place == 1 + sum(other.points < one.points for other in found)
        for other in found:  # who did at least as much of everything stands no lower
            mine, theirs = one.effort, other.effort
            if (
                mine.counted.friends >= theirs.counted.friends
                and mine.message_days >= theirs.message_days
                and mine.reply_days >= theirs.reply_days
            ):
                assert one.place <= other.place


def test_one_huge_number_does_not_carry_the_rest() -> None:
    bought_fame = effort(1, 5_000, 0, 0)
    steady = effort(2, 40, 6, 20)
    others = [effort(number, 10 + number, 3, 5) for number in range(3, 6)]
    assert awards.standings([bought_fame, steady, *others])[0].effort is steady


@given(st.sampled_from(["", "x", "x" * 601]))
def test_lengths_are_limited(text: str) -> None:
    with pytest.raises(Refusal):
        rules.check_question(text, 0)
