"""An error of ours that nobody foresaw: the desk names its kind, never what it said, and everybody else is asked all the same.

A mark that no header can carry stands for it: nothing of ours ever writes one.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from dure.base import clock
from dure.foundations.people.tests import making as folk
from dure.kit.twins import Server, Setting
from dure.services.forecasts import actions, models, queries, tasks
from dure.services.forecasts.rules import fetching
from dure.services.forecasts.twins import AlertTwin, WeatherTwin
from dure.services.forecasts.types import Fault, FeedName, FeedStanding, FeedState, NewSource

from . import making
from .making import BY, MORNING, at, key
from .test_pages import page

MARK = '"머릿글에 실을 수 없는 말"'


@pytest.fixture
def weather(db: None, settings: Any) -> Iterator[None]:
    making.ground()
    with Server(WeatherTwin(Setting(secret="of-tests"))) as server:
        settings.DURE = replace(settings.DURE, weather_key="of-tests", weather_url=server.origin)
        yield


def standing(feed: FeedName) -> FeedStanding:
    return next(one for one in queries.feed_standings(BY) if one.feed is feed)


def test_a_feed_that_breaks_is_noted_and_keeps_no_other_one_waiting(weather: None) -> None:
    now = clock.now()
    models.Feed.objects.create(name=FeedName.IMPACT_HEAT, next_at=now, etag=MARK)
    assert tasks.fetch(0) == 3  # of the weather; nobody set a key for disaster messages
    heat = standing(FeedName.IMPACT_HEAT)
    assert (heat.answers[0].why, heat.answers[0].error, heat.failures) == (Fault.BROKE, "UnicodeEncodeError", 1)
    assert heat.next_at is not None
    assert heat.next_at >= now + fetching.AGAIN_FIRST
    for feed in (FeedName.IMPACT_COLD, FeedName.WARNINGS):
        assert standing(feed).health.state is FeedState.FRESH
    shown = page(folk.steward(), "/desk/forecasts/")
    assert "UnicodeEncodeError" in shown
    assert MARK not in shown
    with at(heat.next_at):
        tasks.fetch(0)
        assert standing(FeedName.IMPACT_HEAT).health.state is FeedState.FRESH


def test_a_source_that_breaks_is_noted_and_keeps_no_other_one_waiting(db: None) -> None:
    steward = folk.steward()
    with at(MORNING), Server(AlertTwin(Setting(secret="of-tests"))) as server:
        for name in ("alerts.atom", "alerts.rss"):
            actions.put_source(steward, NewSource(f"예시 {name}", f"{server.origin}/cap/{name}"), key=key())
        models.AlertSource.objects.filter(name="예시 alerts.atom").update(etag=MARK)
        tasks.fetch_alerts(0)
        cards = {card.name: card for card in queries.sources(steward)}
        broken, other = cards["예시 alerts.atom"], cards["예시 alerts.rss"]
        assert (broken.why, broken.error, broken.failures) == (Fault.BROKE, "UnicodeEncodeError", 1)
        assert other.asked_at == MORNING
        assert other.why is not Fault.BROKE
        assert "UnicodeEncodeError" in page(steward, "/desk/forecasts/sources/")
    with at(MORNING + fetching.AGAIN_FIRST):
        tasks.fetch_alerts(0)
        assert next(card for card in queries.sources(steward) if card.name == broken.name).why is not Fault.BROKE
