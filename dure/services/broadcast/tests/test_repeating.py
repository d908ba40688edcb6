"""What comes again comes when the village expects it, and always ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.services.broadcast.rules.repeating import TIMES_MAX, times
from dure.services.broadcast.types import RepeatsUnfit

SEOUL = "Asia/Seoul"
MONDAY = datetime(2031, 5, 5, 9, tzinfo=ZoneInfo(SEOUL))


def days(rule: str) -> list[date]:
    return [each.astimezone(ZoneInfo(SEOUL)).date() for each in times(rule, MONDAY, SEOUL)]


def test_without_a_rule_it_airs_once() -> None:
    assert times("", MONDAY, SEOUL) == (MONDAY,)


def test_every_monday_and_thursday_until_a_day_that_belongs_to_it() -> None:
    assert days("FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20310515") == [date(2031, 5, day) for day in (5, 8, 12, 15)]


def test_the_first_airing_is_one_whatever_the_rule_names() -> None:
    assert days("FREQ=WEEKLY;BYDAY=WE;COUNT=2") == [date(2031, 5, day) for day in (5, 7, 14)]


def test_a_month_without_that_day_is_left_out() -> None:
    assert days("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3") == [
        MONDAY.date(),
        date(2031, 5, 31),
        date(2031, 7, 31),
        date(2031, 8, 31),
    ]


def test_nine_stays_nine_where_clocks_are_changed() -> None:
    first = datetime(2031, 10, 25, 9, tzinfo=ZoneInfo("Europe/Berlin"))  # the night before winter time
    found = times("FREQ=DAILY;COUNT=3", first.astimezone(UTC), "Europe/Berlin")
    assert [each.astimezone(ZoneInfo("Europe/Berlin")).hour for each in found] == [9, 9, 9]
    assert found[1] - found[0] == timedelta(hours=25)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("FREQ=DAILY", "endless"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20310601", "endless"),
        ("FREQ=HOURLY;COUNT=2", "frequency"),
        ("FREQ=YEARLY;COUNT=2", "frequency"),
        ("COUNT=2", "frequency"),
        ("FREQ=DAILY;COUNT=401", "too_many"),
        ("FREQ=DAILY;COUNT=99999999999999999999", "too_many"),
        ("FREQ=DAILY;UNTIL=99991231", "too_many"),
        ("FREQ=MONTHLY;COUNT=36", "too_long"),
        ("FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=1;UNTIL=20310520", "never"),
        ("FREQ=WEEKLY;COUNT=0", "never"),
        ("FREQ=WEEKLY;COUNT=-1", "never"),
        ("FREQ=WEEKLY;COUNT=x", "rule"),
        ("FREQ=WEEKLY;COUNT=", "rule"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=2", "rule"),
        ("FREQ=WEEKLY;BYSECOND=1;COUNT=2", "rule"),
        ("FREQ=WEEKLY;FREQ=DAILY;COUNT=2", "rule"),
        ("FREQ=WEEKLY;UNTIL=20310601T090000Z", "rule"),
        ("FREQ=WEEKLY;COUNT=2\nRDATE:20310506T090000", "rule"),
        ("FREQ=WEEKLY;COUNT=2;" + "BYDAY=" + "MO," * 100, "rule"),
        ("FREQ=DAILY;INTERVAL=0;COUNT=2", "rule"),
        (";;", "rule"),
    ],
)
def test_what_we_do_not_follow_is_named(rule: str, reason: str) -> None:
    with pytest.raises(RepeatsUnfit) as found:
        times(rule, MONDAY, SEOUL)
    assert found.value.reason == reason


PART = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=MONTHLY",
        "COUNT=5",
        "UNTIL=20311231",
        "INTERVAL=7",
        "BYDAY=MO,SU",
        "BYDAY=-1FR",
        "BYMONTHDAY=31",
        "BYMONTHDAY=-1",
    ]
)


@given(st.one_of(st.lists(PART, max_size=5).map(";".join), st.text(max_size=40)), st.integers(0, 60 * 24 * 366))
def test_any_rule_gives_moments_in_order_or_a_refusal(rule: str, minutes: int) -> None:
    first = MONDAY + timedelta(minutes=minutes)
    try:
        found = times(rule, first, SEOUL)
    except RepeatsUnfit:
        return
    assert found[0] == first
    assert list(found) == sorted(set(found))
    assert len(found) <= TIMES_MAX + 1
    assert len({each.astimezone(ZoneInfo(SEOUL)).time() for each in found}) == 1
