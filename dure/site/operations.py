"""What machines ask an installation: is it ready, and its figures. `/health` (is it alive) answers before Django, in api.py."""

import hmac
import json

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from dure.base import clock
from dure.foundations.ledger import queries as ledger
from dure.foundations.ledger.types import SETTLED_WITHIN
from dure.kit import guards, metrics
from dure.site import readiness

_migrated = False  # once true it stays true: a newer database is no reason to stop


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when people can be sent here, else 503 with the reasons. Says nothing that a stranger may not know."""
    why = _what_is_missing()
    body = json.dumps({"status": "not ready", "why": why} if why else {"status": "ready"})
    return guards.answered(HttpResponse(body, content_type="application/json", status=503 if why else 200))


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Metrics for Prometheus: to this machine, or to whoever sends the token of DURE_METRICS_TOKEN."""
    if not _may_see_figures(request):
        return guards.answered(HttpResponse("DURE_METRICS_TOKEN is asked for\n", content_type="text/plain", status=403))
    return guards.answered(HttpResponse(metrics.text(_of_money()), content_type=CONTENT_TYPE_LATEST))


def _of_money() -> tuple[metrics.Figure, ...]:
    """Money that is not where it belongs: whoever runs the place wants to be woken by these."""
    stuck = ledger.unsettled(clock.now() - SETTLED_WITHIN)
    return (
        metrics.Figure("dure_differences_open", "Differences from the providers' books.", ledger.differences_open()),
        metrics.Figure("dure_payments_stuck", "Payments taken an hour ago that still wait.", stuck.waiting),
        metrics.Figure("dure_refunds_stuck", "Refunds asked for an hour ago without an answer.", stuck.refunds),
        metrics.Figure("dure_won_owed", "Won that providers refused to give back.", stuck.owed),
        metrics.Figure("dure_settlements_waiting", "Settlements not booked yet.", ledger.settlements_waiting()),
    )


def _what_is_missing() -> list[str]:
    global _migrated
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _migrated = _migrated or not readiness.pending_migrations()
    except DatabaseError:
        return ["database"]
    return [] if _migrated else ["migrations"]


def _may_see_figures(request: HttpRequest) -> bool:
    token = settings.DURE.metrics_token
    said = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(said.encode(), f"Bearer {token}".encode()):
        return True
    return guards.is_ours(request)
