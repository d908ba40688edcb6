"""A context processor for the frame around every page: the five places below, the entries of the desk."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from dure.kit.ui.home import Entry
from dure.site import houses

ME_PATHS = ("/me/", "/accounts/", "/settings/")
NO_PLACE_PATHS = ("/about/", "/kit/", "/desk/")


def place(path: str) -> str:
    """Which of the five places a page belongs to; channels to 소식 (news), services to 함께 (take part)."""
    if path == "/" or path.startswith("/channels/"):
        return "home"
    if path.startswith("/map/"):
        return "map"
    if path.startswith("/checkin/"):
        return "qr"
    if path.startswith(ME_PATHS):
        return "me"
    return "" if path.startswith(NO_PLACE_PATHS) else "together"


def frame(request: HttpRequest) -> dict[str, Any]:
    """`nav_items` for the bar or rail, `me_items` for 나, `desk_items` for the desk (asked of the houses only when drawn)."""
    here = place(request.path)
    items = [
        Entry(gettext("News"), reverse("home"), "news", current=here == "home"),
        Entry(gettext("Together"), reverse("together"), "together", current=here == "together"),
        Entry("QR", reverse("checkin:code"), "qr", current=here == "qr"),
        Entry(gettext("Map"), reverse("places:map"), "map", current=here == "map"),
        Entry(gettext("Me"), "/me/", "me", current=here == "me"),
    ]
    return {
        "nav_items": items,
        "me_items": SimpleLazyObject(lambda: houses.entries("me_entries", request)),
        "desk_items": SimpleLazyObject(lambda: houses.entries("desk_entries", request)),
    }
