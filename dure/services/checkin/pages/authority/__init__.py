"""Pages of the authority: the desk of its officers, the transparency report, the door for the other parties."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext

from dure.kit import peers
from dure.kit.ui.home import Entry
from dure.services.checkin.pages import keys
from dure.services.checkin.queries import authority as queries

from . import desk, messages, report
from .log_words import LOG_WORDS
from .says import SAYS

__all__ = ["LOG_WORDS", "SAYS", "app_name", "desk_entries", "desk_urlpatterns", "together", "urlpatterns"]

app_name = "checkin"
urlpatterns: list[URLPattern | URLResolver] = [
    path("party/", include([peers.door(messages.TAKEN)])),
    path("report/", report.newest, name="report"),
    path("report/<str:day>.pdf", report.on_paper, name="report_pdf"),
    *keys.urlpatterns,
]
desk_urlpatterns: list[URLPattern] = [
    path("", desk.files, name="files"),
    path("officers/", desk.officers, name="officers"),
    path("new/", desk.places, name="places"),
    path("new/<uuid:venue>/", desk.file, name="file"),
    path("<uuid:query>/", desk.query, name="query"),
    path("<uuid:query>/approve/", desk.approve, name="approve"),
    path("<uuid:query>/refuse/", desk.refuse, name="refuse"),
    path("<uuid:query>/again/", desk.look_again, name="look_again"),
    path("<uuid:query>/close/", desk.close, name="close"),
]


def together(request: HttpRequest) -> Sequence[Entry]:
    """The report, and for officers and auditors the way to their desk."""
    ways = [Entry(gettext("Transparency"), reverse("checkin:report"), "chart")]
    if _may_read(request):
        ways.append(Entry(gettext("Queries"), reverse("checkin-desk:files"), "desk"))
    return ways


def desk_entries(request: HttpRequest) -> Sequence[Entry]:
    """Queries, with how many wait for this officer."""
    by = desk.acting(request)
    own = queries.officer(by.person)
    if own is None and not by.is_auditor:
        return ()
    badge = str(queries.undecided(own.office.id, own.person) or "") if own else ""
    return (Entry(gettext("Queries"), reverse("checkin-desk:files"), "shield", badge=badge),)


def _may_read(request: HttpRequest) -> bool:
    by = desk.acting(request)
    return by.is_auditor or queries.officer(by.person) is not None
