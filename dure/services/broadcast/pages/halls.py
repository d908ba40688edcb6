"""The loudspeaker of a village hall: the page on the device, and setting devices up in the studio."""

from datetime import UTC, datetime
from importlib import resources
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.base.refusals import BadValue, NotFound
from dure.kit import faces, parts
from dure.services.broadcast import actions, queries
from dure.services.broadcast.names import KINDS
from dure.services.broadcast.rules import ladder, studio
from dure.services.broadcast.types import (
    AiringId,
    AnnouncementId,
    Due,
    Form,
    Hall,
    HallPlay,
    Loudspeaker,
    LoudspeakerId,
    VoiceState,
)

from .common import actor
from .forms import LoudspeakerForm
from .podcasting import qr_drawing

both = require_http_methods(["GET", "HEAD", "POST"])
BODY_BYTES_MAX = 20_000
RECORDING = "rec"
SECOND_MS = 1_000


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a device says that it played: airings, each with when, in milliseconds since 1970."""

    played: tuple[tuple[UUID, int], ...] = ()


# ------------------------------------------------------------------------------------------ the device


@require_safe
def hall(request: HttpRequest, key: UUID, seal: str) -> HttpResponse:
    """The page that plays by itself."""
    found = queries.hall(key, seal)
    context = {
        "loudspeaker": found.loudspeaker,
        "village": found.loudspeaker.village,
        "tell": reverse("broadcast:hall_tell", args=[key, seal]),
        "worker": reverse("broadcast:hall_worker"),
        "night": (ladder.NIGHT_BEGINS.hour, ladder.NIGHT_ENDS.hour),
    }
    response = render(request, "broadcast/hall.html", context)
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@csrf_exempt  # who holds the address of the device is the device; there is no session
@require_POST
def tell(request: HttpRequest, key: UUID, seal: str) -> HttpResponse:
    """A device says what it played and is told what to play."""
    if len(request.body) > BODY_BYTES_MAX:
        raise BadValue(field="played", reason="length")
    try:
        said = msgspec.json.decode(request.body, type=Told)
        plays = [HallPlay(AiringId(airing), datetime.fromtimestamp(at / SECOND_MS, UTC)) for airing, at in said.played]
    except (msgspec.DecodeError, ValueError, OverflowError, OSError) as error:
        raise BadValue(field="played", reason="malformed") from error
    actions.note_hall(actor(request), key, seal, plays)
    found = queries.hall(key, seal)
    response = JsonResponse(
        {
            "now": _ms(clock.now()),
            "village": found.loudspeaker.village.name,
            "due": [_due(found, one) for one in found.due],
        }
    )
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def sound(request: HttpRequest, key: UUID, seal: str, announcement: UUID, form: str) -> HttpResponse:
    """What a device plays, to keep for when it is due."""
    named = AnnouncementId(announcement)
    if form == RECORDING:
        found = queries.hall_recording(key, seal, named)
    elif form in set(Form):
        found = queries.hall_sound(key, seal, named, Form(form))
    else:
        raise NotFound(what="voice")
    response = parts.answer(request, found.content, found.content_type)
    response["Cache-Control"] = "private, no-store"  # the page keeps it itself, as long as it is needed
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the page for when there is no line; its address says for which pages."""
    script = resources.files("dure.services.broadcast").joinpath("static/broadcast/hall-worker.js").read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def _due(found: Hall, one: Due) -> dict[str, Any]:
    said = one.announcement
    return {
        "id": str(one.airing),
        "at": _ms(one.at),
        "until": _ms(one.expires),
        "urgent": said.kind == "urgent",
        "kind": str(KINDS[said.kind]),
        "words": studio.spoken(said.kind, said.words),
        "sound": _sound(found, one),
        "waits": one.spoken is None or one.spoken.state is VoiceState.MAKING or one.spoken.again_at is not None,
        "played": one.played,
    }


def _sound(found: Hall, one: Due) -> str:
    """Where its sound is; empty: there is none yet, or never will be."""
    of, made = found.loudspeaker, one.spoken
    if made is not None and made.state is VoiceState.MADE:
        return reverse("broadcast:hall_sound", args=[of.id, of.seal, one.announcement.id, Form.MP3])
    if one.announcement.seconds and made is not None and made.state is VoiceState.FAILED:
        return reverse("broadcast:hall_sound", args=[of.id, of.seal, one.announcement.id, RECORDING])
    return ""


def _ms(at: datetime) -> int:
    return round(at.timestamp() * SECOND_MS)


# ------------------------------------------------------------------------------------------ the studio


@both
def halls(request: HttpRequest, code: str) -> HttpResponse:
    """The loudspeakers of a village: which were seen when, their addresses, and a new one."""
    by, found = actor(request), queries.village_by_code(code)
    known = queries.loudspeakers(by, found.id)
    form = LoudspeakerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.set_up_loudspeaker(by, found.id, form.cleaned_data["name"], key=faces.form_key(request))
            done = gettext("Now open the address on the device in the hall.")
            return faces.hx_redirect(request, "broadcast:halls", code, toast=done)
    context = {"village": found, "devices": [_device(one) for one in known]}
    return faces.form_page(request, "broadcast/halls.html", form, **context)


@require_POST
def take_away(request: HttpRequest, code: str, loudspeaker: UUID) -> HttpResponse:
    """The device plays nothing more."""
    actions.take_loudspeaker_away(actor(request), LoudspeakerId(loudspeaker))
    return faces.hx_redirect(request, "broadcast:halls", code, toast=gettext("The device plays nothing more."))


def _device(one: Loudspeaker) -> dict[str, Any]:
    address = f"{settings.DURE.origin}{reverse('broadcast:hall', args=[one.id, one.seal])}"
    return {
        "one": one,
        "is_new": one.seen_at is None,
        "address": address,
        "drawing": qr_drawing(address, gettext("The address of the device as a QR code")),
    }
