"""What other programs read of village broadcast: a listener's podcast at a private address, its sound and its transcript. That an
app fetched something says nothing about whether somebody heard it.
"""

import hashlib
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from dure.base.refusals import NotFound
from dure.foundations.people import queries as people
from dure.kit import parts
from dure.services.broadcast import queries
from dure.services.broadcast.names import KINDS
from dure.services.broadcast.rules import podcast, studio, transcript, voicing
from dure.services.broadcast.types import AnnouncementId, Episode, Form, Kind, Podcast, SoundFile, VoiceState

PLAIN: Final = "text/plain; charset=utf-8"
VTT: Final = "text/vtt; charset=utf-8"
RECORDING: Final = "rec"
ETAG_LETTERS: Final = 32


@require_safe
def feed(request: HttpRequest, key: UUID, seal: str) -> HttpResponse:
    """The podcast of whoever has this address, in the installation's language: apps ask for none."""
    found = queries.podcast(key, seal)
    with override(settings.LANGUAGE_CODE):
        content = podcast.document(_show(found), [_item(found, one) for one in found.episodes])
    return _answer(request, HttpResponse(content, content_type=podcast.MEDIA_TYPE), content)


@require_safe
def sound(request: HttpRequest, key: UUID, seal: str, announcement: UUID, form: str) -> HttpResponse:
    """The sound of an episode, whole or in the parts that apps ask for; `rec`: a recording as it came."""
    named = AnnouncementId(announcement)
    if form == RECORDING:
        found = queries.episode_recording(key, seal, named)
    elif form in set(Form):
        found = queries.episode_sound(key, seal, named, Form(form))
    else:
        raise NotFound(what="voice")
    return _sound(request, found)


@require_safe
def written(request: HttpRequest, key: UUID, seal: str, announcement: UUID, form: str) -> HttpResponse:
    """The transcript: `vtt` with the times at which it is heard, `txt` the words alone."""
    named = AnnouncementId(announcement)
    queries.demand_episode(key, seal, named)
    one = queries.announcement(named)
    words = studio.spoken(one.kind, one.words)
    if form == "txt":
        return _answer(request, HttpResponse(f"{words}\n", content_type=PLAIN), words.encode())
    made = queries.spoken_form(named)
    if form != "vtt" or made is None or not queries.is_audible(made):
        raise NotFound(what="transcript")
    around = voicing.around(one.kind) if one.seconds else ("", "")
    content = transcript.vtt(transcript.cues(one.words if one.seconds else words, made.timing, made.seconds, around))
    return _answer(request, HttpResponse(content, content_type=VTT), content.encode())


def _show(found: Podcast) -> podcast.Show:
    return podcast.Show(
        title=gettext("Broadcast of {name}").format(name=found.village.name),
        description=gettext("What is said to {name}. This address is yours alone; please give it to nobody.").format(
            name=found.village.name
        ),
        author=people.organisation(found.village.organisation).name,
        place=found.village.name,
        address=_address("podcast", found.address.key, found.address.seal),
        page=_address("village", found.village.code),
        picture=f"{settings.DURE.origin}{static('dure/icon-512.png')}",
        language=settings.LANGUAGE_CODE,
    )


def _item(found: Podcast, one: Episode) -> podcast.Item:
    said = one.announcement
    sign = "" if said.kind is Kind.NOTICE else str(KINDS[said.kind])
    usual, light, seconds = _files(found, one)
    kinds = [("txt", "text/plain")]
    if one.spoken is not None and queries.is_audible(one.spoken):
        kinds.insert(0, ("vtt", "text/vtt"))
    return podcast.Item(
        guid=f"urn:dure:broadcast:{said.id}:{one.at:%Y%m%dT%H%M%S}",
        title=podcast.title_of(said.words, sign),
        words=studio.spoken(said.kind, said.words),
        page=_address("announcement", said.id),
        at=one.at,
        seconds=seconds,
        sound=usual,
        light=light,
        transcripts=tuple((_file(found, "transcript", said.id, form), kind) for form, kind in kinds),
    )


def _files(found: Podcast, one: Episode) -> tuple[podcast.Enclosure | None, podcast.Enclosure | None, float]:
    """The enclosure, the same with fewer bytes, and how long it lasts."""
    made, said = one.spoken, one.announcement
    if made is not None and made.state is VoiceState.MADE:
        usual = podcast.Enclosure(_file(found, "episode", said.id, Form.MP3), made.sizes[Form.MP3], "audio/mpeg")
        opus = _file(found, "episode", said.id, Form.OPUS)
        return usual, podcast.Enclosure(opus, made.sizes[Form.OPUS], "audio/ogg", "opus"), made.seconds
    if said.seconds:
        kept = _file(found, "episode", said.id, RECORDING)
        return podcast.Enclosure(kept, one.recording_bytes, said.content_type), None, said.seconds
    return None, None, 0.0


def _sound(request: HttpRequest, found: SoundFile) -> HttpResponse:
    response = parts.answer(request, found.content, found.content_type, _etag(found.content))
    return _private(response)


def _answer(request: HttpRequest, response: HttpResponse, content: bytes) -> HttpResponse:
    etag = _etag(content)
    response["ETag"] = etag
    return _private(get_conditional_response(request, etag=etag, response=response) or response)


def _private(response: HttpResponse) -> HttpResponse:
    """Nobody in between keeps it, and no search engine."""
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:ETAG_LETTERS]}"'


def _file(found: Podcast, name: str, announcement: AnnouncementId, form: str) -> str:
    return _address(name, found.address.key, found.address.seal, announcement, form)


def _address(name: str, *arguments: object) -> str:
    return f"{settings.DURE.origin}{reverse(f'broadcast:{name}', args=arguments)}"


urlpatterns = [
    path("podcast/<uuid:key>/<str:seal>.xml", feed, name="podcast"),
    path("podcast/<uuid:key>/<str:seal>/<uuid:announcement>/sound.<str:form>", sound, name="episode"),
    path("podcast/<uuid:key>/<str:seal>/<uuid:announcement>/words.<str:form>", written, name="transcript"),
]
