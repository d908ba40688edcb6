"""The law at the second of delivery: properties against the oracle, then the golden cases of 정보통신망법 50조."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.base.clock import SEOUL
from dure.foundations.channels.rules import law, oracle
from dure.foundations.channels.types import ChannelState, Hold, Never, Pass, Purpose, Route, Why
from dure.foundations.channels.types.law import Standing

from .campaigns import ZONES, cases, moments

EXAMPLES = 400
type Case = tuple[Standing, Purpose, Route, datetime]


def seoul(hour: int, minute: int = 0, second: int = 0, day: int = 15) -> datetime:
    return datetime(2026, 5, day, hour, minute, second, tzinfo=SEOUL)


def agreed(at: datetime, **changes: object) -> Standing:
    """A friend who agreed to ads a while ago."""
    fine = Standing(
        expires_at=at + timedelta(days=2),
        friend_since=at - timedelta(days=30),
        ads_since=at - timedelta(days=20),
        seen_at=at - timedelta(days=1),
    )
    return replace(fine, **changes)  # type: ignore[arg-type]  # names and values are given by the test


def ad(at: datetime, route: Route = Route.INBOX, **changes: object) -> object:
    return law.judge(agreed(at, **changes), Purpose.AD, route, at)


@settings(max_examples=EXAMPLES)
@given(cases())
def test_what_passes_violates_nothing_and_what_violates_nothing_passes(case: Case) -> None:
    ruling, found = law.judge(*case), oracle.violations(*case)
    assert (ruling == Pass()) == (not found), (ruling, found)


@settings(max_examples=EXAMPLES)
@given(cases())
def test_a_hold_ends_later_and_not_after_the_end_of_the_message(case: Case) -> None:
    ruling = law.judge(*case)
    if isinstance(ruling, Hold):
        assert case[3] < ruling.until <= case[0].expires_at


@settings(max_examples=EXAMPLES)
@given(cases())
def test_who_waits_until_the_hold_ends_is_not_held_for_the_night_again(case: Case) -> None:
    standing, purpose, route, _at = case
    ruling = law.judge(*case)
    if isinstance(ruling, Hold) and ruling.why in (Why.NO_NIGHT_CONSENT, Why.QUIET_HOURS):
        again = law.judge(standing, purpose, route, ruling.until)
        assert not isinstance(again, Hold) or again.why not in (Why.NO_NIGHT_CONSENT, Why.QUIET_HOURS)


@settings(max_examples=EXAMPLES)
@given(cases(), st.sampled_from(ZONES))
def test_the_zone_of_the_clock_changes_nothing(case: Case, zone: object) -> None:
    standing, purpose, route, at = case
    assert law.judge(standing, purpose, route, at.astimezone(zone)) == law.judge(*case)  # type: ignore[arg-type]  # the strategy draws zones, its type says object


@settings(max_examples=EXAMPLES)
@given(cases(), st.floats(0, 1, exclude_max=True))
def test_what_is_carried_until_its_last_moment_still_needs_no_night_consent(case: Case, part: float) -> None:
    """Between handing over and `deliver_by` no second comes at which an ad would need a consent that is not there."""
    standing, purpose, route, at = case
    if law.judge(*case) != Pass():
        return
    last = law.deliver_by(standing, purpose, route, at)
    assert at < last <= standing.expires_at
    arrives = min(at + (last - at) * part, last - timedelta(microseconds=1))  # of a second, nearly all is all
    late = oracle.violations(replace(standing, today=0), purpose, route, arrives)
    assert oracle.Violation.AD_AT_NIGHT not in late
    assert oracle.Violation.LATE not in late


@settings(max_examples=EXAMPLES)
@given(cases(), st.sampled_from(Route))
def test_consent_to_less_is_never_worth_more(case: Case, route: Route) -> None:
    """Taking a consent away, or a route, lets nothing pass that did not pass with it."""
    standing, purpose, _route, at = case
    for less in (
        replace(standing, ads_since=None),
        replace(standing, night_ads_since=None),
        replace(standing, friend_since=None),
        replace(standing, blocked=standing.blocked | {route}),
        replace(standing, muted=True),
        replace(standing, public_sender=False),
    ):
        if law.judge(less, purpose, route, at) == Pass():
            assert law.judge(standing, purpose, route, at) == Pass()


@given(moments())
def test_morning_and_evening_are_what_the_wall_clock_says(at: datetime) -> None:
    for found, hour in ((law.morning(at), 8), (law.evening(at), 21)):
        assert at < found <= at + timedelta(days=1)
        assert (found.astimezone(SEOUL).hour, found.astimezone(SEOUL).minute) == (hour, 0)


@pytest.mark.parametrize(
    ("at", "route", "passes"),
    [
        (seoul(20, 49, 59), Route.SMS, True),
        (seoul(20, 50), Route.SMS, False),  # a dealer would deliver it after 21:00
        (seoul(20, 59, 59), Route.PUSH, True),
        (seoul(21), Route.PUSH, False),
        (seoul(21), Route.INBOX, False),
        (seoul(7, 59, 59), Route.PUSH, False),
        (seoul(8), Route.PUSH, True),
        (seoul(23), Route.MAIL, True),  # 시행령 61조 2항
    ],
)
def test_the_night_of_an_ad(at: datetime, route: Route, passes: bool) -> None:
    ruling = ad(at, route)
    assert (ruling == Pass()) == passes
    if not passes:
        assert ruling == Hold(law.morning(at), Why.NO_NIGHT_CONSENT)


def test_an_ad_at_night_needs_the_separate_consent_and_it_must_be_fresh() -> None:
    at = seoul(22)
    assert ad(at, night_ads_since=at - timedelta(days=1)) == Pass()
    assert ad(at, night_ads_since=at + timedelta(seconds=1)) == Hold(seoul(8, day=16), Why.NO_NIGHT_CONSENT)
    old = at - timedelta(days=800)
    assert ad(at, night_ads_since=old) == Hold(seoul(8, day=16), Why.NO_NIGHT_CONSENT)
    assert ad(at, night_ads_since=old, reminded_at=at - timedelta(days=3)) == Pass()


def test_two_years_are_counted_on_the_calendar_of_seoul() -> None:
    given_at = datetime(2024, 2, 29, 23, 30, tzinfo=SEOUL)
    due = datetime(2026, 2, 28, 23, 30, tzinfo=SEOUL)
    assert not law.is_reminder_due(given_at, None, due - timedelta(seconds=1))
    assert law.is_reminder_due(given_at, None, due)
    assert not law.is_reminder_due(given_at, due, due + timedelta(days=700)), "the notice begins two new years"
    noon = seoul(12)
    assert ad(noon, ads_since=noon - timedelta(days=731)) == Never(Why.REMINDER_DUE)
    assert ad(noon, ads_since=noon - timedelta(days=731), reminded_at=noon + timedelta(days=1)) == Never(
        Why.REMINDER_DUE
    )


def test_why_never() -> None:
    noon = seoul(12)
    assert ad(noon, ads_since=None) == Never(Why.NO_AD_CONSENT)
    assert ad(noon, friend_since=None) == Never(Why.LEFT)
    assert ad(noon, account_open=False) == Never(Why.LEFT)
    assert ad(noon, seen_at=noon - timedelta(days=365)) == Never(Why.DORMANT)
    assert ad(noon, expires_at=noon) == Never(Why.EXPIRED)
    assert ad(noon, stopped=True) == Never(Why.STOPPED)
    assert ad(noon, fault="marking_missing") == Never(Why.BAD_FORM)
    assert ad(noon, channel=ChannelState.CLOSED) == Never(Why.CHANNEL_PAUSED)
    assert ad(noon, Route.PUSH, muted=True) == Never(Why.MUTED)
    assert ad(noon, Route.ALIMTALK) == Never(Why.NO_WAY), "AlimTalk carries information only"


def test_who_turned_an_ad_away_on_one_route_gets_it_by_no_other() -> None:
    noon = seoul(12)
    for route in law.TERMS[Purpose.AD].routes:
        assert ad(noon, route, blocked=frozenset({Route.ALIMTALK})) == Never(Why.BLOCKED)
    info = agreed(noon, blocked=frozenset({Route.ALIMTALK}))
    assert law.judge(info, Purpose.INFO, Route.SMS, noon) == Pass()
    assert law.judge(info, Purpose.INFO, Route.ALIMTALK, noon) == Never(Why.BLOCKED)


def test_the_cap_holds_until_the_next_day() -> None:
    noon = seoul(12)
    assert ad(noon, today=law.TERMS[Purpose.AD].a_day) == Hold(seoul(8, day=16), Why.CAP)
    assert ad(noon, today=2, expires_at=seoul(20)) == Hold(seoul(20), Why.CAP)


def test_information_rings_in_the_morning_and_lies_in_the_inbox_at_once() -> None:
    night = seoul(2)
    for purpose in (Purpose.INFO, Purpose.CARE):
        assert law.judge(agreed(night), purpose, Route.PUSH, night) == Hold(seoul(8), Why.QUIET_HOURS)
        assert law.judge(agreed(night), purpose, Route.INBOX, night) == Pass()
    waited_for = agreed(night, conversing=True)
    assert law.judge(waited_for, Purpose.INFO, Route.PUSH, night) == Pass()


def test_only_the_senders_role_overrides_the_night() -> None:
    night = seoul(3)
    stranger, public = agreed(night), agreed(night, public_sender=True)
    assert law.judge(public, Purpose.SAFETY, Route.VOICE, night) == Pass()
    assert law.judge(stranger, Purpose.SAFETY, Route.VOICE, night) == Hold(seoul(8), Why.QUIET_HOURS)
    assert law.judge(agreed(night, public_sender=True, expires_at=night), Purpose.SAFETY, Route.PUSH, night) == Never(
        Why.EXPIRED
    ), "an expired warning is never sent late"
    assert law.judge(public, Purpose.AD, Route.PUSH, night) == Hold(seoul(8), Why.NO_NIGHT_CONSENT)


def test_every_ladder_is_made_of_routes_that_its_purpose_may_use() -> None:
    noon = seoul(12)
    for purpose, terms in law.TERMS.items():
        assert terms.ladder[0].route is Route.INBOX
        for rung in terms.ladder:
            assert law.judge(agreed(noon), purpose, rung.route, noon) == Pass()
