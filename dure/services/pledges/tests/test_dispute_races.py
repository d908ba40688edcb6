"""Races of disputes, each with its twin without locks: what the lock keeps from happening does happen there."""

import pytest
from django.db import IntegrityError

from dure.foundations.ledger import commands as ledger_commands
from dure.foundations.ledger import queries as book
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.kit.testing import Runner, race
from dure.kit.verify import silent
from dure.services.pledges import actions, models, queries
from dure.services.pledges.types import Dispute, NewDispute, Pledge

from . import making
from .disputing import WHY, another_steward, disputed, later, proposed, settled
from .making import Ground, held_open, key


def ready(ground: Ground) -> tuple[Pledge, Dispute]:
    """One steward let day 64 count; two others have read it."""
    by, pledge = settled(ground)
    with later(ground, 1):
        return pledge, proposed(ground.stewards[0], disputed(by, pledge, 64), 64)


def confirms(ground: Ground, by: Actor, dispute: Dispute) -> Runner:
    assert dispute.proposal is not None
    proposal = dispute.proposal.id
    return held_open(
        lambda: actions.confirm_verdict(by, dispute.id, proposal, key=key()).state.value, lambda: later(ground, 1)
    )


def disputes(ground: Ground, by: Actor, pledge: Pledge, day: int) -> Runner:
    new = NewDispute(pledge.id, (day,), WHY)
    return held_open(lambda: actions.dispute_settlement(by, new, key=key()).state.value, lambda: later(ground, 1))


def test_two_stewards_who_confirm_at_once_decide_once(real_ground: Ground) -> None:
    pledge, dispute = ready(real_ground)
    names = race(*(confirms(real_ground, by, dispute) for by in (real_ground.stewards[1], another_steward()))).names
    assert names == ("WrongStep", "upheld")
    found = queries.pledge(pledge.id).settled
    assert found is not None
    assert (found.kept, found.refund, found.donation) == (64, 6_400, 3_600)
    assert sorted(one.amount for one in book.refunds_of(making.payment_of(pledge).id)) == [100, 6_300]
    assert making.broken() == []
    assert [one for check in ledger_commands.verify_checks() for one in check.run(silent)] == []


def test_without_the_lock_two_stewards_decide_the_same_dispute(
    real_ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both take it up; only the book's own rows keep the second from booking it too, until that one gives up waiting."""
    _, dispute = ready(real_ground)
    monkeypatch.setattr(tx.limit_lock_wait, "__defaults__", (1,))
    runners = [confirms(real_ground, by, dispute) for by in (real_ground.stewards[1], another_steward())]
    assert race(*runners, locked=False, together=True).names == ("Busy", "upheld")
    assert models.Correction.objects.count() == 1
    assert making.broken() == []


def test_one_person_on_two_telephones_has_one_dispute(real_ground: Ground) -> None:
    by, pledge = settled(real_ground)
    names = race(*(disputes(real_ground, by, pledge, day) for day in (64, 65))).names
    assert names == ("DisputeOpen", "open")
    assert models.Dispute.objects.count() == 1


def test_without_the_lock_only_the_index_keeps_one_dispute(real_ground: Ground) -> None:
    by, pledge = settled(real_ground)
    with pytest.raises(IntegrityError, match="pledges_dispute_one"):
        race(*(disputes(real_ground, by, pledge, day) for day in (64, 65)), locked=False, together=True)
