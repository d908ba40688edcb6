"""Weather warnings and the night: what waits, what is dropped when it is over before the morning, who hears how it goes on."""

from datetime import datetime, timedelta

import pytest

from dure.foundations.channels.types import Purpose
from dure.foundations.people.types import Actor
from dure.services.forecasts import actions, models, queries
from dure.services.forecasts.types import Field, ImpactLevel, NewPlace

from . import making
from .making import BY, MORNING, NORTH, SOUTH, at, key, tell, told
from .test_warnings_told import hear, hear_twice, said

NIGHT = MORNING.replace(hour=23, minute=0)
DAWN = NIGHT + timedelta(hours=9)  # eight in the morning
AT_NIGHT, LATER = "202607202250", "202607210310"


@pytest.fixture
def ground(db: None) -> None:
    making.ground()
    making.channel()


def kinds(by: Actor) -> list[tuple[str, str | None]]:
    return [(kind, degree) for _zone, kind, degree in said(by)]


def in_the_morning(moment: datetime = DAWN) -> None:
    with at(moment):
        tell()


def test_a_preliminary_warning_waits_for_the_morning(ground: None) -> None:
    with at(NIGHT):
        by, high = making.reader(), making.reader("높예시", level=ImpactLevel.DANGER)
        hear("SAMPLE01 호우 예비", issued=AT_NIGHT)
        tell()
        assert kinds(by) == []
        assert queries.warnings_count(BY).waiting == 1
    in_the_morning(DAWN - timedelta(minutes=1))
    assert kinds(by) == []
    in_the_morning()
    assert (kinds(by), kinds(high)) == ([("first", "preliminary")], [])
    [sending] = making.sendings()
    assert sending.purpose is Purpose.INFO


def test_a_preliminary_warning_that_is_over_before_the_morning_is_dropped(ground: None) -> None:
    with at(NIGHT):
        by = making.reader()
        hear("SAMPLE01 호우 예비", issued=AT_NIGHT)
        tell()
    with at(NIGHT + timedelta(hours=4)):
        hear_twice(issued=LATER)
        tell()
    in_the_morning()
    assert kinds(by) == []
    assert making.sendings() == []
    assert not models.Reader.objects.filter(ask_at__isnull=False).exists()  # nobody waits for anything any more


def test_a_preliminary_warning_that_comes_true_at_night_is_one_message(ground: None) -> None:
    """An advisory in its place waits as well; a warning of what comes over sleepers does not."""
    with at(NIGHT):
        by = making.reader()
        hear("SAMPLE01 호우 예비", "SAMPLE01 강풍 예비", issued=AT_NIGHT)
        tell()
    with at(NIGHT + timedelta(hours=4, minutes=20)):
        hear("SAMPLE01 호우 경보", "SAMPLE01 강풍 주의", issued=LATER)
        tell()
        assert kinds(by) == [("first", "warning")]
    in_the_morning()
    assert kinds(by) == [("first", "warning"), ("first", "advisory")]


def test_who_was_told_by_day_hears_at_night_only_that_it_is_a_warning(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        hear("SAMPLE01 호우 예비")
        tell()
    with at(NIGHT):
        hear("SAMPLE01 호우 주의", issued=AT_NIGHT)
        tell()
        assert kinds(by) == [("first", "preliminary")]
    with at(NIGHT + timedelta(hours=4, minutes=20)):
        hear("SAMPLE01 호우 경보 변경", issued=LATER)
        tell()
        assert kinds(by)[1:] == [("upgrade", "warning")]
        assert told(by)[0].warnings[0].before == "preliminary"


def test_easing_and_over_go_to_exactly_those_who_were_told_and_in_the_morning(ground: None) -> None:
    with at(MORNING):
        by, high = making.reader(), making.reader("높예시", level=ImpactLevel.DANGER)
        far = making.reader("먼예시", region=SOUTH)
        hear("SAMPLE01 호우 주의", "SAMPLE01 강풍 경보")
        tell()
        assert (len(kinds(by)), kinds(high), kinds(far)) == (2, [("first", "warning")], [])
    with at(NIGHT):
        hear("SAMPLE01 호우 주의 해제", "SAMPLE01 강풍 주의 변경", issued=AT_NIGHT)
        tell()
        assert len(kinds(by)) == 2
    in_the_morning()
    assert kinds(by)[2:] == [("downgrade", "advisory"), ("all_clear", None)]
    assert kinds(high) == [("first", "warning"), ("downgrade", "advisory")]  # an advisory they would not have heard of
    assert kinds(far) == []


def test_one_person_in_two_zones_hears_once_also_at_night(ground: None) -> None:
    with at(NIGHT):
        by = making.reader()
        actions.choose_place(by, NewPlace(SOUTH, Field.HEALTH, ImpactLevel.CAUTION), key=key())
        actions.choose_place(by, NewPlace(NORTH, Field.FARMING, ImpactLevel.CAUTION), key=key())
        hear("SAMPLE01 호우 경보", "SAMPLE02 호우 경보", "SAMPLE02 강풍 경보", issued=AT_NIGHT)
        tell()
        assert len(told(by)) == len(making.sendings()) == 1
        assert kinds(by) == [("first", "warning")] * 2  # the wind can wait
    in_the_morning()
    assert len(told(by)) == len(making.sendings()) == 2


def test_what_is_lifted_and_issued_again_in_one_night_is_no_news(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        hear("SAMPLE01 폭염 주의")
        tell()
    with at(NIGHT):
        hear("SAMPLE01 폭염 주의 해제", issued=AT_NIGHT)
        tell()
    with at(NIGHT + timedelta(hours=4, minutes=20)):
        hear("SAMPLE01 폭염 주의", issued=LATER)
        tell()
    in_the_morning()
    assert kinds(by) == [("first", "advisory")]


def test_a_list_that_flickers_by_day_tells_nobody_twice(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
    for minutes in range(0, 120, 5):
        with at(MORNING + timedelta(minutes=minutes)):
            hear(*(["SAMPLE01 호우 주의"] if minutes % 10 == 0 else []))
            tell()
    assert kinds(by) == [("first", "advisory")]
