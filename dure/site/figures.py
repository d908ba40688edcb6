"""The figures of the platform, for Prometheus. The visit party and the authority have none: a figure by time is a trace."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from dure.base import clock
from dure.foundations.ledger import queries as ledger
from dure.foundations.ledger.types import SETTLED_WITHIN
from dure.kit import guards, metrics


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


def _may_see_figures(request: HttpRequest) -> bool:
    token = settings.DURE.metrics_token
    said = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(said.encode(), f"Bearer {token}".encode()):
        return True
    return guards.is_ours(request)
