"""Sums that people gave elsewhere for a box: taken once, whole, while it is open; back where they came from when stopped."""

from dataclasses import replace
from uuid import UUID

import pytest

from dure.base import ids
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import AccountId, InsufficientFunds
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import system
from dure.kit import models as kit_models
from dure.kit.verify import silent
from dure.services.giving import actions, commands, models, queries
from dure.services.giving.types import BoxId, BoxNotOpen, CauseState, RegistrationNeeded

from . import making
from .making import Town, key
from .strategies import lines_of

BY = system("test")
WON = 3_500


def held(account: UUID) -> int:
    return book.balances([AccountId(account)])[AccountId(account)].held


def findings() -> list[str]:
    return [found.what for check in commands.verify_checks() for found in check.run(silent)]


def test_a_pooled_sum_is_taken_once_and_raises_the_box(town: Town) -> None:
    box = making.opened(town)
    making.given(folk.person(), box, 1_000)
    new = making.pooled(box, WON)
    for _ in range(2):
        actions.take_pooled(BY, new)
    assert queries.raised(box) == 1_000 + WON
    assert held(new.account) == 0
    totals = queries.totals(box)
    assert (totals.people, totals.givers) == (1_000 + WON, 1)
    assert [(part.name, part.amount) for part in queries.money_flow(box).sources if part.amount] == [
        ("people", 1_000),
        (new.title, WON),
    ]
    assert findings() == []


def test_whose_a_pooled_sum_was_follows_it_into_the_box(town: Town) -> None:
    box = making.opened(town)
    new = making.pooled(box, WON)
    [before] = book.funders(AccountId(new.account))
    actions.take_pooled(BY, new)
    [after] = book.funders(queries.box_account(box))
    assert after.funder == before.funder is not None


def test_a_box_that_is_closed_stopped_or_not_there_takes_nothing(town: Town) -> None:
    closed, _ = making.closed(town, (100_000,))
    stopped = making.opened(town)
    actions.stop(town.stewards[0], stopped, "The partner cannot deliver.", key=key())
    for box in (closed, stopped):
        new = making.pooled(box, WON)
        with pytest.raises(BoxNotOpen):
            actions.take_pooled(BY, new)
        assert held(new.account) == WON
    with pytest.raises(NotFound):
        actions.take_pooled(BY, making.pooled(BoxId(ids.new()), WON))
    assert not models.Pooled.objects.exists()


def test_a_collection_without_a_number_takes_no_pooled_sum_beyond_its_room(town: Town) -> None:
    box = making.opened(replace(town, registered=False))
    room = queries.room(box)
    assert room is not None
    with pytest.raises(RegistrationNeeded):
        actions.take_pooled(BY, making.pooled(box, room + 1))
    actions.take_pooled(BY, making.pooled(box, room))
    assert queries.room(box) == 0


def test_what_is_not_there_or_nothing_is_not_taken_and_nobody_but_the_platform_takes(town: Town) -> None:
    box = making.opened(town)
    new = making.pooled(box, WON)
    with pytest.raises(InsufficientFunds):
        actions.take_pooled(BY, replace(new, amount=WON + 1))
    with pytest.raises(BadValue):
        actions.take_pooled(BY, replace(new, amount=0))
    for somebody in (town.stewards[0], folk.person()):
        with pytest.raises(NotAllowed):
            actions.take_pooled(somebody, new)
    assert queries.raised(box) == 0


def test_a_stopped_box_hands_a_pooled_sum_back_and_says_so_once(town: Town) -> None:
    box = making.opened(town)
    new = making.pooled(box, WON)
    actions.take_pooled(BY, new)
    making.given(folk.person(), box, 1_000)
    actions.stop(town.stewards[0], box, "The partner cannot deliver.", key=key())
    while actions.refund_stopped(BY, box):
        pass
    assert held(new.account) == WON
    assert queries.card(box).state is CauseState.REFUNDED
    assert queries.raised(box) == 0
    assert kit_models.News.objects.filter(kind="giving.PooledReturned").count() == 1
    assert findings() == []


def test_a_pooled_sum_is_planned_and_paid_out_with_the_gifts(town: Town) -> None:
    box = making.opened(town, 100_000)
    making.given(folk.person(), box, 99_000)
    actions.take_pooled(BY, making.pooled(box, WON))
    actions.close(town.owner, box, key=key())
    actions.revise_plan(town.owner, box, lines_of(99_000 + WON, 2), key=key())
    for steward in town.stewards:
        making.approve(steward, box)
    assert actions.pay_out(town.stewards[0], box, key=key()) == 99_000 + WON
    assert findings() == []
