"""Pages of the identity party: the citizen's code, where owners register places that scan, the door for the other parties."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext

from dure.base.actors import NOBODY
from dure.foundations.people.types import OrgRole
from dure.kit import peers
from dure.kit.ui.home import Entry
from dure.services.checkin.pages import keys
from dure.services.checkin.pages.answered import ANSWERED_WORDS
from dure.services.checkin.pages.says import SAYS

from . import calls, citizen, desk, messages, tracing

__all__ = ["LOG_WORDS", "SAYS", "app_name", "desk_entries", "desk_urlpatterns", "me_entries", "together", "urlpatterns"]

app_name = "checkin"
LOG_WORDS = ANSWERED_WORDS
urlpatterns: list[URLPattern | URLResolver] = [
    path("", citizen.start, name="start"),
    path("agree/<int:version>/", citizen.agree, name="agree"),
    path("withdraw/", citizen.withdraw, name="withdraw"),
    path("code/", citizen.code, name="code"),
    path("calls/", calls.choice, name="calls"),
    path("calls/choose/", calls.choose, name="choose_calls"),
    path("call/", calls.call, name="call"),
    path("slip/", citizen.slip, name="slip"),
    path("slip/<int:epoch>/", citizen.slip_paper, name="slip_paper"),
    path("code/worker.js", citizen.worker, name="worker"),
    path("batch/<int:epoch>/", citizen.batch, name="batch"),
    path("party/", include([peers.door({**messages.TAKEN, **tracing.TAKEN})])),
    *keys.urlpatterns,
]
desk_urlpatterns: list[URLPattern] = [
    path("", desk.places, name="places"),
    path("<uuid:venue>/", desk.place, name="place"),
    path("<uuid:venue>/scanners/", desk.add, name="add"),
    path("<uuid:venue>/revoke/", desk.revoke, name="revoke"),
    path("scanners/<uuid:scanner>/revoke/", desk.revoke_scanner, name="revoke_scanner"),
]


def together(request: HttpRequest) -> Sequence[Entry]:
    """QR check-in."""
    return [Entry(gettext("QR check-in"), reverse("checkin:start"), "qr")]


def me_entries(request: HttpRequest) -> Sequence[Entry]:
    """What I agreed to for check-in, and the way back."""
    return [Entry(gettext("QR check-in"), reverse("checkin:start"), "qr")]


def desk_entries(request: HttpRequest) -> Sequence[Entry]:
    """Places that scan, for owners."""
    memberships = getattr(request, "actor", NOBODY).memberships
    if not any(role is OrgRole.OWNER for _organisation, role in memberships):
        return []
    return [Entry(gettext("Places that scan"), reverse("checkin-desk:places"), "qr")]
