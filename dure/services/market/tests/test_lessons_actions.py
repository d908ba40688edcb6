"""Learning by doing and tutoring, on the real database."""

import dataclasses
import typing
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from dure.base import clock, ids
from dure.base.actors import OrganisationId, PersonId
from dure.base.refusals import KeyReused, NotAllowed, NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.kit import models as kit_models
from dure.services.market import actions, queries
from dure.services.market.models import lessons as tables
from dure.services.market.queries import tutoring as tutoring_queries
from dure.services.market.rules import awards, tutoring
from dure.services.market.types.lessons import EffortDay, EffortKind, FriendMoment, Seen, Task
from dure.services.market.types.tutoring import (
    AlreadyAnswered,
    AlreadyEnrolled,
    CourseFigures,
    CourseOver,
    EnrolmentEnded,
    EnrolmentId,
    EnrolmentState,
    NotCounted,
    NotYetComplete,
    Pupil,
    TooManyQuestions,
    TutorsOwnShop,
    VisitState,
)

from . import learning
from .learning import PLATFORM, School, key, see, see_all

pytestmark = pytest.mark.django_db
COMPLETED = "market.CourseCompleted"


def told(kind: str) -> int:
    return kit_models.News.objects.filter(kind=kind).count()


def state(of: School) -> EnrolmentState:
    pupil = queries.pupil(of.steward, of.enrolment).pupil
    assert pupil
    return pupil.state


def test_a_task_is_done_once_however_often_the_product_tells(school: School) -> None:
    assert see(school.shop, Task.CHANNEL) == 1
    assert see(school.shop, Task.CHANNEL, Task.CHANNEL) == 0
    assert [one.task for one in queries.done_of(school.shop)] == [Task.CHANNEL]
    assert told("market.TaskDone") == 1


def test_of_two_moments_the_first_one_stays(school: School) -> None:
    later, earlier = clock.now(), clock.now() - timedelta(hours=1)
    news = [Seen(school.shop, Task.FRIEND, at, ids.new()) for at in (later, earlier)]
    assert actions.see_tasks(PLATFORM, news) == 1
    assert queries.done_of(school.shop)[0].at == earlier


def test_the_last_task_completes_the_course_and_gives_the_certificate(school: School) -> None:
    see_all(school.shop, Task.REDEEM)
    assert state(school) is EnrolmentState.LEARNING
    with pytest.raises(NotYetComplete) as no:
        queries.certificate(school.owner, school.enrolment)
    assert no.value.missing == (Task.REDEEM,)
    see(school.shop, Task.REDEEM)
    assert state(school) is EnrolmentState.COMPLETED
    assert told(COMPLETED) == 1
    found = queries.certificate(school.owner, school.enrolment)
    assert queries.certificate_by_code(f" {found.code.lower()} ") == found
    see_all(school.shop)
    assert told(COMPLETED) == 1


def test_nothing_completes_after_the_open_month(school: School) -> None:
    see_all(school.shop, Task.REDEEM)
    with time_machine.travel(clock.now() + timedelta(days=8 * 7 + 31), tick=False):
        see(school.shop, Task.REDEEM)
        assert state(school) is EnrolmentState.LEARNING


def test_what_was_done_before_counts_when_a_shop_joins(school: School) -> None:
    other, owner = learning.shop("다른 가게")
    see_all(other)
    enrolment = actions.enrol(owner, school.course, other, key=key())
    assert queries.certificate(owner, enrolment).shop == other


def test_a_certificate_that_nobody_has_is_not_found(school: School) -> None:
    with pytest.raises(NotFound):
        queries.certificate_by_code("NOBODY")


def test_moments_are_kept_for_shops_in_a_course_only(school: School) -> None:
    other, owner = learning.shop("혼자 배우는 가게")
    for made in (other, school.shop):
        learning.joined(made, 3, clock.now())
    kept = tables.Arrival.objects.values_list("organisation_id", flat=True)
    assert set(kept) == {school.shop}
    actions.enrol(owner, school.course, other, key=key())
    learning.joined(other, 3, clock.now())
    assert tables.Arrival.objects.filter(organisation=other).count() == 3


