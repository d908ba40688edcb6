"""A settled season in which days are in dispute, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.services.pledges import actions
from dure.services.pledges.types import Dispute, NewDispute, Pledge

from . import making
from .making import BY, Ground, key

WHY = "서버가 멈춰서 보내지 못했어요"


def settled(ground: Ground, kept: int = 63, *, gives: bool = True, returned: bool = True) -> tuple[Actor, Pledge]:
    """The first person's pledge with its first `kept` days; the season is settled and, where `returned`, refunds go back."""
    by = ground.people[0]
    pledge = making.joined(by, ground.project, ground.consent if gives else making.NO)
    making.proved(ground, by, pledge, kept)
    making.settled(ground)
    while returned and actions.return_deposits(BY, ground.season.id):
        pass
    return by, pledge


@contextmanager
def later(ground: Ground, days: int) -> Iterator[None]:
    """In this block so many days went by since the settlement."""
    with making.at(making.settled_at(ground) + timedelta(days=days)):
        yield


def disputed(by: Actor, pledge: Pledge, *days: int) -> Dispute:
    return actions.dispute_settlement(by, NewDispute(pledge.id, days, WHY), key=key())


def proposed(by: Actor, dispute: Dispute, *counting: int) -> Dispute:
    return actions.propose_verdict(by, dispute.id, counting, "기록을 보았어요", key=key())


def confirmed(by: Actor, dispute: Dispute) -> Dispute:
    assert dispute.proposal is not None
    return actions.confirm_verdict(by, dispute.id, dispute.proposal.id, key=key())


def sent_back(by: Actor, dispute: Dispute) -> Dispute:
    assert dispute.proposal is not None
    return actions.send_back_dispute(by, dispute.id, dispute.proposal.id, "기록이 달라요", key=key())


def corrected(ground: Ground, by: Actor, pledge: Pledge, *days: int) -> Dispute:
    """From the dispute to the books, on the day after the settlement."""
    with later(ground, 1):
        dispute = disputed(by, pledge, *days)
        return confirmed(ground.stewards[1], proposed(ground.stewards[0], dispute, *days))


def another_steward() -> Actor:
    return folk.steward("운영셋")
