"""The studio: the channels that somebody works for, opening one, its profile, its end; for stewards, pausing one."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.base.refusals import NotAllowed
from dure.foundations.channels import actions, queries
from dure.foundations.channels.names import BROADCAST_STATES, CHANNEL_STATES, PURPOSES
from dure.foundations.channels.types import Broadcast, Channel, ChannelId, NewChannel
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import faces, limits, show, tx

from .common import WRITES_PER_MINUTE, acting, posted, worked_on
from .forms import OpeningForm, ProfileForm, WhyForm, refusals_on

OPENINGS_PER_HOUR = 10
DAYS_DRAWN = 30
NEWEST = 5


def listed(rows: tuple[Broadcast, ...]) -> list[dict[str, object]]:
    """Broadcasts with their words and channels."""
    channels = queries.channels(one.channel for one in rows)
    return [
        {
            "broadcast": one,
            "channel": channels[one.channel],
            "state": BROADCAST_STATES[one.state],
            "purpose": PURPOSES[one.purpose],
        }
        for one in rows
    ]


@require_safe
def studio(request: HttpRequest) -> HttpResponse:
    """Every channel of mine, what waits for my yes, and where I can open one."""
    by = acting(request)
    if not (by.memberships or by.is_steward):
        raise NotAllowed(needs="member")
    owned = [organisation for organisation, _role in by.memberships if by.owns(organisation)]
    known = queries.channels_for(by)
    friends = queries.friend_counts(one.id for one in known)
    context = {
        "channels": [{"channel": one, "friends": friends[one.id], "state": CHANNEL_STATES[one.state]} for one in known],
        "owned": sorted(people.organisations(owned).values(), key=lambda one: one.name),
        "to_approve": listed(queries.broadcasts_to_approve(by)),
        "sampled": listed(queries.broadcasts_sampled(by)) if by.is_steward else [],
    }
    return render(request, "channels/studio.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("channels.open", OPENINGS_PER_HOUR, 3600)
def opened(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Open a channel of an organisation."""
    by, owned = acting(request), people.organisation(organisation)
    if not by.owns(owned.id):
        raise NotAllowed(needs="owner")
    form = OpeningForm(posted(request), initial={"name": owned.name, "contact": owned.contact_email})
    if form.is_valid():
        with refusals_on(form):
            made = _open(by, form.entry(owned.id), faces.form_key(request))
        if not form.errors:
            toast = gettext("{name} is open. Print its poster next.").format(name=made.name)
            return faces.hx_redirect(request, "channels-desk:channel", made.id, toast=toast)
    return faces.form_page(request, "channels/studio_open.html", form, organisation=owned)


def _open(by: Actor, new: NewChannel, key: str) -> Channel:
    with tx.durable():
        return actions.open_channel(by, new, key=key)


@require_safe
def channel(request: HttpRequest, channel: UUID) -> HttpResponse:
    """One channel at work: its friends, its messages, its poster; for a steward, whether it goes on."""
    by = acting(request)
    if by.is_steward and not by.works_for(queries.channel(channel).organisation):
        return _for_steward(request, channel)
    by, found, context = worked_on(request, channel)
    days = queries.friends_by_day(by, found, DAYS_DRAWN)
    newest = queries.broadcasts_for(by, found)[:NEWEST]
    context |= {
        "friends": queries.friend_counts([found])[found],
        "days": [(show.day(day), count) for day, count in days],
        "grew": days[-1][1] - days[0][1],
        "newest": listed(newest),
        "why": queries.paused_why(found),
        "address": request.build_absolute_uri(f"/channels/@{context['channel'].handle}/?by=link"),
        "today": clock.today(),
    }
    return render(request, "channels/studio_channel.html", context)


def _steward_sees(channel: Channel, why: str) -> dict[str, Any]:
    friends = queries.friend_counts([channel.id])[channel.id]
    return {"channel": channel, "friends": friends, "state": CHANNEL_STATES[channel.state], "why": why}


def _for_steward(request: HttpRequest, channel: UUID) -> HttpResponse:
    found = queries.channel(channel)
    context = _steward_sees(found, queries.paused_why(channel))
    return render(request, "channels/studio_steward.html", context | {"form": WhyForm()})


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("channels.edit", WRITES_PER_MINUTE, 60)
def edit(request: HttpRequest, channel: UUID) -> HttpResponse:
    """Change what the channel says of itself."""
    by, found, context = worked_on(request, channel)
    shown = context["channel"]
    form = ProfileForm(posted(request), initial=ProfileForm.said(shown))
    if form.is_valid():
        with refusals_on(form), tx.durable():
            actions.edit_channel(by, found, **form.cleaned_data)
        if not form.errors:
            return faces.hx_redirect(request, "channels-desk:channel", found, toast=gettext("Saved."))
    return faces.form_page(request, "channels/studio_edit.html", form, **context)


@require_POST
@limits.limited("channels.edit", WRITES_PER_MINUTE, 60)
def close(request: HttpRequest, channel: UUID) -> HttpResponse:
    """Close it for good."""
    by, found = acting(request), ChannelId(channel)
    with tx.durable():
        gone = actions.close_channel(by, found)
    said = ngettext(
        "The channel is closed; {n} friend was let go.", "The channel is closed; {n} friends were let go.", gone
    )
    return faces.hx_redirect(request, "channels-desk:studio", toast=said.format(n=show.count(gone)))


@require_POST
@limits.limited("channels.pause", WRITES_PER_MINUTE, 60)
def pause(request: HttpRequest, channel: UUID) -> HttpResponse:
    """As a steward, pause it with a reason."""
    form = WhyForm(request.POST)
    by, found = acting(request), queries.channel(channel)
    if form.is_valid():
        with refusals_on(form), tx.durable():
            actions.pause_channel(by, found.id, form.cleaned_data["why"])
        if not form.errors:
            return faces.hx_redirect(request, "channels-desk:channel", found.id, toast=gettext("Paused."))
    context = _steward_sees(found, "")
    return faces.form_page(request, "channels/studio_steward.html", form, **context)


@require_POST
@limits.limited("channels.pause", WRITES_PER_MINUTE, 60)
def resume(request: HttpRequest, channel: UUID) -> HttpResponse:
    """As a steward, let it go on."""
    with tx.durable():
        actions.resume_channel(acting(request), ChannelId(channel))
    return faces.hx_redirect(request, "channels-desk:channel", channel, toast=gettext("It goes on."))


urlpatterns = [
    path("", studio, name="studio"),
    path("new/<uuid:organisation>/", opened, name="open"),
    path("<uuid:channel>/", channel, name="channel"),
    path("<uuid:channel>/edit/", edit, name="edit"),
    path("<uuid:channel>/close/", close, name="close"),
    path("<uuid:channel>/pause/", pause, name="pause"),
    path("<uuid:channel>/resume/", resume, name="resume"),
]
