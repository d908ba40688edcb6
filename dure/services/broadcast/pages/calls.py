"""The door of the gateway that takes calls: what it tells, what a caller hears, and the sounds that it fetches."""

from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django import app

from dure.base import clock
from dure.base.actors import system
from dure.base.refusals import BadValue
from dure.base.signatures import HEADER, is_signed
from dure.foundations.people import queries as people
from dure.kit import guards, parts, show
from dure.services.broadcast import actions, providers, queries
from dure.services.broadcast.names import KINDS
from dure.services.broadcast.queries.calls import SOUND_LASTS
from dure.services.broadcast.rules import studio as rules
from dure.services.broadcast.types import (
    Announcement,
    AnnouncementId,
    CallEvent,
    Do,
    Kind,
    Line,
    NotTheGateway,
    Phrase,
    Playing,
    Sign,
    Then,
    Turn,
)

from .spoken import said

BODY_BYTES_MAX: Final = 4_000
SOON: Final = {"seconds": rules.UNDO_SECONDS + 1}
AIRS: Final = frozenset({Do.SEND, Do.AGREE})
END_KEY: Final = "#"


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the gateway tells. `turn`: the number of our answer on which it follows, 0 when somebody calls."""

    call: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    event: Sign
    turn: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    caller: Annotated[str, msgspec.Meta(max_length=32)] = msgspec.field(default="", name="from")
    keys: Annotated[str, msgspec.Meta(pattern="^[0-9*#]{0,16}$")] = ""
    recording: Annotated[str, msgspec.Meta(max_length=500)] = ""
    played: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 0.0


class Spoken(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that a caller hears: words for the gateway's voice, or the address of a sound (WAV, 8 kHz)."""

    text: str = ""
    language: str = ""
    play: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What the gateway does next: says and plays this, then waits for keys, records, or hangs up."""

    turn: int
    say: tuple[Spoken, ...]
    then: Then
    keys_max: int
    end: str  # the key that ends keys and recordings
    seconds: int


@csrf_exempt  # the gateway's signature is the proof; there is no session
@guards.uncounted
@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """Answer what the gateway tells of a call. Anything but 200 makes it tell it again, which changes nothing."""
    body = request.body
    if not is_signed(settings.DURE.telephone_secret, request.headers.get(HEADER, ""), body, clock.now()):
        raise NotTheGateway()
    if len(body) > BODY_BYTES_MAX:
        raise BadValue(field="body", reason="too_long")
    try:
        told = msgspec.json.decode(body, type=Told)
    except msgspec.MsgspecError:
        raise BadValue(field="body", reason="malformed") from None
    event = CallEvent(
        call=told.call,
        turn=told.turn,
        what=told.event,
        caller=told.caller,
        keys=told.keys,
        recording=told.recording,
        played=told.played,
    )
    with translation.override(settings.LANGUAGE_CODE):
        answered = actions.answer_call(
            system("broadcast.calls"), event, providers.recording_at, actions.CallWording(_spoken_by)
        )
        answer = _answer(answered.turn)
    if AIRS & answered.did:
        app.configure_task("broadcast.air_soon", schedule_in=SOON).defer()
    if Do.KEEP in answered.did:
        app.configure_task("broadcast.make_voices_soon").defer()
    return guards.answered(HttpResponse(msgspec.json.encode(answer), content_type="application/json"))


@require_safe
def sound(request: HttpRequest, announcement: UUID, until: int, seal: str) -> HttpResponse:
    """What the gateway plays: an address that nobody guesses, good for an hour."""
    found = queries.call_sound(AnnouncementId(announcement), until, seal)
    response = parts.answer(request, found.content, found.content_type)
    response["Cache-Control"] = "private, no-store"
    return response


def _answer(turn: Turn) -> Answer:
    language = (translation.get_language() or "ko")[:2]
    return Answer(
        turn=turn.number,
        say=tuple(_spoken(line, language) for line in turn.lines),
        then=turn.then,
        keys_max=turn.keys_max,
        end=END_KEY,
        seconds=turn.seconds,
    )


def _spoken(line: Line, language: str) -> Spoken:
    one = queries.announcement(AnnouncementId(line.announcement)) if line.announcement else None
    if one is None:
        return Spoken(said(line), language)
    match line.phrase:
        case Phrase.ITEM:
            return Spoken(_item(line, one), language)
        case Phrase.WAITS:
            author = people.names([one.author]).get(one.author, "")
            return Spoken(gettext("This waits for a second person. It is from {name}.").format(name=author), language)
    if line.playing is Playing.WORDS:
        return Spoken(rules.spoken(one.kind, one.words, "en" if language == "en" else "ko"), language)
    return Spoken(play=_address(one.id))


def _item(line: Line, one: Announcement) -> str:
    aired = [each.at for each in one.airings if each.at <= clock.now()]
    kind = "" if one.kind is Kind.NOTICE else f"{KINDS[one.kind]}. "
    return f"{kind}{line.names}. {show.moment(aired[-1]) if aired else ''}".strip()


def _address(announcement: AnnouncementId) -> str:
    until = int((clock.now() + timedelta(seconds=SOUND_LASTS.total_seconds())).timestamp())
    seal = queries.call_sound_seal(announcement, until)
    return f"{settings.DURE.origin}{reverse('broadcast:call_sound', args=[announcement, until, seal])}"


def _spoken_by(name: str, at: datetime) -> str:
    said = gettext(
        "{name} spoke this by telephone, {when}. Its words are not written down yet. You hear the voice on this page, or when"
        " you call {number}."
    )
    return said.format(name=name, when=show.moment(at), number=settings.DURE.telephone_number)
