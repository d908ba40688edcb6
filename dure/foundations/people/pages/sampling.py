"""Only with sample data: one-tap log-in as any sample person, and the letters that would have been sent.

These pages have no address outside demo mode (urlpatterns), and refuse to answer there besides.
"""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.foundations.people import queries, rules
from dure.foundations.people.types import OrgRole, PersonCard
from dure.kit import faces

LETTERS_MAX = 30
LETTER_BYTES_MAX = 200_000
_END = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter that was written to a file instead of sent."""

    to: str
    subject: str
    text: str
    at: datetime | None


def only_in_a_demonstration() -> None:
    """Anybody may be anybody here, so it must be impossible anywhere else."""
    if not settings.DURE.demo or settings.DURE.secure:
        raise Http404


@require_safe
def persons(request: HttpRequest) -> HttpResponse:
    """Everybody one can be."""
    only_in_a_demonstration()
    people = [_shown(card) for card in queries.sample_persons()]
    people.sort(key=lambda one: (one["rank"], one["card"].name))
    context = {"people": people, "password": rules.SAMPLE_PASSWORD}
    return render(request, "people/sample_persons.html", context)


def _shown(card: PersonCard) -> dict[str, Any]:
    """A person with one line on what they are for: neighbours first, then organisations, then the platform's own."""
    who = queries.actor(card.id)
    rank, does = 0, gettext("Neighbour: proposes, agrees, gives")
    if not settings.DURE.open_to_join:
        does = gettext("Officer: files queries, decides on those of colleagues")
    for membership in queries.memberships_of(card.id):
        words = {
            OrgRole.OWNER: gettext("Owner of {name}: accepts causes, signs payouts"),
            OrgRole.STAFF: gettext("Staff of {name}: writes plans and reports"),
        }
        rank, does = 1, words[membership.role].format(name=membership.organisation.name)
    if who.is_steward:
        rank, does = 2, gettext("Steward: vets causes, decides about organisations")
    if who.is_auditor:
        rank, does = 3, gettext("Auditor: reads everything, changes nothing")
    return {"card": card, "rank": rank, "does": does}


@require_POST
def become(request: HttpRequest, person: UUID) -> HttpResponse:
    """Log in as a sample person, in one tap."""
    only_in_a_demonstration()
    samples = get_user_model().objects.filter(email__endswith=f"@{rules.SAMPLE_DOMAIN}", is_active=True)
    user = samples.filter(pk=person).first()
    if user is None:
        raise Http404
    request.session.flush()
    record_authentication(request, user, method="password", reauthenticated=True)
    response: HttpResponse = perform_login(
        request, user, email_verification="none", redirect_url=faces.back_address(request)
    )
    response.cookies.pop(settings.LANGUAGE_COOKIE_NAME, None)  # the visitor reads, not the sample person
    return response


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """The letters of this installation, newest first, so that joining can be tried without a mail server."""
    only_in_a_demonstration()
    folder = Path(settings.DURE.var) / "mail"
    return render(request, "people/sample_letters.html", {"letters": _letters(folder)})


def _letters(folder: Path) -> list[Letter]:
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)[:LETTERS_MAX]
    found: list[Letter] = []
    for path in files:
        raw = path.read_bytes()[:LETTER_BYTES_MAX]
        found.extend(_letter(part) for part in reversed(raw.split(_END)) if part.strip())
    return found[:LETTERS_MAX]


def _letter(raw: bytes) -> Letter:
    message: EmailMessage = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    date = message["date"]
    return Letter(
        to=str(message["to"]),
        subject=str(message["subject"]),
        text=str(body.get_content()).strip() if body else "",
        at=date.datetime if date else None,
    )
