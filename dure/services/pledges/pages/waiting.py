"""Proving without a line: what a kept page needs to know, and where a telephone sends what waited on it."""

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dure.base import clock
from dure.base.refusals import Refusal
from dure.kit import faces
from dure.kit.photos import PICTURE_BYTES_MAX
from dure.kit.ui.context import whose
from dure.services.pledges import actions
from dure.services.pledges.rules import days, permits
from dure.services.pledges.types import (
    NewProof,
    Pledge,
    PledgeId,
    PledgeState,
    ProofState,
    Season,
    SeasonState,
    Window,
)

from .common import actor

SCRIPTS = ("queue.js", "worker.js")  # one file for the browser: what waits, then what works in the background
KEPT_FOR_SECONDS = 3_600


class SentForm(forms.Form):
    """A proof as a telephone kept it. Which sort a project asks for, the rules say."""

    day = forms.IntegerField(min_value=1, max_value=days.SEASON_DAYS)
    number = forms.IntegerField(required=False, min_value=0, max_value=permits.NUMBER_MAX)
    text = forms.CharField(required=False, max_length=permits.TEXT_LENGTH_MAX)
    picture = forms.FileField(required=False)

    def proof(self, pledge: PledgeId) -> NewProof:
        """The proof as it was kept."""
        said, picture = self.cleaned_data, self.cleaned_data["picture"]
        return NewProof(
            pledge=pledge,
            day=said["day"],
            text=said["text"],
            number=said["number"],
            picture=picture.read(PICTURE_BYTES_MAX + 1) if picture else b"",
        )


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps one's own pages for when there is no line, and sends what waits."""
    folder = resources.files("dure.services.pledges").joinpath("static/pledges")
    script = b"\n".join(folder.joinpath(name).read_bytes() for name in SCRIPTS)
    headers = {"Cache-Control": f"max-age={KEPT_FOR_SECONDS}"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


@never_cache
@require_safe
def line(request: HttpRequest) -> JsonResponse:
    """Whose proofs can be sent now, what a form needs, and what time it is here. Nobody: `whose` is empty."""
    known = actor(request).person is not None
    said = {"whose": whose(request) if known else "", "csrf": get_token(request), "now": clock.now().timestamp()}
    return JsonResponse(said)


@require_POST
def send(request: HttpRequest, pledge: UUID) -> JsonResponse:
    """A proof that waited on a telephone: taken once, however often it is sent; in words, not as a page."""
    by, form = actor(request), SentForm(request.POST, request.FILES)
    if by.person is None:
        return JsonResponse({"said": gettext("Please log in first.")}, status=401)
    if not form.is_valid():
        [why, *_more] = (error for errors in form.errors.values() for error in errors)
        return JsonResponse({"said": str(why)}, status=422)
    try:
        key = faces.form_key(request)
        sent = actions.send_proof(by, form.proof(PledgeId(pledge)), key=key)
    except Refusal as refusal:
        spoken = faces.says(refusal)
        return JsonResponse({"said": f"{spoken.text} {spoken.todo}".strip()}, status=spoken.status)
    messages.success(request, said_of(sent.state))
    return JsonResponse({"key": key, "state": sent.state.value}, status=201)


def said_of(state: ProofState) -> str:
    """What somebody reads who has just sent a proof."""
    if state is ProofState.LATE:
        return gettext("Sent. It came late and waits for the leader.")
    return gettext("Done for this day.")


def may_wake(pledge: Pledge, season: Season) -> bool:
    """Whether a page that has no day to prove now may have one when it is opened again without a line."""
    is_over = clock.today() > days.last_day(season.starts_on)
    return pledge.state is PledgeState.JOINED and season.state is SeasonState.OPEN and not is_over


def proving_of(
    pledge: Pledge,
    season: Season,
    window: Window,
    states: Mapping[int, ProofState],
    open_days: Sequence[Mapping[str, Any]],
) -> Mapping[str, object]:
    """What the page has to know to say by itself, later, which days can be proved."""
    return {
        "first": season.starts_on.isoformat(),
        "window": f"{window.start},{window.until + season.grace_minutes}",
        "days": ",".join(str(one["day"]) for one in open_days),
        "sent": ",".join(str(day) for day in sorted(states)),
        "closes": open_days[0]["closes"] if open_days and not open_days[0]["is_late"] else None,
    }
