"""A context processor for the frame around the pages of a party that is not the platform: its few ways, its desk."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from dure.kit.ui.home import Entry
from dure.site import houses, parties


def frame(request: HttpRequest) -> dict[str, Any]:
    """`nav_items` for the bar, `me_items`, `desk_items`: the names that the platform's shell has, too."""
    ways = [
        Entry(gettext("This party"), reverse("home"), "shield"),
        *houses.entries("together", request),
        Entry(gettext("Public logs"), reverse("vault:logs"), "check"),
    ]
    if parties.has_persons(settings.DURE.role):
        ways.append(Entry(gettext("Me"), "/me/", "me"))
    return {
        "nav_items": houses.marked(ways, request.path),
        "me_items": SimpleLazyObject(lambda: houses.entries("me_entries", request)),
        "nobody_joins": True,
        "desk_items": SimpleLazyObject(lambda: houses.entries("desk_entries", request)),
    }
