"""The page with which a place scans. It knows nothing: the scanner's name and key are on the device, which keeps the page too."""

from importlib import resources
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

KEPT_FOR_SECONDS: Final = 24 * 3600  # the worker's script: browsers look for a newer one with each visit otherwise


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """Camera, a scanner that types, or a field; a colour, a sign and a word."""
    return render(request, "checkin/visits/door.html", {"address": settings.DURE.origin})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the page on a scanner for when there is no line."""
    script = resources.files("dure.services.checkin").joinpath("static/checkin/door_worker.js").read_bytes()
    headers = {"Cache-Control": f"max-age={KEPT_FOR_SECONDS}"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)
