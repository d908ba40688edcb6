"""What people relied on when they said yes stays true until the money has arrived."""

from datetime import timedelta

import pytest
import time_machine

from dure.base import clock
from dure.foundations.people import actions as people_actions
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY, Decision, system
from dure.kit import tx
from dure.services.giving import actions, models, queries
from dure.services.giving.types import BoxId, CauseState, GateClosed, PartnerNotReady, TooFew

from . import making
from .making import Town, key
from .strategies import lines_of


def planned(town: Town) -> BoxId:
    box, _ = making.closed(town, (100_000,))
    actions.revise_plan(town.owner, box, lines_of(100_000), key=key())
    for steward in town.stewards:
        actions.approve_plan(steward, box, key=key())
    return box


def test_nothing_is_paid_to_a_partner_whose_verification_was_revoked(town: Town) -> None:
    box = planned(town)
    with tx.durable():
        people_actions.decide_verification(folk.steward(), town.partner, Decision.REVOKE, "It is closed by now.")
    with pytest.raises(PartnerNotReady) as refused:
        actions.pay_out(town.stewards[0], box, key=key())
    assert refused.value.lacks == ("verification",)
    assert queries.totals(box).paid_out == 0


def test_nothing_is_paid_to_a_bank_account_that_no_steward_confirmed(town: Town) -> None:
    box = planned(town)
    with tx.durable():
        account = people_actions.set_bank_account(
            town.owner, town.partner, bank_code="088", number="99988877766", holder="딴 사람"
        )
    with pytest.raises(PartnerNotReady) as refused:
        actions.pay_out(town.stewards[0], box, key=key())
    assert refused.value.lacks == ("bank_account",)
    with tx.durable():
        people_actions.verify_bank_account(folk.steward(), town.partner, account)
    actions.pay_out(town.stewards[0], box, key=key())
    assert models.Box.objects.get(cause_id=box).paid_to_id == account
    inside = [step.why for step in queries.history(box, folk.auditor()) if step.want == "pay_out"]
    assert inside == ["088 •••••••7766 딴 사람"], "who decides and who audits sees where it went, masked"
    assert all(not step.why for step in queries.history(box, NOBODY))


def test_a_plan_that_goes_back_does_not_bring_the_one_before_back(town: Town) -> None:
    box = planned(town)
    actions.revise_plan(town.owner, box, lines_of(100_000, 2), key=key())
    actions.reject_plan(town.stewards[0], box, "Say which oil.", key=key())
    assert queries.plan(box) is None
    actions.revise_plan(town.owner, box, lines_of(100_000, 3), key=key())
    with pytest.raises(TooFew) as refused:
        actions.pay_out(town.stewards[0], box, key=key())
    assert refused.value.have == 0


def test_a_gate_that_opens_again_has_its_whole_time_again(town: Town) -> None:
    cause = making.agreed(town, 1)
    with time_machine.travel(clock.now() + timedelta(days=45), tick=False):
        false = models.Agreement.objects.get(cause_id=cause)
        actions.invalidate(folk.steward(), (false.id,), "a robot", key=key())
        assert queries.card(cause).state is CauseState.PROPOSED
        assert actions.end_missed_gates(system("test")) == 0
        assert queries.cause(cause, NOBODY).gate_ends_at == clock.now() + timedelta(days=30)
        actions.agree(folk.person(), cause, key=key())
        assert queries.card(cause).state is CauseState.VETTING


def test_nobody_agrees_after_the_gates_end_though_no_task_has_run(town: Town) -> None:
    cause, neighbour = making.proposed(town), folk.person()
    ends = queries.cause(cause, NOBODY).gate_ends_at
    assert ends is not None
    with time_machine.travel(ends, tick=False), pytest.raises(GateClosed):
        actions.agree(neighbour, cause, key=key())
    with time_machine.travel(ends - timedelta(seconds=1), tick=False):
        assert actions.agree(neighbour, cause, key=key()) == 1


def test_the_account_of_a_payout_is_one_that_was_confirmed(town: Town) -> None:
    with tx.durable():
        people_actions.set_bank_account(town.owner, town.partner, bank_code="088", number="99988877766", holder="이웃")
    with pytest.raises(Exception, match="no_bank_account"):
        people.payout_account(town.partner)
