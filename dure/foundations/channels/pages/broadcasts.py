"""The studio's messages: write with a live preview and count, hand in, agree as a second person, stop, see what became of it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.refusals import Refusal
from dure.foundations.channels import actions, queries
from dure.foundations.channels.names import BROADCAST_STATES, PURPOSES, REFUSED, ROUTES
from dure.foundations.channels.rules import advertising, segments
from dure.foundations.channels.rules import broadcasts as rules
from dure.foundations.channels.rules.broadcasts import BroadcastVerb
from dure.foundations.channels.types import (
    Broadcast,
    BroadcastId,
    BroadcastState,
    Channel,
    Content,
    CouponCard,
    NewBroadcast,
    Purpose,
    SegmentUnreadable,
)
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import faces, limits, tx

from . import talking
from .common import WRITES_PER_MINUTE, acting, worked_on
from .composing import coupon_words, drawn, message_form
from .forms import MessageForm, WhyForm, refusals_on, words_for
from .studio import listed

PREVIEWS_PER_MINUTE = 120


@require_safe
def messages(request: HttpRequest, channel: UUID) -> HttpResponse:
    """Every message of the channel with its state."""
    by, found, context = worked_on(request, channel)
    return render(
        request, "channels/studio_messages.html", context | {"rows": listed(queries.broadcasts_for(by, found))}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("channels.write", WRITES_PER_MINUTE, 60)
def write(request: HttpRequest, channel: UUID) -> HttpResponse:
    """Write a message; it is kept as a draft."""
    by, found, context = worked_on(request, channel)
    form = message_form(request, by, found)
    if form.is_valid():
        with refusals_on(form):
            made = _kept(by, form.entry(found), faces.form_key(request))
        if not form.errors:
            return faces.hx_redirect(request, "channels-desk:message", made.id, toast=gettext("Kept as a draft."))
    seen = _seen(by, context["channel"], form)
    return faces.form_page(request, "channels/studio_write.html", form, picture=_file_of(form), **context, **seen)


def _kept(by: Actor, new: NewBroadcast, key: str) -> Broadcast:
    """The draft. Who changed the words after a lost answer is told so; the earlier words never pass for them."""
    with tx.action(by, "channels.write_broadcast", key, new, UUID) as call:
        made = call.answer() if call else call.keep(actions.write_broadcast(by, new, key=key).id)
    return queries.broadcast(by, made)


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("channels.write", WRITES_PER_MINUTE, 60)
def edit(request: HttpRequest, broadcast: UUID) -> HttpResponse:
    """Change a draft, or take what waits for a yes back to change it."""
    kept = queries.broadcast(acting(request), broadcast)
    by, found, context = worked_on(request, kept.channel)
    form = message_form(request, by, found, kept)
    if form.is_valid():
        with refusals_on(form), tx.durable():
            actions.edit_broadcast(by, kept.id, form.entry(found))
        if not form.errors:
            return faces.hx_redirect(request, "channels-desk:message", kept.id, toast=gettext("Saved."))
    seen = (
        _seen(by, context["channel"], form)
        if form.is_bound
        else _preview(by, context["channel"], rules.as_written(kept))
    )
    return faces.form_page(
        request, "channels/studio_write.html", form, broadcast=kept, picture=_file_of(form), **context, **seen
    )


@require_POST
@limits.limited("channels.preview", PREVIEWS_PER_MINUTE, 60)
def preview(request: HttpRequest, channel: UUID) -> HttpResponse:
    """While somebody types: how it will look on a phone, what is wrong with it, whom it reaches and what it costs."""
    by, found, context = worked_on(request, channel)
    form = message_form(request, by, found)
    form.is_valid()
    return render(request, "channels/preview_part.html", context | _seen(by, context["channel"], form))


@require_safe
def message(request: HttpRequest, broadcast: UUID) -> HttpResponse:
    """One message: how it looks, where it stands, what comes next, what became of it."""
    by = acting(request)
    return render(
        request, "channels/studio_message.html", _shown(by, queries.broadcast(by, broadcast)) | {"form": WhyForm()}
    )


@require_POST
@limits.limited("channels.test", WRITES_PER_MINUTE, 60)
def send_test(request: HttpRequest, broadcast: UUID) -> HttpResponse:
    """Put it into one's own inbox first."""
    with tx.durable():
        actions.send_test(acting(request), BroadcastId(broadcast))
    toast = gettext("It is in your own inbox now, as your friends will see it.")
    return faces.hx_redirect(request, "channels-desk:message", broadcast, toast=toast)


