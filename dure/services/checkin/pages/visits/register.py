"""The register for everybody: which places may scan, whose they are, with which keys."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dure.services.checkin.queries import visits as queries

ASKED_LENGTH_MAX = 100


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """체크인하는 곳: every place that may scan, or those of the words that are asked for."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:ASKED_LENGTH_MAX]
    count = queries.venue_count(asked)
    page = Paginator(range(count), queries.VENUES_SHOWN_MAX).get_page(request.GET.get("page"))
    context = {"venues": queries.venues(page.number, asked), "page": page, "asked": asked, "count": count}
    return render(request, "checkin/visits/places.html", context)


@require_safe
def place(request: HttpRequest, venue: UUID) -> HttpResponse:
    """One place and its scanners. Refuses NotFound."""
    found = queries.venue(venue)
    return render(request, "checkin/visits/place.html", {"venue": found, "scanners": queries.scanners(venue)})