def test_the_order_in_which_news_comes_does_not_matter(school: School) -> None:
    person, start = PersonId(ids.new()), clock.now() - timedelta(days=3)
    joined = FriendMoment(school.shop, person, joined_at=start)
    left = FriendMoment(school.shop, person, left_at=start + timedelta(days=1))
    again = FriendMoment(school.shop, person, back_at=start + timedelta(days=2))
    for moment in (left, again, joined, left):
        actions.take_friends(PLATFORM, [moment], ())
    actions.take_friends(PLATFORM, [again, joined, left, again], ())
    (row,) = tables.Arrival.objects.filter(organisation=school.shop)
    assert (row.joined_at, row.left_at, row.back_at) == (joined.joined_at, left.left_at, again.back_at)


def test_figures_are_read_by_who_works_there(school: School) -> None:
    assert actions.look_at_figures(school.staff, school.shop, key=key())
    assert not actions.look_at_figures(school.owner, school.shop, key=key())
    assert [one.task for one in queries.done_of(school.shop)] == [Task.FIGURES]


def test_a_shop_learns_in_one_course_at_a_time(school: School) -> None:
    with pytest.raises(AlreadyEnrolled):
        actions.enrol(school.owner, school.course, school.shop, key=key())
    other = actions.open_course(school.steward, "둘째 과정", clock.today(), key=key())
    with pytest.raises(AlreadyEnrolled):
        actions.enrol(school.owner, other, school.shop, key=key())
    actions.withdraw_enrolment(school.owner, school.enrolment, key=key())
    with pytest.raises(EnrolmentEnded):
        actions.withdraw_enrolment(school.owner, school.enrolment, key=key())
    assert actions.enrol(school.owner, school.course, school.shop, key=key())


def test_nobody_joins_after_the_eight_weeks(school: School) -> None:
    late, owner = learning.shop("늦은 가게")
    with time_machine.travel(clock.now() + timedelta(days=8 * 7), tick=False), pytest.raises(CourseOver):
        actions.enrol(owner, school.course, late, key=key())


def test_the_same_request_is_done_once(school: School) -> None:
    once = key()
    first = actions.ask(school.owner, school.enrolment, "소식은 언제 보내나요?", key=once)
    assert actions.ask(school.owner, school.enrolment, "소식은 언제 보내나요?", key=once) == first
    with pytest.raises(KeyReused):
        actions.ask(school.owner, school.enrolment, "다른 질문입니다.", key=once)


def test_questions_are_answered_once_and_few_wait(school: School) -> None:
    asked = [actions.ask(school.staff, school.enrolment, f"질문 {n}", key=key()) for n in range(5)]
    with pytest.raises(TooManyQuestions):
        actions.ask(school.staff, school.enrolment, "하나 더", key=key())
    assert queries.pupils(school.tutor)[0].questions_open == 5
    actions.answer(school.tutor, asked[0], "화요일 아침이 좋습니다.", key=key())
    with pytest.raises(AlreadyAnswered):
        actions.answer(school.tutor, asked[0], "수요일", key=key())
    answered = [one for one in queries.learning(school.owner, school.shop).questions if one.answered_at]
    assert [one.answer for one in answered] == ["화요일 아침이 좋습니다."]


def test_questions_go_on_for_a_month_and_end(school: School) -> None:
    with time_machine.travel(clock.now() + timedelta(days=8 * 7 + 20), tick=False):
        assert actions.ask(school.owner, school.enrolment, "아직 물어도 되나요?", key=key())
    with time_machine.travel(clock.now() + timedelta(days=8 * 7 + 31), tick=False), pytest.raises(CourseOver):
        actions.ask(school.owner, school.enrolment, "이제는요?", key=key())


