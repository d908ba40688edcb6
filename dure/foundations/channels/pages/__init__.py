"""The pages of channels: a channel for everybody, its studio at the desk; conversations, and the inbox at the desk."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from dure.foundations.channels import queries
from dure.foundations.people.types import Actor
from dure.kit.ui.home import Entry

from . import (
    broadcasts,
    channels,
    coupons,
    desk_inbox,
    figures,
    friends,
    hooks,
    inbox,
    inbox_words,
    push,
    sampling,
    sending,
    studio,
    templates_of,
    ways,
    words,
)
from .common import visiting
from .inbox import home_cards
from .words import REASONS

__all__ = [
    "REASONS",
    "SAYS",
    "app_name",
    "desk_entries",
    "desk_urlpatterns",
    "home_cards",
    "me_entries",
    "urlpatterns",
]

app_name = "channels"
SAYS = {**inbox_words.SAYS, **words.SAYS}
urlpatterns = [*coupons.urlpatterns, *inbox.urlpatterns, *ways.urlpatterns, *push.urlpatterns]
urlpatterns += [*sampling.urlpatterns, *channels.urlpatterns, *hooks.urlpatterns]
desk_urlpatterns = [
    *desk_inbox.urlpatterns,
    *studio.urlpatterns,
    *friends.urlpatterns,
    *broadcasts.urlpatterns,
    *figures.urlpatterns,
    *templates_of.urlpatterns,
    *sending.urlpatterns,
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
    mine = (*inbox.me_entries(request), own, *ways.me_entries(request))
    return (*mine, *_studio(request, by)) if by.memberships else mine


def desk_entries(request: HttpRequest) -> Sequence[Entry]:
    """The inbox and the studio, for who works for an organisation, and for stewards; for these and auditors what was sent."""
    by = visiting(request)
    return (*_studio(request, by), *_sent(by))


def _studio(request: HttpRequest, by: Actor) -> Sequence[Entry]:
    if not (by.memberships or by.is_steward):
        return ()
    answering = desk_inbox.desk_entries(request)
    waiting = len(queries.broadcasts_to_approve(by))
    return (
        *answering,
        Entry(
            gettext("Channel studio"),
            reverse("channels-desk:studio"),
            sign="bell",
            note=gettext("Write to friends, print the poster"),
            badge=str(waiting) if waiting else "",
        ),
    )


def _sent(by: Actor) -> Sequence[Entry]:
    if not (by.is_steward or by.is_auditor):
        return ()
    note = gettext("Why somebody did not get a message")
    return (Entry(gettext("What was sent"), reverse("channels-desk:sendings"), sign="news", note=note),)
