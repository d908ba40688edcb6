"""Values as people read them."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from dure.base.money import Money
from dure.kit import show

NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # noon in Seoul


@pytest.mark.parametrize(
    ("language", "amount", "said"),
    [
        ("ko", 8_432_100, "8,432,100원"),
        ("en", 8_432_100, "₩8,432,100"),
        ("ko", -500, "−500원"),
        ("en", Money(-1205, "USD"), "−$12.05"),
        ("ko", Money(5, "EUR"), "€0.05"),
        ("ko", 0, "0원"),
    ],
)
def test_money(language: str, amount: int | Money, said: str) -> None:
    with translation.override(language):
        assert show.money(amount) == said


@pytest.mark.parametrize(
    ("language", "amount", "said"),
    [("ko", 8_432_100, "843만원"), ("en", 8_432_100, "₩8.4M"), ("en", 999, "₩999"), ("en", 1_000, "₩1K")],
)
def test_money_short(language: str, amount: int, said: str) -> None:
    with translation.override(language):
        assert show.money_short(amount) == said


@time_machine.travel(NOON, tick=False)
def test_days_and_moments() -> None:
    with translation.override("ko"):
        assert show.day(date(2026, 11, 21), weekday=True) == "11월 21일 토요일"
        assert show.day(date(2027, 1, 2)) == "2027년 1월 2일"
        assert show.moment(NOON) == "11월 21일 12:00"
        assert show.period(date(2026, 11, 1), date(2026, 11, 30)) == "11월 1일 – 11월 30일"
    with translation.override("en"):
        assert show.day(date(2027, 1, 2), weekday=True) == "Sat, Jan 2, 2027"
        assert show.moment(NOON) == "Nov 21, 12:00"


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (date(2026, 11, 30), "9일 남음"),
        (date(2026, 11, 21), "오늘까지"),
        (date(2026, 11, 20), "끝남"),
        (NOON + timedelta(days=2, hours=5), "2일 남음"),
        (NOON + timedelta(hours=5, minutes=59), "5시간 남음"),
        (NOON + timedelta(seconds=20), "1분 남음"),
        (NOON, "끝남"),
    ],
)
def test_time_left(until: date | datetime, said: str) -> None:
    with time_machine.travel(NOON, tick=False), translation.override("ko"):
        assert show.left(until) == said


def test_waiting_is_rounded_up() -> None:
    with translation.override("ko"):
        assert [show.wait(seconds) for seconds in (1, 59, 61, 3600, 3601)] == ["1초", "59초", "2분", "1시간", "2시간"]


@given(st.integers(0, 10**15), st.integers(1, 10**15))
def test_a_share_says_a_hundred_only_for_the_whole_goal(part: int, whole: int) -> None:
    assert (show.share(part, whole) >= 100) == (part >= whole)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 8_000_000, "0%"),
        (78_000, 8_000_000, "1% 미만"),
        (80_000, 8_000_000, "1%"),
        (599_999, 600_000, "99%"),
        (600_000, 600_000, "100%"),
        (605_000, 600_000, "101%"),
        (1_234, 100, "1,234%"),
        (5, 0, "0%"),
    ],
)
def test_a_little_is_not_nothing_and_more_than_the_goal_is_not_the_goal(part: int, whole: int, said: str) -> None:
    with translation.override("ko"):
        assert show.percent(part, whole) == said


def test_a_word_takes_its_particle() -> None:
    assert "{a:을/를} {b:을/를} {a:>5}".format(a=show.Said("두레"), b=show.Said("마을")) == "두레를 마을을    두레"


def test_what_a_refusal_carries_is_shown_in_the_reader_s_words() -> None:
    with translation.override("ko"), time_machine.travel(NOON, tick=False):
        shown = [show.value(given) for given in (Money(10_000), 1204, NOON, date(2026, 12, 1), True, "두레")]
    assert shown == ["10,000원", "1,204", "11월 21일 12:00", "12월 1일", "True", "두레"]
