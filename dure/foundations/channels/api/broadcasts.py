"""A channel's messages to its friends, for programs of the organisation."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from django_bolt import Request

from dure.foundations.channels import actions, queries
from dure.foundations.channels.rules import broadcasts as rules
from dure.foundations.channels.rules import channels as permits
from dure.foundations.channels.rules import segments
from dure.foundations.channels.types import (
    Broadcast,
    BroadcastId,
    ChannelId,
    Content,
    Estimate,
    Figures,
    NewBroadcast,
    Purpose,
    TemplateId,
)
from dure.kit import tx
from dure.kit.routes import Key, needs_token

from .roots import actor, routes


class Writing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message to friends. `segment` in words; `at` with its zone, null: as soon as it may."""

    purpose: Literal["info", "ad"]
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=rules.TITLE_LENGTH_MAX)]
    content: Content
    segment: Annotated[str, msgspec.Meta(max_length=segments.TEXT_LENGTH_MAX)] = ""
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    template: UUID | None = None
    free_only: bool = False


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A second person's word on what they read: `version` is that of the broadcast."""

    version: UUID
    yes: bool
    why: Annotated[str, msgspec.Meta(max_length=permits.WHY_LENGTH_MAX)] = ""


@routes.get("/{channel}/broadcasts", **needs_token)
def listed(request: Request, channel: UUID) -> list[Broadcast]:
    """The broadcasts of a channel, the newest first."""
    return list(queries.broadcasts_for(actor(request), channel))


@routes.post("/{channel}/broadcasts", status_code=201, **needs_token)
def write(request: Request, channel: UUID, body: Writing, key: Key) -> Broadcast:
    """Write a draft. Nothing is sent yet."""
    template = TemplateId(body.template) if body.template else None
    new = NewBroadcast(
        *(ChannelId(channel), Purpose(body.purpose), body.title, body.content, body.segment, body.at, template),
        free_only=body.free_only,
    )
    by = actor(request)
    with tx.action(by, "channels.write_broadcast", key, new, UUID) as call:
        made = call.answer() if call else call.keep(actions.write_broadcast(by, new, key=key).id)
    return queries.broadcast(by, made)


@routes.get("/broadcasts/{broadcast}", **needs_token)
def one(request: Request, broadcast: UUID) -> Broadcast:
    """One broadcast."""
    return queries.broadcast(actor(request), broadcast)


@routes.get("/broadcasts/{broadcast}/estimate", **needs_token)
def estimate(request: Request, broadcast: UUID) -> Estimate:
    """Whom it would reach and what it would cost, as consents stand now. Null: too few people stand behind the number."""
    by = actor(request)
    return queries.estimate(by, rules.as_written(queries.broadcast(by, broadcast)))


@routes.post("/broadcasts/{broadcast}/handing-in", **needs_token)
def hand_in(request: Request, broadcast: UUID, key: Key) -> Broadcast:
    """Send it at its time, or ask a second person where it would reach many."""
    by = actor(request)
    with tx.action(by, "channels.hand_in", key, broadcast, bool) as call:
        if not call:
            actions.hand_in_broadcast(by, BroadcastId(broadcast))
            call.keep(True)
    return queries.broadcast(by, broadcast)


@routes.post("/broadcasts/{broadcast}/approval", **needs_token)
def approve(request: Request, broadcast: UUID, body: Approval, key: Key) -> Broadcast:
    """Agree to what was read, or send it back with a reason."""
    by, known = actor(request), BroadcastId(broadcast)
    with tx.action(by, "channels.approve", key, (broadcast, body), bool) as call:
        if not call:
            if body.yes:
                actions.approve_broadcast(by, known, body.version)
            else:
                actions.reject_broadcast(by, known, body.why)
            call.keep(True)
    return queries.broadcast(by, broadcast)


@routes.post("/broadcasts/{broadcast}/stop", **needs_token)
def stop(request: Request, broadcast: UUID, key: Key) -> Broadcast:
    """Stop it, also while it is on its way."""
    by = actor(request)
    with tx.action(by, "channels.stop", key, broadcast, bool) as call:
        if not call:
            actions.stop_broadcast(by, BroadcastId(broadcast))
            call.keep(True)
    return queries.broadcast(by, broadcast)


@routes.get("/broadcasts/{broadcast}/figures", **needs_token)
def figures(request: Request, broadcast: UUID) -> Figures | None:
    """What became of it; null: not sent yet. Numbers that would tell about fewer than 20 people are null."""
    by = actor(request)
    return queries.figures(by, queries.broadcast(by, broadcast))
