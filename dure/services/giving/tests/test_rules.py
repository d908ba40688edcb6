"""The rules of giving, by property first."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.refusals import BadValue, NotAllowed, Refusal
from dure.foundations.people.types import OrgRole
from dure.services.giving import rules
from dure.services.giving.rules import gate, permits
from dure.services.giving.types import (
    AgreementState,
    AlreadyAgreed,
    AlreadyRefunded,
    BoxNotOpen,
    BoxTotals,
    BudgetLine,
    CauseState,
    CostsTooHigh,
    GateClosed,
    GiftState,
    LineKind,
    NotOverYet,
    OverdueReport,
    OwnProposal,
    PaidOutAlready,
    PartnerNotReady,
    PartnerState,
    ProofMissing,
    Readiness,
    ReportLine,
    ReportOverdue,
    SameIdentity,
    SamePerson,
    SumDiffers,
    VettingMark,
    Want,
    WrongState,
)

from .strategies import OTHER, PARTNER, PROPOSER, budget_lines, draft, member, person, steward

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
READY = Readiness(state=PartnerState.ACCEPTED, verified=True, bank_account=True, overdue=None)
states, wants = st.sampled_from(CauseState), st.sampled_from(Want)


@given(states, wants)
def test_only_the_table_leads_anywhere(state: CauseState, want: Want) -> None:
    if (state, want) in rules.STATES:
        assert rules.follow(state, want) is rules.STATES[state, want]
    else:
        with pytest.raises(WrongState):
            rules.follow(state, want)


def test_final_states_lead_nowhere_and_every_other_state_ends() -> None:
    for state in CauseState:
        assert bool(rules.wants_from(state)) is (state not in rules.FINAL)
        seen, waiting = {state}, [state]
        while waiting:
            at = waiting.pop()
            for want in rules.wants_from(at):
                after = rules.STATES[at, want]
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
        assert seen & rules.FINAL, f"{state} never ends"


def test_money_never_leaves_a_box_that_was_not_closed_and_planned() -> None:
    assert rules.states_for(Want.PAY_OUT) == {CauseState.PLANNED}
    assert rules.states_for(Want.GIVE) == {CauseState.OPEN}
    after_payout = {CauseState.PAID_OUT, CauseState.REPORTED}
    assert not rules.states_for(Want.REFUND_GIFT) & after_payout
    assert not rules.states_for(Want.EXTEND) & after_payout


@given(states, st.integers(0, 2_000), st.integers(1, 1_000))
def test_the_gate_is_where_the_count_says(state: CauseState, valid: int, needed: int) -> None:
    after = rules.gate_after(state, valid, needed)
    if state is CauseState.PROPOSED:
        assert (after is CauseState.VETTING) is (valid >= needed)
    elif state in (CauseState.VETTING, CauseState.NEEDS_WORK):
        assert (after is CauseState.PROPOSED) is (valid < needed)
    else:
        assert after is state, "once the box is open the gate has no say"
    assert rules.gate_after(after, valid, needed) is after, "settled once is settled"


def test_who_may_agree() -> None:
    def agree(by: object = None, own: AgreementState | None = None, taken: bool = False, over: bool = False) -> None:
        rules.may_agree(by or person(), CauseState.PROPOSED, PROPOSER, own, taken, over)  # type: ignore[arg-type]  # an actor of these tests is a person

    agree()
    agree(own=AgreementState.WITHDRAWN)
    with pytest.raises(OwnProposal):
        agree(person(1))
    with pytest.raises(NotAllowed):
        agree(person(verified=False))
    with pytest.raises(AlreadyAgreed):
        agree(own=AgreementState.VALID)
    with pytest.raises(SameIdentity):
        agree(taken=True)
    with pytest.raises(WrongState):
        rules.may_agree(person(), CauseState.OPEN, PROPOSER, None, False, False)
    with pytest.raises(GateClosed):
        agree(over=True)


def test_an_agreement_is_taken_back_only_at_the_gate() -> None:
    rules.may_unagree(CauseState.PROPOSED, AgreementState.VALID)
    with pytest.raises(GateClosed):
        rules.may_unagree(CauseState.VETTING, AgreementState.VALID)
    with pytest.raises(NotAllowed):
        rules.may_unagree(CauseState.PROPOSED, None)


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=20))
def test_a_title_is_most_like_itself(title: str, others: list[str]) -> None:
    among = [(UUID(int=n + 1), other) for n, other in enumerate([title, *others])]
    found = rules.similar_titles(title, among)
    assert len(found) <= gate.SIMILAR_MAX
    if gate.letter_pairs(title):
        same = {one for one, other in among if gate.letter_pairs(other) == gate.letter_pairs(title)}
        assert found[0] in same


def test_similar_korean_titles_are_found_without_a_word_list() -> None:
    titles = [
        (UUID(int=1), "솔내리 어르신 겨울 난방"),
        (UUID(int=2), "윗말 놀이터 고치기"),
        (UUID(int=3), "솔내리 어르신들 겨울난방비"),
    ]
    assert rules.similar_titles("솔내리 어르신 겨울 난방비", titles) == (UUID(int=1), UUID(int=3))


@given(budget_lines, st.integers(1, 200_000_000), st.integers(0, 200_000_000))
def test_accepted_lines_sum_and_keep_the_cap(lines: tuple[BudgetLine, ...], expected: int, cap: int) -> None:
    with suppress(Refusal):
        rules.check_lines(lines, expected, cap)
        assert sum(line.amount for line in lines) == expected
        assert sum(line.amount for line in lines if line.kind is LineKind.COST) <= cap


@given(budget_lines)
def test_lines_that_fit_are_accepted_and_one_won_off_is_not(lines: tuple[BudgetLine, ...]) -> None:
    total = sum(line.amount for line in lines)
    costs = sum(line.amount for line in lines if line.kind is LineKind.COST)
    rules.check_lines(lines, total, costs)
    with pytest.raises(SumDiffers):
        rules.check_lines(lines, total + 1, costs)
    if costs:
        with pytest.raises(CostsTooHigh):
            rules.check_lines(lines, total, costs - 1)


@given(
    states, st.integers(-10, rules.GIFT_MAX + 10) | st.integers(-2, 120), st.integers(0, 120), st.integers(-100, 100)
)
def test_a_gift_is_taken_only_by_an_open_box_in_its_time(
    state: CauseState, amount: int, missing: int, minutes: int
) -> None:
    closes = NOW + timedelta(minutes=50)
    now = NOW + timedelta(minutes=minutes)
    fits = rules.GIFT_MIN <= amount <= rules.GIFT_MAX or 0 < amount == missing
    takes = state is CauseState.OPEN and NOW <= now < closes and fits
    try:
        rules.may_give(state, NOW, closes, amount, missing, now)
    except (BoxNotOpen, BadValue):
        assert not takes
    else:
        assert takes


@given(st.integers(1, 10_000_000), st.integers(0, 20_000_000))
def test_the_last_gift_can_fill_exactly_all(goal: int, raised: int) -> None:
    missing = rules.missing_to_goal(goal, raised)
    if raised >= goal:
        assert missing == 0
    else:
        assert BoxTotals(raised + missing, 0, 1, 0, 0).percent_of(goal) == 100
        if missing <= rules.GIFT_MAX:
            rules.may_give(CauseState.OPEN, NOW, NOW + timedelta(days=1), missing, missing, NOW)


@given(st.booleans(), st.integers(0, 5_000))
def test_a_match_is_all_or_nothing_and_never_more_than_the_fund_has(emergency: bool, available: int) -> None:
    amount = rules.match_amount(emergency, available)
    assert amount in (0, rules.MATCH_EMERGENCY_WON if emergency else rules.MATCH_WON)
    assert amount <= available


@given(st.integers(0, 10_000_000), st.integers(1, 10_000_000))
def test_percent_never_rounds_up(raised: int, goal: int) -> None:
    percent = BoxTotals(raised, 0, 0, 0, 0).percent_of(goal)
    assert percent * goal <= raised * 100 < (percent + 1) * goal


def line(amount: int = 100, proof: str = "aa", on: date = date(2026, 11, 20)) -> ReportLine:
    return ReportLine(UUID(int=5), on, "Sample payee", "Sample use", amount, "a.pdf", proof)


def test_a_report_balances_to_the_won_and_proves_every_line() -> None:
    days = (date(2026, 11, 1), date(2026, 11, 21))
    assert rules.check_report(CauseState.PAID_OUT, [line(60), line(40)], 100, days) is CauseState.REPORTED
    with pytest.raises(SumDiffers):
        rules.check_report(CauseState.PAID_OUT, [line(60), line(41)], 100, days)
    with pytest.raises(ProofMissing):
        rules.check_report(CauseState.PAID_OUT, [line(100, proof="")], 100, days)
    with pytest.raises(BadValue):
        rules.check_report(CauseState.PAID_OUT, [line(100, on=date(2026, 11, 22))], 100, days)
    with pytest.raises(BadValue) as early:
        rules.check_report(CauseState.PAID_OUT, [line(100, on=date(2026, 10, 31))], 100, days)
    assert early.value.reason == "before_opening"
    with pytest.raises(BadValue):
        rules.check_report(CauseState.PAID_OUT, [], 0, days)
    with pytest.raises(WrongState):
        rules.check_report(CauseState.PLANNED, [line(100)], 100, days)


def test_who_may_take_a_gift_back() -> None:
    donor, seven = person(7), UUID(int=7)
    assert rules.may_refund(donor, seven, GiftState.GIVEN, CauseState.OPEN) is CauseState.OPEN
    assert rules.may_refund(steward(), UUID(int=7), GiftState.GIVEN, CauseState.PLANNED) is CauseState.CLOSED
    with pytest.raises(NotAllowed):
        rules.may_refund(person(8), UUID(int=7), GiftState.GIVEN, CauseState.OPEN)
    with pytest.raises(AlreadyRefunded):
        rules.may_refund(donor, seven, GiftState.REFUNDED, CauseState.OPEN)
    with pytest.raises(NotAllowed):
        rules.may_refund(donor, seven, GiftState.PENDING, CauseState.OPEN)
    with pytest.raises(PaidOutAlready):
        rules.may_refund(donor, seven, GiftState.GIVEN, CauseState.PAID_OUT)


def open_box(
    by: object, goal: int = 1_000_000, yes: frozenset[UUID] = frozenset(), partner: Readiness = READY
) -> CauseState:
    return rules.may_open(by, CauseState.VETTING, goal, tuple(VettingMark), yes, partner)  # type: ignore[arg-type]  # an actor of these tests is a person


def test_a_small_box_needs_one_yes_and_a_large_one_two_people() -> None:
    assert open_box(steward()) is CauseState.OPEN
    assert open_box(steward(), rules.TWO_PERSON_GOAL - 1) is CauseState.OPEN
    assert open_box(steward(), rules.TWO_PERSON_GOAL) is CauseState.VETTING
    assert open_box(steward(91), rules.TWO_PERSON_GOAL, frozenset({UUID(int=90)})) is CauseState.OPEN
    with pytest.raises(SamePerson):
        open_box(steward(90), rules.TWO_PERSON_GOAL, frozenset({UUID(int=90)}))


def test_a_box_opens_only_with_every_mark_and_a_ready_partner() -> None:
    with pytest.raises(BadValue):
        rules.may_open(steward(), CauseState.VETTING, 1_000_000, tuple(VettingMark)[1:], (), READY)
    with pytest.raises(PartnerNotReady) as refused:
        open_box(steward(), partner=Readiness(PartnerState.ASKED, False, False, None))
    assert refused.value.lacks == ("acceptance", "verification", "bank_account")
    owed = OverdueReport(cause=UUID(int=4), title="Sample", due=date(2026, 1, 1))  # type: ignore[arg-type]  # plain ids stand for the typed ones here
    with pytest.raises(ReportOverdue):
        open_box(steward(), partner=Readiness(PartnerState.ACCEPTED, True, True, owed))


def test_nobody_vets_what_they_have_a_stake_in() -> None:
    rules.may_vet(steward(), CauseState.VETTING, Want.OPEN, PROPOSER, PARTNER)
    for by in (person(), steward(1), member()):
        with pytest.raises(NotAllowed):
            rules.may_vet(by, CauseState.VETTING, Want.OPEN, PROPOSER, PARTNER)


def test_two_different_people_approve_a_plan() -> None:
    assert not rules.may_approve_plan(steward(90), CauseState.PLANNED, PROPOSER, PARTNER, set())
    assert rules.may_approve_plan(steward(91), CauseState.PLANNED, PROPOSER, PARTNER, {UUID(int=90)})
    with pytest.raises(SamePerson):
        rules.may_approve_plan(steward(90), CauseState.PLANNED, PROPOSER, PARTNER, {UUID(int=90)})


def test_a_box_is_extended_before_its_end_and_never_shortened() -> None:
    closes = NOW + timedelta(days=3)
    rules.may_extend(member(), PARTNER, NOW, closes, closes + timedelta(days=5), NOW)
    for until, now in ((closes, NOW), (closes + timedelta(days=400), NOW), (closes + timedelta(days=5), closes)):
        with pytest.raises(BadValue):
            rules.may_extend(member(), PARTNER, NOW, closes, until, now)
    for by in (member(OrgRole.STAFF), member(organisation=OTHER), person()):
        with pytest.raises(NotAllowed):
            rules.may_extend(by, PARTNER, NOW, closes, closes + timedelta(days=5), NOW)


@given(st.integers(7, 180), st.lists(st.integers(1, 90), max_size=12))
def test_no_box_runs_longer_than_the_year_the_law_gives(days_open: int, longer: list[int]) -> None:
    closes = NOW + timedelta(days=days_open)
    for days in longer:
        until = closes + timedelta(days=days)
        with suppress(BadValue):
            rules.may_extend(member(), PARTNER, NOW, closes, until, closes - timedelta(seconds=1))
            closes = until
    assert closes <= NOW + timedelta(days=365)
    with pytest.raises(BadValue) as refused:
        rules.may_extend(member(), PARTNER, NOW, NOW + timedelta(days=360), NOW + timedelta(days=366), NOW)
    assert refused.value.reason == "year"


def test_time_closes_a_box_and_people_only_a_full_one() -> None:
    closes = NOW + timedelta(days=3)
    permits.may_close(person(), PARTNER, closes, False, closes)
    permits.may_close(member(), PARTNER, closes, True, NOW)
    with pytest.raises(NotOverYet):
        permits.may_close(member(), PARTNER, closes, False, NOW)
    with pytest.raises(NotAllowed):
        permits.may_close(person(), PARTNER, closes, True, NOW)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "no"),
        ("title", "x" * 61),
        ("story", "short"),
        ("story", "x" * 40 + "\x00"),
        ("beneficiary", ""),
        ("goal", 99),
        ("days_open", 3),
        ("days_open", 365),
    ],
)
def test_a_draft_out_of_bounds_is_refused_by_field(field: str, value: object) -> None:
    rules.check_draft(draft())
    with pytest.raises(BadValue) as refused:
        rules.check_draft(draft(**{field: value}))  # type: ignore[arg-type]  # names and values are given by the test
    assert refused.value.field == field
