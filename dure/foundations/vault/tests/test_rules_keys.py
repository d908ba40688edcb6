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
from dure.foundations.vault.types import (
    KEEP_DAYS_MAX,
    BadEnd,
    BadName,
    ClockJumped,
    ClockWentBack,
    KeyEnded,
    KeyName,
    KeyNote,
    Moment,
    StatementUnfit,
)

DAY = date(2026, 11, 1)
NAME = KeyName("visits", "rows", DAY)
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def _same(at: datetime) -> datetime:
    return at


moments = st.builds(Moment, days, st.integers(0, 1_439))


@given(moments, moments, st.none() | days)
def test_nothing_opens_in_its_last_minute_or_after_it(ends: Moment, now: Moment, seen: date | None) -> None:
    with suppress(Refusal):
        rules.may_open(NAME, ends, now, seen)
        assert now < ends
        assert (seen or rules.BUILT_ON) <= now.day


@given(days, moments, st.just(-1) | st.integers(0, 47))
def test_what_is_made_opens_when_it_is_made_and_ends_in_its_time(today: date, ends: Moment, part: int) -> None:
    name, now = KeyName("visits", "rows", today, part), Moment(today, 61)
    try:
        rules.may_make(name, ends, now, today)
    except BadEnd:
        last = timedelta(days=KEEP_DAYS_MAX if part < 0 else rules.PART_DAYS_MAX)
        begins = Moment(today, max(part, 0) * 30)
        fits = now < ends <= Moment(today + last) and begins < ends and (part >= 0 or not ends.minute)
        assert not fits
    else:
        rules.may_open(name, ends, now, today)


def test_28_days_are_28_days_of_korea() -> None:
    ends = Moment(DAY + timedelta(days=28))
    rules.may_open(NAME, ends, Moment(DAY + timedelta(days=27), 1_439), None)
    with pytest.raises(KeyEnded):
        rules.may_open(NAME, ends, Moment(DAY + timedelta(days=28)), None)


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
                    assert rules.has_ended(Moment(day), rules.moment_of(clock.local(clock.now()))) == (told == day)
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


@given(st.none() | days, days, st.integers(0, 5))
def test_the_seen_day_never_goes_back_and_never_leaps(seen: date | None, today: date, most: int) -> None:
    after = rules.seen_after(today, seen, most)
    if seen is None:
        assert after is None or after <= rules.BUILT_ON + timedelta(days=rules.FIRST_DAYS_MAX)
    else:
        assert after is not None
        assert seen <= after <= max(seen, today)
        assert after - seen <= timedelta(days=most)


def test_a_clock_that_went_back_or_jumped_destroys_nothing() -> None:
    with pytest.raises(ClockWentBack):
        rules.may_destroy(DAY, DAY + timedelta(days=1))
    with pytest.raises(ClockJumped):
        rules.may_destroy(DAY + timedelta(days=4), DAY)
    rules.may_destroy(DAY + timedelta(days=3), DAY)


def test_a_place_that_saw_nothing_believes_no_day_before_its_program_and_none_far_after() -> None:
    rules.check_belief(rules.BUILT_ON, None)
    rules.check_belief(rules.BUILT_ON + timedelta(days=rules.FIRST_DAYS_MAX), None)
    with pytest.raises(ClockWentBack):
        rules.check_belief(rules.BUILT_ON - timedelta(days=1), None)
    with pytest.raises(ClockJumped):
        rules.check_belief(rules.BUILT_ON + timedelta(days=rules.FIRST_DAYS_MAX + 1), None)


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


halves = st.just(b"") | st.binary(min_size=32, max_size=32)
names = st.builds(KeyName, st.just("visits"), st.just("rows"), days, st.just(-1) | st.integers(0, 47))


@given(names, moments, halves, st.binary(min_size=32, max_size=32))
def test_a_commitment_binds_name_end_use_half_and_key(
    name: KeyName, ends: Moment, public: bytes, secret: bytes
) -> None:
    made = rules.commitment_of(name, ends, public, secret)
    flipped = bytes([secret[0] ^ 1]) + secret[1:]
    other = KeyName("visit", "srows", name.day, name.part)
    others = {
        rules.commitment_of(KeyName("visits", "row", name.day, name.part), ends, public, secret),
        rules.commitment_of(other, ends, public, secret),
        rules.commitment_of(KeyName("visits", "rows", name.day, (name.part + 2) % 49 - 1), ends, public, secret),
        rules.commitment_of(name, Moment(ends.day + timedelta(days=1), ends.minute), public, secret),
        rules.commitment_of(name, Moment(ends.day, (ends.minute + 1) % 1_440), public, secret),
        rules.commitment_of(name, ends, public, flipped),
        rules.commitment_of(name, ends, b"" if public else bytes(32), secret),
    }
    assert made not in others


@given(names, moments, halves, st.binary(min_size=32, max_size=32))
def test_a_statement_is_read_as_it_was_written_and_in_no_other_way(
    name: KeyName, ends: Moment, public: bytes, commitment: bytes
) -> None:
    note = KeyNote(name, ends, commitment, public)
    for body in (rules.made_statement(note), rules.taken_statement(note)):
        assert rules.read_statement(body) == note
        assert rules.key_in(body) in (rules.made_key(str(name)), rules.taken_key(str(name)))
        for other in (body + b" ", body.replace(b":", b": ", 1), body[:-1], body.replace(b"visits", b"Visits")):
            with pytest.raises(StatementUnfit):
                rules.read_statement(other)
    gone = rules.read_statement(rules.destroyed_statement(note, DAY))
    assert (gone.name, gone.commitment, gone.destroyed_on) == (name, commitment, DAY)
    assert rules.name_in(str(name)) == name


@pytest.mark.parametrize("part", ["18.0", "0.0", "true", "-1", "48", "1e1", '"18"', "[18]", "NaN", "1" * 5_000])
def test_a_half_hour_is_a_whole_number_and_nothing_else_is_read(part: str) -> None:
    """What somebody else's log says is read by programs that anybody runs: it may be refused, and may not break them."""
    made = rules.made_statement(KeyNote(KeyName("visits", "journal", DAY, 18), Moment(DAY, 571), b"\xab" * 32))
    body = made.replace(b'"part":18', b'"part":' + part.encode())
    with pytest.raises(StatementUnfit):
        rules.read_statement(body)
    assert rules.key_in(body) is None


def test_a_statement_is_the_same_bytes_for_everybody() -> None:
    made = rules.made_statement(KeyNote(NAME, Moment(date(2026, 11, 29)), b"\xab" * 32, b"\xcd" * 32))
    assert made == (
        b'{"commitment":"' + b"ab" * 32 + b'","day":"2026-11-01","ends_on":"2026-11-29","kind":"key.made",'
        b'"party":"visits","public":"' + b"cd" * 32 + b'","purpose":"rows","use":"letters"}'
    )
    name = KeyName("visits", "journal", DAY, 18)
    assert rules.made_statement(KeyNote(name, Moment(DAY, 571), b"\xab" * 32)) == (
        b'{"commitment":"' + b"ab" * 32 + b'","day":"2026-11-01","ends_at":"2026-11-01T09:31+09:00","kind":"key.made",'
        b'"part":18,"party":"visits","purpose":"journal","use":"own"}'
    )
