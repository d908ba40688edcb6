"""What a correction moves, when a count can be disputed, and who decides: by property."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.actors import Actor, PersonId, PlatformRole
from dure.base.refusals import BadValue, NotAllowed
from dure.services.pledges.rules import commitment, disputes, settling
from dure.services.pledges.types import (
    AllDaysCount,
    DisputeClosed,
    DisputedDayUnfit,
    DisputeOpen,
    DisputeState,
    DisputeWant,
    NewDispute,
    NotSettledYet,
    NotTheirTurn,
    PledgeId,
    SecondStewardNeeded,
    Split,
    WrongStep,
)

SETTLED = datetime(2026, 7, 20, 15, 30, tzinfo=UTC)  # half past midnight of the 21st in Seoul
PLEDGE = PledgeId(uuid4())
WON, DAYS, FEE = st.integers(0, 10_000_000), st.integers(0, 100), st.integers(0, 10)


def steward() -> Actor:
    return Actor(person=PersonId(uuid4()), roles=frozenset({PlatformRole.STEWARD}))


@given(WON, st.lists(DAYS, min_size=2, max_size=6), st.booleans(), FEE)
def test_every_won_goes_somewhere_before_and_after_any_corrections(
    deposit: int, counts: list[int], gives: bool, fee: int
) -> None:
    first, *later = sorted(counts)
    settled = settling.split(deposit, first, gives, fee)
    changes: list[Split] = []
    for kept in later:
        before = disputes.standing(settled, changes)
        moved = disputes.change(before, settling.split(deposit, kept, gives, fee))
        assert moved.refund + moved.donation + moved.fee == 0
        assert moved.refund >= 0 >= max(moved.donation, moved.fee)
        changes.append(moved)
    stands = disputes.standing(settled, changes)
    assert stands == settling.split(deposit, later[-1], gives, fee)
    assert stands.refund + stands.donation + stands.fee == deposit
    assert settled.refund + sum(one.refund for one in changes) == stands.refund


@given(WON, DAYS, DAYS, FEE)
def test_a_correction_never_takes_days_away(deposit: int, one: int, other: int, fee: int) -> None:
    before, now = (settling.split(deposit, kept, True, fee) for kept in (one, other))
    if other < one:
        with pytest.raises(ValueError, match="adds days"):
            disputes.change(before, now)


def test_a_count_is_disputed_for_thirty_days_by_the_calendar_in_seoul() -> None:
    assert disputes.disputed_until(SETTLED) == date(2026, 8, 20)
    disputes.demand_open(SETTLED, date(2026, 8, 20))
    with pytest.raises(DisputeClosed) as closed:
        disputes.demand_open(SETTLED, date(2026, 8, 21))
    assert closed.value.until == date(2026, 8, 20)
    with pytest.raises(NotSettledYet):
        disputes.demand_open(None, date(2026, 8, 20))


@given(st.integers(0, 90), st.integers(0, 3))
def test_receivers_are_paid_when_nothing_can_be_taken_back_any_more(days: int, undecided: int) -> None:
    today = date(2026, 7, 21) + timedelta(days=days)
    assert disputes.may_pay_receivers(SETTLED, today, undecided) == (days > 30 and not undecided)
    assert not disputes.may_pay_receivers(None, today, 0)


def test_days_are_named_once_and_do_not_count_yet() -> None:
    said = disputes.check_dispute(NewDispute(PLEDGE, (9, 3, 9), " 서버가 멈췄어요 "), 60, {1, 2}, {5})
    assert said == NewDispute(PLEDGE, (3, 9), "서버가 멈췄어요")
    for days, refusal in (
        ((), BadValue),
        ((0,), BadValue),
        ((101,), BadValue),
        ((2,), DisputedDayUnfit),
        ((5,), DisputedDayUnfit),
    ):
        with pytest.raises(refusal):
            disputes.check_dispute(NewDispute(PLEDGE, days, "왜요"), 60, {1, 2}, {5})
    with pytest.raises(BadValue):
        disputes.check_dispute(NewDispute(PLEDGE, (3,), " "), 60, (), ())
    with pytest.raises(AllDaysCount):
        disputes.check_dispute(NewDispute(PLEDGE, (3,), "왜요"), 100, (), ())


def test_two_stewards_without_a_part_decide() -> None:
    leader, person, judge, free = steward(), steward(), steward(), steward()
    assert leader.person
    assert person.person
    assert judge.person
    assert free.person
    for by in (leader, person, judge):
        with pytest.raises(NotTheirTurn):
            disputes.may_look(by, leader.person, person.person, [judge.person])
    with pytest.raises(NotAllowed):
        disputes.may_look(Actor(person=PersonId(uuid4())), leader.person, person.person, [])
    disputes.may_look(free, leader.person, person.person, [judge.person])
    with pytest.raises(SecondStewardNeeded):
        disputes.may_second(free, free.person)
    disputes.may_second(steward(), free.person)


@given(st.sampled_from(DisputeState), st.sampled_from(DisputeWant))
def test_what_is_decided_stays_decided(state: DisputeState, want: DisputeWant) -> None:
    if state in (DisputeState.UPHELD, DisputeState.DISMISSED):
        with pytest.raises(WrongStep):
            disputes.after(state, want)
    if want in (DisputeWant.UPHOLD, DisputeWant.DISMISS) and state is not DisputeState.PROPOSED:
        with pytest.raises(WrongStep):
            disputes.after(state, want)


def test_one_dispute_at_a_time() -> None:
    disputes.demand_none_open([DisputeState.UPHELD, DisputeState.DISMISSED])
    for state in disputes.UNDECIDED:
        with pytest.raises(DisputeOpen):
            disputes.demand_none_open([DisputeState.DISMISSED, state])


def test_only_days_in_dispute_can_count_after_all() -> None:
    assert disputes.check_counting([4, 2, 4], [2, 3, 4]) == (2, 4)
    assert disputes.verdict(disputes.check_counting([], [2])) is DisputeWant.DISMISS
    assert disputes.verdict((2,)) is DisputeWant.UPHOLD
    with pytest.raises(BadValue):
        disputes.check_counting([5], [2, 3, 4])


@given(st.lists(st.tuples(st.uuids(), DAYS, DAYS), min_size=2, max_size=8), st.integers(0, 7))
def test_no_entry_can_be_changed_or_left_out(changes: list[tuple[UUID, int, int]], at: int) -> None:
    leaves = [(commitment.leaf(of, was), commitment.leaf(of, is_now)) for of, was, is_now in changes]

    def head(pairs: list[tuple[bytes, bytes]]) -> bytes:
        here = commitment.EMPTY
        for before, now in pairs:
            here = commitment.entry(here, before, now)
        return here

    at %= len(leaves)
    assert head(leaves) != head(leaves[:at] + leaves[at + 1 :])
    changed = [(b, n) if i != at else (b, b"\0" * 32) for i, (b, n) in enumerate(leaves)]
    assert head(leaves) != head(changed)
