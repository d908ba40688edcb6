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
from dure.kit import faces
from dure.services.forecasts import actions, names, queries
from dure.services.forecasts.types import WatchCard, WatchId, WatchState

from .common import actor, hour_word, level_of, region_name
from .forms import WatchForm
from .mine import suggested


@require_safe
def family(request: HttpRequest) -> HttpResponse:
    """Those I look after, and those who look after me."""
    by = actor(request)
    cards = queries.watches(by)
    known = people.names([one for card in cards for one in (card.watcher, card.parent) if one])
    shown = [_card(request, card, known) for card in cards]
    context = {
        "mine": [one for one in shown if one["card"].watcher == by.person],
        "ours": [one for one in shown if one["card"].parent == by.person],
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
    known = people.names([card.watcher])
    return render(request, "forecasts/agree.html", _card(request, card, known) | {"own": card.watcher == by.person})


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


def _card(request: HttpRequest, card: WatchCard, known: Mapping[Any, str]) -> dict[str, Any]:
    return {
        "card": card,
        "watcher": known.get(card.watcher, ""),
        "parent": known.get(card.parent, "") if card.parent else "",
        "region": region_name(card.place.region),
        "field": names.FIELDS[card.place.field],
        "look": level_of(card.place.level),
        "reads_at": hour_word(card.reads_at),
        "calls_at": hour_word(card.calls_at),
        "is_asked": card.state is WatchState.ASKED,
        "is_lapsed": card.state is WatchState.LAPSED,
        "is_agreed": card.state is WatchState.AGREED,
        "link": request.build_absolute_uri(reverse("forecasts:agree", args=[card.code])),
        "needs_call": card.call_at is not None and card.read_at is None and card.called_at is None,
    }
