"""Being woken: what a browser hands over, and the script that stays awake for it. The page that asks: pages/ways.py."""

from pathlib import Path

import msgspec
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from dure.base.refusals import BadValue, NotFound
from dure.foundations.channels import actions
from dure.kit import limits, tx

from .common import acting

WRITES_PER_MINUTE = 20
BODY_BYTES_MAX = 4_000
SCRIPT = "channels/worker.js"


class Handed(msgspec.Struct, frozen=True):
    """What a browser says of itself. Without keys it only shows that it is there."""

    endpoint: str
    p256dh: str = ""
    auth: str = ""


@require_POST
@limits.limited("channels.push", WRITES_PER_MINUTE, 60)
def keep(request: HttpRequest) -> HttpResponse:
    """Keep this browser."""
    handed, by = _handed(request), acting(request)
    with tx.durable():
        actions.subscribe(by, handed.endpoint, handed.p256dh, handed.auth, request.headers.get("User-Agent", ""))
    return JsonResponse({}, status=201)


@require_POST
@limits.limited("channels.push", WRITES_PER_MINUTE, 60)
def let_go(request: HttpRequest) -> HttpResponse:
    """Forget this browser."""
    with tx.durable():
        actions.unsubscribe(acting(request), _handed(request).endpoint)
    return JsonResponse({})


@require_POST
@limits.limited("channels.push", WRITES_PER_MINUTE, 60)
def heartbeat(request: HttpRequest) -> HttpResponse:
    """The browser is there; 404 when it is not known and has to be kept anew."""
    with tx.durable():
        known = actions.note_heartbeat(acting(request), _handed(request).endpoint)
    return JsonResponse({}, status=200 if known else 404)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that works in the background, for the whole site: it must come from an address of its own that never changes."""
    found = finders.find(SCRIPT)
    if not isinstance(found, str):
        raise NotFound(what="script")
    response = HttpResponse(Path(found).read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the app shows without a line."""
    return render(request, "channels/offline.html")


def _handed(request: HttpRequest) -> Handed:
    if len(request.body) > BODY_BYTES_MAX:
        raise BadValue(field="body", reason="too_long")
    try:
        return msgspec.json.decode(request.body, type=Handed)
    except msgspec.DecodeError:
        raise BadValue(field="body", reason="malformed") from None


urlpatterns = [
    path("notifications/keep/", keep, name="push_keep"),
    path("notifications/let-go/", let_go, name="push_let_go"),
    path("notifications/heartbeat/", heartbeat, name="push_heartbeat"),
    path("worker.js", worker, name="worker"),
    path("offline/", offline, name="offline"),
]
