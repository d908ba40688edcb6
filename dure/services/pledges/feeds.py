"""What other programs read of pledges: one's own promises as a calendar (iCalendar, RFC 5545) at a private address, and proved
days that their people opened to everybody (ActivityStreams 2.0).
"""

import hashlib
import json
from dataclasses import replace
from html import escape
from typing import Final
from urllib.parse import quote, urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext, ngettext, override
from django.views.decorators.http import require_safe

from dure.base.refusals import NotFound
from dure.kit import show
from dure.services.pledges import queries
from dure.services.pledges.rules import calendar
from dure.services.pledges.rules.days import WEEK_DAYS
from dure.services.pledges.types import CalendarEntry, CalendarMeeting, ProofId, Stream, StreamItem

CONTEXT: Final = "https://www.w3.org/ns/activitystreams"
PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"


@require_safe
def promises(request: HttpRequest, key: UUID, seal: str) -> HttpResponse:
    """The promises of whoever has this address, in the installation's language: calendar programs ask for none."""
    entries, meetings = queries.calendar_of(key, seal), queries.meetings_of_calendar(key, seal)
    with override(settings.LANGUAGE_CODE):
        said = [(one, _said(one), _address("pledge", one.pledge)) for one in entries]
        when = [(_named(one), _address("meeting", one.meeting)) for one in meetings]
        content = calendar.document(gettext("A hundred days together"), said, _host(), when)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["Content-Disposition"] = 'inline; filename="dure.ics"'
    answer["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=etag, response=answer) or answer


@require_safe
def stream(request: HttpRequest, key: UUID) -> HttpResponse:
    """The days that somebody opened to everybody, the newest first; with `before`, a page of them."""
    found = queries.stream(key)
    whole, said = _address("stream", found.key), request.GET.get("before", "")
    context: dict[str, object] = {"@context": CONTEXT}
    if not said:
        collection = {"id": whole, "type": "OrderedCollection", "totalItems": queries.stream_count(found)}
        return _activities({**context, **collection, "name": found.project, "first": f"{whole}?before=now"})
    items = queries.stream_items(found, _before(said))
    page: dict[str, object] = {"id": f"{whole}?before={quote(said)}", "type": "OrderedCollectionPage", "partOf": whole}
    page["orderedItems"] = [_activity(found, one) for one in items]
    if len(items) == queries.STREAM_PAGE:
        page["next"] = f"{whole}?before={items[-1].proof}"
    return _activities({**context, **page})


@require_safe
def note(request: HttpRequest, key: UUID, proof: UUID) -> HttpResponse:
    """One of them. What was taken back is not there."""
    found = queries.stream(key)
    return _activities({"@context": CONTEXT, **_note(found, queries.stream_item(found, ProofId(proof)))})


def _activity(found: Stream, one: StreamItem) -> dict[str, object]:
    said = _note(found, one)
    return {
        "id": f"{said['id']}#create",
        "type": "Create",
        "actor": said["attributedTo"],
        "published": said["published"],
        "to": [PUBLIC],
        "object": said,
    }


def _note(found: Stream, one: StreamItem) -> dict[str, object]:
    """Words and number of a day. A content is HTML; what people write is text."""
    with override(settings.LANGUAGE_CODE):
        parts = [gettext("Day {day} of “{project}”").format(day=one.day, project=found.project), one.text]
        actor = {"type": "Person", "id": f"{_address('stream', found.key)}#person", "name": gettext("Somebody")}
    if one.number is not None:
        parts.insert(1, f"{show.count(one.number)}{one.unit}")
    return {
        "id": _address("note", found.key, one.proof),
        "type": "Note",
        "attributedTo": actor,
        "published": one.sent_at.isoformat(),
        "to": [PUBLIC],
        "content": "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in parts if part),
    }


def _before(said: str) -> ProofId | None:
    """Which page; the first for `now`. Raises NotFound."""
    if said == "now":
        return None
    try:
        return ProofId(UUID(said))
    except ValueError as error:
        raise NotFound(what="page") from error


def _activities(said: dict[str, object]) -> HttpResponse:
    answer = HttpResponse(json.dumps(said, ensure_ascii=False), content_type="application/activity+json; charset=utf-8")
    answer["Cache-Control"] = "no-cache"  # what is closed or taken back must not be read in between
    answer["Access-Control-Allow-Origin"] = "*"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _said(one: CalendarEntry) -> str:
    often = ngettext("{n} day a week", "{n} days a week", one.days_a_week).format(n=one.days_a_week)
    lines = (one.promise, one.how, "" if one.days_a_week == WEEK_DAYS else often)
    return "\n".join(line for line in lines if line)


def _named(one: CalendarMeeting) -> CalendarMeeting:
    """A meeting whose words a steward took down has still a name."""
    return one if one.title else replace(one, title=gettext("A meeting"))


def _host() -> str:
    return urlsplit(settings.DURE.origin).hostname or "localhost"


def _address(name: str, *arguments: object) -> str:
    return f"{settings.DURE.origin}{reverse(f'pledges:{name}', args=arguments)}"


urlpatterns = [
    path("streams/<uuid:key>/", stream, name="stream"),
    path("streams/<uuid:key>/<uuid:proof>/", note, name="note"),
    path("calendar/<uuid:key>/<str:seal>.ics", promises, name="calendar"),
]
