"""The citizen's pages: agreeing, taking it back, the code on the screen, and the batch that a telephone fetches for it.

The code page says nothing about who reads it: the telephone keeps it and asks nobody when a code is shown. Of the fetch of a
batch nothing stays behind here: it is no row, no line, no figure, and its limit is counted in memory, under a name that ends
with the process.
"""

import hashlib
import secrets
from importlib import resources
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from dure.base import clock
from dure.base.refusals import Refusal
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, Origin
from dure.kit import faces, guards, limits
from dure.services.checkin import documents
from dure.services.checkin.actions import identity as actions
from dure.services.checkin.rules import batches, calendar
from dure.services.checkin.rules.calendar import EPOCH_MAX
from dure.services.checkin.rules.consent import CONSENT
from dure.services.checkin.types import Epoch

WRITES_PER_MINUTE: Final = 10
KEPT_FOR_SECONDS: Final = 2 * 24 * 3600  # the worker's script: browsers ask for it with each visit otherwise
_fetches: Final = limits.Window(batches.BATCHES_MAX, 3600)
_salt: Final = secrets.token_bytes(16)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What check-in is, in the words one agrees to; with a yes the way to the code, and the way back."""
    by = actor(request)
    agreed = by.person is not None and people.has_consent(by.person, CONSENT.purpose)
    shown = _language()
    text = {"title": CONSENT.title[shown], "body": CONSENT.body[shown], "version": CONSENT.version}
    return render(request, "checkin/start.html", {"person": by.person, "agreed": agreed, "text": text})


@require_POST
@limits.limited("checkin.consent", WRITES_PER_MINUTE, 60)
def agree(request: HttpRequest, version: int) -> HttpResponse:
    """Yes, in the words of this version."""
    actions.agree(actor(request), version, _origin(request))
    return faces.hx_redirect(request, "checkin:code")


@require_POST
@limits.limited("checkin.consent", WRITES_PER_MINUTE, 60)
def withdraw(request: HttpRequest) -> HttpResponse:
    """No more."""
    actions.withdraw(actor(request), _origin(request))
    return faces.hx_redirect(request, "checkin:start", toast=gettext("Taken back. No new codes are made."))


@require_safe
def code(request: HttpRequest) -> HttpResponse:
    """The code on the screen. The same page for everybody who agreed; the rest happens on the telephone."""
    by = actor(request)
    if by.person is None or not people.has_consent(by.person, CONSENT.purpose):
        return redirect("checkin:start")
    return render(request, "checkin/code.html", {"batches": reverse("checkin:batch", args=[0])})


@guards.unmeasured
@require_safe
def batch(request: HttpRequest, epoch: int) -> HttpResponse:
    """A day's passes, for the person's own telephone. Of the same length for everybody."""
    by, said, status = actor(request), dict[str, object](), 200
    try:
        _fetches.count(_counted(by))
        said |= batches.message(actions.make_batch(by, Epoch(min(epoch, EPOCH_MAX))), clock.now())
    except Refusal as refusal:
        spoken = faces.says(refusal)
        said |= {"code": spoken.code, "text": f"{spoken.text} {spoken.todo}".strip()}
        said["now"], status = batches.moment(clock.now()), spoken.status
    return guards.answered(JsonResponse(said, status=status))


@require_safe
def slip(request: HttpRequest) -> HttpResponse:
    """What a paper slip is, and the way to print one of today or tomorrow."""
    by = actor(request)
    if by.person is None or not people.has_consent(by.person, CONSENT.purpose):
        return redirect("checkin:start")
    today = calendar.epoch_of(clock.now())
    return render(
        request, "checkin/slip.html", {"days": [(calendar.day_of(Epoch(one)), one) for one in (today, today + 1)]}
    )


@guards.unmeasured
@require_safe
def slip_paper(request: HttpRequest, epoch: int) -> HttpResponse:
    """The slip of a day, as PDF. Of its printing nothing stays behind. Refuses NotAllowed, NotAgreed, DayClosed, TooOften."""
    by = actor(request)
    _fetches.count(_counted(by))
    day = Epoch(min(epoch, EPOCH_MAX))
    response = HttpResponse(documents.slip_pdf(day, actions.make_slip(by, day)), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="checkin-{calendar.day_of(day).isoformat()}.pdf"'
    return guards.answered(response)


def _counted(by: Actor) -> str:
    """Under what somebody's fetches are counted: a name that ends with the process. Raises NotAllowed."""
    return hashlib.blake2b(batches.may_fetch(by).bytes, key=_salt, digest_size=16).hexdigest()


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the code page for when there is no line, and so that showing a code asks nobody."""
    script = resources.files("dure.services.checkin").joinpath("static/checkin/worker.js").read_bytes()
    headers = {"Cache-Control": f"private, max-age={KEPT_FOR_SECONDS}"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


def actor(request: HttpRequest) -> Actor:
    """Who asks."""
    known: Actor | None = getattr(request, "actor", None)
    if known is not None:
        return known
    return people.actor(request.user.pk if request.user.is_authenticated else None)


def _origin(request: HttpRequest) -> Origin:
    return Origin(face="page", address=str(request.META.get("REMOTE_ADDR", "")), language=_language())


def _language() -> str:
    """The language of the words that are shown: the one the consent is given in."""
    spoken = (get_language() or "ko")[:2]
    return spoken if spoken in CONSENT.body else "ko"
