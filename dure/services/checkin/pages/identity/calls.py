"""Codes told by telephone: a person's choice, and the door of the gateway that takes the calls."""

from typing import Final

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from dure.base import clock
from dure.base.actors import system
from dure.base.refusals import BadValue, TooOften
from dure.foundations.channels import queries as ways
from dure.foundations.people import queries as people
from dure.kit import faces, guards, limits
from dure.services.checkin.actions import identity_calls as actions
from dure.services.checkin.queries import identity_spoken as queries
from dure.services.checkin.rules import calls as rules
from dure.services.checkin.rules import spoken
from dure.services.checkin.rules.consent import CONSENT
from dure.services.checkin.types.calls import CallAnswered, CallAsked, Line

from .citizen import WRITES_PER_MINUTE, actor

BODY_BYTES_MAX: Final = 2_000
SHOWN_DIGITS: Final = 4
ALOUD: Final = (
    pgettext_lazy("digit", "zero"),
    pgettext_lazy("digit", "one"),
    pgettext_lazy("digit", "two"),
    pgettext_lazy("digit", "three"),
    pgettext_lazy("digit", "four"),
    pgettext_lazy("digit", "five"),
    pgettext_lazy("digit", "six"),
    pgettext_lazy("digit", "seven"),
    pgettext_lazy("digit", "eight"),
    pgettext_lazy("digit", "nine"),
)


@require_safe
def choice(request: HttpRequest) -> HttpResponse:
    """Whether I am told codes when I call, from which number, and which one I call."""
    by = actor(request)
    if by.person is None or not people.has_consent(by.person, CONSENT.purpose):
        return redirect("checkin:start")
    own = ways.reachable(by).number
    shown = {
        "number": settings.DURE.calls_number,
        "own": f"•••{own[-SHOWN_DIGITS:]}" if own else "",
        "chosen": queries.calls(by.person),
        "most": spoken.CALLS_A_DAY,
    }
    return render(request, "checkin/calls.html", shown)


@require_POST
@limits.limited("checkin.calls", WRITES_PER_MINUTE, 60)
def choose(request: HttpRequest) -> HttpResponse:
    """Yes, or no more."""
    yes = request.POST.get("yes") == "1"
    actions.choose_calls(actor(request), yes)
    toast = (
        gettext("From now on you can call for a code.") if yes else gettext("No codes are told by telephone any more.")
    )
    return faces.hx_redirect(request, "checkin:calls", toast=toast)


@csrf_exempt  # the gateway's signature is the proof; there is no session
@guards.unmeasured
@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """What is spoken to somebody who calls. No line and no figure of it stays. Refuses NotTheGateway, BadValue."""
    body = request.body
    rules.check_gateway(settings.DURE.calls_secret, request.headers.get("X-Dure-Signature", ""), body, clock.now())
    if len(body) > BODY_BYTES_MAX:
        raise BadValue(field="body", reason="too_long")
    try:
        asked = msgspec.json.decode(body, type=CallAsked)
    except msgspec.MsgspecError:
        raise BadValue(field="body", reason="malformed") from None
    try:
        code = actions.tell_code(system("checkin.calls"), asked.number, asked.call)
    except TooOften:
        code = None
    answer = msgspec.json.encode(CallAnswered(lines(code)))
    return guards.answered(HttpResponse(answer, content_type="application/json"))


def lines(code: str | None) -> tuple[Line, ...]:
    """What is spoken, in the language of the place. Without a code the same for everybody, whatever the reason."""
    with translation.override(settings.LANGUAGE_CODE):
        if code is None:
            said = [
                gettext("We cannot tell you a code on this telephone now."),
                gettext("Please ask at the town office for a paper slip."),
            ]
        else:
            aloud = [" ".join(str(ALOUD[int(digit)]) for digit in group) for group in spoken.grouped(code)]
            said = [
                gettext("This is your check-in code. It is good once, today."),
                gettext("Say twelve digits at the door."),
                *aloud,
                gettext("Once more, slowly."),
                *(part for group in aloud for part in (group, group)),
                gettext("Thank you."),
            ]
        language = (translation.get_language() or "ko")[:2]
    return tuple(Line(text, language) for text in said)