@require_POST
@limits.limited("channels.write", WRITES_PER_MINUTE, 60)
def hand_in(request: HttpRequest, broadcast: UUID) -> HttpResponse:
    """Send it at its time, or ask a second person first."""
    with tx.durable():
        state = actions.hand_in_broadcast(acting(request), BroadcastId(broadcast))
    asked = gettext("It would reach many, so a second person has to agree. They see it on their desk.")
    toast = asked if state is BroadcastState.ASKED else gettext("It goes out at its time.")
    return faces.hx_redirect(request, "channels-desk:message", broadcast, toast=toast)


@require_POST
@limits.limited("channels.approve", WRITES_PER_MINUTE, 60)
def approve(request: HttpRequest, broadcast: UUID, version: UUID) -> HttpResponse:
    """Agree to what was read."""
    with tx.durable():
        actions.approve_broadcast(acting(request), BroadcastId(broadcast), version)
    return faces.hx_redirect(request, "channels-desk:studio", toast=gettext("Agreed. It goes out at its time."))


@require_POST
@limits.limited("channels.approve", WRITES_PER_MINUTE, 60)
def reject(request: HttpRequest, broadcast: UUID) -> HttpResponse:
    """Send it back with a reason."""
    by, form = acting(request), WhyForm(request.POST)
    if form.is_valid():
        with refusals_on(form), tx.durable():
            actions.reject_broadcast(by, BroadcastId(broadcast), form.cleaned_data["why"])
        if not form.errors:
            return faces.hx_redirect(request, "channels-desk:studio", toast=gettext("Sent back."))
    shown = _shown(by, queries.broadcast(by, broadcast))
    return faces.form_page(request, "channels/studio_message.html", form, **shown)


@require_POST
@limits.limited("channels.write", WRITES_PER_MINUTE, 60)
def stop(request: HttpRequest, broadcast: UUID) -> HttpResponse:
    """Stop it, also while it is on its way."""
    with tx.durable():
        actions.stop_broadcast(acting(request), BroadcastId(broadcast))
    return faces.hx_redirect(
        request, "channels-desk:message", broadcast, toast=gettext("Stopped. What has left, has left.")
    )


def _seen(by: Actor, channel: Channel, form: MessageForm) -> dict[str, Any]:
    """The preview of what stands in a form, complete or not."""
    said = form.cleaned_data if form.is_bound else {}
    purpose = Purpose(said["purpose"]) if said.get("purpose") in list(Purpose) else Purpose.INFO
    for name in ("text", "button_label", "button_link"):
        said.setdefault(name, "")
    content = MessageForm.content(form) if form.is_bound else Content(())
    new = NewBroadcast(channel.id, purpose, "", content, said.get("segment", ""), free_only=bool(said.get("free_only")))
    return _preview(by, channel, new)


def _preview(by: Actor, channel: Channel, new: NewBroadcast) -> dict[str, Any]:
    content, purpose = new.content, new.purpose
    said = any(getattr(part, "text", "") for part in content.parts)
    formed = advertising.as_ad(content, channel.name, channel.contact) if purpose is Purpose.AD and said else content
    return {
        "content": formed,
        "parts": drawn(formed),
        "is_empty": not said,
        "wrong": _wrong(channel, purpose, formed) if said else "",
        **_reach(by, new),
    }


def _file_of(form: MessageForm) -> str:
    """Where the picture is shown that is stored already."""
    return talking.file_address(str(form.kept.id)) if form.kept else ""


def _wrong(channel: Channel, purpose: Purpose, content: Content) -> str:
    try:
        advertising.check(content, purpose, channel.name, channel.contact)
    except Refusal as refusal:
        spoken = faces.says(refusal)
        return words_for(refusal) or f"{spoken.text} {spoken.todo}".strip()
    return ""


