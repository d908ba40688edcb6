"""Races of the lessons, each with its twin without locks."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from dure.base import clock
from dure.foundations.people.tests import making as folk
from dure.kit import tx
from dure.kit.testing import Meet, Runner, race
from dure.services.market import actions, queries
from dure.services.market.rules import tutoring as rules
from dure.services.market.types.lessons import Task
from dure.services.market.types.tutoring import EnrolmentState, VisitState

from . import learning
from .learning import School, key, see, see_all


def held(work: Callable[[], object]) -> Runner:
    """`work` in a transaction that stays open until the other runner is there, too."""

    def run(meet: Meet) -> object:
        with transaction.atomic(), tx.hosted():
            said = work()
            meet()
        return said

    return run


def finish(of: School, *, locked: bool) -> EnrolmentState:
    """The last two tasks are seen at the same moment."""
    see_all(of.shop, Task.REDEEM, Task.TAG)
    race(held(lambda: see(of.shop, Task.REDEEM)), held(lambda: see(of.shop, Task.TAG)), locked=locked, together=True)
    pupil = queries.pupil(of.steward, of.enrolment).pupil
    assert pupil
    return pupil.state


def test_the_last_two_tasks_at_once_complete_the_course(real_school: School) -> None:
    assert finish(real_school, locked=True) is EnrolmentState.COMPLETED


def test_without_locks_nobody_is_the_last(real_school: School) -> None:
    assert finish(real_school, locked=False) is EnrolmentState.LEARNING


def join_two(of: School, *, locked: bool) -> tuple[str, ...]:
    made, owner = learning.shop("두 창 가게")
    other = actions.open_course(of.steward, "둘째 과정", clock.today(), key=key())

    def joins(course: object) -> Runner:
        return held(lambda: actions.enrol(owner, course, made, key=key()) and "joined")  # type: ignore[arg-type]  # either course

    return race(joins(of.course), joins(other), locked=locked, together=True).names


def test_a_shop_joins_one_of_two_courses(real_school: School) -> None:
    assert join_two(real_school, locked=True) == ("AlreadyEnrolled", "joined")


def test_without_locks_it_joins_both(real_school: School) -> None:
    assert join_two(real_school, locked=False) == ("joined", "joined")


def plan_two(of: School, days: tuple[int, int], *, locked: bool) -> tuple[str, ...]:
    def plans(ahead: int) -> Runner:
        on = of.begins_on + timedelta(days=ahead)
        return held(lambda: actions.plan_visit(of.tutor, of.enrolment, on, key=key()) and "planned")

    return race(*(plans(ahead) for ahead in days), locked=locked, together=True).names


def test_one_visit_a_week(real_school: School) -> None:
    assert plan_two(real_school, (1, 2), locked=True) == ("WeekTaken", "planned")


def test_without_locks_two_in_a_week(real_school: School) -> None:
    assert plan_two(real_school, (1, 2), locked=False) == ("planned", "planned")
    with pytest.raises(IntegrityError, match="market_visit_day"):  # on the same day the table itself says no
        plan_two(real_school, (15, 15), locked=False)


def last_place(of: School, *, locked: bool) -> tuple[str, ...]:
    """Two shops plan a visit on the same day, on which their tutor has time for one more."""
    shops = [of.enrolment]
    for number in range(rules.VISITS_PER_DAY_MAX):
        made, owner = learning.shop(f"가게 {number}")
        shops.append(actions.enrol(owner, of.course, made, key=key()))
        actions.name_tutor(of.steward, shops[-1], folk.id_of(of.tutor), key=key())
    on = of.begins_on + timedelta(days=3)
    for enrolment in shops[2:]:
        actions.plan_visit(of.tutor, enrolment, on, key=key())

    def plans(place: int) -> Runner:
        return held(lambda: actions.plan_visit(of.tutor, shops[place], on, key=key()) and "planned")

    return race(plans(0), plans(1), locked=locked, together=True).names


def test_the_last_hour_of_a_day_goes_to_one_shop(real_school: School) -> None:
    assert last_place(real_school, locked=True) == ("DayFull", "planned")


def test_without_locks_the_day_is_too_full(real_school: School) -> None:
    assert last_place(real_school, locked=False) == ("planned", "planned")


def settle_two(of: School, *, locked: bool) -> tuple[str, ...]:
    visit = actions.plan_visit(of.tutor, of.enrolment, clock.today(), key=key())

    def settles(kept: bool) -> Runner:
        return held(lambda: actions.settle_visit(of.tutor, visit, kept, key=key()).value)

    return race(settles(True), settles(False), locked=locked, together=True).names


def test_what_became_of_a_visit_is_written_once(real_school: School) -> None:
    assert settle_two(real_school, locked=True) in (("VisitSettled", "kept"), ("VisitSettled", "missed"))


def test_without_locks_it_is_written_twice(real_school: School) -> None:
    assert settle_two(real_school, locked=False) == ("kept", "missed")
    assert queries.learning(real_school.owner, real_school.shop).visits[0].state is not VisitState.PLANNED
