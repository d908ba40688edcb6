"""Who looks after whom: asking a parent by a link, agreeing, seeing that it was read, calling."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, PersonId
from dure.kit import faces
from dure.services.forecasts import actions, names, queries
from dure.services.forecasts.types import WatchCard, WatchId, WatchState

from .common import actor, hour_word, level_of, region_names
from .forms import WatchForm
from .mine import suggested


@require_safe
def family(request: HttpRequest) -> HttpResponse:
    """Those I look after, and those who look after me."""
    by = actor(request)
    cards = queries.watches(by)
    known = people.names([one for card in cards for one in (card.watcher, card.parent) if one])
    regions = region_names(card.place.region for card in cards)
    shown = [_card(request, card, known, regions) for card in cards]
    context = {
        "mine": [one for one in shown if one["card"].watcher == by.person],
        "ours": [one for one in shown if one["card"].parent == by.person],
        "reaches": queries.reaches(by),
        "channel": queries.channel_of_forecasts(),
    }
    return render(request, "forecasts/family.html", context)


def ask(request: HttpRequest) -> HttpResponse:
    """Ask a parent."""
    by = actor(request)
    form = WatchForm(request.POST or None)
    queries.watches(by)  # who may not is told before they fill it in
    if form.is_valid():
        with faces.refusals_on(form):
            actions.ask_watch(by, form.watch(), key=faces.form_key(request))
            said = gettext("The link is ready. Send it; nothing happens until they agree.")
            return faces.hx_redirect(request, "forecasts:family", toast=said)
    return faces.form_page(request, "forecasts/ask.html", form, suggested=suggested())


def agree(request: HttpRequest, code: str) -> HttpResponse:
    """What a link asks for; and yes."""
    by = actor(request)
    if request.method == "POST":
        actions.agree_watch(by, code, key=faces.form_key(request))
        said = gettext("Agreed. The forecasts come to you; your family sees whether you have read them.")
        return faces.hx_redirect(request, "forecasts:home", toast=said)
    card = queries.watch_by_code(by, code)
    known = people.names([card.watcher]) if card.state is WatchState.ASKED else {}  # a closed link names nobody
    shown = _card(request, card, known, region_names([card.place.region])) | _own(by, card)
    return render(request, "forecasts/agree.html", shown)


def _own(by: Actor, card: WatchCard) -> dict[str, Any]:
    """What stays as it is for somebody who hears of the place already: their hour, and the level if it is the lower one."""
    reader = queries.reader(by)
    places = [one for one in queries.places(by) if (one.region, one.field) == (card.place.region, card.place.field)]
    said: dict[str, Any] = {
        "own": card.watcher == by.person,
        "is_mine": card.parent == by.person and card.state is WatchState.AGREED,
        "look": level_of(min([card.place.level, *(one.level for one in places)])),
        "keeps_hour": reader is not None,
    }
    return said | ({"reads_at": hour_word(reader.hour)} if reader else {})


@require_POST
def end(request: HttpRequest, watch: UUID) -> HttpResponse:
    """Either of the two ends it."""
    actions.end_watch(actor(request), WatchId(watch), key=faces.form_key(request))
    return faces.hx_redirect(request, "forecasts:family", toast=gettext("Ended."))


@require_POST
def called(request: HttpRequest, watch: UUID) -> HttpResponse:
    """We have spoken."""
    actions.mark_called(actor(request), WatchId(watch), key=faces.form_key(request))
    return faces.hx_redirect(request, "forecasts:family", toast=gettext("Good that you called."))


def _card(
    request: HttpRequest, card: WatchCard, known: Mapping[PersonId, str], regions: Mapping[str, str]
) -> dict[str, Any]:
    hears_from = card.seen.hears_from if card.seen else None
    return {
        "card": card,
        "seen": card.seen,
        "watcher": known.get(card.watcher, ""),
        "parent": known.get(card.parent, "") if card.parent else "",
        "region": regions[card.place.region],
        "field": names.FIELDS[card.place.field],
        "look": level_of(card.place.level),
        "hears_later": names.LEVELS[hears_from] if hears_from and hears_from > card.place.level else "",
        "reads_at": hour_word(card.reads_at),
        "calls_at": hour_word(card.calls_at),
        "is_asked": card.state is WatchState.ASKED,
        "is_lapsed": card.state is WatchState.LAPSED,
        "link": request.build_absolute_uri(reverse("forecasts:agree", args=[card.code])),
    }