def _reach(by: Actor, new: NewBroadcast) -> dict[str, Any]:
    """Whom it reaches, what it costs, what its coupon will meet: in numbers that tell about nobody in particular."""
    try:
        estimate = queries.estimate(by, new)
        wanted = segments.parse(new.segment)
    except SegmentUnreadable as refusal:
        return {"unreadable": words_for(refusal)}
    bill = estimate.bill
    return {
        "estimate": estimate,
        "is_rounded": segments.is_private(wanted),
        "is_ad": new.purpose is Purpose.AD,
        "costs": [{"cost": one, "way": ROUTES[one.route]} for one in bill.routes],
        "is_short": bill.left_won is not None and bill.left_won < 0,
        "coupon_lines": coupon_words(new.content, queries.carriable_coupons(by, new.channel), estimate),
        "needs_second": rules.needs_second(queries.audience(new.channel, wanted)),
    }


def _shown(by: Actor, kept: Broadcast) -> dict[str, Any]:
    channel = queries.channel(kept.channel)
    works_here = by.works_for(channel.organisation)
    names = people.names([one for one in (kept.written_by, kept.approved_by) if one])
    formed = (
        advertising.as_ad(kept.content, channel.name, channel.contact) if kept.purpose is Purpose.AD else kept.content
    )
    shown = {
        "broadcast": kept,
        "channel": channel,
        "state": BROADCAST_STATES[kept.state],
        "purpose": PURPOSES[kept.purpose],
        "content": formed,
        "parts": drawn(formed),
        "refused_why": REFUSED.get(kept.refused, REFUSED[""]) if kept.refused else "",
        "works_here": works_here,
        "writer": names.get(kept.written_by, ""),
        "approver": names.get(kept.approved_by, "") if kept.approved_by else "",
        "may_edit": works_here and rules.allows(kept.state, BroadcastVerb.EDIT),
        "may_hand_in": works_here and rules.allows(kept.state, BroadcastVerb.ASK),
        "may_stop": works_here and rules.allows(kept.state, BroadcastVerb.STOP),
        "may_approve": rules.allows(kept.state, BroadcastVerb.APPROVE) and by.person != kept.written_by,
        "is_own": by.person == kept.written_by,
        "waits": kept.state is BroadcastState.ASKED,
    }
    if works_here:
        shown |= _reach(by, rules.as_written(kept))
        shown |= _figures(by, kept)
    return shown


def _figures(by: Actor, kept: Broadcast) -> dict[str, Any]:
    """What became of it: each number with its word, and a picture of those that may be told."""
    figures = queries.figures(by, kept)
    if figures is None:
        return {}
    told = [
        (gettext("Sent"), figures.sent),
        (gettext("Delivered"), figures.delivered),
        (gettext("Opened"), figures.opened),
        (gettext("Button pressed"), figures.clicked),
        (gettext("Left within three days"), figures.left),
    ]
    if any(isinstance(part, CouponCard) for part in kept.content.parts):
        told += [
            (gettext("Coupon taken"), figures.coupons_taken),
            (gettext("Coupon used"), figures.coupons_used),
        ]
    bars = [(label, count) for label, count in told if count is not None]
    return {"figures": figures, "told_figures": told, "bars": bars}


urlpatterns = [
    path("<uuid:channel>/messages/", messages, name="messages"),
    path("<uuid:channel>/messages/new/", write, name="write"),
    path("<uuid:channel>/messages/preview/", preview, name="preview"),
    path("messages/<uuid:broadcast>/", message, name="message"),
    path("messages/<uuid:broadcast>/edit/", edit, name="edit_message"),
    path("messages/<uuid:broadcast>/test/", send_test, name="send_test"),
    path("messages/<uuid:broadcast>/hand-in/", hand_in, name="hand_in"),
    path("messages/<uuid:broadcast>/approve/<uuid:version>/", approve, name="approve"),
    path("messages/<uuid:broadcast>/reject/", reject, name="reject"),
    path("messages/<uuid:broadcast>/stop/", stop, name="stop"),
]
