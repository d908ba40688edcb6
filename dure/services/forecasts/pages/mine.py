"""My forecasts: what stands at my places, what I was told, where and when I want to hear."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.foundations.places import queries as known_places
from dure.kit import faces
from dure.services.forecasts import actions, names, queries
from dure.services.forecasts.types import Chosen, FeedName, FeedState, NoticeId, PlaceId, WatchState

from .common import (
    actor,
    cell_of,
    day_word,
    hour_word,
    level_of,
    notice_of,
    region_names,
    warning_of,
    zones_in,
)
from .forms import SUGGESTED, HourForm, RegionForm
from .warnings import slug_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What stands today, tomorrow and the day after at my places, and what I have not read yet."""
    by = actor(request)
    places, health, notices = queries.places(by), queries.feed_health(), queries.notices(by)
    zones = zones_in(notices)
    told = [notice_of(one, zones) for one in notices]
    reader = queries.reader(by)
    context = {
        "regions": _regions(places),
        "disasters": _disasters(places),
        "silence": names.silence(health) if health.state is FeedState.SILENT else "",
        "unread": [one for one in told if one["notice"].read_at is None],
        "read": [one for one in told if one["notice"].read_at is not None],
        "hour": hour_word(reader.hour) if reader else "",
        "abroad": reader.time_zone if reader and reader.time_zone != "Asia/Seoul" else "",
        "reaches": queries.reaches(by),
        "channel": queries.channel_of_forecasts(),
    }
    return render(request, "forecasts/home.html", context)


@require_POST
def read(request: HttpRequest, notice: UUID) -> HttpResponse:
    """I have read it."""
    by = actor(request)
    actions.mark_read(by, NoticeId(notice), key=faces.form_key(request))
    said = gettext("Noted as read.")
    if any(card.parent == by.person and card.state is WatchState.AGREED for card in queries.watches(by)):
        said = gettext("Thank you. Whoever looks after you sees that you have read it.")
    return faces.hx_redirect(request, "forecasts:home", toast=said)


def places(request: HttpRequest) -> HttpResponse:
    """Where, what and from which level on I want to hear."""
    by = actor(request)
    chosen = queries.places(by)
    form = RegionForm(request.POST or None)
    if form.is_valid():
        with faces.refusals_on(form):
            actions.choose_place(by, form.place(), key=faces.form_key(request))
            return faces.hx_redirect(request, "forecasts:places", toast=gettext("You hear of this place."))
    regions = region_names(one.region for one in chosen)
    context = {"places": [_chosen(one, regions) for one in chosen], "suggested": suggested()}
    return faces.form_page(request, "forecasts/places.html", form, **context)


@require_POST
def drop(request: HttpRequest, place: UUID) -> HttpResponse:
    """Hear of a place no more."""
    actions.drop_place(actor(request), PlaceId(place), key=faces.form_key(request))
    return faces.hx_redirect(request, "forecasts:places", toast=gettext("You hear nothing more of this place."))


def hour(request: HttpRequest) -> HttpResponse:
    """At which hour, on whose clocks."""
    by = actor(request)
    reader = queries.reader(by)
    initial = {"hour": reader.hour, "time_zone": reader.time_zone} if reader else {"hour": 8, "time_zone": "Asia/Seoul"}
    form = HourForm(request.POST or None, initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        with faces.refusals_on(form):
            actions.set_reader(by, int(said["hour"]), said["time_zone"], key=faces.form_key(request))
            return faces.hx_redirect(request, "forecasts:home", toast=gettext("Your hour is noted."))
    return faces.form_page(request, "forecasts/hour.html", form)


def suggested() -> list[str]:
    """Names for the list under the field."""
    return [one.path for one in known_places.widest(SUGGESTED)]


def _regions(places: Sequence[Chosen]) -> list[Mapping[str, Any]]:
    """My regions, each with its fields and what stands on three days."""
    stands = queries.cells({(one.zone, one.field) for one in places})
    warned = queries.warnings_at({one.zone for one in places})
    speaks, unclear = queries.feed_health_of(FeedName.WARNINGS), queries.unclear_of(FeedName.WARNINGS)
    known = region_names(one.region for one in places)
    found: dict[str, dict[str, Any]] = {}
    for one in places:
        doubts = [each for each in unclear if not each.is_placed and each.zone in ("", one.zone)]
        region = found.setdefault(
            one.region,
            {
                "name": known[one.region],
                "zone": one.zone_name,
                "fields": [],
                "warnings": [{**warning_of(each), "slug": slug_of(each.subject.kind)} for each in warned[one.zone]],
                "warned_aloud": names.warned_aloud(warned[one.zone], speaks, is_doubted=bool(doubts)),
                "doubts": doubts,
                "warned_silence": names.warning_silence(speaks) if speaks.state is FeedState.SILENT else "",
                "warned_at": speaks.last,
            },
        )
        cells = [cell_of(cell) for cell in stands[one.zone, one.field]]
        issued = [cell for cell in cells if "issued" in cell]
        newest = max(issued, key=lambda cell: cell["issued"], default=None)
        worst = max(issued, key=lambda cell: cell["look"]["level"], default=None)
        if worst is not None and not worst["look"]["level"]:
            worst = None
        said = {
            "name": names.FIELDS[one.field],
            "field": one.field.value,
            "cells": cells,
            "newest": newest,
            "worst": worst,
            "aloud": names.cells_for_ears(
                known[one.region], one.field, [(day_word(cell.day), cell) for cell in stands[one.zone, one.field]]
            ),
        }
        region["fields"].append(said)
    return list(found.values())


def _disasters(places: Sequence[Chosen]) -> Mapping[str, Any] | None:
    """Disaster messages of my places; None where nobody has ever been asked for them."""
    speaks = queries.feed_health_of(FeedName.MESSAGES)
    if speaks.last is None:
        return None
    some, more = queries.messages_at(region_names(one.region for one in places).values())
    return {
        "more": more,
        "silence": names.message_silence(speaks) if speaks.state is FeedState.SILENT else "",
        "at": speaks.last,
        "unclear": sum(not one.is_placed for one in queries.unclear_of(FeedName.MESSAGES)),
        "some": [
            {
                "it": one.message,
                "grade": names.GRADES[one.message.grade] if one.message.grade else "",
                "source": names.MESSAGE_SOURCES[one.role],
                "aloud": names.message_aloud(one),
            }
            for one in some
        ],
    }


def _chosen(one: Chosen, regions: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "place": one,
        "name": regions[one.region],
        "field": names.FIELDS[one.field],
        "look": level_of(one.level),
    }
