"""What every page of village broadcast begins with: who asks, and how an announcement is worded."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from dure.base import clock
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.services.broadcast.names import KINDS, STATES
from dure.services.broadcast.rules import studio
from dure.services.broadcast.types import Announcement, AnnouncementState, Kind

TONES = {Kind.NOTICE: "quiet", Kind.URGENT: "warn", Kind.DRILL: "sun"}


def actor(request: HttpRequest) -> Actor:
    """Who asks. Read once a request."""
    known: Actor | None = getattr(request, "actor", None)
    if known is not None:
        return known
    return people.actor(request.user.pk if request.user.is_authenticated else None)


def said_of(one: Announcement) -> Mapping[str, Any]:
    """An announcement with its words: as they are said, and where it stands."""
    now = clock.now()
    aired = [each for each in one.airings if each.at <= now]
    return {
        "one": one,
        "kind": KINDS[one.kind],
        "tone": TONES[one.kind],
        "state": STATES[one.state],
        "words": studio.spoken(one.kind, one.words, "en" if get_language() == "en" else "ko"),
        "villages": ", ".join(village.name for village in one.villages),
        "at": aired[-1].at if aired else None,
        "first": one.airings[0].at if one.airings else None,
        "next": next((each.at for each in one.airings if each.at > now), None),
        "is_undoable": one.state is AnnouncementState.SENT and bool(one.airings) and not aired,
        "is_on_air": one.state is AnnouncementState.SENT and any(each.at <= now < each.expires for each in one.airings),
    }
