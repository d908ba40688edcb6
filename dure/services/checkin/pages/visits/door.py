"""The page with which a place scans. It knows nothing: the scanner's name and key are on the device."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """Camera, a scanner that types, or a field; a colour, a sign and a word."""
    return render(request, "checkin/visits/door.html", {"address": settings.DURE.origin})
