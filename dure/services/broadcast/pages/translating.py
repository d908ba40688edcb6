"""Other languages: which a village reads, the words in each, and in which somebody reads."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST

from dure.base.refusals import NotAllowed
from dure.foundations.people.types import Actor
from dure.kit import faces
from dure.services.broadcast import actions, queries
from dure.services.broadcast.rules import languages as rules
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import Announcement, AnnouncementId

from .common import actor
from .forms import LanguagesForm

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def languages(request: HttpRequest, code: str) -> HttpResponse:
    """Which languages people in the village read beside Korean."""
    by, found = actor(request), queries.village_by_code(code)
    if found.id not in {one.id for one in queries.villages_spoken_to(permits.somebody(by))}:
        raise NotAllowed(needs="office")
    form = LanguagesForm(request.POST or None, initial={"languages": found.languages})
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.set_languages(by, found.id, form.cleaned_data["languages"])
            return faces.hx_redirect(request, "broadcast:studio", toast=gettext("Noted."))
    return faces.form_page(request, "broadcast/languages.html", form, village=found)


@require_POST
def translate(request: HttpRequest, announcement: UUID, language: str) -> HttpResponse:
    """Keep the words in one language."""
    actions.translate(actor(request), AnnouncementId(announcement), language, request.POST.get("words", ""))
    return faces.hx_redirect(request, "broadcast:look", announcement, toast=gettext("Noted."))


@require_POST
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """In which language I read."""
    found = queries.village_by_code(code)
    actions.choose_language(actor(request), found.id, request.POST.get("language", ""))
    return faces.hx_redirect(request, "broadcast:village", code, toast=gettext("Noted."))


def choices_of(codes: Sequence[str]) -> list[tuple[str, str]]:
    """(code, name in itself) of Korean and these."""
    return [(rules.KOREAN, "한국어"), *((one, rules.NAMES[one]) for one in codes)]


def fields_of(one: Announcement) -> list[dict[str, Any]]:
    """For who speaks: each language of its villages with its words so far."""
    there = queries.translations_of(one.id)
    return [{"code": code, "name": rules.NAMES[code], "words": there.get(code, "")} for code in _of_villages(one)]


def shown_in(request: HttpRequest, by: Actor, one: Announcement) -> dict[str, Any]:
    """The words in the language that the reader asks for, chose for good, or has the pages in; else in Korean, and said so."""
    there = queries.translations_of(one.id)
    asked = [request.GET.get("in", ""), queries.language_for(by.person, one) if by.person else ""]
    wished = [each for each in asked if each == rules.KOREAN or each in rules.NAMES]
    language, missing = rules.read_in(wished, there)
    if not wished and (own := (get_language() or "")[:2]) in there:
        language = own
    offered = dict.fromkeys([*_of_villages(one), *there])
    page = reverse("broadcast:announcement", args=[one.id])
    names = dict(choices_of(list(offered)))
    found: dict[str, Any] = {
        "languages": [
            {"name": name, "code": code, "address": f"{page}?in={code}", "is_now": code == language}
            for code, name in names.items()
        ]
        if offered
        else (),
        "missing": names.get(missing, ""),
    }
    if language != rules.KOREAN:
        found |= {"lang": language, "of": language, "sources": (), "translated": there[language]}
    return found


def _of_villages(one: Announcement) -> list[str]:
    named = {code for village in one.villages for code in village.languages}
    return [code for code in rules.NAMES if code in named]
