"""Where dealers post what became of messages."""

from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dure.base.refusals import BadValue
from dure.foundations.channels import actions
from dure.foundations.people.types import system
from dure.kit import guards, tx

BODY_BYTES_MAX = 2_000_000  # a thousand reports


@guards.uncounted
@csrf_exempt  # the dealer's secret is the proof; there is no session
@require_POST
def receive(request: HttpRequest, dealer: str) -> HttpResponse:
    """Take the reports of one call. Anything but 200 makes the dealer send them again, which changes nothing."""
    body = _body(request)
    if len(body) > BODY_BYTES_MAX:
        raise BadValue(field="body", reason="too_long")
    headers = {name.lower(): value for name, value in request.headers.items()}
    with tx.durable():
        actions.receive_reports(system("channels.hooks"), dealer, body, headers)
    return HttpResponse("ok", content_type="text/plain")


def _body(request: HttpRequest) -> bytes:
    """What was posted; nothing when it was a form with files, which was read as one before and which no dealer sends."""
    try:
        return request.body
    except RawPostDataException:
        return b""


urlpatterns = [path("hooks/<slug:dealer>/", receive, name="hook")]
