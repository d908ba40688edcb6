"""What friends agree to: every choice follows from the log, and the words of a version never change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.refusals import BadValue, Refusal
from dure.foundations.channels.rules import friends as rules
from dure.foundations.channels.rules.friends import STRANGER, Change, Standing
from dure.foundations.channels.types import ConsentAct, ConsentKind, NotAFriend

START = datetime(2026, 1, 1, tzinfo=UTC)
ADS, NIGHT, MESSAGES = ConsentKind.ADS, ConsentKind.NIGHT_ADS, ConsentKind.MESSAGES

steps = st.lists(
    st.one_of(
        st.tuples(st.just("join"), st.booleans(), st.booleans()),
        st.tuples(st.just("leave"), st.just(False), st.just(False)),
        st.tuples(st.just("ads"), st.booleans(), st.just(False)),
        st.tuples(st.just("night"), st.booleans(), st.just(False)),
    ),
    max_size=12,
)


def changes_of(standing: Standing, step: tuple[str, bool, bool]) -> tuple[Change, ...]:
    what, first, second = step
    try:
        match what:
            case "join":
                return rules.joining(standing, ads=first, night_ads=second)
            case "leave":
                return rules.leaving(standing)
            case "ads":
                return rules.choosing(standing, ADS, first)
            case _:
                return rules.choosing(standing, NIGHT, first)
    except Refusal:
        return ()


@given(steps)
def test_whatever_somebody_chooses_the_log_says_where_they_stand(chosen: list[tuple[str, bool, bool]]) -> None:
    standing, log = STRANGER, []
    for number, step in enumerate(chosen):
        at = START + timedelta(days=number)
        lines = [(change.kind, change.act, at) for change in changes_of(standing, step)]
        log += lines
        standing = rules.after(standing, lines)
        assert standing == rules.after(STRANGER, log)
        assert standing.is_friend or not (standing.ads_since or standing.night_ads_since)
        assert standing.ads_since or not standing.night_ads_since


@given(steps)
def test_no_line_of_the_log_says_what_was_so_already(chosen: list[tuple[str, bool, bool]]) -> None:
    last: dict[ConsentKind, ConsentAct] = {}
    standing = STRANGER
    for number, step in enumerate(chosen):
        for change in changes_of(standing, step):
            assert last.get(change.kind, ConsentAct.WITHDRAWN) is not change.act
            last[change.kind] = change.act
            standing = rules.after(standing, [(change.kind, change.act, START + timedelta(days=number))])


@given(steps)
def test_leaving_ends_everything_and_doing_it_twice_adds_nothing(chosen: list[tuple[str, bool, bool]]) -> None:
    standing = STRANGER
    for step in chosen:
        standing = rules.after(standing, [(change.kind, change.act, START) for change in changes_of(standing, step)])
    left = rules.after(standing, [(change.kind, change.act, START) for change in rules.leaving(standing)])
    assert not left.is_friend
    assert left.ads_since is None
    assert left.night_ads_since is None
    assert rules.leaving(left) == ()


def test_ads_are_never_agreed_to_by_joining_alone() -> None:
    assert rules.joining(STRANGER, ads=False, night_ads=False) == (Change(MESSAGES, ConsentAct.GIVEN),)


def test_night_ads_are_a_consent_of_their_own_and_need_the_other() -> None:
    with pytest.raises(BadValue):
        rules.joining(STRANGER, ads=False, night_ads=True)
    here = rules.after(STRANGER, [(MESSAGES, ConsentAct.GIVEN, START)])
    with pytest.raises(BadValue):
        rules.choosing(here, NIGHT, True)
    with_ads = rules.after(here, [(ADS, ConsentAct.GIVEN, START)])
    assert rules.choosing(with_ads, NIGHT, True) == (Change(NIGHT, ConsentAct.GIVEN),)
    both = rules.after(with_ads, [(NIGHT, ConsentAct.GIVEN, START)])
    assert rules.choosing(both, ADS, False) == (Change(NIGHT, ConsentAct.WITHDRAWN), Change(ADS, ConsentAct.WITHDRAWN))


def test_a_stranger_agrees_to_nothing_and_may_refuse_everything() -> None:
    with pytest.raises(NotAFriend):
        rules.choosing(STRANGER, ADS, True)
    assert rules.choosing(STRANGER, ADS, False) == ()


@given(st.integers(0, 20 * 365 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds)))
def test_the_notice_goes_out_before_two_years_are_over(agreed: datetime) -> None:
    last_day = rules.remind_by(agreed, None)
    assert timedelta(days=729) <= last_day - agreed <= timedelta(days=731)
    assert not rules.is_reminder_due(agreed, None, last_day - rules.REMIND_AHEAD - timedelta(seconds=1))
    assert rules.is_reminder_due(agreed, None, last_day - rules.REMIND_AHEAD)
    assert not rules.is_reminder_due(agreed, last_day, last_day + timedelta(days=365))


def test_a_new_yes_counts_two_years_anew() -> None:
    old, new = START, START + timedelta(days=900)
    assert rules.remind_by(new, old).year == new.year + 2


PINNED = {
    ConsentKind.MESSAGES: (1, "adb88094c060d008", "de497b26dd991eb1"),
    ConsentKind.ADS: (1, "414cbc07ff9719c1", "b84e09d7c6d65061"),
    ConsentKind.NIGHT_ADS: (1, "cb08977606d77843", "4d0b9a5723ad0e4d"),
}


@pytest.mark.parametrize("kind", list(ConsentKind))
def test_changed_words_are_a_new_version(kind: ConsentKind) -> None:
    """Somebody agreed to these very words. Change them, and the version grows; then pin the new digests here."""
    assert (rules.WORDS[kind].version, rules.digest(kind, "ko")[:16], rules.digest(kind, "en")[:16]) == PINNED[kind]
