"""Races of pledges, each with its twin without locks: what the lock keeps from happening does happen there."""

from contextlib import nullcontext

import pytest
from django.db import IntegrityError

from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.kit.testing import Runner, race
from dure.services.pledges import actions, models, queries
from dure.services.pledges.types import NewProof, PledgeState, Project

from . import making
from .making import BY, DEPOSIT, Ground, held_open, key


def one_place(ground: Ground) -> Project:
    """The project with one place."""
    models.Project.objects.filter(id=ground.project.id).update(capacity=1)
    return ground.project


def asks(by: Actor, ground: Ground) -> Runner:
    return held_open(lambda: making.asked(by, ground.project).state.value, nullcontext)


def test_the_last_place_is_one_persons(real_ground: Ground) -> None:
    one_place(real_ground)
    names = race(*(asks(by, real_ground) for by in real_ground.people[:3])).names
    assert names == ("paying", "waiting", "waiting")
    assert queries.project(real_ground.project.id).taken == 1


def test_without_the_lock_two_people_get_the_last_place(real_ground: Ground) -> None:
    one_place(real_ground)
    names = race(*(asks(by, real_ground) for by in real_ground.people[:2]), locked=False, together=True).names
    assert names == ("paying", "paying")
    assert any("of 1 places taken" in said for said in making.broken())


def test_one_person_on_two_telephones_has_one_place(real_ground: Ground) -> None:
    by = real_ground.people[0]
    assert race(asks(by, real_ground), asks(by, real_ground)).names == ("paying", "paying")
    assert models.Pledge.objects.filter(person_id=making.person_of(by)).count() == 1


def test_without_the_lock_only_the_index_keeps_one_place_a_person(real_ground: Ground) -> None:
    by = real_ground.people[0]
    with pytest.raises(IntegrityError, match="pledges_pledge_once"):
        race(asks(by, real_ground), asks(by, real_ground), locked=False, together=True)


def test_who_leaves_and_is_cancelled_is_paid_back_once(real_ground: Ground) -> None:
    by = real_ground.people[0]
    pledge = making.joined(by, real_ground.project)

    def go() -> str:
        actions.leave(by, pledge.id, key=key())
        return "left"

    def end() -> str:
        actions.cancel_project(real_ground.stewards[0], real_ground.project.id, "안 열려요", key=key())
        return "cancelled"

    race(held_open(go, nullcontext), held_open(end, nullcontext))
    assert queries.pledge(pledge.id).state in (PledgeState.LEFT, PledgeState.CANCELLED)
    assert making.in_account(pledge.id) == 0
    assert making.broken() == []


def test_one_day_proved_on_two_telephones_is_one_proof(real_ground: Ground) -> None:
    by = real_ground.people[0]
    pledge = making.joined(by, real_ground.project)
    names = race(*(sends(by, real_ground, pledge.id) for _ in range(2))).names
    assert names == ("counts", "counts")
    assert models.Proof.objects.count() == 1


def test_without_the_lock_only_the_index_keeps_one_proof_a_day(real_ground: Ground) -> None:
    by = real_ground.people[0]
    pledge = making.joined(by, real_ground.project)
    with pytest.raises(IntegrityError, match="pledges_proof_once"):
        race(*(sends(by, real_ground, pledge.id) for _ in range(2)), locked=False, together=True)


def sends(by: Actor, ground: Ground, pledge: object) -> Runner:
    new = NewProof(pledge=pledge, day=1, text="걸었어요")  # type: ignore[arg-type]  # the pledge's id
    return held_open(lambda: actions.send_proof(by, new, key=key()).state.value, lambda: making.on_day(ground, 1))


def settles(ground: Ground) -> Runner:
    return held_open(lambda: actions.settle_next(BY, ground.season.id), lambda: making.after_review(ground))


def begun(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project, ground.consent)
    making.proved(ground, by, pledge, 40)
    with making.after_review(ground):
        actions.begin_settlement(ground.stewards[0], ground.season.id, key=key())


def test_two_workers_settle_each_deposit_once(real_ground: Ground) -> None:
    begun(real_ground)
    assert race(settles(real_ground), settles(real_ground)).names == ("0", "1")
    assert making.held(queries.receiver_code(real_ground.season.receivers[0].id)) == DEPOSIT * 60 // 100
    assert making.broken() == []


def test_without_the_lock_two_workers_settle_the_same_deposit(
    real_ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both take it up; only its key keeps the second from writing it too, until that one gives up waiting. It does so long
    before the first goes on, which waits for the second to read (READ_SECONDS_MAX), however busy the machine is.
    """
    begun(real_ground)
    monkeypatch.setattr(tx.limit_lock_wait, "__defaults__", (1,))
    assert race(settles(real_ground), settles(real_ground), locked=False, together=True).names == ("1", "Busy")
    assert making.broken() == []


def returns(ground: Ground) -> Runner:
    return held_open(lambda: actions.return_deposits(BY, ground.season.id), lambda: making.after_review(ground))


def test_two_workers_hand_over_each_refund_once(real_ground: Ground) -> None:
    begun(real_ground)
    with making.after_review(real_ground):
        while actions.settle_next(BY, real_ground.season.id):
            pass
    race(returns(real_ground), returns(real_ground))
    assert models.Settlement.objects.filter(refunded_at__isnull=True).count() == 0
    assert making.broken() == []
