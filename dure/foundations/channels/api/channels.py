"""Channels, friendship and consents, for programs of the person themselves and of the organisation."""

from dataclasses import asdict, dataclass
from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request
from django_bolt.param_functions import Query

from dure.foundations.channels import actions, queries
from dure.foundations.channels.rules import channels as rules
from dure.foundations.channels.rules import segments
from dure.foundations.channels.rules.friends import NOTE_LENGTH_MAX, TAGS_MAX
from dure.foundations.channels.types import (
    Channel,
    ChannelId,
    ConsentKind,
    ConsentLine,
    Friend,
    FriendNote,
    FriendPage,
    JoinedBy,
    NewChannel,
    Undo,
)
from dure.foundations.people.types import OrganisationId, PersonId
from dure.kit import tx
from dure.kit.routes import Key, needs_token

from .roots import actor, routes

Words = Annotated[str, msgspec.Meta(max_length=segments.TEXT_LENGTH_MAX)]
AboutAds = Annotated[str, msgspec.Meta(pattern="^(ads|night_ads)$")]
Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=segments.TAG_LENGTH_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSaid(Channel):
    """A channel, and how many friends it has."""

    friends: int


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A channel to open."""

    organisation: UUID
    handle: Annotated[str, msgspec.Meta(min_length=2, max_length=rules.HANDLE_LENGTH[1])]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=rules.NAME_LENGTH_MAX)]
    contact: Annotated[str, msgspec.Meta(min_length=7, max_length=rules.CONTACT_LENGTH[1])]
    about: Annotated[str, msgspec.Meta(max_length=rules.ABOUT_LENGTH_MAX)] = ""


class Joining(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one agrees to when one joins: neither of the two by joining alone."""

    joined_by: JoinedBy = JoinedBy.LINK
    ads: bool = False
    night_ads: bool = False


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Yes or no."""

    yes: bool


class Noting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a channel writes down about a friend; what is left out stays."""

    tags: Annotated[list[Tag], msgspec.Meta(max_length=TAGS_MAX)] | None = None
    note: Annotated[str, msgspec.Meta(max_length=NOTE_LENGTH_MAX)] | None = None


class Listed(msgspec.Struct, frozen=True):
    """Which friends: a condition in words, and which page."""

    segment: Words = ""
    page: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1


class Reach(msgspec.Struct, frozen=True):
    """How many friends a condition fits; null where it would tell about few."""

    segment: str
    count: int | None


@routes.get("/by-handle/{handle}")
def by_handle(handle: Annotated[str, msgspec.Meta(max_length=rules.HANDLE_LENGTH[1])]) -> ChannelSaid:
    """The channel with this handle, as it stands on its poster."""
    return _said(queries.channel_by_handle(handle))


@routes.post("", status_code=201, **needs_token)
def opened(request: Request, body: Opening, key: Key) -> ChannelSaid:
    """Open a channel of an organisation, as its owner."""
    new = NewChannel(OrganisationId(body.organisation), body.handle, body.name, body.about, body.contact)
    with tx.durable():
        return _said(actions.open_channel(actor(request), new, key=key))


def _said(channel: Channel) -> ChannelSaid:
    return ChannelSaid(**asdict(channel), friends=queries.friend_counts([channel.id])[channel.id])


@routes.get("/friendships", **needs_token)
def friendships(request: Request) -> list[Friend]:
    """The channels whose friend I am, and what I agreed to."""
    return list(queries.friendships(rules.somebody(actor(request))))


@routes.put("/{channel}/friendship", **needs_token)
def join(request: Request, channel: UUID, body: Joining, key: Key) -> Friend:
    """Become a friend; to ask again adds what is new and takes nothing back."""
    by, known = actor(request), ChannelId(channel)
    with tx.action(by, "channels.join", key, (channel, body), Friend) as call:
        if call:
            return call.answer()
        joined = actions.join(by, known, body.joined_by, ads=body.ads, night_ads=body.night_ads, origin="api")
        return call.keep(joined)


@routes.post("/{channel}/leaving", **needs_token)
def leave(request: Request, channel: UUID, key: Key) -> Undo:
    """Leave, at once. Answers how to take it back within minutes."""
    by, known = actor(request), ChannelId(channel)
    with tx.action(by, "channels.leave", key, channel, Undo) as call:
        if call:
            return call.answer()
        return call.keep(actions.leave(by, known, origin="api"))


@routes.put("/{channel}/consents/{kind}", **needs_token)
def choose(request: Request, channel: UUID, kind: AboutAds, body: Choice, key: Key) -> Friend:
    """Say yes or no to ads, or to ads at night."""
    by, known = actor(request), ChannelId(channel)
    with tx.action(by, "channels.choose", key, (channel, kind, body), Friend) as call:
        if call:
            return call.answer()
        return call.keep(actions.set_ad_consent(by, known, ConsentKind(kind), body.yes, origin="api"))


@routes.get("/{channel}/consents", **needs_token)
def consents(request: Request, channel: UUID) -> list[ConsentLine]:
    """What I agreed to and took back, and what I was told of it, newest first."""
    return list(queries.consent_log(channel, rules.somebody(actor(request))))


@routes.get("/{channel}/friends", **needs_token)
def friends(request: Request, channel: UUID, wanted: Annotated[Listed, Query()]) -> FriendPage:
    """A page of the friends whom a condition fits, for who works there."""
    return queries.friends(actor(request), channel, segments.parse(wanted.segment), wanted.page)


@routes.get("/{channel}/reach", **needs_token)
def reach(request: Request, channel: UUID, wanted: Annotated[Listed, Query()]) -> Reach:
    """How many friends a condition fits now."""
    queries.tags_of(actor(request), channel)  # asks whether they may
    wanted_segment = segments.parse(wanted.segment)
    return Reach(segments.shown(wanted_segment), queries.told_count(wanted_segment, channel))


@routes.put("/{channel}/friends/{person}/note", **needs_token)
def note(request: Request, channel: UUID, person: UUID, body: Noting, key: Key) -> FriendNote:
    """Write tags and a note down; the friend reads them in their export."""
    by, known, friend = actor(request), ChannelId(channel), PersonId(person)
    with tx.action(by, "channels.note", key, (channel, person, body), bool) as call:
        if not call:
            actions.note_friend(by, known, friend, tags=body.tags, note=body.note)
            call.keep(True)
    return queries.noted(by, channel, person)
