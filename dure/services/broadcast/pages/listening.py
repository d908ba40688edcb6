"""Pages of who listens: what was said, one announcement to hear, the village one joins and leaves."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.base.refusals import BadValue, NotFound
from dure.foundations.people import queries as people
from dure.kit import faces
from dure.services.broadcast import actions, queries
from dure.services.broadcast.names import OFFICES, TIES
from dure.services.broadcast.rules import ladder, languages, transcript
from dure.services.broadcast.types import AnnouncementId, Key, Office, Part, Standing, Tie

from .common import actor, form_of, in_parts, said_of, sound_on_page
from .forms import JoinForm
from .translating import choices_of, shown_in

both = require_http_methods(["GET", "HEAD", "POST"])
BODY_BYTES_MAX = 40_000
CODE_LENGTH_MAX = 12


class Played(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a browser says that it played: pairs of begin and end."""

    parts: tuple[tuple[float, float], ...]
    of: Annotated[str, msgspec.Meta(max_length=8)] = (
        "words"  # letters or seconds of a recording; "sound": seconds of the
    )
    # sound that was made; a language: letters of that translation


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What was said in the last thirty days where I listen; where to join; the studio for who speaks."""
    by = actor(request)
    if by.person is None:
        return render(request, "broadcast/home.html", {"items": (), "villages": ()})
    items = []
    for one in queries.archive(by):
        heard = queries.heard_by(by.person, one.id)
        items.append({**said_of(one), "is_heard": heard is not None and heard.standing is Standing.HEARD})
    context = {
        "items": items,
        "villages": queries.memberships(by.person),
        "speaks": bool(queries.villages_spoken_to(by.person)),
    }
    return render(request, "broadcast/home.html", context)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """From the code that stands on paper to the page of the village."""
    code = "".join(request.GET.get("code", "").split()).upper()[:CODE_LENGTH_MAX]
    if not code.isalnum():
        raise NotFound(what="village")
    return redirect("broadcast:village", queries.village_by_code(code).code)


@both
def village(request: HttpRequest, code: str) -> HttpResponse:
    """A village: who speaks to it; joining with one yes; what it says here to who joined."""
    by, found = actor(request), queries.village_by_code(code)
    mine = (
        next((one for one in queries.memberships(by.person) if one.village.id == found.id), None) if by.person else None
    )
    form = JoinForm(request.POST or None, initial={"tie": mine.tie.value, "zone": mine.zone} if mine else None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            tie, zone = Tie(form.cleaned_data["tie"]), form.cleaned_data["zone"]
            actions.join_village(by, found.id, tie, zone, key=faces.form_key(request))
            said = gettext("You hear {village} from now on.").format(village=found.name)
            return faces.hx_redirect(request, "broadcast:village", found.code, toast=said)
    held = [one for one in queries.offices(found.id) if one.tenure.holds(clock.today())]
    today = sorted(held, key=lambda one: list(Office).index(one.tenure.office))
    names = people.names([one.tenure.person for one in today])
    body = people.organisation(found.organisation)
    context = {
        "village": found,
        "mine": mine,
        "choices": choices_of(found.languages) if mine and found.languages else (),
        "reads": queries.reads_in(mine) if mine else "",
        "tie": TIES[mine.tie] if mine else "",
        "body": body.name,
        "speakers": [{"name": names.get(one.tenure.person, ""), "office": OFFICES[one.tenure.office]} for one in today],
        "night": (f"{ladder.NIGHT_BEGINS:%H:%M}", f"{ladder.NIGHT_ENDS:%H:%M}"),
    }
    return faces.form_page(request, "broadcast/village.html", form, **context)


@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """One tap, and nothing more comes."""
    found = queries.village_by_code(code)
    actions.leave_village(actor(request), found.id)
    said = gettext("You hear {village} no more.").format(village=found.name)
    return faces.hx_redirect(request, "broadcast:village", found.code, toast=said)


@require_safe
def announcement(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """One announcement: a large button that plays it, its words, and the word that one heard it."""
    by = actor(request)
    one = queries.announcement_for(by, AnnouncementId(announcement))
    heard = queries.heard_by(by.person, one.id) if by.person else None
    card = people.names([one.author]).get(one.author, "")
    said = said_of(one)
    shown = shown_in(request, by, one)
    context: dict[str, Any] = {
        **said,
        **sound_on_page(one),
        **shown,
        "author": card,
        "sentences": sentences(shown.get("translated", said["words"])),
        "counts": heard is not None,
        "is_heard": heard is not None and heard.standing is Standing.HEARD,
        "percent": round(heard.share * 100) if heard else 0,
    }
    return render(request, "broadcast/announcement.html", context)


@require_safe
def voice(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """The recording, whole or the part that a player asks for: some play nothing that cannot be asked for in parts."""
    found = queries.recording_of(actor(request), AnnouncementId(announcement))
    return in_parts(request, found.content, found.content_type)


@require_safe
def sound(request: HttpRequest, announcement: UUID, form: str) -> HttpResponse:
    """One form of the sound that was made of it."""
    found = queries.sound_of(actor(request), AnnouncementId(announcement), form_of(form))
    return in_parts(request, found.content, found.content_type)


@require_POST
def played(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Note what a browser played. Sent again it changes nothing: a second that was played counts once."""
    if len(request.body) > BODY_BYTES_MAX:
        raise BadValue(field="parts", reason="length")
    try:
        said = msgspec.json.decode(request.body, type=Played)
    except msgspec.DecodeError as error:
        raise BadValue(field="parts", reason="malformed") from error
    parts = [Part(begins, ends) for begins, ends in said.parts]
    language = said.of if said.of not in ("words", "sound") else languages.KOREAN
    heard = actions.note_played(
        actor(request), AnnouncementId(announcement), parts, of_sound=said.of == "sound", language=language
    )
    is_heard = heard is not None and heard.standing is Standing.HEARD
    return JsonResponse({"heard": is_heard, "counts": heard is not None})


@require_POST
def heard(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Say that one heard or read it."""
    actions.press(actor(request), AnnouncementId(announcement), Key.HEARD)
    said = gettext("Thank you. The head of the village sees that you heard it.")
    return faces.hx_redirect(request, "broadcast:announcement", announcement, toast=said)


def sentences(words: str) -> list[dict[str, Any]]:
    """The words in pieces that a machine speaks one after the other, each with where it begins and ends in letters."""
    return [
        {"text": words[begin:end], "begins": begin if number else 0, "ends": end}
        for number, (begin, end) in enumerate(transcript.pieces(words))
    ]
