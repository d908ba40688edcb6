"""schema.org's DonateAction of a box: what search engines and assistants read of it."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from dure.base import clock
from dure.base.refusals import NotFound
from dure.services.giving import rules
from dure.services.giving.types import Cause, CauseState

from .common import cause_of

DESCRIPTION_MAX = 500
IN_HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


@require_safe
def donate_action(request: HttpRequest, code: str) -> HttpResponse:
    """The action of a box as a document of its own."""
    found = described(cause_of(request, code))
    if found is None:
        raise NotFound(what="box")
    return JsonResponse(found, content_type="application/ld+json", json_dumps_params={"ensure_ascii": False})


def block(found: Cause) -> SafeString | None:
    """The action for a data block in a page. No text that people wrote can end the block or open another."""
    action = described(found)
    if action is None:
        return None
    return mark_safe(json.dumps(action, ensure_ascii=False).translate(IN_HTML))  # noqa: S308 - < > & are escaped


def described(found: Cause) -> dict[str, Any] | None:
    """The action; none before the box has opened."""
    card = found.card
    if card.opens_at is None or card.closes_at is None:
        return None
    is_open = card.state is CauseState.OPEN
    return {
        "@context": "https://schema.org",
        "@type": "DonateAction",
        "@id": f"{_address('cause', card.code)}#donate",
        "name": card.title,
        "description": found.story[:DESCRIPTION_MAX],
        "url": _address("cause", card.code),
        "recipient": {"@type": "Organization", "name": card.partner_name},
        "actionStatus": f"https://schema.org/{'PotentialActionStatus' if is_open else 'CompletedActionStatus'}",
        "startTime": clock.local(card.opens_at).isoformat(),
        "endTime": clock.local(card.closes_at).isoformat(),
        "object": _money("goal", card.goal),
        "result": _money("raised", card.totals.raised),
        **({"target": _target(card.code), "priceSpecification": _range()} if is_open else {}),
    }


def _money(name: str, won: int) -> dict[str, Any]:
    return {"@type": "MonetaryAmount", "name": name, "currency": "KRW", "value": won}


def _range() -> dict[str, Any]:
    """What one gift may be."""
    return {
        "@type": "PriceSpecification",
        "priceCurrency": "KRW",
        "minPrice": rules.GIFT_MIN,
        "maxPrice": rules.GIFT_MAX,
    }


def _target(code: str) -> dict[str, str]:
    return {"@type": "EntryPoint", "urlTemplate": _address("give", code)}


def _address(name: str, code: str) -> str:
    return f"{settings.DURE.origin}{reverse(f'giving:{name}', args=[code])}"
