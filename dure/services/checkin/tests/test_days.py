"""Days of the Korean calendar, 28 of them; slots; what is remembered longer than anything can be shown."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.services.checkin.rules import calendar, settling
from dure.services.checkin.types import DayClosed, Epoch

ZONES = (
    "UTC",
    "Asia/Seoul",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Asia/Tehran",
)
epochs = st.integers(400, 25_000).map(Epoch)
moments = st.datetimes(datetime(2021, 1, 1), datetime(2080, 1, 1), timezones=st.sampled_from(ZONES).map(ZoneInfo))  # noqa: DTZ001 - hypothesis adds the zone


@given(moments)
def test_an_epoch_is_the_day_in_seoul_whatever_zone_the_time_came_in(at: datetime) -> None:
    day = calendar.epoch_of(at)
    assert calendar.day_of(day) == at.astimezone(ZoneInfo("Asia/Seoul")).date()
    assert calendar.epoch_of(at.astimezone(UTC)) == day == calendar.epoch_on(calendar.day_of(day))
    assert calendar.starts_at(day) <= at < calendar.starts_at(Epoch(day + 1))


@given(epochs)
def test_every_day_in_seoul_has_5760_slots(epoch: Epoch) -> None:
    assert calendar.starts_at(Epoch(epoch + 1)) - calendar.starts_at(epoch) == timedelta(days=1)
    assert calendar.slot_of(calendar.starts_at(epoch)) == (epoch, 0)
    assert calendar.slot_of(calendar.starts_at(Epoch(epoch + 1)) - timedelta(microseconds=1)) == (
        epoch,
        calendar.SLOTS - 1,
    )


@given(epochs, st.integers(0, calendar.SLOTS - 1), st.integers(0, 14_999_999))
def test_a_slot_is_fifteen_seconds(epoch: Epoch, slot: int, microseconds: int) -> None:
    assert calendar.slot_of(calendar.slot_starts_at(epoch, slot) + timedelta(microseconds=microseconds)) == (
        epoch,
        slot,
    )
    assert calendar.hour_of_bucket(calendar.bucket_of_slot(slot)) == slot * 15 // 3600


# 28 days


@given(moments, st.integers(-400, 400))
def test_a_day_can_be_read_on_28_days_and_on_no_other(at: datetime, days: int) -> None:
    today = calendar.epoch_of(at)
    written = Epoch(max(0, today - days))
    readable = calendar.is_readable(written, at)
    assert readable == (0 <= today - written <= 27)
    assert readable == (calendar.starts_at(written) <= at < calendar.destroyed_at(written))


@given(epochs, st.integers(0, 400))
def test_reading_stops_by_age_alone_also_when_no_job_ever_ran(epoch: Epoch, late: int) -> None:
    last = calendar.destroyed_at(epoch) - timedelta(microseconds=1)
    calendar.demand_readable(epoch, last)
    with pytest.raises(DayClosed):
        calendar.demand_readable(epoch, calendar.destroyed_at(epoch) + timedelta(days=late))
    with pytest.raises(DayClosed):  # a clock that went back opens nothing either
        calendar.demand_readable(epoch, calendar.starts_at(epoch) - timedelta(microseconds=1))


def test_the_days_by_name() -> None:
    written = calendar.epoch_on(date(2020, 7, 1))
    assert calendar.is_readable(written, datetime.fromisoformat("2020-07-28T23:59:59+09:00"))
    assert not calendar.is_readable(written, datetime.fromisoformat("2020-07-29T00:00:00+09:00"))
    assert not calendar.is_readable(written, datetime.fromisoformat("2020-07-28T15:00:00+00:00"))


@given(st.frozensets(epochs, max_size=20), moments)
def test_destruction_finds_every_day_that_is_over_also_those_it_missed(days: frozenset[Epoch], at: datetime) -> None:
    due = calendar.due_for_destruction(days, at)
    assert due <= days
    for day in days:
        assert (day in due) == (calendar.epoch_of(at) - day >= calendar.DAYS_KEPT)
        assert not (day in due and calendar.is_readable(day, at))


@pytest.mark.parametrize("zone", ZONES)
def test_the_zone_of_the_machine_changes_nothing(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 3, 29, 14, 59, 59, tzinfo=UTC)  # a night in which clocks change in Europe
    monkeypatch.setitem(os.environ, "TZ", zone)
    time.tzset()
    try:
        assert calendar.day_of(calendar.epoch_of(at)) == date(2026, 3, 29)
        assert calendar.day_of(calendar.epoch_of(at + timedelta(seconds=1))) == date(2026, 3, 30)
    finally:
        monkeypatch.undo()
        time.tzset()


# What is spent is remembered longer than anything can be shown


@given(epochs, st.integers(0, calendar.SLOTS - 1))
def test_a_pass_cannot_be_taken_any_more_when_it_is_forgotten(epoch: Epoch, slot: int) -> None:
    ends = calendar.slot_starts_at(epoch, slot) + timedelta(seconds=calendar.SLOT_SECONDS)
    latest_scan = ends + timedelta(seconds=settling.LATE_SECONDS_MAX)
    latest_settling = latest_scan + timedelta(hours=settling.OFFLINE_HOURS_MAX)
    assert latest_settling + timedelta(hours=23) < calendar.forgotten_at(epoch)
    assert calendar.is_checkable(epoch, latest_settling)
    assert not calendar.is_checkable(epoch, calendar.forgotten_at(epoch))


def test_no_epoch_outside_its_two_bytes() -> None:
    for day in (date(2019, 12, 31), date(2200, 1, 1)):
        with pytest.raises(ValueError, match="before 2020"):
            calendar.epoch_on(day)
