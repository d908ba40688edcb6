"""What every page of village broadcast begins with: who asks, and how an announcement is worded."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, gettext

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import parts
from dure.services.broadcast import queries
from dure.services.broadcast.names import FAULTS, KINDS, STATES
from dure.services.broadcast.rules import studio, voicing
from dure.services.broadcast.types import Announcement, AnnouncementState, Form, Kind, VoiceState

NUMBER_PARTS = re.compile(r"(02|[0-9]{3})([0-9]{3,4})([0-9]{4})")
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


def sound_on_page(one: Announcement) -> Mapping[str, Any]:
    """What a page plays: the sound that was made; until then a recording as it came; else nothing. And where the making is."""
    made = queries.spoken_form(one.id)
    if made is not None and made.state is VoiceState.MADE:
        sources = [
            {"address": reverse("broadcast:sound", args=[one.id, form]), "kind": voicing.CONTENT_TYPES[form]}
            for form in (Form.OPUS, Form.MP3)
        ]
    else:
        sources = (
            [{"address": reverse("broadcast:voice", args=[one.id]), "kind": one.content_type}] if one.seconds else []
        )
    going = one.state in (AnnouncementState.DRAFT, AnnouncementState.ASKED, AnnouncementState.SENT)
    failed = made is not None and made.state is VoiceState.FAILED
    return {
        "sources": sources,
        "of": "sound" if queries.is_audible(made) else "words",
        "sound_seconds": made.seconds if made and queries.is_audible(made) else 0,
        "sound_waits": going and (made is None or made.state is VoiceState.MAKING or made.again_at is not None),
        "sound_fault": FAULTS[made.fault] if made and failed and made.again_at is None else "",
    }


def form_of(said: str) -> Form:
    """The form that an address names. Raises NotFound."""
    try:
        return Form(said)
    except ValueError as error:
        raise NotFound(what="voice") from error


def in_parts(request: HttpRequest, content: bytes, content_type: str) -> HttpResponse:
    """A sound for a page of who is logged in: whole or in parts, kept by nobody in between."""
    response = parts.answer(request, content, content_type)
    response["Cache-Control"] = "private, no-store"
    return response


def shown_number(number: str) -> str:
    """A telephone number as people dial it here; of none, nothing."""
    found = NUMBER_PARTS.fullmatch(f"0{number.removeprefix('+82')}") if number else None
    return "-".join(found.groups()) if found else ""


def spoken_on_page(name: str) -> str:
    """What stands for the words of a recording that nobody typed yet, in the language of the place. It is also read on paper and
    in a call, so it says where the voice is. No time is in it: who presses the button twice says the same twice.
    """
    number = settings.DURE.telephone_number
    with translation.override(settings.LANGUAGE_CODE):
        if number:
            said = gettext(
                "{name} spoke this. Its words are not written down yet. You hear the voice in the village broadcast, or when you"
                " call {number}."
            )
        else:
            said = gettext(
                "{name} spoke this. Its words are not written down yet. You hear the voice in the village broadcast."
            )
        return said.format(name=name, number=number)
