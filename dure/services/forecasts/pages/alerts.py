"""Alerts for everybody: what is in force, and one alert, in the reader's language, to read, to hear, to share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext_lazy
from django.views.decorators.http import require_safe

from dure.services.forecasts import names, queries
from dure.services.forecasts.rules import levels
from dure.services.forecasts.rules.cap import keeping
from dure.services.forecasts.types import (
    Alert,
    AlertStanding,
    ImpactLevel,
    KeptAlert,
    ResponseType,
    Segment,
    Severity,
    Status,
)

from .common import level_of

OVER = {**level_of(ImpactLevel.NONE), "word": pgettext_lazy("alert", "It is over")}  # "none" would be no answer
_SAID = (ResponseType.NONE, ResponseType.ALL_CLEAR)  # nothing to do, or said already


@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """What is in force now, for everybody."""
    return render(request, "forecasts/alerts.html", {"alerts": [shown(one) for one in queries.alerts_in_force()]})


@require_safe
def alert(request: HttpRequest, alert: UUID) -> HttpResponse:
    """One alert; what it is today stands first."""
    found = queries.alert(alert)
    newer = queries.newer_alert(found)
    context = {**shown(found), "address": request.build_absolute_uri(), "newer": shown(newer) if newer else None}
    return render(request, "forecasts/alert.html", context)


def shown(kept: KeptAlert) -> dict[str, Any]:
    """An alert as a reader sees it."""
    return of_alert(kept.alert, kept.ends) | {
        "it": kept,
        "standing": names.ALERT_STANDINGS[kept.standing],
        "is_in_force": kept.standing is AlertStanding.IN_FORCE,
        "role": names.ROLES[kept.role],
    }


def of_alert(alert: Alert, ends: datetime) -> dict[str, Any]:
    """What an alert says, in the reader's language, also before it was issued: all of it, the worst first."""
    parts = [_part(one, ends) for one in keeping.segments_for(alert, get_language() or "ko") or (Segment(),)]
    return {
        "said": alert,
        "ends": ends,
        "parts": parts,
        "headline": parts[0]["headline"],
        "kind": names.ALERT_KINDS[alert.msg_type] if alert.msg_type else "",
        "look": parts[0]["look"],
        "is_clear": all(one["is_clear"] for one in parts),
        "status": names.STATUSES[alert.status] if alert.status else "",
        "is_actual": alert.status is Status.ACTUAL,
        "areas": names.areas_of(alert),
        "source": parts[0]["one"].sender_name or alert.sender or "",
    }


def in_other_languages(alert: Alert) -> list[dict[str, Any]]:
    """What it says in languages that are not the reader's: whoever stands behind it sees all of it."""
    own = keeping.segments_for(alert, get_language() or "ko")
    return [{"one": one, "language": one.language or "en-US"} for one in alert.segments if one not in own]


def _part(segment: Segment, ends: datetime) -> dict[str, Any]:
    """One thing that it says, of which there may be several for different areas or times."""
    is_clear = keeping.is_over(segment)
    return {
        "one": segment,
        "headline": segment.headline or segment.event or "",
        "look": OVER if is_clear else level_of(levels.level_of_severity(segment.severity)),
        "is_clear": is_clear,
        "ends": None if is_clear else segment.expires or ends,
        "areas": tuple(dict.fromkeys(area.area_desc for area in segment.areas if area.area_desc)),
        "facts": [] if is_clear else facts(segment),
        "responses": [names.RESPONSES[one] for one in segment.response_types if one not in _SAID],
        "aloud": names.alert_aloud(segment),
    }


def facts(segment: Segment) -> list[Mapping[str, Any]]:
    """Severity, urgency and certainty, in words."""
    said: list[Mapping[str, Any]] = []
    if segment.severity not in (None, Severity.UNKNOWN):
        said.append({"name": "severity", "word": names.SEVERITIES[segment.severity]})
    if segment.urgency is not None:
        said.append({"name": "urgency", "word": names.URGENCIES[segment.urgency]})
    if segment.certainty is not None:
        said.append({"name": "certainty", "word": names.CERTAINTIES[segment.certainty]})
    return said
