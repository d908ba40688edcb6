"""Alerts and the night: nothing comes late, what may break the night is written down with it, and mornings are not missed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import structlog

from dure.foundations.channels.types import Purpose
from dure.foundations.people.tests import making as folk
from dure.kit.testing import dies_at
from dure.services.forecasts import actions, models, queries, tasks
from dure.services.forecasts.rules import alerting
from dure.services.forecasts.types import Alert, MsgType, Severity, Urgency

from . import making
from .alerts import SENT
from .issuers import alert, area, take
from .making import SOUTH
from .test_alert_chains_told import comes, heard, long, said_in
from .test_alerting import ISSUER

NIGHT = SENT.replace(hour=23, minute=0)
EIGHT = SENT.replace(hour=8, minute=0) + timedelta(days=1)
MINUTES = int((NIGHT - SENT).total_seconds() / 60)


@pytest.fixture
def town(db: None) -> Iterator[None]:
    yield from _town()


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """The same where rows are really committed, and really lost."""
    yield from _town()


def _town() -> Iterator[None]:
    making.ground()
    making.channel()
    with making.at(SENT - timedelta(hours=1)):
        ISSUER.pinned(folk.steward())
        yield


def at_night(number: int = 1, severity: Severity = Severity.MODERATE, until: datetime = EIGHT) -> Alert:
    """Sent at eleven in the evening."""
    return long(alert(number, minutes=MINUTES, severity=severity), (until - SENT).total_seconds() / 3600)


def minute_by_minute(first: datetime, last: datetime) -> None:
    """The worker, whenever it has something to look at."""
    now = first
    while now <= last:
        with making.at(now):
            tasks.tell_alerts(0)
        now += timedelta(minutes=1)


@pytest.mark.parametrize("until", [EIGHT - timedelta(hours=4), EIGHT, EIGHT - timedelta(minutes=1)])
def test_what_waits_for_the_morning_and_is_over_by_then_is_dropped(town: None, until: datetime) -> None:
    by = making.reader()
    comes(at_night(until=until))
    minute_by_minute(EIGHT - timedelta(minutes=3), EIGHT + timedelta(minutes=12))
    assert (heard(by), making.sendings()) == ([], [])
    assert not models.Alert.objects.filter(tell_at__isnull=False).exists()


def test_what_is_over_soon_after_the_night_is_told_in_the_first_minute_of_the_morning(town: None) -> None:
    """Whoever looks every ten minutes comes at seven past eight, when it is over."""
    by = making.reader()
    comes(at_night(until=EIGHT + timedelta(minutes=5)))
    minute_by_minute(EIGHT - timedelta(minutes=13), EIGHT - timedelta(minutes=1))
    assert heard(by) == []
    minute_by_minute(EIGHT, EIGHT + timedelta(minutes=1))
    assert heard(by) == [("1", "first")]


@pytest.mark.parametrize("minutes", range(0, 60, 7))
def test_every_full_quarter_is_looked_at_on_any_clock(minutes: int) -> None:
    now, seen = SENT.replace(minute=0) + timedelta(minutes=minutes, seconds=13), set()
    for _look in range(20):
        now = alerting.look_again(now)
        seen.add((now.minute, now.second))
    assert {(0, 0), (15, 0), (30, 0), (45, 0)} <= seen


def test_a_part_that_was_over_in_the_night_is_not_told_in_the_morning_for_what_goes_on_elsewhere(town: None) -> None:
    north, south = making.reader("북쪽"), making.reader("남쪽", region=SOUTH)
    made = at_night(until=EIGHT - timedelta(hours=5))
    other = replace(made.segments[0], areas=(area(SOUTH),), expires=EIGHT + timedelta(hours=5))
    comes(replace(made, segments=(made.segments[0], other)))
    minute_by_minute(EIGHT, EIGHT + timedelta(minutes=1))
    assert (heard(north), heard(south)) == ([], [("1", "first")])


def test_a_stage_that_is_over_says_nothing_any_more_of_how_bad_it_is(town: None) -> None:
    """Extreme until three at night, later moderate: who hears in the morning hears of what is left."""
    by = making.reader()
    made = at_night(until=EIGHT - timedelta(hours=5), severity=Severity.EXTREME)
    worst = replace(made.segments[0], urgency=Urgency.FUTURE, headline="밤에는 위험")  # which breaks no night
    left = replace(worst, severity=Severity.MODERATE, expires=EIGHT + timedelta(hours=5), headline="낮에는 주의")
    comes(replace(made, segments=(worst, left)))
    minute_by_minute(EIGHT, EIGHT + timedelta(minutes=1))
    [row] = models.Notice.objects.filter(reader_id=by.person)
    assert (row.telling, row.level) == ("first", 2)
    [line] = making.sendings()
    assert "낮에는 주의" in said_in(line)
    assert "밤에는 위험" not in said_in(line)


def test_a_message_ends_with_what_it_says_to_its_readers(town: None) -> None:
    making.reader("북쪽"), making.reader("남쪽", region=SOUTH)
    made = alert()
    other = replace(
        made.segments[0], areas=(area(SOUTH),), expires=SENT + timedelta(hours=2), headline="남쪽은 두 시간"
    )
    comes(replace(made, segments=(made.segments[0], other)))
    assert sorted(one.expires_at for one in making.sendings()) == [
        SENT + timedelta(hours=2),
        SENT + timedelta(hours=12),
    ]


def test_a_broken_night_is_written_down_with_the_messages_and_shown_at_the_desk(committed: None) -> None:
    making.reader("하나"), making.reader("둘"), making.reader("밤에 깨어 있는 사람", hour=23)
    with structlog.testing.capture_logs() as said:
        comes(at_night(severity=Severity.EXTREME))
    [row] = models.BrokenNight.objects.all()
    assert (row.readers, row.telling, row.level, row.role) == (2, "first", 4, "authority")
    assert [one.purpose for one in making.sendings()] == [Purpose.SAFETY]
    assert [(one["readers"], one["told"]) for one in said if one["event"] == "alert_broke_quiet_hours"] == [
        (2, "first")
    ]
    assert queries.alert_reach(folk.steward(), row.alert_id).woken == 2


def test_whoever_is_killed_before_the_commit_has_broken_no_night_and_says_so_nowhere(committed: None) -> None:
    making.reader()
    with making.at(NIGHT + timedelta(minutes=1)):
        take(ISSUER.signed(at_night(severity=Severity.EXTREME)))
        wording = actions.AlertWording(lambda kept, what: "말", "말", "보기", lambda one: "/forecasts/")
        statement = 1
        with structlog.testing.capture_logs() as said:
            while dies_at(statement, lambda: actions.tell_alerts(making.BY, wording)):
                assert (models.BrokenNight.objects.count(), models.Notice.objects.count()) == (0, 0)
                statement += 1
        assert statement > 8
        assert (models.BrokenNight.objects.count(), models.Notice.objects.count()) == (1, 1)
    assert [one["event"] for one in said].count("alert_broke_quiet_hours") == 1


def test_by_day_no_night_is_broken(town: None) -> None:
    making.reader()
    comes(alert(severity=Severity.EXTREME))
    assert not models.BrokenNight.objects.exists()


def test_what_is_told_of_a_broken_night_goes_with_the_alert(town: None) -> None:
    making.reader()
    comes(at_night(severity=Severity.EXTREME))
    with making.at(SENT + timedelta(days=40)):
        models.Notice.objects.all().delete()
        actions.sweep_alerts(making.BY)
    assert not models.BrokenNight.objects.exists()


def test_a_cancellation_that_came_after_its_own_end_still_takes_back_what_holds(town: None) -> None:
    by = making.reader()
    first = alert(1)
    comes(first)
    comes(long(alert(2, minutes=5, kind=MsgType.CANCEL, of=(first,), note="잘못"), 0.5), 60)
    assert heard(by) == [("1", "first"), ("2", "cancelled")]
