"""Races of giving, each with its twin without locks: what the lock keeps from happening does happen there.

Each runner does the action in a transaction that stays open until the other has done its own, or waits for it.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from dure.base import clock
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, system
from dure.kit import limits, tx
from dure.kit import models as kit_models
from dure.kit.testing import Meet, Runner, race
from dure.services.giving import actions, models, queries, rules
from dure.services.giving.types import (
    BoxId,
    CauseId,
    CauseState,
    GiftId,
    MatchKind,
    SumDiffers,
    WrongState,
)

from . import making
from .making import PDF, Town, key
from .strategies import lines_of

BY = system("test")
FEW = rules.MATCH_WON  # what is left in a fund that can match once


def held(work: Callable[[], object]) -> Runner:
    """`work` in a transaction that stays open until the other runner is there, too."""

    def run(meet: Meet) -> object:
        with transaction.atomic(), tx.hosted():
            said = work()
            meet()
        return said

    return run


def state(cause: CauseId | BoxId) -> CauseState:
    return queries.card(CauseId(cause)).state


def agree(by: Actor, cause: CauseId) -> Runner:
    return held(lambda: actions.agree(by, cause, key=key()) and "agreed")


def approve(by: Actor, cause: CauseId) -> Runner:
    return held(lambda: making.say_yes(by, cause).value)


def planned(of: Town, amounts: tuple[int, ...] = (60_000, 40_000)) -> tuple[BoxId, tuple[GiftId, ...]]:
    """A closed box whose plan two people approved."""
    box, gifts = making.closed(of, amounts)
    actions.revise_plan(of.owner, box, lines_of(queries.totals(box).raised), key=key())
    for steward in of.stewards:
        making.approve(steward, box)
    return box, gifts


def fund(of: Town, amount: int) -> None:
    made = actions.open_fund(of.stewards[0], "A sample fund", None, key=key())
    actions.top_up(of.stewards[0], made, amount, key(), key=key())


# The gate


def test_one_takes_back_while_the_last_one_agrees(real_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 2)
    both, cause = give_and_take(real_town, locked=True)
    valid = queries.counted_agreements(cause)
    if state(cause) is CauseState.VETTING:
        assert (both, valid) == (("GateClosed", "agreed"), 2)
    else:
        assert (both, valid) == (("agreed", "taken back"), 1)


def test_without_locks_a_gate_stays_passed_with_one_too_few(real_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 2)
    both, cause = give_and_take(real_town, locked=False)
    assert both == ("agreed", "taken back")
    assert (state(cause), queries.counted_agreements(cause)) == (CauseState.VETTING, 1)


def give_and_take(of: Town, *, locked: bool) -> tuple[tuple[str, ...], CauseId]:
    cause, first = making.proposed(of), folk.person()
    actions.agree(first, cause, key=key())

    def take() -> str:
        actions.unagree(first, cause, key=key())
        return "taken back"

    return race(agree(folk.person(), cause), held(take), locked=locked).names, cause


# Vetting


def test_two_stewards_open_a_small_box_once(real_town: Town) -> None:
    cause = making.agreed(real_town, 1)
    one, other = real_town.stewards
    assert race(approve(one, cause), approve(other, cause)).names == ("WrongState", "open")
    second = making.agreed(real_town, 1)
    with pytest.raises(IntegrityError):
        race(approve(one, second), approve(other, second), locked=False)


def test_the_second_of_two_stewards_opens_a_large_box(real_town: Town) -> None:
    cause = making.agreed(real_town, 1, goal=rules.TWO_PERSON_GOAL)
    one, other = real_town.stewards
    assert race(approve(one, cause), approve(other, cause)).names == ("open", "vetting")
    second = making.agreed(real_town, 1, goal=rules.TWO_PERSON_GOAL)
    both = race(approve(one, second), approve(other, second), locked=False).names
    assert both == ("vetting", "vetting"), "without locks nobody is the second"
    assert state(second) is CauseState.VETTING


def test_a_proposal_is_withdrawn_or_opened(real_town: Town) -> None:
    def run(cause: CauseId, *, locked: bool) -> tuple[str, ...]:
        def withdraw() -> str:
            actions.withdraw(real_town.proposer, cause, "changed my mind", key=key())
            return "withdrawn"

        return race(held(withdraw), approve(real_town.stewards[0], cause), locked=locked).names

    cause = making.agreed(real_town, 1)
    assert run(cause, locked=True) in (("WrongState", "open"), ("WrongState", "withdrawn"))
    second = making.agreed(real_town, 1)
    assert run(second, locked=False) == ("open", "withdrawn")


# The box


def test_the_matching_fund_answers_once_a_day(real_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    box = making.opened(real_town)
    fund(real_town, 10 * FEW)
    one, other = folk.person(), folk.person()
    assert race(cheer(one, box), cheer(one, box)).names == ("0", str(FEW))
    monkeypatch.setattr(limits, "count", lambda *_: None)  # it, too, lets one person's cheers in one by one
    with pytest.raises(IntegrityError, match="giving_cheer_matched_once"):
        race(cheer(other, box), cheer(other, box), locked=False)
    assert queries.totals(box).matched <= 2 * FEW


def test_the_last_won_of_a_fund_go_to_one_cheer(real_town: Town) -> None:
    box = making.opened(real_town)
    fund(real_town, FEW)
    assert race(cheer(folk.person(), box), cheer(folk.person(), box)).names == ("0", str(FEW))
    fund(real_town, FEW)
    with pytest.raises(IntegrityError, match="ledger_balance_debits_limit"):  # the book itself holds the limit
        race(cheer(folk.person(), box), cheer(folk.person(), box), locked=False)
    assert queries.totals(box).matched == 2 * FEW
    assert all(one.available == 0 for one in queries.funds())


def cheer(by: Actor, box: BoxId) -> Runner:
    return held(lambda: actions.cheer(by, box, MatchKind.COMMENT, "A sample of good words", key=key()))


def test_a_cheer_comes_before_the_close_or_not_at_all(real_town: Town) -> None:
    fund(real_town, 10 * FEW)
    after, box = cheer_and_close(real_town, locked=True)
    assert after in (("WrongState", "closed"), (str(FEW), "closed"))
    assert told_raised(box) == queries.totals(box).raised


def test_without_locks_a_closed_box_goes_on_growing(real_town: Town) -> None:
    fund(real_town, 10 * FEW)
    after, box = cheer_and_close(real_town, locked=False)
    assert after == (str(FEW), "closed")
    assert told_raised(box) == queries.totals(box).raised - FEW


def cheer_and_close(of: Town, *, locked: bool) -> tuple[tuple[str, ...], BoxId]:
    box = making.opened(of, goal=100_000)
    making.given(folk.person(), box, 100_000)

    def close() -> str:
        actions.close(of.owner, box, key=key())
        return "closed"

    return race(cheer(folk.person(), box), held(close), locked=locked).names, box


def told_raised(box: BoxId) -> int:
    """What the news of the close said."""
    (news,) = kit_models.News.objects.filter(kind="giving.BoxClosed")
    assert news.body["box"] == str(box)
    return int(news.body["raised"])


def test_a_box_is_closed_by_the_clock_or_extended_before(real_town: Town) -> None:
    box = making.opened(real_town)
    making.given(folk.person(), box, 1_000)
    ends = models.Box.objects.get(cause_id=box).closes_at
    with time_machine.travel(ends + timedelta(seconds=1), tick=False):
        actions.close_due(BY)
        assert state(box) is CauseState.CLOSED
        with pytest.raises(WrongState):
            actions.extend(real_town.owner, box, clock.now() + timedelta(days=3), key=key())


# After the close


def test_the_second_approval_frees_the_payout(real_town: Town) -> None:
    def run(*, locked: bool) -> tuple[str, ...]:
        box, _ = making.closed(real_town, (100_000,))
        actions.revise_plan(real_town.owner, box, lines_of(100_000), key=key())
        one, other = (
            held(lambda by=by: "frees" if making.approve(by, box) else "waits")  # type: ignore[misc]  # a default binds the loop's value, which mypy cannot infer
            for by in real_town.stewards
        )
        return race(one, other, locked=locked).names

    assert run(locked=True) == ("frees", "waits")
    assert run(locked=False) == ("waits", "waits"), "without locks nobody is the second"


def test_a_plan_and_a_refund_never_disagree(real_town: Town) -> None:
    after, box = plan_and_refund(real_town, locked=True)
    assert after in (("SumDiffers", "refunded"), ("planned", "refunded"))
    assert state(box) is CauseState.CLOSED
    assert not models.Plan.objects.filter(box_id=box, rejected_at=None).exists()


def test_without_locks_a_plan_is_for_money_that_went_back(real_town: Town) -> None:
    after, box = plan_and_refund(real_town, locked=False)
    assert after == ("planned", "refunded")
    plan = models.Plan.objects.get(box_id=box, rejected_at=None)
    assert plan.total == queries.totals(box).raised + 60_000
    for steward in real_town.stewards:
        if state(box) is CauseState.PLANNED:
            making.approve(steward, box)
    with pytest.raises((SumDiffers, WrongState)):  # the payout looks once more
        actions.pay_out(real_town.stewards[0], box, key=key())


def plan_and_refund(of: Town, *, locked: bool) -> tuple[tuple[str, ...], BoxId]:
    box, (gift, _) = making.closed(of, (60_000, 40_000))

    def revise() -> str:
        actions.revise_plan(of.owner, box, lines_of(100_000), key=key())
        return "planned"

    def refund() -> str:
        actions.refund_gift(of.stewards[0], gift, "asked", key=key())
        return "refunded"

    return race(held(revise), held(refund), locked=locked).names, box


def test_a_stop_and_a_payout_exclude_each_other(real_town: Town) -> None:
    def run(*, locked: bool) -> tuple[str, ...]:
        box, _ = planned(real_town)

        def stop() -> str:
            actions.stop(real_town.stewards[0], box, "a sample of a reason", key=key())
            return "stopped"

        def pay() -> str:
            actions.pay_out(real_town.stewards[1], box, key=key())
            return "paid"

        return race(held(stop), held(pay), locked=locked).names

    assert run(locked=True) in (("WrongState", "paid"), ("WrongState", "stopped"))
    assert run(locked=False) == ("paid", "stopped")


def test_no_line_slips_into_a_report_while_it_is_filed(real_town: Town) -> None:
    after, box = write_and_file(real_town, locked=True)
    assert after in (("WrongState", "filed"), ("SumDiffers", "written"))
    if state(box) is CauseState.REPORTED:
        assert sum(line.amount for line in queries.report_lines(box)) == 100_000


def test_without_locks_a_filed_report_says_more_than_was_paid(real_town: Town) -> None:
    after, box = write_and_file(real_town, locked=False)
    assert after == ("filed", "written")
    assert state(box) is CauseState.REPORTED
    assert sum(line.amount for line in queries.report_lines(box)) == 100_001


def write_and_file(of: Town, *, locked: bool) -> tuple[tuple[str, ...], BoxId]:
    box, _ = making.paid_out(of, (100_000,))
    making.spend(of, box, 100_000)

    def write() -> str:
        use = ("Sample shop", "one won too much", 1)
        actions.add_report_line(of.owner, box, clock.today(), use, ("proof.pdf", PDF), key=key())
        return "written"

    def file() -> str:
        actions.file_report(of.owner, box, key=key())
        return "filed"

    return race(held(write), held(file), locked=locked).names, box
