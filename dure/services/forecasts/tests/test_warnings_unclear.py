"""Lists of which something is not understood: nobody is told that it is over, everybody sees it, and the desk says why."""

from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from dure.base import clock
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit.twins import Server, Setting
from dure.services.forecasts import models, pages, queries
from dure.services.forecasts.names import STRANGE, WARNED_TIPS
from dure.services.forecasts.pages.warnings import SLUGS
from dure.services.forecasts.providers import Source, ask
from dure.services.forecasts.rules import fetching
from dure.services.forecasts.twins import WeatherTwin
from dure.services.forecasts.types import (
    Answer,
    FeedName,
    FeedState,
    ImpactLevel,
    Kept,
    Question,
    RowFault,
    UnknownReason,
    WarningDegree,
    WarningKind,
)

from . import making
from .making import BY, MORNING, SOUTH, at, tell
from .test_pages import page, said_aloud
from .test_warnings_told import FEED, hear, hear_answer, hear_twice, said, text

ENGLISH, KOREAN = (Client(headers={"Accept-Language": language}) for language in ("en", "ko"))


@pytest.fixture
def ground(db: None) -> None:
    making.ground()
    making.channel()


def hear_broken(*warnings: str, row: str, issued: str = "202607201130") -> Kept:
    """A whole list, of which one row is broken."""
    content = text(*warnings, issued=issued).replace(b"#7777END", row.encode("cp949") + b"\n#7777END")
    return hear_answer(Answer(None, 200, content, "text/plain", etag='"b"'))


BROKEN = "SAMPLE,예시도,{zone},예시군,언제,202607201130,호우,경보,발표,,="


def _request(by: Actor) -> HttpRequest:
    request = RequestFactory().get("/")
    request.actor = by  # type: ignore[attr-defined]  # as the middleware of people does
    return request


def stamp(moment: datetime) -> str:
    return f"{moment.astimezone(making.SEOUL):%Y%m%d%H%M}"


def test_a_broken_row_loses_no_good_one_and_nothing_is_over_where_it_may_be_about(ground: None) -> None:
    with at(MORNING):
        north, south = making.reader(), making.reader("먼예시", region=SOUTH)
        hear("SAMPLE01 호우 주의", "SAMPLE02 호우 주의")
        tell()
    for minutes in (5, 10, 15):
        with at(MORNING + timedelta(minutes=minutes)):
            kept = hear_broken("SAMPLE02 강풍 경보", row=BROKEN.format(zone="SAMPLE01"), issued="202607201140")
            assert kept.is_good  # of every other zone it proves what it leaves out
            tell()
            assert [one[1:] for one in said(north)] == [("first", "advisory")]
            assert ("SAMPLE02", "first", "warning") in said(south)
            assert queries.warnings_at(["SAMPLE01"])["SAMPLE01"]
    assert said(south)[-1][1:] == ("all_clear", None)


