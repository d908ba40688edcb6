"""Only with sample data: the text messages and calls that would have been sent, as the dealer's twin has them in its books.

The page has no address outside demo mode, and refuses to answer there besides.
"""

from datetime import datetime
from typing import Any

import httpx
import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

TEXTS_MAX = 30
BOOK_SECONDS_MAX = 2
_ = gettext_lazy
KINDS = {
    "SMS": _("Text message"),
    "LMS": _("Long text message"),
    "ATA": _("AlimTalk"),
    "VOICE": _("Call that reads aloud"),
}


class Sent(msgspec.Struct, frozen=True):
    """One message in the books of the twin."""

    to: str
    kind: str
    text: str
    at: datetime
    refused: bool


class Book(msgspec.Struct, frozen=True):
    messages: dict[str, Sent] = {}


@require_safe
def texts(request: HttpRequest) -> HttpResponse:
    """What would have gone to telephones, the newest first, so that a number can be proved without one."""
    if not settings.DURE.demo:
        raise Http404
    found = _book()
    context: dict[str, Any] = {"is_there": found is not None}
    newest = sorted(found.messages.values(), key=lambda one: one.at, reverse=True)[:TEXTS_MAX] if found else ()
    context["texts"] = [
        {
            "kind": KINDS.get(one.kind, one.kind),
            "to": f"{one.to[:3]}-{one.to[3:-4]}-{one.to[-4:]}",
            "text": one.text,
            "at": one.at,
            "refused": one.refused,
        }
        for one in newest
    ]
    return render(request, "channels/sample_texts.html", context)


def _book() -> Book | None:
    """What the twin holds; None when none was brought along, or it does not answer."""
    where = settings.DURE.solapi_url
    if not where.startswith("http://127.0.0.1:"):
        return None
    try:
        said = httpx.get(f"{where}/twin/books", timeout=BOOK_SECONDS_MAX, trust_env=False)
        return msgspec.json.decode(said.content, type=Book)
    except (httpx.HTTPError, msgspec.DecodeError):
        return None


urlpatterns = [path("sample-texts/", texts, name="sample_texts")] if settings.DURE.demo else []
