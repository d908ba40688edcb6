"""Two at the same time: each race with its twin that shows the race with the lock off."""

import pytest

from dure.foundations.people import actions, queries
from dure.foundations.people.types import OrganisationId, OrgRole, PlatformRole
from dure.kit import tx
from dure.kit.testing import Meet, Outcomes, race

from . import making

pytestmark = pytest.mark.django_db(transaction=True)


def two_owners_leave(*, locked: bool) -> tuple[Outcomes, OrganisationId]:
    org, first = making.organisation(making.person())
    second = making.member(org, first, OrgRole.OWNER)

    def leave(actor):
        def run(meet: Meet) -> str:
            with tx.durable():
                actions.remove_member(actor, org, making.id_of(actor))
                meet()
            return "left"

        return run

    return race(leave(first), leave(second), locked=locked), org


def test_the_last_two_owners_cannot_leave_at_once() -> None:
    outcomes, org = two_owners_leave(locked=True)
    assert outcomes.names == ("LastOwner", "left")
    assert len(queries.member_ids(org, role=OrgRole.OWNER)) == 1


def test_without_the_lock_they_could() -> None:
    outcomes, org = two_owners_leave(locked=False)
    assert outcomes.names == ("left", "left")
    assert not queries.member_ids(org, role=OrgRole.OWNER)


def two_stewards_resign(*, locked: bool) -> Outcomes:
    first, second = making.steward(), making.steward()

    def resign(actor):
        def run(meet: Meet) -> str:
            with tx.durable():
                actions.revoke_role(actor, making.id_of(actor), PlatformRole.STEWARD)
                meet()
            return "resigned"

        return run

    return race(resign(first), resign(second), locked=locked)


def test_the_last_two_stewards_cannot_resign_at_once() -> None:
    assert two_stewards_resign(locked=True).names == ("LastSteward", "resigned")
    assert len(queries.stewards()) == 1


def test_without_the_lock_both_would() -> None:
    assert two_stewards_resign(locked=False).names == ("resigned", "resigned")


def two_stewards_suspend_each_other(*, locked: bool) -> Outcomes:
    first, second = making.steward(), making.steward()
    making.steward()

    def suspend(by, whom):
        def run(meet: Meet) -> str:
            with tx.durable():
                actions.suspend_role(by, making.id_of(whom), PlatformRole.STEWARD)
                meet()
            return "suspended"

        return run

    return race(suspend(first, second), suspend(second, first), locked=locked)


def test_two_stewards_cannot_put_each_other_out_at_once() -> None:
    assert two_stewards_suspend_each_other(locked=True).names == ("NotAllowed", "suspended")
    assert len(queries.stewards()) == 2


def test_without_the_lock_they_would() -> None:
    assert two_stewards_suspend_each_other(locked=False).names == ("suspended", "suspended")
