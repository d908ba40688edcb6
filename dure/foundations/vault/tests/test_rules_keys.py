"""Which key opens on which day: Korea's calendar, whatever the machine's zone is, and never past its end."""

import os
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock
from dure.base.refusals import Refusal
from dure.foundations.vault import rules
from dure.foundations.vault.types import KEEP_DAYS_MAX, BadEnd, BadName, ClockJumped, ClockWentBack, KeyEnded, KeyName

DAY = date(2026, 11, 1)
NAME = KeyName("visits", "rows", DAY)
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def _same(at: datetime) -> datetime:
    return at


@given(days, days, st.none() | days)
def test_nothing_opens_on_its_end_or_after_it(ends_on: date, today: date, seen: date | None) -> None:
    with suppress(Refusal):
        rules.may_open(NAME, ends_on, today, seen)
        assert today < ends_on
        assert seen is None or seen <= today


@given(days, days)
def test_what_is_made_opens_on_the_day_it_is_made_and_ends_within_ten_years(ends_on: date, today: date) -> None:
    name = KeyName("visits", "rows", today)
    try:
        rules.may_make(name, ends_on, today, today)
    except BadEnd:
        assert not today < ends_on <= today + timedelta(days=KEEP_DAYS_MAX)
    else:
        rules.may_open(name, ends_on, today, today)


def test_28_days_are_28_days_of_korea() -> None:
    ends_on = DAY + timedelta(days=28)
    rules.may_open(NAME, ends_on, DAY + timedelta(days=27), None)
    with pytest.raises(KeyEnded):
        rules.may_open(NAME, ends_on, DAY + timedelta(days=28), None)


@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Seoul", "America/New_York", "Europe/London", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
)
def test_the_day_turns_at_midnight_in_korea_whatever_the_machine_thinks(zone: str) -> None:
    """Also in the nights in which New York and London turn their clocks."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        for day in (date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)):
            midnight = datetime(day.year, day.month, day.day, tzinfo=clock.SEOUL).astimezone(UTC)
            for at, told in ((midnight, day), (midnight - timedelta(seconds=1), day - timedelta(days=1))):
                with clock.read_from(partial(_same, at)):
                    assert clock.today() == told
                    assert rules.has_ended(day, clock.today()) == (told == day)
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


@given(days, days)
def test_the_seen_day_never_goes_back_and_never_leaps(seen: date, today: date) -> None:
    after = rules.seen_after(today, seen)
    assert seen <= after <= max(seen, today)
    assert after - seen <= timedelta(days=rules.STEP_DAYS_MAX)


def test_a_clock_that_went_back_or_jumped_destroys_nothing() -> None:
    with pytest.raises(ClockWentBack):
        rules.may_destroy(DAY, DAY + timedelta(days=1))
    with pytest.raises(ClockJumped):
        rules.may_destroy(DAY + timedelta(days=36), DAY)
    rules.may_destroy(DAY + timedelta(days=35), DAY)
    rules.may_destroy(DAY, None)


@given(st.text(max_size=40))
def test_a_name_is_a_small_word_or_refused(word: str) -> None:
    try:
        rules.check_word(word)
    except BadName:
        return
    assert word.isascii()
    assert "/" not in word
    assert "." not in word
    assert 0 < len(word) <= 30


@given(days, days, st.binary(min_size=32, max_size=32))
def test_a_commitment_binds_name_end_and_key(day: date, ends_on: date, secret: bytes) -> None:
    name = KeyName("visits", "rows", day)
    made = rules.commitment_of(name, ends_on, secret)
    others = {
        rules.commitment_of(KeyName("visits", "row", day), ends_on, secret),
        rules.commitment_of(KeyName("visit", "srows", day), ends_on, secret),
        rules.commitment_of(name, ends_on + timedelta(days=1), secret),
        rules.commitment_of(name, ends_on, secret[::-1] if secret != secret[::-1] else bytes(32 - len(b"")) + b"x"),
    }
    assert made not in others


def test_a_statement_is_the_same_bytes_for_everybody() -> None:
    made = rules.made_statement(NAME, date(2026, 11, 29), b"\xab" * 32)
    assert made == (
        b'{"commitment":"' + b"ab" * 32 + b'","day":"2026-11-01","ends_on":"2026-11-29","kind":"key.made",'
        b'"party":"visits","purpose":"rows"}'
    )
