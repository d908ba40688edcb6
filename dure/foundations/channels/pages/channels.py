"""A channel's page, for everybody: join, choose about ads, leave, each in one tap; what I agreed to and when. And its poster."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.refusals import NotFound
from dure.foundations.channels import actions, documents, queries
from dure.foundations.channels.names import ACTS, CHANNEL_STATES, CONSENTS, ORIGINS
from dure.foundations.channels.types import (
    Channel,
    ChannelState,
    ConsentKind,
    Friend,
    JoinedBy,
    LinkKind,
)
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import faces, guards, limits, tx

from .common import WRITES_PER_MINUTE, acting, visiting, words_of

JOINS_PER_HOUR = 60
LINKS_PER_MINUTE = 6_000  # a mail company follows the links of all its customers from a few addresses


@require_safe
def channel(request: HttpRequest, handle: str) -> HttpResponse:
    """What it is, and where I stand with it."""
    by, found = visiting(request), queries.channel_by_handle(handle)
    friend = queries.friend(found.id, by.person) if by.person else None
    context = {
        "channel": found,
        "friends": queries.friend_counts([found.id])[found.id],
        "state": CHANNEL_STATES[found.state],
        "is_open": found.state is ChannelState.OPEN,
        "friend": friend if friend and friend.is_here else None,
        "owner": people.organisation(found.organisation),
        "works_here": by.works_for(found.organisation),
        "way": _way(request.GET.get("by", "")),
        "messages_words": words_of(ConsentKind.MESSAGES, found),
        "choices": _choices(found, friend),
        "log": _log(by, found),
    }
    return render(request, "channels/channel.html", context)


@require_POST
@limits.limited("channels.join", JOINS_PER_HOUR, 3600)
def join(request: HttpRequest, handle: str) -> HttpResponse:
    """Become a friend; ads and night ads only where their own box was ticked."""
    by, found = acting(request), queries.channel_by_handle(handle)
    said = request.POST
    with tx.durable():
        actions.join(by, found.id, _way(said.get("by", "")), ads="ads" in said, night_ads="night_ads" in said)
    toast = gettext("You are a friend of {name} now.").format(name=found.name)
    return faces.hx_redirect(request, "channels:channel", found.handle, toast=toast)


@require_POST
@limits.limited("channels.consent", WRITES_PER_MINUTE, 60)
def choose(request: HttpRequest, handle: str, kind: str, answer: str) -> HttpResponse:
    """Yes or no to ads, or to ads at night."""
    by, found = acting(request), queries.channel_by_handle(handle)
    if kind not in list(ConsentKind) or answer not in ("yes", "no"):
        raise NotFound(what="consent")
    with tx.durable():
        actions.set_ad_consent(by, found.id, ConsentKind(kind), answer == "yes")
    toast = (
        gettext("Noted. You can take it back at any time.") if answer == "yes" else gettext("Taken back, from now on.")
    )
    return faces.hx_redirect(request, "channels:channel", found.handle, toast=toast)


@require_POST
@limits.limited("channels.leave", WRITES_PER_MINUTE, 60)
def leave(request: HttpRequest, handle: str) -> HttpResponse:
    """Leave in one tap; the notice that says so can undo it."""
    by, found = acting(request), queries.channel_by_handle(handle)
    with tx.durable():
        undo = actions.leave(by, found.id)
    toast = gettext("You left {name}. Nothing more comes from now on.").format(name=found.name)
    return faces.hx_redirect(
        request, "channels:channel", found.handle, toast=toast, undo=reverse("channels:link", args=[undo.token])
    )


@guards.uncounted
@csrf_exempt  # who holds the signed link may do what it says, and mail programs send it without our cookie (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("channels.link", LINKS_PER_MINUTE, 60)
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Do what a signed link says, without a log-in. Looking changes nothing: programs look at links before people do."""
    said = queries.linked(token)
    found = queries.channel(said.channel)
    context: dict[str, Any] = {"channel": found, "kind": said.kind.value, "token": token}
    if request.method == "POST":
        origin = "mail-header" if "List-Unsubscribe" in request.POST else "leave-link"
        with tx.durable():
            undo = actions.follow_link(visiting(request), token, origin=origin)
        if said.kind is LinkKind.UNDO:
            toast = gettext("You are a friend of {name} again. Ads stay off until you agree anew.").format(
                name=found.name
            )
            return faces.hx_redirect(request, "channels:channel", found.handle, toast=toast)
        context |= {"done": True, "undo": undo}
    return render(request, "channels/link.html", context)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The channels whose friend I am, and one button against all ads."""
    by = acting(request)
    friendships = queries.friendships(by.person) if by.person else ()
    channels = queries.channels(one.channel for one in friendships)
    rows = [{"friend": one, "channel": channels[one.channel]} for one in friendships if one.channel in channels]
    return render(request, "channels/mine.html", {"rows": rows, "takes_ads": any(one.ads_since for one in friendships)})


@require_POST
@limits.limited("channels.consent", WRITES_PER_MINUTE, 60)
def no_ads(request: HttpRequest) -> HttpResponse:
    """Take back every consent to ads at once."""
    with tx.durable():
        actions.withdraw_all_ads(acting(request))
    return faces.hx_redirect(request, "channels:mine", toast=gettext("No channel sends you ads from now on."))


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Look for a channel by name or handle."""
    said = request.GET.get("q", "")[:60]
    return render(request, "channels/find.html", {"said": said, "found": queries.find_channels(said)})


@require_safe
def poster(request: HttpRequest, handle: str) -> HttpResponse:
    """The poster to hang up: a sheet of A4 with the QR code, the handle and three plain steps."""
    found = queries.channel_by_handle(handle)
    response = HttpResponse(documents.poster_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="dure-{found.id}.pdf"'
    return response


def _way(said: str) -> JoinedBy:
    return JoinedBy(said) if said in (JoinedBy.QR, JoinedBy.LINK) else JoinedBy.SEARCH


def _choices(channel: Channel, friend: Friend | None) -> list[dict[str, Any]]:
    """The two consents about ads, each with its words and where it stands."""
    ads = friend.ads_since if friend else None
    night = friend.night_ads_since if friend else None
    return [
        words_of(ConsentKind.ADS, channel) | {"since": ads, "is_possible": True},
        words_of(ConsentKind.NIGHT_ADS, channel) | {"since": night, "is_possible": ads is not None},
    ]


def _log(by: Actor, channel: Channel) -> list[dict[str, Any]]:
    if by.person is None:
        return []
    return [
        {"line": line, "kind": CONSENTS[line.kind], "act": ACTS[line.act], "origin": ORIGINS[line.origin]}
        for line in queries.consent_log(channel.id, by.person)
    ]


urlpatterns = [
    path("mine/", mine, name="mine"),
    path("mine/no-ads/", no_ads, name="no_ads"),
    path("find/", find, name="find"),
    path("link/<str:token>/", link, name="link"),
    path("@<str:handle>/", channel, name="channel"),
    path("@<str:handle>/join/", join, name="join"),
    path("@<str:handle>/leave/", leave, name="leave"),
    path("@<str:handle>/poster.pdf", poster, name="poster"),
    path("@<str:handle>/<slug:kind>/<slug:answer>/", choose, name="choose"),
]
