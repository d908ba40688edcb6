"""A platform role needs two humans, and time to be seen coming."""

from datetime import timedelta

import pytest
import time_machine

from dure.base import clock
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people import actions, models, queries, rules
from dure.foundations.people.types import LoneSteward, PlatformRole, SecondSteward, system
from dure.kit import tx

from . import making
from .test_pages import browser, words

pytestmark = pytest.mark.django_db
STEWARD = PlatformRole.STEWARD


def test_a_steward_cannot_make_a_second_one_of_themselves() -> None:
    steward, twin = making.steward(), making.person("둘째 계정")
    with tx.durable(), pytest.raises(NotAllowed):
        actions.grant_role(steward, making.id_of(twin), STEWARD)
    with tx.durable(), pytest.raises(LoneSteward):
        actions.ask_role(steward, making.id_of(twin), STEWARD)
    making.steward("다른 운영자")
    with tx.durable():
        grant = actions.ask_role(steward, making.id_of(twin), STEWARD)
    for by in (steward, making.fresh(twin)):
        with tx.durable(), pytest.raises((SecondSteward, NotAllowed)):
            actions.confirm_role(by, grant)
    assert not making.fresh(twin).is_steward


def test_the_role_begins_days_after_the_second_yes_and_leaves_a_trail() -> None:
    first, second, next_one = making.steward(), making.steward(), making.person()
    with tx.durable():
        grant = actions.ask_role(first, making.id_of(next_one), STEWARD)
        assert actions.ask_role(second, making.id_of(next_one), STEWARD) == grant, "asked once"
        actions.confirm_role(second, grant)
    with tx.durable(), pytest.raises(NotFound):
        actions.confirm_role(second, grant)
    assert not making.fresh(next_one).is_steward
    assert making.id_of(next_one) not in queries.stewards()
    begins = clock.now() + rules.ROLE_BEGINS_AFTER
    with time_machine.travel(begins - timedelta(minutes=1), tick=False):
        assert not making.fresh(next_one).is_steward
    with time_machine.travel(begins, tick=False):
        assert making.fresh(next_one).is_steward
        assert not models.Person.objects.get(id=making.id_of(next_one)).is_staff
        with tx.durable():
            assert actions.begin_roles(system("test")) == 1
            assert actions.begin_roles(system("test")) == 0
        assert models.Person.objects.get(id=making.id_of(next_one)).is_superuser
    row = models.RoleGrant.objects.get(id=grant)
    assert (row.asked_by_id, row.granted_by_id) == (first.person, second.person)


def test_a_role_asked_for_can_be_taken_back_before_it_begins() -> None:
    first, second, next_one = making.steward(), making.steward(), making.person()
    with tx.durable():
        grant = actions.ask_role(first, making.id_of(next_one), STEWARD)
        actions.confirm_role(second, grant)
        actions.revoke_role(first, making.id_of(next_one), STEWARD)
    with time_machine.travel(clock.now() + timedelta(days=30), tick=False):
        assert not making.fresh(next_one).is_steward
        with tx.durable():
            assert actions.begin_roles(system("test")) == 0


def test_the_shell_gives_at_once_what_was_asked_for() -> None:
    first, next_one = making.steward(), making.person()
    making.steward()
    with tx.durable():
        actions.ask_role(first, making.id_of(next_one), STEWARD)
        actions.grant_role(system("cli.appoint"), making.id_of(next_one), STEWARD)
    assert making.fresh(next_one).is_steward


def test_roles_at_the_desk() -> None:
    steward, other = making.steward(), making.person("다음 운영자", email="next@sample.invalid")
    desk = browser(steward)
    assert desk.post("/desk/people/roles/", {"email": "nobody@sample.invalid", "role": "steward"}).status_code == 404
    asked = {"email": "next@sample.invalid", "role": "steward"}
    assert "dure appoint" in words(desk.post("/desk/people/roles/", asked)), "alone nobody names anybody"
    second = browser(making.steward("둘째 운영자"))
    desk.post("/desk/people/roles/", asked)
    grant = next(one for one in queries.role_grants(steward) if one.person.id == other.person)
    assert desk.post(f"/desk/people/roles/{grant.id}/confirm/").status_code == 403
    assert "다른 운영자의 확인을 기다림" in words(second.get("/desk/people/roles/"))
    second.post(f"/desk/people/roles/{grant.id}/confirm/")
    assert not making.fresh(other).is_steward, "there are days to see it coming"
    assert "에 시작" in words(second.get("/desk/people/roles/"))
    with time_machine.travel(clock.now() + rules.ROLE_BEGINS_AFTER, tick=False):
        assert making.fresh(other).is_steward
    second.post(f"/desk/people/roles/{making.id_of(making.fresh(other))}/steward/revoke/")
    assert all(one.person.id != other.person for one in queries.role_grants(steward))
    for one in queries.stewards():
        if one != steward.person:
            desk.post(f"/desk/people/roles/{one}/steward/revoke/")
    assert desk.post(f"/desk/people/roles/{steward.person}/steward/revoke/").status_code == 409
    assert desk.post(f"/desk/people/roles/{steward.person}/emperor/revoke/").status_code == 404
