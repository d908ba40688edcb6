"""Decisions of pledges: days, windows, days off, and where every won of a deposit goes."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.actors import Actor, OrganisationId, PersonId, PlatformRole
from dure.base.ids import new
from dure.base.refusals import BadValue, NotAllowed, Refusal
from dure.services.pledges.rules import days, permits, settling, steps
from dure.services.pledges.types import (
    Consent,
    DayClosed,
    DayNotOpen,
    NewProof,
    NewSeason,
    NoSuchDay,
    NotInSeason,
    NotTheirTurn,
    PledgeId,
    PledgeState,
    PledgeWant,
    ProofKind,
    ProofState,
    ProofUnfit,
    ProofWant,
    Receiver,
    ReceiverId,
    ReceiverNeeded,
    SeasonClosed,
    SeasonPhase,
    SeasonState,
    SettlesFrom,
    Split,
    Undecided,
    Window,
    WrongStep,
)

STARTS = date(2020, 3, 23)
DAYS = st.sets(st.integers(1, 100))


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2020, 3, day, hour, minute, tzinfo=UTC)


# Where the won go


@given(st.integers(0, 10_000_000), st.integers(0, 100), st.booleans(), st.integers(0, 10))
def test_every_won_of_every_deposit_goes_somewhere(deposit: int, kept: int, gives: bool, fee: int) -> None:
    split = settling.split(deposit, kept, gives, fee)
    assert split.refund + split.donation + split.fee == deposit
    assert min(split.refund, split.donation, split.fee) >= 0
    assert split.kept == kept


@given(st.integers(0, 10_000_000), st.integers(0, 99), st.integers(0, 10))
def test_one_day_more_never_returns_less(deposit: int, kept: int, fee: int) -> None:
    assert settling.split(deposit, kept + 1, True, fee).refund >= settling.split(deposit, kept, True, fee).refund


@given(st.integers(0, 10_000_000), st.integers(0, 100), st.integers(0, 10))
def test_without_a_yes_all_of_it_is_returned(deposit: int, kept: int, fee: int) -> None:
    assert settling.split(deposit, kept, False, fee) == Split(kept, deposit, 0, 0)


@given(st.integers(0, 10_000_000), st.integers(0, 10))
def test_who_keeps_all_hundred_days_gets_every_won(deposit: int, fee: int) -> None:
    assert settling.split(deposit, 100, True, fee) == Split(100, deposit, 0, 0)


@pytest.mark.parametrize(
    ("deposit", "kept", "fee", "split"),
    [
        (9_999, 1, 0, (99, 9_900, 0)),
        (9_999, 99, 0, (9_899, 100, 0)),
        (10_000, 63, 0, (6_300, 3_700, 0)),
        (10_000, 0, 3, (0, 9_700, 300)),
        (101, 50, 10, (50, 46, 5)),
        (1, 99, 10, (0, 1, 0)),
    ],
)
def test_the_split_of_some_deposits(deposit: int, kept: int, fee: int, split: tuple[int, int, int]) -> None:
    found = settling.split(deposit, kept, True, fee)
    assert (found.refund, found.donation, found.fee) == split


@pytest.mark.parametrize("wrong", [(-1, 1, 0), (1, 101, 0), (1, -1, 0), (1, 1, 11)])
def test_a_split_of_nonsense_is_a_bug(wrong: tuple[int, int, int]) -> None:
    deposit, kept, fee = wrong
    with pytest.raises(ValueError, match="asked for"):
        settling.split(deposit, kept, True, fee)


# Days


def test_a_season_has_exactly_a_hundred_days() -> None:
    assert days.last_day(STARTS) == date(2020, 6, 30)
    assert sum(days.WEEKS) == days.SEASON_DAYS == 100
    assert [days.day_number(STARTS, on) for on in (date(2020, 3, 22), STARTS, date(2020, 6, 30))] == [0, 1, 100]
    for wrong in (0, 101, -5):
        with pytest.raises(NoSuchDay):
            days.date_of(STARTS, wrong)


@given(st.integers(1, 100))
def test_days_and_dates_are_the_same(day: int) -> None:
    assert days.day_number(STARTS, days.date_of(STARTS, day)) == day


def test_a_day_begins_at_midnight_in_seoul_wherever_the_telephone_is() -> None:
    """Seoul is nine hours ahead of UTC: its first day begins at three in the afternoon of the day before."""
    window = Window()
    opens, closes = days.opens_at(STARTS, 1, window), days.closes_at(STARTS, 1, window, 0)
    assert opens == utc(22, 15)
    assert closes == utc(23, 15)
    one = timedelta(microseconds=1)
    with pytest.raises(DayNotOpen) as early:
        days.state_when_sent(closes, opens, opens - one)
    assert early.value.opens_at == opens
    assert days.state_when_sent(closes, opens, opens) is ProofState.COUNTS
    assert days.state_when_sent(closes, opens, closes - one) is ProofState.COUNTS
    assert days.state_when_sent(closes, opens, closes) is ProofState.LATE
    assert days.state_when_sent(closes, opens, closes + timedelta(days=2) - one) is ProofState.LATE
    with pytest.raises(DayClosed) as late:
        days.state_when_sent(closes, opens, closes + timedelta(days=2))
    assert late.value.closed_at == closes


@given(st.integers(1, 100), st.integers(0, 1_380), st.integers(0, 360), st.integers(-200_000, 200_000))
def test_a_moment_counts_for_a_day_or_is_refused_by_name(day: int, start: int, grace: int, minutes: int) -> None:
    window = Window(start, start + 60)
    opens, closes = days.opens_at(STARTS, day, window), days.closes_at(STARTS, day, window, grace)
    at = opens + timedelta(minutes=minutes)
    if opens <= at < closes + timedelta(days=days.LATE_DAYS):
        assert (days.state_when_sent(closes, opens, at) is ProofState.COUNTS) == (at < closes)
    else:
        with pytest.raises(DayNotOpen if at < opens else DayClosed):
            days.state_when_sent(closes, opens, at)


def test_without_grace_no_moment_counts_for_two_days() -> None:
    window = Window()
    for day in range(1, 100):
        assert days.closes_at(STARTS, day, window, 0) == days.opens_at(STARTS, day + 1, window)


def test_grace_is_as_long_as_it_is_said_to_be() -> None:
    assert days.closes_at(STARTS, 1, Window(300, 540), 30) == utc(23, 0, 30)  # 09:30 in Seoul


@pytest.mark.parametrize(
    ("today", "is_then"),
    [
        (date(2020, 3, 20), SeasonPhase.PROPOSING),
        (date(2020, 3, 21), SeasonPhase.JOINING),
        (date(2020, 3, 22), SeasonPhase.JOINING),
        (date(2020, 3, 23), SeasonPhase.RUNNING),
        (date(2020, 6, 30), SeasonPhase.RUNNING),
        (date(2020, 7, 1), SeasonPhase.REVIEW),
    ],
)
def test_where_a_season_is(today: date, is_then: SeasonPhase) -> None:
    assert days.phase(SeasonState.OPEN, STARTS, date(2020, 3, 20), date(2020, 3, 22), today) is is_then
    assert days.phase(SeasonState.SETTLED, STARTS, date(2020, 3, 20), date(2020, 3, 22), today) is SeasonPhase.SETTLED


def test_between_joining_and_the_first_day_a_season_is_ready() -> None:
    ready = days.phase(SeasonState.OPEN, STARTS, date(2020, 3, 10), date(2020, 3, 12), date(2020, 3, 13))
    assert ready is SeasonPhase.READY


# Days off


@given(DAYS, st.integers(1, 7))
def test_kept_days_stay_between_nothing_and_all(proved: set[int], a_week: int) -> None:
    kept = days.kept_of(proved, a_week)
    assert 0 <= kept <= 100
    assert (kept == 0) or proved
    assert kept >= len(proved) * (a_week == 7)


@given(DAYS)
def test_where_every_day_is_asked_for_every_day_counts_as_one(proved: set[int]) -> None:
    assert days.kept_of(proved, 7) == len(proved)


@given(DAYS, st.integers(1, 7), st.integers(1, 100))
def test_one_proof_more_never_keeps_less(proved: set[int], a_week: int, more: int) -> None:
    assert days.kept_of(proved | {more}, a_week) >= days.kept_of(proved, a_week)


@given(st.integers(1, 7))
def test_the_days_that_were_asked_for_keep_all_hundred(a_week: int) -> None:
    enough = {
        week * 7 + day for week, length in enumerate(days.WEEKS) for day in range(1, days.needed_in(length, a_week) + 1)
    }
    assert days.kept_of(enough, a_week) == 100
    assert days.kept_of(enough - {1}, a_week) < 100
    assert days.kept_of(set(), a_week) == 0


def test_days_off_are_earned_in_proportion() -> None:
    assert [days.kept_in_week(7, proved, 5) for proved in range(8)] == [0, 1, 2, 4, 5, 7, 7, 7]
    assert [days.kept_in_week(2, proved, 5) for proved in range(3)] == [0, 1, 2]


def test_a_streak_pauses_on_days_off_and_ends_on_missed_ones() -> None:
    assert days.streak({1, 2, 3}, 7, 4) == 3  # today is still open
    assert days.streak({1, 2, 3}, 7, 5) == 0
    assert days.streak({1, 2, 3, 4, 5, 8}, 5, 8) == 6  # the 6th and the 7th were days off
    assert days.streak({1, 2, 3, 4, 8}, 5, 8) == 1  # three days of that week were missed
    assert days.streak(set(), 5, 3) == 0
    assert days.streak(set(range(1, 101)), 7, 140) == 100


@given(DAYS, st.integers(1, 7), st.integers(1, 120))
def test_a_streak_is_no_longer_than_what_was_proved(proved: set[int], a_week: int, today: int) -> None:
    assert 0 <= days.streak(proved, a_week, today) <= len({day for day in proved if day <= today})


@given(st.dictionaries(st.integers(1, 100), st.sampled_from(ProofState)), st.integers(-5, 130))
def test_the_calendar_has_a_word_for_each_day(proofs: dict[int, ProofState], today: int) -> None:
    heat = days.heat(proofs, today)
    assert len(heat) == 100
    assert heat.count("kept") == sum(state in days.COUNTING for state in proofs.values())
    assert "missed" not in heat[max(0, today - 1) :]


# State tables


def table[State, Want](
    after: Callable[[State, Want], State], states: type[State], wants: type[Want]
) -> dict[tuple[State, Want], State]:
    found = {}
    for state, want in product(list(states), list(wants)):  # type: ignore[call-overload]  # both are enums
        with suppress(WrongStep):
            found[state, want] = after(state, want)
    return found


def test_what_is_decided_for_good_stays() -> None:
    proofs = table(steps.proof_after, ProofState, ProofWant)
    assert not [pair for pair in proofs if pair[0] is ProofState.REFUSED]
    pledges = table(steps.pledge_after, PledgeState, PledgeWant)
    ends = {PledgeState.LAPSED, PledgeState.FAILED, PledgeState.LEFT, PledgeState.CANCELLED, PledgeState.SETTLED}
    assert not [pair for pair in pledges if pair[0] in ends]
    assert {state for state, want in pledges if want is PledgeWant.SETTLE} == set(steps.HELD)
    assert {state for state, want in pledges if want is PledgeWant.STOP} == {PledgeState.JOINED}


def test_only_a_decision_or_being_in_time_makes_a_proof_count() -> None:
    for (state, want), after in table(steps.proof_after, ProofState, ProofWant).items():
        if after is ProofState.COUNTS:
            assert want is ProofWant.SEND
            assert state in (ProofState.COUNTS, ProofState.WITHDRAWN)
        if after is ProofState.ACCEPTED:
            assert want in (ProofWant.ACCEPT, ProofWant.UPHOLD)


# Who may


def actor(*roles: PlatformRole) -> Actor:
    return Actor(person=PersonId(new()), verified=True, roles=frozenset(roles))


def test_nobody_decides_on_what_is_their_own() -> None:
    leader, steward, person = actor(), actor(PlatformRole.STEWARD), actor()
    assert leader.person
    assert steward.person
    assert person.person
    permits.may_judge(leader, leader.person, person.person)
    permits.may_judge(steward, leader.person, leader.person)
    permits.may_hear(steward, leader.person, person.person, leader.person)
    for may, refusal in (
        (lambda: permits.may_judge(leader, leader.person, leader.person), NotTheirTurn),
        (lambda: permits.may_judge(steward, leader.person, steward.person), NotTheirTurn),
        (lambda: permits.may_judge(person, leader.person, leader.person), NotAllowed),
        (lambda: permits.may_hear(leader, leader.person, person.person, None), NotAllowed),
        (lambda: permits.may_hear(steward, steward.person, person.person, None), NotTheirTurn),
        (lambda: permits.may_hear(steward, leader.person, person.person, steward.person), NotTheirTurn),
        (lambda: permits.may_review(steward, steward.person), NotTheirTurn),
        (lambda: permits.may_review(leader, person.person), NotAllowed),
    ):
        with pytest.raises(refusal):
            may()


@pytest.mark.parametrize(
    ("by", "state", "today", "undecided", "refusal"),
    [
        (actor(), SeasonState.OPEN, date(2020, 7, 15), 0, NotAllowed),
        (actor(PlatformRole.AUDITOR), SeasonState.OPEN, date(2020, 7, 15), 0, NotAllowed),
        (actor(PlatformRole.STEWARD), SeasonState.SETTLING, date(2020, 7, 15), 0, SeasonClosed),
        (actor(PlatformRole.STEWARD), SeasonState.OPEN, date(2020, 7, 14), 0, SettlesFrom),
        (actor(PlatformRole.STEWARD), SeasonState.OPEN, date(2020, 7, 15), 2, Undecided),
    ],
)
def test_when_a_season_is_not_settled(
    by: Actor, state: SeasonState, today: date, undecided: int, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        settling.may_begin(by, state, STARTS, today, undecided)
    settling.may_begin(actor(PlatformRole.STEWARD), SeasonState.OPEN, STARTS, date(2020, 7, 15), 0)


def test_everybody_has_a_week_to_appeal() -> None:
    last_rejection = days.last_day(STARTS) + timedelta(days=days.OBJECT_DAYS)
    assert (days.settles_from(STARTS) - last_rejection).days > 7


def test_a_consent_names_a_receiver_of_the_season_or_nobody() -> None:
    one, other = (Receiver(ReceiverId(new()), OrganisationId(new()), "단체") for _ in range(2))
    assert permits.check_consent(Consent(True), (one,)) == Consent(True, one.id)
    assert permits.check_consent(Consent(False, one.id), (one,)) == Consent(False)
    assert permits.check_consent(Consent(True, other.id), (one, other)) == Consent(True, other.id)
    with pytest.raises(ReceiverNeeded):
        permits.check_consent(Consent(True), (one, other))
    with pytest.raises(NotInSeason):
        permits.check_consent(Consent(True, other.id), (one,))


@pytest.mark.parametrize("kind", list(ProofKind))
def test_a_proof_is_of_the_sort_that_is_asked_for(kind: ProofKind) -> None:
    pledge = PledgeId(new())
    fitting = {
        ProofKind.PHOTO: NewProof(pledge=pledge, day=1, picture=b"x"),
        ProofKind.TEXT: NewProof(pledge=pledge, day=1, text="걸었어요"),
        ProofKind.NUMBER: NewProof(pledge=pledge, day=1, number=0),
        ProofKind.CHECK: NewProof(pledge=pledge, day=1),
    }
    permits.check_proof(fitting[kind], kind)
    if kind is not ProofKind.CHECK:
        with pytest.raises(ProofUnfit) as refusal:
            permits.check_proof(fitting[ProofKind.CHECK], kind)
        assert refusal.value.needs == kind.value
    with pytest.raises(BadValue):
        permits.check_proof(NewProof(pledge=pledge, day=1, text="x" * 1_001, number=1, picture=b"x"), kind)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "x"},
        {"deposit": 999},
        {"grace_minutes": 361},
        {"fee_percent": 11},
        {"receivers": ()},
        {"propose_until": date(2020, 2, 29)},
        {"propose_until": date(2020, 3, 22), "join_until": date(2020, 3, 21)},
        {"starts_on": date(2020, 3, 21)},
        {"starts_on": date(2021, 3, 23)},
    ],
)
def test_a_season_that_does_not_fit_is_refused(changed: dict[str, object]) -> None:
    said: dict[str, object] = {
        "name": "시즌 2",
        "starts_on": STARTS,
        "propose_until": date(2020, 3, 20),
        "join_until": date(2020, 3, 21),
        "deposit": 10_000,
        "receivers": (OrganisationId(new()),),
    }
    today = date(2020, 3, 1)
    permits.check_season(NewSeason(**said), today)  # type: ignore[arg-type]  # names and values are given by the test
    with pytest.raises(BadValue):
        permits.check_season(NewSeason(**(said | changed)), today)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("window", [Window(-1, 60), Window(0, 59), Window(600, 500), Window(0, 1_441)])
def test_a_window_lies_within_a_day(window: Window) -> None:
    with pytest.raises(BadValue):
        permits.check_window(window)
