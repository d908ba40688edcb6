"""The desk: alerts that came in, with what is wrong with them; whom we believe; where alerts are fetched."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.base.refusals import BadValue
from dure.foundations.people import queries as people
from dure.foundations.places import queries as known_places
from dure.kit import faces
from dure.kit.faces import Words
from dure.services.forecasts import actions, names, queries
from dure.services.forecasts.rules import permits
from dure.services.forecasts.rules.cap import keeping, pinning
from dure.services.forecasts.types import (
    AlertReach,
    Finding,
    KeptAlert,
    Level,
    PinCard,
    PinId,
    SourceCard,
    SourceId,
    UnreadableReason,
)

from .alerts import shown
from .common import actor, region_names
from .forms_desk import PinForm, RegionsForm, SourceForm, TakeForm

both = require_http_methods(["GET", "HEAD", "POST"])
XML_SHOWN = 20_000
REGIONS_SHOWN = 12  # of each way in which they became known
OFFERED_MAX, NAME_MAX = 20, 60
_BETWEEN = re.compile(r"[,;/·、\n]|\s및\s")


@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """What came in and what was issued, believed or not."""
    by = actor(request)
    context = {"alerts": [on_desk(one) for one in queries.alerts_received(by)], "may_take": by.is_steward}
    return render(request, "forecasts/desk_alerts.html", context)


@both
def alert(request: HttpRequest, alert: UUID) -> HttpResponse:
    """One of them: where people are told of it, what is wrong with it, its bytes, as a reader would see it. A steward has it told
    in further regions.
    """
    by = actor(request)
    found, reach = queries.alert_received(by, alert), queries.alert_reach(by, alert)
    form = RegionsForm(_offered(found, reach), request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.tell_regions(by, found.id, form.regions(), key=faces.form_key(request))
            said = gettext("People there are told from now on.")
            return faces.hx_redirect(request, "forecasts-desk:alert", found.id, toast=said)
    text = found.content.decode("utf-8", "replace")
    context = {
        **on_desk(found),
        **_reach(reach),
        "may_add": reach.may_add and by.is_steward,
        "findings": findings(found.findings),
        "xml": text[:XML_SHOWN],
        "is_cut": len(text) > XML_SHOWN,
    }
    return faces.form_page(request, "forecasts/desk_alert.html", form, **context)


@both
def take(request: HttpRequest) -> HttpResponse:
    """A steward was handed an alert."""
    by = actor(request)
    permits.may_take(by)
    form = TakeForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with faces.refusals_on(form):
            taken = actions.take_alert(by, form.content())
            said = gettext("Kept.") if taken.is_new else gettext("It was there already; nothing changed.")
            return faces.hx_redirect(request, "forecasts-desk:alert", taken.id, toast=said)
    return faces.form_page(request, "forecasts/desk_take.html", form)


@both
def pins(request: HttpRequest) -> HttpResponse:
    """Whom we believe; and one more."""
    by = actor(request)
    cards = queries.pins(by)
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.pin(by, form.pin(), key=faces.form_key(request))
            said = gettext("Pinned. What this certificate signs for this sender is believed from now on.")
            return faces.hx_redirect(request, "forecasts-desk:pins", toast=said)
    context = {"pins": [_pin(one) for one in cards], "may_pin": by.is_steward}
    return faces.form_page(request, "forecasts/pins.html", form, **context)


@require_POST
def unpin(request: HttpRequest, pin: UUID) -> HttpResponse:
    """Take a pin away: from now on, or from the beginning of a day on which the key was lost."""
    actions.unpin(actor(request), PinId(pin), _since(request.POST.get("since", "")), key=faces.form_key(request))
    said = gettext("Taken away. What it signed since then is not believed any more.")
    return faces.hx_redirect(request, "forecasts-desk:pins", toast=said)


@both
def sources(request: HttpRequest) -> HttpResponse:
    """Where alerts are fetched; and one more."""
    by = actor(request)
    cards = queries.sources(by)
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.put_source(by, form.source(), key=faces.form_key(request))
            said = gettext("It is asked from now on, every ten minutes.")
            return faces.hx_redirect(request, "forecasts-desk:sources", toast=said)
    context = {"sources": [_source(one) for one in cards], "may_put": by.is_steward}
    return faces.form_page(request, "forecasts/sources.html", form, **context)


@require_POST
def end_source(request: HttpRequest, source: UUID) -> HttpResponse:
    """Ask it no more."""
    actions.end_source(actor(request), SourceId(source), key=faces.form_key(request))
    return faces.hx_redirect(request, "forecasts-desk:sources", toast=gettext("It is not asked any more."))


def _since(said: str) -> datetime:
    """The beginning of a day in Seoul; now, where none was said. Raises BadValue."""
    if not said:
        return clock.now()
    try:
        return datetime.combine(date.fromisoformat(said), time(), clock.SEOUL)
    except ValueError as error:
        raise BadValue(field="since", reason="malformed") from error


def on_desk(kept: KeptAlert) -> dict[str, Any]:
    """An alert as the desk sees it."""
    wrong = [one for one in kept.findings if one.level is Level.ERROR]
    return shown(kept) | {
        "untrusted": names.UNTRUSTED[kept.untrusted] if kept.untrusted else "",
        "errors": len(wrong),
        "warnings": len(kept.findings) - len(wrong),
    }


def findings(found: Iterable[Finding]) -> list[Mapping[str, Any]]:
    """Findings with their sentences."""
    return [
        {
            "where": one.where,
            "said": names.FINDINGS[one.code],
            "code": one.code.value,
            "is_error": one.level is Level.ERROR,
        }
        for one in found
    ]


def _reach(reach: AlertReach) -> Mapping[str, Any]:
    """Where people are told, in names."""
    ways = {"said": reach.said, "drawn": reach.drawn, "added": reach.added}
    codes = {name: [one.ljust(keeping.CODE_LENGTH, "0") for one in found] for name, found in ways.items()}
    shown = {name: found[:REGIONS_SHOWN] for name, found in codes.items()}
    known = region_names(code for found in shown.values() for code in found)
    named = {
        name: {"names": [known[code] for code in found], "more": len(codes[name]) - len(found)}
        for name, found in shown.items()
        if found
    }
    by = people.names([reach.added_by]).get(reach.added_by, "") if reach.added_by else ""
    return {"reach": reach, "ways": named, "added_by": by}


def _offered(kept: KeptAlert, reach: AlertReach) -> list[tuple[str, str]]:
    """Regions whose names stand in the alert, where just one region has that name and nobody is told there yet."""
    names_said = [part.strip() for area in names.areas_of(kept.alert) for part in _BETWEEN.split(area)]
    found: dict[str, str] = {}
    for said in dict.fromkeys(one for one in names_said[:OFFERED_MAX] if one):
        regions = known_places.find(said[:NAME_MAX]).regions
        exact = [one for one in regions if said in (one.path, one.name)]
        if len(exact) == 1 and not exact[0].code.startswith(
            (*reach.said, *reach.drawn, *map(keeping.beginning, reach.added))
        ):
            found[exact[0].code] = exact[0].path
    return list(found.items())


def _pin(one: PinCard) -> Mapping[str, Any]:
    return {"pin": one, "aloud": pinning.read_aloud(one.fingerprint), "is_over": one.ends <= clock.now()}


def _source(one: SourceCard) -> Mapping[str, Any]:
    why: Words = ""
    if isinstance(one.why, UnreadableReason):
        why = names.UNREADABLE[one.why]
    elif one.why is not None:
        why = names.WHYS[one.why]
    return {"source": one, "why": why}
