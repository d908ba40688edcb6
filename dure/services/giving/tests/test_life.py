"""The life of a cause on the real database: from the draft to the last reported won, and the ways that end early."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from dure.base import clock, ids
from dure.base.refusals import BadValue, Busy, KeyReused, NotAllowed, NotFound
from dure.foundations.ledger.types import LEGS_MAX
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY, system
from dure.kit import models as kit_models
from dure.kit.verify import silent
from dure.services.giving import actions, commands, queries, rules
from dure.services.giving.types import (
    BoxNotOpen,
    BudgetLine,
    CauseFilter,
    CauseState,
    GiftState,
    GoalFrozen,
    LineKind,
    Order,
    OwnProposal,
    PartnerNotReady,
    PartnerState,
    ReportOverdue,
    SamePerson,
    SumDiffers,
    TooFew,
    WrongState,
)

from . import making
from .making import Town, key
from .strategies import draft, lines_of

BY = system("test")


def state(cause: object) -> CauseState:
    return queries.card(cause).state  # type: ignore[arg-type]  # plain ids stand for the typed ones here


def kinds() -> list[str]:
    return list(
        kit_models.News.objects.filter(kind__startswith="giving.").order_by("id").values_list("kind", flat=True)
    )


def test_from_draft_to_the_last_reported_won(town: Town) -> None:
    box, (one, other) = making.reported(town, (60_000, 40_500), (70_000, 30_500))
    totals = queries.totals(box)
    assert state(box) is CauseState.REPORTED
    assert (totals.people, totals.matched, totals.givers) == (100_500, 0, 2)
    assert totals.paid_out == totals.spent == totals.raised == 100_500
    assert [(part.purpose, part.amount) for part in queries.used(one)] == [("use 0", 60_000)]
    assert [(part.purpose, part.amount) for part in queries.used(other)] == [("use 0", 10_000), ("use 1", 30_500)]
    flow = queries.money_flow(box)
    assert sum(part.amount for part in flow.sources) == sum(part.amount for part in flow.uses) == 100_500
    assert [kind.removeprefix("giving.") for kind in kinds()] == [
        "CauseProposed",
        "PartnerAsked",
        "PartnerAnswered",
        "AgreementGiven",
        "GateReached",
        "BoxOpened",
        "GiftsReceived",
        "GiftsReceived",
        "BoxClosed",
        "PlanRevised",
        "PlanApproved",
        "PlanApproved",
        "PayoutPaid",
        "ReportFiled",
    ]


def test_a_draft_is_seen_by_its_proposer_only(town: Town) -> None:
    cause = making.drafted(town)
    assert queries.cause(cause, town.proposer).card.state is CauseState.DRAFT
    for by in (NOBODY, folk.person(), town.owner, town.stewards[0]):
        with pytest.raises(NotFound):
            queries.cause(cause, by)
    assert queries.page(CauseFilter()).total == 0
    assert queries.page(CauseFilter(proposer=town.proposer.person)).total == 1


def test_the_same_key_answers_the_same_draft_and_other_content_is_refused(town: Town) -> None:
    content = draft(1_000_000, town.partner, town.region)
    once = key()
    first = actions.draft(town.proposer, content, key=once)
    assert actions.draft(town.proposer, content, key=once) == first
    with pytest.raises(KeyReused):
        actions.draft(town.proposer, draft(2_000_000, town.partner, town.region), key=once)


def test_lines_that_do_not_sum_and_unknown_places_are_refused(town: Town) -> None:
    wrong = draft(1_000_000, town.partner, town.region, lines=lines_of(999_999))
    with pytest.raises(SumDiffers):
        actions.draft(town.proposer, wrong, key=key())
    with pytest.raises(NotFound):
        actions.draft(town.proposer, draft(1_000_000, ids.new(), town.region), key=key())


def test_unverified_people_do_not_propose(town: Town) -> None:
    with pytest.raises(NotAllowed):
        actions.draft(folk.person(verified=False), draft(1_000_000, town.partner, town.region), key=key())


def test_a_partner_that_said_no_or_was_not_asked_opens_nothing(town: Town) -> None:
    cause = making.drafted(town)
    actions.propose(town.proposer, cause, key=key())
    actions.agree(folk.person(), cause, key=key())
    with pytest.raises(PartnerNotReady) as refused:
        making.say_yes(town.stewards[0], cause)
    assert refused.value.lacks == ("acceptance",)
    with pytest.raises(NotAllowed):
        actions.answer_as_partner(folk.person(), cause, True, key=key())
    actions.answer_as_partner(town.owner, cause, False, key=key())
    assert queries.cause(cause, NOBODY).partner_state is PartnerState.DECLINED


def test_needs_work_goes_back_and_forth_and_old_words_do_not_count(town: Town) -> None:
    goal = rules.TWO_PERSON_GOAL
    cause = making.agreed(town, 1, goal)
    one, other = town.stewards
    assert making.say_yes(one, cause) is CauseState.VETTING
    actions.ask_work(other, cause, "Please say for whom.", key=key())
    assert state(cause) is CauseState.NEEDS_WORK
    content = draft(goal, town.partner, town.region, story="For forty-two sample homes, each with a stove of its own.")
    actions.edit(town.proposer, cause, content, key=key())
    actions.resubmit(town.proposer, cause, key=key())
    assert making.say_yes(other, cause) is CauseState.VETTING, "a new round begins"
    with pytest.raises(SamePerson):
        making.say_yes(other, cause)
    assert making.say_yes(one, cause) is CauseState.OPEN


def test_a_steward_with_a_stake_does_not_decide(town: Town) -> None:
    own = folk.with_role(town.proposer, "steward")  # type: ignore[arg-type]  # an actor of these tests is a person
    cause = making.agreed(town, 1)
    with pytest.raises(NotAllowed):
        making.say_yes(own, cause)


def test_the_goal_is_frozen_while_the_box_runs(town: Town) -> None:
    box = making.opened(town)
    with pytest.raises(GoalFrozen):
        actions.edit(town.proposer, box, draft(5_000_000, town.partner, town.region), key=key())
    with pytest.raises(WrongState):
        actions.edit(town.proposer, box, draft(1_000_000, town.partner, town.region), key=key())


def test_a_box_closes_when_its_time_is_over_and_takes_nothing_more(town: Town) -> None:
    box = making.opened(town)
    ends = queries.card(box).closes_at
    assert ends is not None
    making.given(folk.person(), box, 1_000)
    assert actions.close_due(BY) == 0
    with time_machine.travel(ends + timedelta(seconds=1), tick=False):
        assert actions.close_due(BY) == 1
        assert actions.close_due(BY) == 0
        with pytest.raises(BoxNotOpen):
            making.begun(folk.person(), box, 1_000)
    assert state(box) is CauseState.CLOSED


def test_a_busy_box_holds_up_no_other(town: Town) -> None:
    """Somebody holds the first of two boxes, and the first of two proposals, longer than anybody waits."""
    boxes, causes = [making.opened(town) for _ in range(2)], [making.proposed(town) for _ in range(2)]

    def busy(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        if "FOR UPDATE" in sql and params and {boxes[0], causes[0]} & set(params):  # type: ignore[call-overload]  # parameters of whatever statement was seen
            raise Busy(retry_seconds=1)
        return execute(sql, params, many, context)

    with time_machine.travel(clock.now() + timedelta(days=40), tick=False), connection.execute_wrapper(busy):
        assert actions.close_due(BY) == 1
        assert actions.end_missed_gates(BY) == 1
        assert [state(one) for one in (*boxes, *causes)] == [
            CauseState.OPEN,
            CauseState.ENDED,
            CauseState.PROPOSED,
            CauseState.REJECTED,
        ]


def test_extension_only_before_the_end(town: Town) -> None:
    box = making.opened(town)
    ends = queries.card(box).closes_at
    assert ends is not None
    actions.extend(town.owner, box, ends + timedelta(days=5), key=key())
    assert queries.card(box).closes_at == ends + timedelta(days=5)
    with time_machine.travel(ends + timedelta(days=6), tick=False), pytest.raises(BadValue):
        actions.extend(town.owner, box, ends + timedelta(days=9), key=key())


def test_a_plan_must_match_what_was_really_raised(town: Town) -> None:
    box, _ = making.closed(town, (100_000, 177))
    with pytest.raises(SumDiffers) as refused:
        actions.revise_plan(town.owner, box, lines_of(100_000), key=key())
    assert refused.value.expected == 100_177
    costs = (BudgetLine("direct", 80_177), BudgetLine("office", 20_000, LineKind.COST))
    with pytest.raises(Exception, match="costs_too_high"):
        actions.revise_plan(town.owner, box, costs, key=key())


def test_payout_needs_two_different_people(town: Town) -> None:
    box, _ = making.closed(town, (100_000,))
    actions.revise_plan(town.owner, box, lines_of(100_000), key=key())
    one, other = town.stewards
    with pytest.raises(TooFew):
        actions.pay_out(one, box, key=key())
    assert not making.approve(one, box)
    with pytest.raises(SamePerson):
        making.approve(one, box)
    with pytest.raises(TooFew):
        actions.pay_out(one, box, key=key())
    assert making.approve(other, box)
    assert actions.pay_out(one, box, key=key()) == 100_000
    with pytest.raises(WrongState):
        actions.pay_out(one, box, key=key())
    assert queries.totals(box).paid_out == 100_000


def test_a_refund_after_the_plan_sends_the_plan_back(town: Town) -> None:
    box, (one, _) = making.closed(town, (60_000, 40_000))
    actions.revise_plan(town.owner, box, lines_of(100_000), key=key())
    for steward in town.stewards:
        making.approve(steward, box)
    actions.refund_gift(town.stewards[0], one, "asked by the giver", key=key())
    assert state(box) is CauseState.CLOSED
    assert queries.plan(box, NOBODY) is None
    with pytest.raises(WrongState):
        actions.pay_out(town.stewards[0], box, key=key())
    actions.revise_plan(town.owner, box, lines_of(40_000), key=key())
    plan = queries.plan(box, NOBODY)
    assert plan is not None
    assert plan.approvals == (), "the old approvals were for another sum"


def test_a_report_is_filed_only_when_it_balances(town: Town) -> None:
    box, _ = making.paid_out(town, (100_000,))
    making.spend(town, box, 99_999)
    with pytest.raises(SumDiffers):
        actions.file_report(town.owner, box, key=key())
    extra = making.spend(town, box, 2)
    actions.remove_report_line(town.owner, extra, key=key())
    making.spend(town, box, 1)
    assert actions.file_report(town.owner, box, key=key()) == 2
    with pytest.raises(WrongState):
        making.spend(town, box, 1)


def test_a_report_of_many_lines_is_filed_like_any_other(town: Town) -> None:
    """More lines than one posting of the book has transfers."""
    box, (gift,) = making.paid_out(town, (100_000,))
    for amount in (*[700] * (LEGS_MAX + 1), 100_000 - 700 * (LEGS_MAX + 1)):
        making.spend(town, box, amount)
    assert actions.file_report(town.owner, box, key=key()) == LEGS_MAX + 2
    assert queries.totals(box).spent == 100_000
    assert sum(part.amount for part in queries.used(gift) if part.line) == 100_000
    assert [found for check in commands.verify_checks() for found in check.run(silent) if "report" in check.name] == []


def test_an_overdue_report_blocks_the_next_box(town: Town) -> None:
    box, _ = making.paid_out(town, (100_000,))
    due = queries.cause(box, NOBODY).report_due_on
    assert due is not None
    waiting = making.agreed(town, 1)
    late = clock.now() + (due - clock.today()) + timedelta(days=1)
    with time_machine.travel(late, tick=False):
        with pytest.raises(ReportOverdue) as refused:
            making.say_yes(town.stewards[0], waiting)
        assert refused.value.due == due
        making.spend(town, box, 100_000)
        actions.file_report(town.owner, box, key=key())
        assert making.say_yes(town.stewards[0], waiting) is CauseState.OPEN


def test_a_stopped_box_gives_everything_back(town: Town) -> None:
    box = making.opened(town)
    gifts = [making.given(folk.person(), box, amount).id for amount in (1_000, 2_000, 3_000)]
    actions.stop(town.stewards[0], box, "The partner cannot deliver.", key=key())
    assert actions.refund_stopped(BY, box, most=2) == 2
    assert actions.refund_stopped(BY, box, most=2) == 1
    assert actions.refund_stopped(BY, box, most=2) == 0
    assert state(box) is CauseState.REFUNDED
    assert queries.totals(box).raised == 0
    assert {queries.gift(gift).state for gift in gifts} == {GiftState.REFUNDED}


def test_a_missed_gate_ends_the_proposal(town: Town) -> None:
    cause = making.proposed(town)
    assert actions.end_missed_gates(BY) == 0
    with time_machine.travel(clock.now() + timedelta(days=rules.GATE_DAYS, seconds=1), tick=False):
        assert actions.end_missed_gates(BY) == 1
        assert actions.end_missed_gates(BY) == 0
    assert state(cause) is CauseState.REJECTED


def test_withdrawn_and_discarded(town: Town) -> None:
    cause = making.proposed(town)
    actions.withdraw(town.proposer, cause, "", key=key())
    assert queries.cause(cause, town.proposer).card.state is CauseState.WITHDRAWN
    with pytest.raises(NotFound):
        queries.cause(cause, NOBODY)
    other = making.drafted(town)
    actions.discard(town.proposer, other, key=key())
    with pytest.raises(NotFound):
        queries.card(other)


def test_lists_filter_search_and_order(town: Town) -> None:
    full = making.opened(town, title="Sample library for children", goal=100_000)
    empty = making.opened(town, title="강가에 나무 심기 예시", goal=100_000)
    making.given(folk.person(), full, 90_000)
    assert [card.id for card in queries.page(CauseFilter(order=Order.FULLEST)).cards] == [full, empty]
    assert [card.id for card in queries.page(CauseFilter(order=Order.EMPTIEST)).cards] == [empty, full]
    assert [card.id for card in queries.page(CauseFilter(words="나무 강가")).cards] == [empty]
    assert queries.page(CauseFilter(words="nothing like it")).total == 0
    assert queries.page(CauseFilter(region=town.region)).total == 2
    assert [card.id for card in queries.similar("Sample library for the children")] == [full]


def test_the_proposer_does_not_count(town: Town) -> None:
    cause = making.proposed(town)
    with pytest.raises(OwnProposal):
        actions.agree(town.proposer, cause, key=key())