def test_all_weeks_are_planned_at_once_around_what_is_taken(school: School) -> None:
    first = tutoring.visit_plan(school.begins_on, 3)[2]
    actions.plan_visit(school.tutor, school.enrolment, first, key=key())
    planned = actions.plan_visits(school.tutor, school.enrolment, 3, key=key())
    assert len(planned) == 7
    assert first not in planned
    assert len(queries.learning(school.owner, school.shop).visits) == 8


def test_without_a_tutor_no_visits_are_planned(school: School) -> None:
    other, owner = learning.shop("다른 가게")
    enrolment = actions.enrol(owner, school.course, other, key=key())
    with pytest.raises(NotFound):
        actions.plan_visits(school.steward, enrolment, 2, key=key())


def test_a_visit_is_settled_with_a_note_that_the_shop_reads(school: School) -> None:
    visit = actions.plan_visit(school.tutor, school.enrolment, clock.today(), key=key())
    assert actions.settle_visit(school.tutor, visit, True, " 안내문을 함께 붙였습니다. ", key=key()) is VisitState.KEPT
    (seen,) = queries.learning(school.owner, school.shop).visits
    assert seen.note == "안내문을 함께 붙였습니다."
    assert queries.figures(school.steward, school.course).visits_kept == 1


def test_a_planned_visit_can_be_cancelled_and_passes_to_the_next_tutor(school: School) -> None:
    visit = actions.plan_visit(school.tutor, school.enrolment, clock.today() + timedelta(days=8), key=key())
    gone = actions.plan_visit(school.tutor, school.enrolment, clock.today() + timedelta(days=1), key=key())
    actions.cancel_visit(school.tutor, gone, key=key())
    other = folk.person("새강사")
    actions.name_tutor(school.steward, school.enrolment, folk.id_of(other), key=key())
    with pytest.raises(NotAllowed):
        actions.cancel_visit(school.tutor, visit, key=key())
    assert actions.cancel_visit(other, visit, key=key()) == visit


def test_nobody_tutors_their_own_shop(school: School) -> None:
    with pytest.raises(TutorsOwnShop):
        actions.name_tutor(school.steward, school.enrolment, folk.id_of(school.staff), key=key())


def test_the_desk_of_a_tutor_says_who_is_stuck(school: School) -> None:
    with time_machine.travel(clock.now() + timedelta(days=12), tick=False):
        (found,) = queries.pupils(school.tutor)
        assert found.stuck
        assert found.stuck.task is Task.CHANNEL
        see(school.shop, Task.CHANNEL)
        (found,) = queries.pupils(school.tutor)
        assert not found.stuck


def test_the_desk_of_a_tutor_takes_the_same_statements_however_many_shops(
    school: School, django_assert_num_queries: typing.Any
) -> None:
    for number in range(3):
        made, owner = learning.shop(f"가게 {number}")
        enrolment = actions.enrol(owner, school.course, made, key=key())
        actions.name_tutor(school.steward, enrolment, folk.id_of(school.tutor), key=key())
        see(made, Task.CHANNEL)
    with django_assert_num_queries(4):
        assert len(queries.pupils(school.tutor)) == 4


def test_standings_leave_out_who_was_bought_and_say_why(school: School) -> None:
    honest, owner = learning.shop("정직한 가게")
    actions.enrol(owner, school.course, honest, key=key())
    start = clock.now()
    learning.joined(school.shop, 40, start, timedelta(seconds=10))
    learning.joined(honest, 12, start)
    actions.note_efforts(PLATFORM, [EffortDay(honest, EffortKind.MESSAGE, honest, clock.today())] * 2)
    with time_machine.travel(clock.now() + timedelta(days=10), tick=False):
        first, second = queries.standings(school.steward, school.course)
    assert (first.effort.shop, first.effort.counted.friends, first.effort.message_days) == (honest, 12, 1)
    assert second.effort.counted.friends == 0
    assert second.effort.counted.not_counted == ((NotCounted.CROWD, 40),)
    assert second.effort.counted.look
    assert awards.CROWD_FRIENDS <= 40


