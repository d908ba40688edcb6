"""How the admin's skin (django-unfold) looks here: our accent, our greys, our name, and the mark of sample data."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext, gettext_lazy


def sample_mark(request: HttpRequest) -> list[str] | None:
    """The label beside the admin's title while the data are samples."""
    return [gettext("Sample data"), "warning"] if settings.DURE.demo else None


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": gettext_lazy("Dure"),
    "SITE_HEADER": gettext_lazy("Dure"),
    "SITE_SUBHEADER": gettext_lazy("Administration"),
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("dure/icon.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("dure/icon.svg")}],
    "SHOW_LANGUAGES": True,
    "ENVIRONMENT": "dure.site.skin.sample_mark",
    "COLORS": {
        "primary": {
            "50": "#eef7f3",
            "100": "#e7f2ed",
            "200": "#cfe6db",
            "300": "#9fd6bf",
            "400": "#57c79f",
            "500": "#1f8f6c",
            "600": "#0b6b4f",
            "700": "#084f3a",
            "800": "#0a3f30",
            "900": "#0b3327",
            "950": "#071f18",
        },
        "base": {
            "50": "#faf8f4",
            "100": "#f1eee8",
            "200": "#e4e0d8",
            "300": "#cbc8c0",
            "400": "#9aa19c",
            "500": "#6b746f",
            "600": "#565f5a",
            "700": "#3d4641",
            "800": "#29302c",
            "900": "#1d2320",
            "950": "#141816",
        },
    },
}
