"""A platform role needs two humans, and time to be seen coming."""

from datetime import timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage

from dure.base import clock
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people import actions, models, queries, rules, tasks
from dure.foundations.people.types import (
    Actor,
    LoneSteward,
    NobodyToConfirm,
    PlatformRole,
    RoleAsked,
    RoleSuspended,
    SecondSteward,
    system,
)
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
    assert all(one.person.id != other.person for one in queries.role_grants(steward)), "it has not begun: one is enough"
    for one in queries.stewards():
        if one != steward.person:
            assert desk.post(f"/desk/people/roles/{one}/steward/revoke/").status_code == 403, "what is held takes two"
            with tx.durable():
                actions.revoke_role(system("cli.appoint"), one, STEWARD)
    assert desk.post(f"/desk/people/roles/{steward.person}/steward/revoke/").status_code == 409
    assert desk.post(f"/desk/people/roles/{steward.person}/emperor/revoke/").status_code == 404


def three() -> tuple[Actor, Actor, Actor]:
    return making.steward("하나"), making.steward("둘"), making.steward("셋")


def test_one_suspends_at_once_and_a_second_one_ends_it() -> None:
    first, second, third = three()
    with tx.durable():
        grant = actions.suspend_role(first, making.id_of(third), STEWARD)
    assert not making.fresh(third).is_steward
    assert making.id_of(third) not in queries.stewards()
    assert not models.Person.objects.get(id=making.id_of(third)).is_staff
    assert [one.id for one in queries.roles_to_confirm(second)] == [grant]
    assert queries.roles_to_confirm(first) == ()
    for by in (first, making.fresh(third)):
        with tx.durable(), pytest.raises((SecondSteward, NotAllowed)):
            actions.end_role(by, grant)
    with tx.durable():
        actions.end_role(second, grant)
    with time_machine.travel(clock.now() + timedelta(days=30), tick=False):
        assert not making.fresh(third).is_steward
    row = models.RoleGrant.objects.get(id=grant)
    assert (row.suspended_by_id, row.revoked_by_id) == (first.person, second.person)


def test_nobody_decides_and_the_role_goes_on_and_is_not_suspended_again_by_the_same() -> None:
    first, second, third = three()
    with tx.durable():
        grant = actions.suspend_role(first, making.id_of(third), STEWARD)
    with time_machine.travel(clock.now() + rules.SUSPENSION_LASTS, tick=False):
        assert making.fresh(third).is_steward
        with tx.durable():
            assert actions.begin_roles(system("test")) == 1, "the admin opens again, too"
        with tx.durable(), pytest.raises(NotFound):
            actions.end_role(second, grant)
        with tx.durable(), pytest.raises(SecondSteward):
            actions.suspend_role(first, making.id_of(third), STEWARD)
        with tx.durable():
            assert actions.suspend_role(second, making.id_of(third), STEWARD) == grant


def test_a_suspension_is_lifted_by_another_or_by_who_made_it() -> None:
    first, second, third = three()
    for by in (second, first):
        with tx.durable():
            grant = actions.suspend_role(first if by == second else second, making.id_of(third), STEWARD)
            actions.lift_suspension(by, grant)
        assert making.fresh(third).is_steward
        assert models.Person.objects.get(id=making.id_of(third)).is_superuser


def test_who_could_not_be_confirmed_by_a_third_is_not_suspended() -> None:
    first, second = making.steward(), making.steward()
    with tx.durable(), pytest.raises(NobodyToConfirm):
        actions.suspend_role(first, making.id_of(second), STEWARD)
    with tx.durable(), pytest.raises(SecondSteward):
        actions.revoke_role(first, making.id_of(second), STEWARD)
    with tx.durable():
        actions.revoke_role(system("cli.appoint"), making.id_of(second), STEWARD)
    assert queries.stewards() == (first.person,)


def test_the_shell_lifts_what_was_suspended() -> None:
    first, _, third = three()
    with tx.durable():
        actions.suspend_role(first, making.id_of(third), STEWARD)
        actions.grant_role(system("cli.appoint"), making.id_of(third), STEWARD)
    assert making.fresh(third).is_steward


def test_stewards_are_told_that_a_role_waits_for_them(mailoutbox: list[EmailMessage]) -> None:
    first, second, third = three()
    newcomer = making.person("새 사람")
    with tx.durable():
        grant = actions.ask_role(first, making.id_of(newcomer), STEWARD)
    tasks.write_role_waits(RoleAsked(grant, clock.now()), grant)
    addresses = {making.id_of(one): queries.profile(making.id_of(one)).email for one in (first, second, third)}
    assert {to for mail in mailoutbox for to in mail.to} == {addresses[second.person], addresses[third.person]}  # type: ignore[index]  # made above, so it is there
    assert "새 사람" in mailoutbox[0].subject
    assert "/desk/people/roles/" in mailoutbox[0].body
    assert "역할 요청" in words(browser(second).get("/"))
    assert "역할 요청" not in words(browser(first).get("/")), "not to who asked"
    mailoutbox.clear()
    with tx.durable():
        actions.confirm_role(second, grant)
    tasks.write_role_waits(RoleAsked(grant, clock.now()), grant)
    assert mailoutbox == [], "decided meanwhile"
    with tx.durable():
        held = actions.suspend_role(first, making.id_of(third), STEWARD)
    tasks.write_role_waits(RoleSuspended(held, clock.now()), held)
    assert {to for mail in mailoutbox for to in mail.to} == {addresses[second.person], addresses[third.person]}  # type: ignore[index]  # made above, so it is there


def test_suspending_at_the_desk() -> None:
    first, second, third = three()
    desk, other = browser(first), browser(second)
    assert desk.post(f"/desk/people/roles/{third.person}/steward/suspend/").status_code == 303
    page = words(other.get("/desk/people/roles/"))
    assert "다른 운영자를 기다림" in page
    grant = next(one for one in queries.role_grants(first) if one.person.id == third.person)
    assert desk.post(f"/desk/people/roles/{grant.id}/end/").status_code == 403
    assert other.post(f"/desk/people/roles/{grant.id}/lift/").status_code == 303
    assert making.fresh(third).is_steward
    other.post(f"/desk/people/roles/{third.person}/steward/suspend/")
    assert desk.post(f"/desk/people/roles/{grant.id}/end/").status_code == 303
    assert not making.fresh(third).is_steward
