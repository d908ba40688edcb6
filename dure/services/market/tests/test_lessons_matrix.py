"""Who may do what in courses, as a table. What is not listed is refused."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from dure.base import clock, ids
from dure.base.refusals import NotAllowed, Refusal
from dure.foundations.channels import queries as channels
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY, Actor, system
from dure.services.market import actions, queries
from dure.services.market.documents import certificates
from dure.services.market.queries import tutoring as tutoring_queries
from dure.services.market.types.lessons import Task

from . import making
from .learning import School, key, see_all, shop

pytestmark = pytest.mark.django_db
ROLES = ("nobody", "neighbour", "owner", "staff", "other_owner", "tutor", "other_tutor", "steward", "auditor", "system")
LOOKS = {"owner", "staff", "tutor", "steward", "auditor"}
type Try = Callable[[School, Actor], object]


def _question(of: School) -> object:
    return actions.ask(of.owner, of.enrolment, "질문입니다.", key=key())


def _visit(of: School) -> object:
    return actions.plan_visit(of.tutor, of.enrolment, clock.today(), key=key())


def _finished(of: School, by: Actor) -> object:
    see_all(of.shop)
    return certificates.certificate_pdf(by, of.enrolment)


def _other_course(of: School) -> object:
    return actions.open_course(of.steward, "다른 과정", clock.today(), key=key())


def _enrol(of: School, by: Actor) -> object:
    actions.withdraw_enrolment(of.steward, of.enrolment, key=key())
    return actions.enrol(by, of.course, of.shop, key=key())


CASES: Mapping[str, tuple[Try, set[str]]] = {
    "open_course": (lambda of, by: actions.open_course(by, "과정", clock.today(), key=key()), {"steward"}),
    "enrol": (_enrol, {"owner", "steward"}),
    "withdraw_enrolment": (
        lambda of, by: actions.withdraw_enrolment(by, of.enrolment, key=key()),
        {"owner", "steward"},
    ),
    "name_tutor": (
        lambda of, by: actions.name_tutor(by, of.enrolment, folk.id_of(folk.person("강사")), key=key()),
        {"steward"},
    ),
    "plan_visit": (
        lambda of, by: actions.plan_visit(by, of.enrolment, clock.today() + timedelta(days=1), key=key()),
        {"tutor", "steward"},
    ),
    "plan_visits": (lambda of, by: actions.plan_visits(by, of.enrolment, 2, key=key()), {"tutor", "steward"}),
    "cancel_visit": (lambda of, by: actions.cancel_visit(by, _visit(of), key=key()), {"tutor", "steward"}),  # type: ignore[arg-type]  # the id of a visit
    "settle_visit": (lambda of, by: actions.settle_visit(by, _visit(of), True, key=key()), {"tutor", "steward"}),  # type: ignore[arg-type]  # the id of a visit
    "ask": (lambda of, by: actions.ask(by, of.enrolment, "질문입니다.", key=key()), {"owner", "staff"}),
    "answer": (lambda of, by: actions.answer(by, _question(of), "답입니다.", key=key()), {"tutor", "steward"}),  # type: ignore[arg-type]  # the id of a question
    "look_at_figures": (lambda of, by: actions.look_at_figures(by, of.shop, key=key()), {"owner", "staff"}),
    "look_again": (lambda of, by: actions.look_again(by, of.shop, key=key()), {"owner", "staff"}),
    "see_tasks": (lambda of, by: actions.see_tasks(by, ()), {"system"}),
    "take_friends": (lambda of, by: actions.take_friends(by, (), ()), {"system"}),
    "note_efforts": (lambda of, by: actions.note_efforts(by, ()), {"system"}),
    "forget_friends": (lambda of, by: actions.forget_friends(by), {"system"}),
    "learning": (lambda of, by: queries.learning(by, of.shop), LOOKS),
    "pupil": (lambda of, by: queries.pupil(by, of.enrolment), LOOKS),
    "my_effort": (lambda of, by: tutoring_queries.my_effort(by, of.shop), LOOKS),
    "certificate": (_finished, LOOKS),
    "figures": (lambda of, by: queries.figures(by, of.course), {"steward", "auditor"}),
    "standings": (lambda of, by: queries.standings(by, of.course), {"steward", "auditor"}),
    "all_figures": (lambda of, by: tutoring_queries.all_figures(by), {"steward", "auditor"}),
    "pupils_of": (lambda of, by: tutoring_queries.pupils_of(by, of.course), {"steward", "auditor"}),
    "curriculum": (lambda of, by: queries.curriculum(), set(ROLES)),
}


@pytest.fixture
def cast(school: School) -> Mapping[str, Actor]:
    other, other_owner = shop("남의 가게")
    other_tutor = folk.person("남강사")
    enrolment = actions.enrol(other_owner, school.course, other, key=key())
    actions.name_tutor(school.steward, enrolment, folk.id_of(other_tutor), key=key())
    return {
        "nobody": NOBODY,
        "neighbour": folk.person(),
        "owner": school.owner,
        "staff": school.staff,
        "other_owner": other_owner,
        "tutor": school.tutor,
        "other_tutor": other_tutor,
        "steward": folk.steward(),
        "auditor": folk.auditor(),
        "system": system("test"),
    }


@pytest.mark.parametrize("verb", CASES)
@pytest.mark.parametrize("role", ROLES)
def test_who_may(verb: str, role: str, school: School, cast: Mapping[str, Actor]) -> None:
    attempt, allowed = CASES[verb]
    if role in allowed:
        attempt(school, cast[role])
        return
    with pytest.raises(NotAllowed):
        attempt(school, cast[role])


def test_a_tutor_sees_neither_what_a_shop_earns_nor_its_customers(ground: making.Ground, school: School) -> None:
    """The questions of the house that answer money or customers refuse the tutor of the very shop."""
    of = ground
    enrolment = actions.enrol(of.merchant, school.course, of.shop.organisation, key=key())
    actions.name_tutor(school.steward, enrolment, folk.id_of(school.tutor), key=key())
    assert queries.pupil(school.tutor, enrolment)
    channel = ids.new()
    for ask in (
        lambda: queries.day_figures(school.tutor, of.shop, clock.today()),
        lambda: queries.redemptions(school.tutor, of.shop),
        lambda: channels.friends(school.tutor, channel),
    ):
        with pytest.raises(Refusal):
            ask()


def test_a_tutor_who_is_replaced_sees_no_more(school: School) -> None:
    see_all(school.shop, Task.TAG)
    actions.name_tutor(school.steward, school.enrolment, folk.id_of(folk.person("새강사")), key=key())
    with pytest.raises(NotAllowed):
        queries.pupil(school.tutor, school.enrolment)
    assert queries.pupils(school.tutor) == ()
