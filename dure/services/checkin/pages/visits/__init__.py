"""Pages of the visit party: its register, the door for the other parties."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext

from dure.kit import peers
from dure.kit.ui.home import Entry
from dure.services.checkin.pages import keys
from dure.services.checkin.pages.says import SAYS

from . import door, messages, register, setup, tracing
from .log_words import LOG_WORDS

__all__ = ["LOG_WORDS", "SAYS", "app_name", "together", "urlpatterns"]

app_name = "checkin"
urlpatterns: list[URLPattern | URLResolver] = [
    path("places/", register.places, name="places"),
    path("places/<uuid:venue>/", register.place, name="place"),
    path("scanner/", setup.scanner, name="scanner"),
    path("scanner/enrol/", setup.enrol, name="enrol"),
    path("door/", door.door, name="door"),
    path("door/worker.js", door.worker, name="door_worker"),
    path("party/", include([peers.door({**messages.TAKEN, **tracing.TAKEN})])),
    *keys.urlpatterns,
]


def together(request: HttpRequest) -> Sequence[Entry]:
    """The register."""
    return [Entry(gettext("Places that scan"), reverse("checkin:places"), "place")]
