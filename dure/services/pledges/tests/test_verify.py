"""`dure verify` finds what breaks the promises of pledges: each is broken on purpose here, behind the actions' back."""

from collections.abc import Callable

import pytest

from dure.base import clock, ids
from dure.base.money import Money
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import Kind, Limit, NewAccount, NewPosting, NewTransfer, TransferId, account_id
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.services.pledges import actions, models, queries
from dure.services.pledges.types import Pledge

from . import making
from .making import BY, Ground, key

type Break = Callable[[Ground, Pledge], object]


def steal(ground: Ground, pledge: Pledge) -> None:
    """Won leave a deposit's account behind everybody's back."""
    with tx.durable():
        to = ledger.open_account(BY, NewAccount("outside:thief", Limit.NONE), clock.now()).id
        account = account_id(queries.account_code(pledge.id))
        transfer = NewTransfer(id=TransferId(ids.new()), debit=account, credit=to, amount=Money(1), kind=Kind("spend"))
        ledger.post(BY, NewPosting.of(transfer, clock.now()))


def settlement(**fields: object) -> Break:
    return lambda ground, pledge: models.Settlement.objects.filter(pledge_id=pledge.id).update(**fields)


BEFORE: dict[str, tuple[Break, str]] = {
    "won that left": (steal, "the book has 9999"),
    "a state of its own": (
        lambda ground, pledge: models.Pledge.objects.filter(id=pledge.id).update(state="left"),
        "still holds",
    ),
    "settled by hand": (
        lambda ground, pledge: models.Pledge.objects.filter(id=pledge.id).update(state="settled"),
        "without a settlement",
    ),
    "too small": (
        lambda ground, pledge: models.Project.objects.filter(id=ground.project.id).update(capacity=0),
        "places taken",
    ),
}
AFTER: dict[str, tuple[Break, str]] = {
    "days": (settlement(kept=64), "the proofs say 63"),
    "won": (settlement(refund=6_200, donation=3_800), "63 days make 6300"),
    "a fee": (settlement(donation=3_600, fee=100), "is charged 100"),
    "handed over in words only": (settlement(refunded_at=clock.now()), "still holds 6300"),
    "a proof that came later": (
        lambda ground, pledge: models.Proof.objects.create(id=ids.new(), pledge_id=pledge.id, day=99, state="counts"),
        "the proofs say 64",
    ),
    "a consent that changed later": (
        lambda ground, pledge: models.Pledge.objects.filter(id=pledge.id).update(gives=False, receiver=None),
        "another receiver",
    ),
    "won that left afterwards": (steal, "still holds 6299"),
}


def mine(ground: Ground) -> tuple[Actor, Pledge]:
    by = ground.people[0]
    pledge = making.joined(by, ground.project, ground.consent)
    making.proved(ground, by, pledge, 63)
    assert making.broken() == []
    return by, pledge


@pytest.mark.parametrize("name", list(BEFORE))
def test_what_is_broken_before_the_settlement_is_found(ground: Ground, name: str) -> None:
    _, pledge = mine(ground)
    breaks, said = BEFORE[name]
    breaks(ground, pledge)
    assert any(said in one for one in making.broken()), making.broken()


@pytest.mark.parametrize("name", list(AFTER))
def test_what_is_broken_after_the_settlement_is_found(ground: Ground, name: str) -> None:
    _, pledge = mine(ground)
    making.settled(ground)
    assert making.broken() == []
    breaks, said = AFTER[name]
    breaks(ground, pledge)
    assert any(said in one for one in making.broken()), making.broken()


def test_a_receiver_that_has_other_won_than_it_was_given_is_found(ground: Ground) -> None:
    mine(ground)
    making.settled(ground)
    with tx.durable():
        source = ledger.open_account(BY, NewAccount("outside:somebody", Limit.NONE), clock.now()).id
        to = account_id(queries.receiver_code(ground.season.receivers[0].id))
        transfer = NewTransfer(id=TransferId(ids.new()), debit=source, credit=to, amount=Money(5), kind=Kind("spend"))
        ledger.post(BY, NewPosting.of(transfer, clock.now()))
    assert making.broken() == ["was given 3700, the book says 3705"]


def test_a_whole_season_with_leaving_and_cancelling_keeps_its_promises(ground: Ground) -> None:
    one, other, _ = ground.people
    mine(ground)
    left = making.joined(other, ground.project)
    actions.leave(other, left.id, key=key())
    second = making.open_project(ground.season, ground.leader, ground.stewards[0], title="책 읽기")
    making.joined(one, second)
    actions.cancel_project(ground.stewards[0], second.id, "안 열려요", key=key())
    assert making.broken() == []
    making.settled(ground)
    while actions.return_deposits(BY, ground.season.id):
        pass
    assert making.broken() == []
