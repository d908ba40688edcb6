"""A child asks for a parent who has no account: the form, how far it is, taking it back; the head's yes or no."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import faces, show
from dure.kit.faces import Words
from dure.services.broadcast import actions, queries
from dure.services.broadcast.names import REQUESTS
from dure.services.broadcast.rules import permits
from dure.services.broadcast.rules import requests as rules
from dure.services.broadcast.types import ParentRequest, RequestId, RequestStanding, Village

from .common import actor, shown_number
from .forms import ParentForm

both = require_http_methods(["GET", "HEAD", "POST"])
TITLES: Final = (_("Word of the village"), _("Call to the parent"), _("Broadcasts by telephone"))
# How far each of the three steps is.
HOW_FAR: Final[Mapping[RequestStanding, tuple[str, str, str]]] = {
    RequestStanding.WAITING: ("now", "next", "next"),
    RequestStanding.CALLING: ("done", "now", "next"),
    RequestStanding.HEARING: ("done", "done", "done"),
}
NOTES: Final[Mapping[RequestStanding, Words]] = {
    RequestStanding.WAITING: _(
        "Who speaks to the village says yes or no. Without an answer it ends on {day}. Nobody is called before."
    ),
    RequestStanding.REFUSED: _("Nobody was called. Please speak with the village head."),
    RequestStanding.WITHDRAWN: _("Nobody is called for it."),
    RequestStanding.LAPSED: _(
        "Two weeks are over, and nobody was called. Please speak with the village head, and ask again."
    ),
    RequestStanding.CALLING: _("By day, three times at most. It begins when they press 1 themselves."),
    RequestStanding.HEARING: _("They end it themselves, with 9 in a call."),
    RequestStanding.SAID_NO: _("They pressed 9: they do not want to be called. Nobody calls there again."),
    RequestStanding.NOT_REACHED: _("Nobody pressed a key in three calls. You may ask once more."),
    RequestStanding.OVER: _("They ended it, or the village took them out."),
}
TONES: Final[Mapping[RequestStanding, str]] = {
    RequestStanding.WAITING: "sun",
    RequestStanding.CALLING: "sun",
    RequestStanding.HEARING: "quiet",
}


@both
def parent(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a parent, and how far it is with those for whom I asked."""
    by, found = actor(request), queries.village_by_code(code)
    permits.somebody(by)
    form = ParentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            said = form.cleaned_data
            actions.ask_for_parent(by, found.id, said["name"], said["telephone"], key=faces.form_key(request))
            done = gettext("The village has your request. Nobody is called before it agrees.")
            return faces.hx_redirect(request, "broadcast:parent", found.code, toast=done)
    rows = [_shown(one) for one in queries.requests_of(by, found.id)]
    return faces.form_page(request, "broadcast/parent.html", form, village=found, rows=rows)


@require_POST
def withdraw(request: HttpRequest, code: str, asked: UUID) -> HttpResponse:
    """Take my request back."""
    actions.withdraw_request(actor(request), RequestId(asked))
    return faces.hx_redirect(request, "broadcast:parent", code, toast=gettext("Taken back. Nobody is called for it."))


@require_POST
def agree(request: HttpRequest, code: str, asked: UUID) -> HttpResponse:
    """Agree that a parent is called and asked."""
    actions.agree_request(actor(request), RequestId(asked), key=faces.form_key(request))
    done = gettext("Entered. We call and ask; nothing else is said before they agree.")
    return faces.hx_redirect(request, "broadcast:households", code, toast=done)


@require_POST
def refuse(request: HttpRequest, code: str, asked: UUID) -> HttpResponse:
    """Say no to a request."""
    actions.refuse_request(actor(request), RequestId(asked))
    return faces.hx_redirect(request, "broadcast:households", code, toast=gettext("Noted. Nobody is called."))


def waiting_at(by: Actor, village: Village) -> Sequence[Mapping[str, Any]]:
    """What waits for the word of who speaks to a village, with who asked."""
    asked = queries.requests_to(by, village.id)
    names = people.names([one.by for one in asked])
    return [{"one": one, "by": names.get(one.by, ""), "number": shown_number(one.number)} for one in asked]


def _shown(one: ParentRequest) -> Mapping[str, Any]:
    note = str(NOTES[one.standing]).format(day=show.day(one.lapses_at))
    steps = [
        {"title": title, "state": state, "note": note if state == "now" else ""}
        for title, state in zip(TITLES, HOW_FAR.get(one.standing, ()), strict=False)
    ]
    return {
        "one": one,
        "number": shown_number(one.number),
        "state": REQUESTS[one.standing],
        "tone": TONES.get(one.standing, "grey"),
        "steps": steps,
        "note": "" if any(step["note"] for step in steps) else note,
        "may_withdraw": rules.may_withdraw(one.standing),
    }
