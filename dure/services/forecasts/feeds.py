"""What other programs read of alerts that were issued here: each as a file of the Common Alerting Protocol, lists of what holds
as Atom (RFC 4287) and JSON, and the certificate that others pin.
"""

import hashlib
import json
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe
from lxml import etree

from dure.base.refusals import NotFound
from dure.services.forecasts import queries
from dure.services.forecasts.rules.cap import keeping
from dure.services.forecasts.types import KeptAlert, Segment

CAP_TYPE: Final = "application/cap+xml"
ATOM: Final = "http://www.w3.org/2005/Atom"
EMPTY_SINCE: Final = "2026-01-01T00:00:00+00:00"  # when a list was changed in which nothing has ever been
LANGUAGE: Final = "ko"


@require_safe
def cap(request: HttpRequest, alert: UUID) -> HttpResponse:
    """The bytes of one alert, for ever the same at this address."""
    answer = _answer(request, queries.cap_file(alert), f"{CAP_TYPE}; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{alert}.xml"'
    return answer


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """What holds, and what was replaced in the last two days, the newest first."""
    found = queries.published()
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]  # the stubs forget the default namespace
    own = _address("atom")
    with override(settings.LANGUAGE_CODE):
        title = gettext("Alerts issued here")
    _put(root, "id", own)
    _put(root, "title", title)
    _put(root, "updated", max((_changed(one).isoformat() for one in found), default=EMPTY_SINCE))
    _put(etree.SubElement(root, f"{{{ATOM}}}author"), "name", queries.own_sender())
    etree.SubElement(root, f"{{{ATOM}}}link", rel="self", type="application/atom+xml", href=own)
    for one in found:
        _entry(root, one)
    content = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return _answer(request, content, "application/atom+xml; charset=utf-8")


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """The same for programs that read no XML."""
    said = {"alerts": [_said(one) for one in queries.published()]}
    content = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return _answer(request, content, "application/json; charset=utf-8")


@require_safe
def certificate(request: HttpRequest) -> HttpResponse:
    """The certificate under which alerts leave. Whoever pins it has its fingerprint read aloud."""
    known = queries.own_certificates()
    if not known:
        raise NotFound(what="certificate")
    return _answer(request, known[0], "application/x-pem-file")


def _entry(root: etree._Element, one: KeptAlert) -> None:
    segment = _segment(one)
    entry = etree.SubElement(root, f"{{{ATOM}}}entry")
    _put(entry, "id", _address("cap", one.id))
    _put(entry, "title", segment.headline or segment.event or "")
    _put(entry, "updated", _changed(one).isoformat())
    _put(entry, "published", _sent(one).isoformat())
    _put(entry, "summary", segment.description or segment.headline or "")
    etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", type=CAP_TYPE, href=_address("cap", one.id))
    etree.SubElement(entry, f"{{{ATOM}}}link", rel="related", type="text/html", href=_address("alert", one.id))


def _said(one: KeptAlert) -> dict[str, object]:
    segment = _segment(one)
    return {
        "id": str(one.id),
        "sender": one.alert.sender,
        "identifier": one.alert.identifier,
        "sent": _sent(one).isoformat(),
        "status": one.alert.status,
        "msgType": one.alert.msg_type,
        "standing": one.standing,
        "references": [ref.identifier for ref in one.alert.references],
        "event": segment.event,
        "headline": segment.headline,
        "description": segment.description,
        "instruction": segment.instruction,
        "severity": segment.severity,
        "urgency": segment.urgency,
        "certainty": segment.certainty,
        "responseTypes": list(segment.response_types),
        "onset": segment.onset.isoformat() if segment.onset else None,
        "expires": one.ends.isoformat(),
        "areas": [
            {"areaDesc": area.area_desc, "regions": [code.value for code in area.geocodes]} for area in segment.areas
        ],
        "cap": _address("cap", one.id),
        "page": _address("alert", one.id),
    }


def _segment(one: KeptAlert) -> Segment:
    return keeping.segment_for(one.alert, LANGUAGE) or Segment()


def _sent(one: KeptAlert) -> datetime:
    return one.alert.sent or one.arrived


def _changed(one: KeptAlert) -> datetime:
    """When its entry became what it is. An alert is never edited: this is when it was sent."""
    return _sent(one)


def _put(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _answer(request: HttpRequest, content: bytes, content_type: str) -> HttpResponse:
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    answer = HttpResponse(content, content_type=content_type)
    answer["ETag"] = etag
    answer["Cache-Control"] = "public, no-cache"  # a cancellation must be seen at once
    answer["Access-Control-Allow-Origin"] = "*"
    found = get_conditional_response(request, etag=etag, response=answer)
    return found if isinstance(found, HttpResponse) else answer


def _address(name: str, *arguments: object) -> str:
    return f"{settings.DURE.origin}{reverse(f'forecasts:{name}', args=arguments)}"


urlpatterns = [
    path("alerts.atom", atom, name="atom"),
    path("alerts.json", as_json, name="alerts_json"),
    path("alerts/certificate.pem", certificate, name="certificate"),
    path("alerts/<uuid:alert>.xml", cap, name="cap"),
]
