"""The pages of channels: a channel for everybody, its studio at the desk."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from dure.foundations.channels import queries
from dure.kit.ui.home import Entry

from . import broadcasts, channels, friends, hooks, studio, templates_of
from .common import visiting
from .words import REASONS, SAYS

__all__ = ["REASONS", "SAYS", "app_name", "desk_entries", "desk_urlpatterns", "me_entries", "urlpatterns"]

app_name = "channels"
urlpatterns = [*channels.urlpatterns, *hooks.urlpatterns]
desk_urlpatterns = [
    *studio.urlpatterns,
    *friends.urlpatterns,
    *broadcasts.urlpatterns,
    *templates_of.urlpatterns,
]


def me_entries(request: HttpRequest) -> Sequence[Entry]:
    """The channels that somebody is a friend of, and the ones they work for."""
    by = visiting(request)
    if by.person is None:
        return ()
    own = Entry(
        gettext("My channels"),
        reverse("channels:mine"),
        sign="bell",
        note=gettext("Whose friend I am, what I agreed to"),
    )
    studios = desk_entries(request)
    return (own, *studios) if by.memberships else (own,)


def desk_entries(request: HttpRequest) -> Sequence[Entry]:
    """The studio, for who works for an organisation, and for stewards."""
    by = visiting(request)
    if not (by.memberships or by.is_steward):
        return ()
    waiting = len(queries.broadcasts_to_approve(by))
    return (
        Entry(
            gettext("Channel studio"),
            reverse("channels-desk:studio"),
            sign="bell",
            note=gettext("Write to friends, print the poster"),
            badge=str(waiting) if waiting else "",
        ),
    )
