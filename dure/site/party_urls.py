"""Addresses of the pages of a party that is not the platform: who it is, its houses' pages, and little else.

No figures are kept here and none are shown: what a party counts by time could be joined with what another one counts.
"""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from dure.site import houses, operations, pages, parties, party_pages


def _of_persons() -> list[URLPattern | URLResolver]:
    """Where people log in: the ordinary door, and the admin behind it."""
    if not parties.has_persons(settings.DURE.role):
        return []
    from dure.site import back_office

    back_office.guard(admin.site)
    return [
        path("admin/", admin.site.urls),
        path("accounts/", include("allauth.urls")),
        path("again/", pages.again, name="again"),
        path("together/", party_pages.home, name="together"),
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", party_pages.home, name="home"),
    path("about/", party_pages.about, name="about"),
    path("settings/", pages.settings, name="settings"),
    path("settings/look/", pages.look, name="look"),
    path("settings/language/", set_language, name="set_language"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    path("ready", operations.ready),
    *_of_persons(),
    *houses.urls(),
]
handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler500 = pages.broken
