"""Around a dispute: who confirmed, what is kept while it waits, a fee that is gone, lists of corrections, the export."""

from collections.abc import Mapping
from typing import Any

import pytest

from dure.base import clock, ids
from dure.base.money import Money
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import PAYOUT, NewPosting, NewTransfer, TransferId, account_id
from dure.kit import tx
from dure.services.pledges import actions, models, queries
from dure.services.pledges.actions import common
from dure.services.pledges.types import DisputeState, FeePassedOn, PledgeId

from . import making
from .disputing import confirmed, corrected, disputed, later, proposed, sent_back, settled
from .making import BY, Ground
from .test_api import ask

__all__ = ["ask"]


def test_a_proposal_that_its_own_steward_confirmed_is_found_whoever_else_spoke(ground: Ground) -> None:
    by, pledge = settled(ground)
    one, two = ground.stewards
    with later(ground, 1):
        first = sent_back(two, proposed(one, disputed(by, pledge, 64), 64))
        done = confirmed(two, proposed(one, first, 64))
    assert making.broken() == []
    last = models.DisputeStep.objects.filter(dispute_id=done.id, want="uphold")
    last.update(by=one.person)
    first_word = models.DisputeStep.objects.filter(dispute_id=done.id, want="propose").order_by("at", "id").first()
    assert first_word is not None
    models.DisputeStep.objects.filter(id=first_word.id).update(by=ids.new())
    assert "was confirmed by who had proposed it" in making.broken()


def test_what_proved_days_is_kept_while_a_dispute_of_them_waits(ground: Ground) -> None:
    by, pledge = settled(ground)
    other = models.Proof.objects.filter(pledge_id=pledge.id)
    with later(ground, 30):
        waiting = proposed(ground.stewards[0], disputed(by, pledge, 64), 64)
    with later(ground, 200):
        actions.forget_proofs(BY)
        assert other.exclude(text="").count() == 63
        confirmed(ground.stewards[1], waiting)
        actions.forget_proofs(BY)
    assert other.exclude(text="").count() == 0


def test_a_fee_that_was_spent_is_said_to_be_the_fee(db: None) -> None:
    ground = making.ground(fee_percent=5)
    by, pledge = settled(ground)
    with tx.durable():
        to = common.holding(BY, "somewhere")
        spent = making.held(common.FEES)
        out = NewTransfer(TransferId(ids.new()), account_id(common.FEES), to, Money(spent), PAYOUT)
        ledger.post_many(BY, (NewPosting.of(out, clock.now()),))
    with later(ground, 1):
        first = proposed(ground.stewards[0], disputed(by, pledge, 64), 64)
        with pytest.raises(FeePassedOn):
            confirmed(ground.stewards[1], first)
    assert queries.disputes_of(by, pledge.id)[0].state is DisputeState.PROPOSED
    assert making.broken() == []


def two_corrected(ground: Ground) -> None:
    by, pledge = settled(ground)
    for day in (64, 65):
        corrected(ground, by, pledge, day)


def test_corrections_are_read_page_by_page(ground: Ground, ask: Any) -> None:
    two_corrected(ground)
    path = f"seasons/{ground.season.code}/corrections"
    assert [one["number"] for one in ask(None, "get", path).json()] == [1, 2]
    assert [one["number"] for one in ask(None, "get", f"{path}?after=1").json()] == [2]
    assert ask(None, "get", f"{path}?after=2").json() == []
    last = queries.last_correction(ground.season.id)
    assert last == queries.corrections(ground.season.id)[-1]


def test_the_export_says_what_stands_and_what_was_settled(ground: Ground) -> None:
    two_corrected(ground)
    person = ground.people[0].person
    assert person is not None
    [row] = exported(person)
    assert (row["kept"], row["refund"], row["donation"], row["fee"], row["settled_kept"]) == (65, 6_500, 3_500, 0, 63)
    assert queries.pledge(PledgeId(models.Pledge.objects.get(person=person).id)).settled is not None


def exported(person: Any) -> list[Mapping[str, Any]]:
    rows: Any = queries.export_of(person)["pledges"]
    return list(rows)
