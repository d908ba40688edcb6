"""Addresses of the pages. Each house brings its own under its name (people: /me/, places: /map/)."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from dure.site import back_office, figures, houses, operations, pages

back_office.guard(admin.site)
urlpatterns = [
    path("", pages.home, name="home"),
    path("together/", pages.together, name="together"),
    path("qr/", pages.qr, name="qr"),
    path("about/", pages.about, name="about"),
    path("settings/", pages.settings, name="settings"),
    path("again/", pages.again, name="again"),
    path("settings/look/", pages.look, name="look"),
    path("settings/language/", set_language, name="set_language"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    path("kit/", pages.gallery, name="gallery"),
    path("ready", operations.ready),
    path("metrics", figures.figures),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    *houses.urls(),
]
handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler500 = pages.broken
