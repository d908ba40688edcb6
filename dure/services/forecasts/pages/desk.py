"""The desk: how the feeds do, and what stands."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dure.base import clock
from dure.base.actors import Actor
from dure.services.forecasts import names, queries
from dure.services.forecasts.types import FeedName, FeedStanding, FeedState, ImpactLevel

from .common import actor, degree_of, level_of

UNCLEAR_SHOWN = 5


@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """Whether the authority speaks, why not, and how many zones stand at which level."""
    by = actor(request)
    standings = queries.feed_standings(by)
    counted = Counter[tuple[date, ImpactLevel]](
        (one.subject.day, one.level) for one in queries.board(clock.now()).values() if one.level is not ImpactLevel.NONE
    )
    days = sorted({day for day, _level in counted})
    table = queries.zone_table(clock.today())
    context = {
        "feeds": [_feed(one) for one in standings],
        "days": [
            {
                "day": day,
                "levels": [
                    {"look": level_of(level), "count": counted[day, level]}
                    for level in sorted(ImpactLevel, reverse=True)
                    if counted[day, level]
                ],
            }
            for day in days
        ],
        "table": table,
        "warned": _warned(by),
        "channel": queries.channel_of_forecasts(),
    }
    return render(request, "forecasts/desk.html", context)


def _warned(by: Actor) -> Mapping[str, Any]:
    """Weather warnings in force, how many people were told, and how many are still to be."""
    count = queries.warnings_count(by)
    return {
        "it": count,
        "each": [
            {
                "look": degree_of(one.degree) | {"word": names.warning_word(one.kind, one.degree, one.words)},
                "zones": one.zones,
                "told": one.told,
            }
            for one in count.each
        ],
        "waiting": count.waiting,
        "at": queries.feed_health_of(FeedName.WARNINGS).last,
    }


def _unclear(one: FeedStanding) -> Mapping[str, Any]:
    """Rows of the newest list that nobody understood: how many, why, and the first of them."""
    counted = Counter(row.why for row in one.unclear)
    return {
        "count": len(one.unclear),
        "whys": [{"why": names.ROW_FAULTS[why], "count": count} for why, count in counted.most_common()],
        "rows": [
            {"why": names.ROW_FAULTS[row.why], "words": row.words, "is_placed": row.is_placed}
            for row in one.unclear[:UNCLEAR_SHOWN]
        ],
    }


def _feed(one: FeedStanding) -> Mapping[str, Any]:
    return {
        "feed": one,
        "name": names.FEEDS[one.feed],
        "is_silent": one.health.state is FeedState.SILENT,
        "unclear": _unclear(one),
        "answers": [{"answer": answer, "why": names.WHYS[answer.why] if answer.why else ""} for answer in one.answers],
        "key": names.KEYS.get(one.feed, "DURE_WEATHER_KEY"),
    }
