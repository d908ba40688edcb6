"""Webhooks: where providers post that something has changed."""

from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dure.base.refusals import BadValue, NotFound
from dure.foundations.ledger import actions
from dure.foundations.ledger.types import ProviderUnknown
from dure.foundations.people.types import system
from dure.kit import guards, tx

BODY_BYTES_MAX = 64_000


@guards.uncounted
@csrf_exempt  # the provider's signature is the proof; there is no session
@require_POST
def receive(request: HttpRequest, provider: str) -> HttpResponse:
    """Take one webhook. Anything but 200 makes the provider send it again."""
    body = _body(request)
    if len(body) > BODY_BYTES_MAX:
        raise BadValue(field="body", reason="too_long")
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        with tx.durable():
            actions.receive_webhook(system("ledger.webhooks"), provider, body, headers)
    except ProviderUnknown:
        raise NotFound(what="provider") from None
    return HttpResponse("ok", content_type="text/plain")


def _body(request: HttpRequest) -> bytes:
    """What was posted; nothing when it was a form with files, which was read as one before and which no provider sends."""
    try:
        return request.body
    except RawPostDataException:
        return b""