def test_the_owner_befriending_the_own_shop_does_not_count(school: School) -> None:
    moment = FriendMoment(school.shop, folk.id_of(school.owner), joined_at=clock.now())
    actions.take_friends(PLATFORM, [moment], ())
    found = tutoring_queries.my_effort(school.owner, school.shop)
    assert found
    assert found.counted.not_counted == ((NotCounted.OWN, 1),)


def test_friends_are_forgotten_when_the_course_and_its_awards_are_over(school: School) -> None:
    learning.joined(school.shop, 12, clock.now() - timedelta(days=1))
    assert actions.forget_friends(PLATFORM) == 0
    with time_machine.travel(clock.now() + timedelta(days=8 * 7 + 61), tick=False):
        assert actions.forget_friends(PLATFORM) == 12
    assert not tables.Arrival.objects.exists()


def test_whom_a_shop_answered_is_kept_for_awards_and_then_forgotten(school: School) -> None:
    other, _ = learning.shop("과정 밖 가게")
    customer = PersonId(UUID(int=1))
    answers = [EffortDay(shop, EffortKind.REPLY, customer, clock.today()) for shop in (school.shop, other)]
    actions.note_efforts(PLATFORM, answers)
    assert [row.organisation_id for row in tables.Effort.objects.all()] == [school.shop], "the other is in no course"
    with time_machine.travel(clock.now() + timedelta(days=8 * 7 + 61), tick=False):
        assert actions.forget_friends(PLATFORM) == 1
    assert not tables.Effort.objects.exists()


def test_nothing_that_a_tutor_sees_has_a_place_for_money_or_customers() -> None:
    """Walks the types of a tutor's view: no field of money, and of persons only the tutor."""
    seen: set[type] = set()

    def walk(kind: object) -> None:
        for inner in typing.get_args(kind):
            walk(inner)
        if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind not in seen:
            seen.add(kind)
            for name, hint in typing.get_type_hints(kind).items():
                assert not any(word in name for word in ("won", "amount", "revenue", "sales", "customer", "price")), (
                    name
                )
                assert name == "tutor" or PersonId not in (hint, *typing.get_args(hint)), (kind, name)
                walk(hint)

    for query in (queries.pupils, queries.pupil):
        walk(typing.get_type_hints(query)["return"])
    assert {Pupil} <= seen
    assert CourseFigures not in seen


def test_what_is_not_there_is_not_found(school: School) -> None:
    nothing = EnrolmentId(UUID(int=1))
    for what in (
        lambda: queries.pupil(school.steward, nothing),
        lambda: actions.plan_visit(school.steward, nothing, clock.today(), key=key()),
        lambda: actions.enrol(school.steward, school.course, OrganisationId(UUID(int=1)), key=key()),
    ):
        with pytest.raises(NotFound):
            what()


def test_a_person_gets_all_that_the_lessons_know_of_them(school: School) -> None:
    actions.ask(school.staff, school.enrolment, "쿠폰은 몇 장이 좋나요?", key=key())
    visit = actions.plan_visit(school.tutor, school.enrolment, clock.today(), key=key())
    actions.settle_visit(school.tutor, visit, True, "함께 했습니다.", key=key())
    friend = learning.joined(school.shop, 1, clock.now())[0]
    known = {
        person: dict(queries.export_of_learning(person))
        for person in (folk.id_of(school.staff), folk.id_of(school.tutor), friend)
    }
    told = [list(part) for each in known.values() for part in each.values() if isinstance(part, Iterable)]
    shown = str(told)
    for words in ("쿠폰은 몇 장이 좋나요?", "함께 했습니다.", "예시 두부집"):
        assert shown.count(words) >= 1, words
    assert "lessons" in dict(people.export_parts(folk.id_of(school.tutor)))
