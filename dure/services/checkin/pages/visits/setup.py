"""A device becomes a scanner: it makes a key that never leaves it, and brings the public half with the code of its invitation."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from dure.base.actors import NOBODY
from dure.base.refusals import Refusal
from dure.kit import faces
from dure.kit.limits import limited
from dure.services.checkin.actions import visits as actions
from dure.services.checkin.queries import visits as queries
from dure.services.checkin.types.register import NotAKey

TRIES_MAX = 20  # an hour and network: codes have 160 bits, this is against noise


@require_safe
def scanner(request: HttpRequest) -> HttpResponse:
    """The page on the device."""
    return render(request, "checkin/visits/scanner.html")


@require_POST
@limited("checkin-enrol", TRIES_MAX, 3600)
def enrol(request: HttpRequest) -> HttpResponse:
    """Take the key of a new scanner. What is refused is said in words, for the page to show."""
    try:
        found = actions.enrol_scanner(NOBODY, request.POST.get("code", ""), _public(request.POST.get("public", "")))
    except Refusal as refusal:
        said = faces.says(refusal)
        return JsonResponse({"text": f"{said.text} {said.todo}".strip()}, status=said.status)
    name = queries.venue(found.venue).name
    return JsonResponse(
        {"scanner": str(found.id), "venue": str(found.venue), "name": name, "last": found.last.isoformat()}
    )


def _public(said: str) -> bytes:
    try:
        return bytes.fromhex(said)
    except ValueError:
        raise NotAKey() from None
