"""The stewards' pages of what was sent: how many got it, and for one person why, step by step."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dure.base.refusals import NotFound
from dure.foundations.channels import queries
from dure.foundations.channels.names import (
    ATTEMPT_STATES,
    DISPATCH_STATES,
    PURPOSES,
    ROUTES,
    SENDING_STATES,
    WHYS,
)
from dure.foundations.channels.rules import showing
from dure.foundations.channels.types import Step
from dure.foundations.channels.types.ladders import SentLine
from dure.foundations.people import queries as people
from dure.kit import faces, show

from .common import acting

FOUND_MAX = 20
WORD_LENGTH_MAX = 100


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What was sent, the newest first."""
    by = acting(request)
    page = faces.page_number(request)
    lines = queries.sendings(by, page=page)
    rows = [_row(one) | {"address": reverse("channels-desk:sending", args=[one.sending])} for one in lines]
    return render(request, "channels/desk_sendings.html", {"rows": rows, "page": page})


@require_safe
def one(request: HttpRequest, sending: UUID) -> HttpResponse:
    """One sending: its counts, and a search for the person who asks."""
    by = acting(request)
    line = queries.sending_line(by, sending)
    asked = request.GET.get("q", "")[:WORD_LENGTH_MAX].strip()
    context = _row(line) | {
        "counts": [
            {"state": DISPATCH_STATES[each.state], "why": WHYS[each.why] if each.why else "", "count": each.count}
            for each in line.counts
        ],
        "asked": asked,
        "found": [
            {"card": card, "address": reverse("channels-desk:sending_person", args=[sending, card.id])}
            for card in (people.find_persons(asked, limit=FOUND_MAX) if asked else ())
        ],
    }
    return render(request, "channels/desk_sending.html", context)


@require_safe
def for_person(request: HttpRequest, sending: UUID, person: UUID) -> HttpResponse:
    """What became of it for one person, step by step."""
    by = acting(request)
    line, card = queries.sending_line(by, sending), people.person(person)
    try:
        found = queries.explained(by, sending, person)
    except NotFound:
        return render(request, "channels/desk_sending_person.html", _row(line) | {"card": card, "never": True})
    word, tone = DISPATCH_STATES[found.state]
    context = _row(line) | {
        "card": card,
        "dispatch_word": word,
        "dispatch_tone": tone,
        "why": WHYS[found.why] if found.why else "",
        "steps": [_step(step) for step in found.steps],
    }
    return render(request, "channels/desk_sending_person.html", context)


def _row(line: SentLine) -> dict[str, Any]:
    word, tone = SENDING_STATES[line.state]
    return {
        "line": line,
        "purpose": PURPOSES[line.purpose],
        "state": word,
        "tone": tone,
        "said": showing.preview(line.content) or gettext("A picture or a sound"),
    }


def _step(step: Step) -> dict[str, Any]:
    """One step in words: the way, what happened, the dealer's own code for who has to call there."""
    way = ROUTES[step.route] if step.route else ""
    word, state = ATTEMPT_STATES[step.state] if step.state else ("", "next")
    told = " · ".join(str(part) for part in (way, word) if part)
    dealer = " ".join(part for part in (step.dealer, step.code) if part)
    note = " · ".join(str(part) for part in (WHYS[step.why] if step.why else "", dealer) if part)
    return {"title": told, "note": note, "when": show.moment(step.at), "state": state}


urlpatterns = [
    path("sendings/", listed, name="sendings"),
    path("sendings/<uuid:sending>/", one, name="sending"),
    path("sendings/<uuid:sending>/<uuid:person>/", for_person, name="sending_person"),
]