def test_a_row_of_nobody_knows_where_lifts_nothing_anywhere_and_the_feed_is_asked_again_soon(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        hear("SAMPLE01 호우 주의")
        tell()
    for minutes in (5, 10, 15, 20):
        with at(MORNING + timedelta(minutes=minutes)):
            assert hear_broken(row="x,y,z").why is UnknownReason.UNREADABLE_ROW
            tell()
            speaks = queries.feed_standings(BY)[2]
            assert (speaks.failures, speaks.next_at) == (0, clock.now() + timedelta(minutes=5))
    assert len(said(by)) == 1
    with at(MORNING + timedelta(hours=3)):
        assert queries.feed_health_of(FEED).state is FeedState.SILENT  # nobody says that nothing is in force


def test_a_list_that_waits_for_another_one_is_not_asked_for_by_its_mark(ground: None) -> None:
    """Else "not changed" would be the answer for ever, and what it leaves out would never be over."""
    with at(MORNING):
        hear_answer(Answer(None, 200, text("SAMPLE01 호우 주의"), "text/plain", etag='"a"'))
        assert models.Feed.objects.get(name=FEED).etag == '"a"'
        hear_answer(Answer(None, 200, text(), "text/plain", etag='"b"'))
        assert models.Feed.objects.get(name=FEED).etag == ""
    with at(MORNING + timedelta(minutes=5)):
        hear_answer(Answer(None, 200, text(), "text/plain", etag='"b"'))
        assert models.Feed.objects.get(name=FEED).etag == '"b"'
        assert not queries.warnings_in_force()


def test_a_page_in_place_of_a_list_takes_no_doubt_away_and_the_next_list_is_asked_for_whole(ground: None) -> None:
    with at(MORNING):
        assert hear_broken(row=BROKEN.format(zone="SAMPLE01")).is_good
        assert models.Feed.objects.get(name=FEED).etag == '"b"'
        hear_answer(Answer(None, 200, b"<!DOCTYPE html><html></html>", "text/html"))
        assert [one.zone for one in queries.unclear_of(FEED)] == ["SAMPLE01"]
        assert models.Feed.objects.get(name=FEED).etag == ""  # "not changed" would be said of an older list
        hear()
        assert queries.unclear_of(FEED) == ()


def test_a_twin_that_lists_a_broken_row_is_believed_for_the_rest(ground: None) -> None:
    with Server(WeatherTwin(Setting(secret="of-tests"), ("SAMPLE01", "SAMPLE02"))) as twin:
        for what in ({"zone": "SAMPLE02", "warning": "안개", "degree": 1}, {"fault": "row"}):
            httpx.post(f"{twin.origin}/twin/say", json=what).raise_for_status()
        question, query = Question(FEED, MORNING, "", ""), fetching.query_of(FEED, clock.today())
        assert hear_answer(ask(Source(twin.origin, "of-tests"), question, query)).is_good
    assert [one.why for one in queries.unclear_of(FEED)] == [RowFault.MOMENT]
    found = queries.warnings_at(["SAMPLE02"])["SAMPLE02"]
    assert (WarningKind.FOG, WarningDegree.PRELIMINARY) in [(one.subject.kind, one.degree) for one in found]


def test_a_kind_that_nobody_knows_is_told_in_its_own_word_and_shown(ground: None) -> None:
    now = clock.now()
    with at(MORNING):
        by, high = making.reader(), making.reader("높예시", level=ImpactLevel.DANGER)
        hear("SAMPLE01 산사태 경보", "SAMPLE01 토네이도 주의")
        tell()
        assert [one[1:] for one in said(by)] == [("first", "warning"), ("first", "advisory")]
        assert [one[1:] for one in said(high)] == [("first", "warning")]
        hear_twice()
        tell()
        assert [one[1] for one in said(by)].count("all_clear") == 2
    with at(now):
        hear("SAMPLE01 산사태 경보", issued=stamp(now))
        shown = page(by, "/forecasts/")
        assert "산사태 경보" in shown.replace("산사태경보", "산사태 경보")
        assert "우리가 모르는 말이라" in shown
        assert any("산사태" in one for one in said_aloud(shown))


def test_a_degree_that_nobody_knows_is_taken_for_the_worst(ground: None) -> None:
    now = clock.now()
    with at(MORNING):
        high = making.reader(level=ImpactLevel.DANGER)
        hear("SAMPLE01 강풍 심각")
        tell()
        assert [one[1:] for one in said(high)] == [("first", "unknown")]
        hear("SAMPLE01 강풍 경보 변경", issued="202607201135")
        tell()
        assert said(high)[-1][1:] == ("downgrade", "warning")
    with at(now):
        hear("SAMPLE01 강풍 심각", issued=stamp(now))
        assert "강풍 특보 ‘심각’(모르는 등급)" in page(high, "/forecasts/")
        assert "marks.svg#asked_flag" in page(high, "/forecasts/")


def test_a_page_shows_what_was_not_understood_and_never_that_nothing_is_in_force(ground: None) -> None:
    now = clock.now()
    with at(now):
        north, south = making.reader(), making.reader("먼예시", region=SOUTH)
        hear_broken(row=BROKEN.format(zone="SAMPLE01").replace("호우", "<b>호우"), issued=stamp(now))
        shown = page(north, "/forecasts/")
        assert "알아보지 못한 줄이 있습니다" in shown
        assert "&lt;b&gt;호우" in shown
        assert "내려진 특보가 없" not in shown
        assert any("알아보지 못한" in one for one in said_aloud(shown))
        elsewhere = page(south, "/forecasts/")
        assert "알아보지 못한 줄" not in elsewhere
        assert "내려진 특보가 없" in elsewhere


def test_the_desk_counts_what_is_in_force_told_and_waiting_and_says_why_rows_were_not_understood(ground: None) -> None:
    now = clock.now()
    with at(now):
        steward = folk.steward()
        assert "특보 목록이 아직 오지 않았습니다" in page(steward, "/desk/forecasts/")
        hear()
        assert "지금 내려진 특보가 없습니다" in page(steward, "/desk/forecasts/")
        making.reader("강예시")
        making.reader("남예시", region=SOUTH)
        hear_broken("SAMPLE01 산사태 경보", row=BROKEN.format(zone="SAMPLE02"), issued=stamp(now))
        count = queries.warnings_count(BY)
        assert (count.zones, count.told, count.waiting, count.moved) == (1, 0, 1, 1)
        shown = page(steward, "/desk/forecasts/")
        for words in (
            *("2줄을 알아보지 못했습니다", "모르는 종류: 1", "읽을 수 있는 시각이 없음: 1"),
            *("산사태", "언제", "이 말 그대로 알림"),
        ):
            assert words in shown
        models.Reader.objects.update(hour=now.astimezone(making.SEOUL).hour)  # whatever the time is, it is their day
        tell()
        count = queries.warnings_count(BY)
        assert (count.told, count.waiting, count.moved) == (1, 0, 0)
        assert [(one.kind, one.zones, one.told) for one in count.each] == [("산사태", 1, 1)]
        assert queries.feed_standings(BY)[2].answers[0].unclear == 2


def test_the_home_of_the_desk_has_a_mark_while_something_is_not_understood(ground: None) -> None:
    with at(clock.now()):
        steward = folk.steward()
        for feed in (FeedName.IMPACT_HEAT, FeedName.IMPACT_COLD):
            making.hear(feed=feed)
        hear()
        [entry] = [one for one in pages.desk_entries(_request(steward)) if one.href.endswith("/forecasts/")]
        assert entry.badge == ""
        hear_broken(row=BROKEN.format(zone="SAMPLE01"))
        [entry] = [one for one in pages.desk_entries(_request(steward)) if one.href.endswith("/forecasts/")]
        assert entry.badge == "!"


def test_everybody_sees_what_is_in_force_where_and_what_to_do(ground: None) -> None:
    now = clock.now()
    with at(now):
        assert "아직 받지 못했" in KOREAN.get("/forecasts/warnings/").content.decode()
        hear("SAMPLE01 호우 경보", "SAMPLE02 호우 경보", "SAMPLE02 폭염 주의", "FAR9 산사태 주의", issued=stamp(now))
        shown = KOREAN.get("/forecasts/warnings/").content.decode()
        assert shown.index("호우경보") < shown.index("폭염주의보")
        for words in ("가람, 솔내", "예시군", "/forecasts/warnings/rain/", "/forecasts/warnings/other/"):
            assert words in shown
        rain = KOREAN.get("/forecasts/warnings/rain/").content.decode()
        assert "가람, 솔내" in rain
        assert "폭염" not in rain
        assert "가족에게 공유" in rain or "data-share" in rain
        assert "산사태" in KOREAN.get("/forecasts/warnings/other/").content.decode()
        assert KOREAN.get("/forecasts/warnings/nothing/").status_code == 404


@pytest.mark.parametrize("slug", [*SLUGS, "other"])
def test_every_kind_has_things_to_do_with_pictures_and_words_for_a_voice(db: None, slug: str) -> None:
    tips = STRANGE if slug == "other" else WARNED_TIPS[SLUGS[slug]]
    assert 3 <= len(tips) <= 4
    korean, english = (client.get(f"/forecasts/warnings/{slug}/").content.decode() for client in (KOREAN, ENGLISH))
    assert korean.count("tips.svg#") == english.count("tips.svg#") == len(tips)
    aloud = said_aloud(korean)[-len(tips) :]
    for one in aloud:
        assert not set(one) & set("0123456789·()")  # a voice stumbles over them
        assert one.endswith(("요.", "다."))
    for tip in tips:
        assert str(tip.text) in english.replace("&#x27;", "'")


def test_tips_share_their_pictures_and_all_of_them_are_drawn() -> None:
    pictures = (Path(pages.__file__).parents[1] / "static/forecasts/tips.svg").read_text()
    used = {tip.picture for some in (*WARNED_TIPS.values(), STRANGE) for tip in some}
    assert all(f'id="{picture}"' in pictures for picture in used)
    assert set(WARNED_TIPS) == set(WarningKind)
    assert len(used) >= 5
    assert len(used) < sum(len(some) for some in WARNED_TIPS.values())
