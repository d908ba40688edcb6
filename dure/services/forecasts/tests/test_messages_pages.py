"""Lists of disaster messages that have several pages, and pages on which many stand: nothing that matters is left out unsaid."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from dure.base import clock
from dure.foundations.people.tests import making as folk
from dure.kit.twins import Server, Setting
from dure.services.forecasts import actions, models, queries, tasks
from dure.services.forecasts.rules import feeds, fetching
from dure.services.forecasts.twins import WeatherTwin
from dure.services.forecasts.types import Answer, Fault, FeedName, FeedStanding, FeedState, UnknownReason

from . import making
from .making import BY, MORNING, at
from .test_messages import COUNTY, FEED, HERE, hear, hear_answer, said, texts
from .test_pages import page

SENT = 7


def body(rows: list[dict[str, object]], **more: object) -> bytes:
    return json.dumps({"header": {"resultCode": "00", "resultMsg": ""}, "body": rows, **more}).encode()


def standing(feed: FeedName = FEED) -> FeedStanding:
    return next(one for one in queries.feed_standings(BY) if one.feed is feed)


@pytest.fixture
def ground(db: None) -> None:
    making.ground()
    making.channel()


@pytest.fixture
def twin(ground: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A ministry that has sent seven messages, of which we ask for three a page."""
    monkeypatch.setattr(fetching, "MESSAGES_MAX", 3)
    with Server(WeatherTwin(Setting(secret="of-tests"))) as server:
        settings.DURE = replace(settings.DURE, disaster_key="of-tests", disaster_url=server.origin)
        for number in range(SENT):
            httpx.post(f"{server.origin}/twin/say", json={"message": f"안내 {number}", "regions": COUNTY})
        yield server


def test_every_page_is_asked_for(twin: Server) -> None:
    assert tasks.fetch(0) == 1
    assert models.Message.objects.count() == SENT
    one = standing()
    assert (one.health.state, one.answers[0].rows, one.answers[0].why) == (FeedState.FRESH, SENT, None)
    assert one.answers[0].size > len(body([])) * 3
    assert models.Feed.objects.get(name=FEED).etag == ""  # a first page that has not changed says nothing of the next


def test_pages_have_a_bound_and_the_desk_says_that_there_are_more(
    twin: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "PAGES_MAX", 2)
    tasks.fetch(0)
    assert models.Message.objects.count() == 6
    assert standing().answers[0].why is UnknownReason.TRUNCATED


def test_pages_that_take_too_long_are_left_for_the_next_time(twin: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAGES_TAKE", timedelta(0))
    tasks.fetch(0)
    assert models.Message.objects.count() == 3
    assert standing().answers[0].why is UnknownReason.TRUNCATED


def test_together_the_pages_take_less_than_the_right_to_ask() -> None:
    from dure.services.forecasts.providers import asking

    assert fetching.PAGES_TAKE + timedelta(seconds=asking.WHOLE_SECONDS_MAX) < fetching.LEASE


@pytest.mark.parametrize(
    ("more", "number", "goes_on"),
    [
        ({"totalCount": 250, "numOfRows": 100}, 2, True),  # they give fewer a page than we asked for
        ({"totalCount": 250, "numOfRows": 100}, 3, False),
        ({"totalCount": 1000, "numOfRows": 1000}, 1, False),
        ({"totalCount": 1001, "numOfRows": 1000}, 1, True),
        ({"totalCount": 10**9, "numOfRows": 10**9}, 1, True),
        ({"totalCount": "x"}, 1, False),
        ({}, 1, False),
    ],
)
def test_whether_a_list_goes_on_is_what_it_says_itself(more: dict[str, object], number: int, goes_on: bool) -> None:
    assert feeds.has_more(body([said()], **more), "application/json", number, 1_000) is goes_on


def test_a_list_without_rows_never_goes_on() -> None:
    assert not feeds.has_more(body([], totalCount=9, numOfRows=1), "application/json", 1, 1_000)


def test_a_page_that_does_not_come_costs_no_other_page_and_is_said(ground: None) -> None:
    with at(MORNING):
        first = Answer(None, 200, body([said()]), "application/json", further=(Answer(Fault.CUT, 200),))
        assert hear_answer(first).why is Fault.CUT
        assert len(texts(HERE)) == 1
        assert (standing().failures, standing().health.state) == (1, FeedState.SILENT)


def test_a_row_that_cannot_be_read_makes_no_list_silent(ground: None) -> None:
    """It stands there for days, and nothing is taken away because of it."""
    for minutes in range(0, 240, 10):
        with at(MORNING + timedelta(minutes=minutes)):
            assert hear(said(), said(2, CRT_DT="gestern")).why is UnknownReason.UNREADABLE_ROW
            assert standing().failures == 0
            assert standing().next_at == clock.now() + timedelta(minutes=10)
            assert standing().health.state is FeedState.FRESH
    with at(MORNING):
        by = making.reader()
        assert "문자 1건을 읽지 못했습니다" in page(by, "/forecasts/")


def test_advice_takes_no_place_from_what_is_urgent_and_the_page_says_how_many_more(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        loud = said(1, "물러나세요", EMRG_STEP_NM="위급재난", CRT_DT="2026/07/20 09:00:00")
        hear(loud, *(said(number, f"안내 {number}") for number in range(2, 16)))
        assert texts(HERE) == [*(f"안내 {number}" for number in range(15, 5, -1)), "물러나세요"]
        shown = page(by, "/forecasts/")
        assert "물러나세요" in shown
        assert "4건이 더 있습니다" in shown


def test_a_message_to_the_whole_country_is_for_every_place(ground: None) -> None:
    with at(MORNING):
        hear(said(regions="전국"))
        assert len(texts(HERE)) == len(texts("다른도 다른군")) == 1
        assert queries.messages_at([]) == ((), 0)


def test_all_days_that_are_shown_are_asked_for() -> None:
    assert fetching.query_of(FEED, datetime(2026, 7, 20, tzinfo=making.SEOUL).date())["crtDt"] == "20260717"


def test_a_feed_whose_time_has_long_come_says_that_nobody_asks(ground: None) -> None:
    """The worker stands still: "asked again at", of a moment that is over, would be read as if all were well."""
    steward, now = folk.steward(), clock.now()
    with at(now):
        hear(said())
        assert not standing().is_overdue
    with at(now + timedelta(minutes=16)):
        assert standing().is_overdue
        assert "일꾼(worker)이 돌고 있는지 보세요" in page(steward, "/desk/forecasts/")
    with at(now + timedelta(minutes=11)):
        actions.claim_feed(BY, FEED)
        assert not standing().is_overdue
