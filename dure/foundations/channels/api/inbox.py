"""Conversations over the API."""

from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django_bolt import Request

from dure.base.refusals import Refusal
from dure.foundations.channels import actions, queries
from dure.foundations.channels.types import (
    Attended,
    Content,
    ConversationId,
    Message,
    QuickReply,
    Speaker,
    Text,
    Thread,
)
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, system
from dure.kit import bearer, tx
from dure.kit.routes import Key, needs_token

from .roots import routes

TEXT_LENGTH_MAX = 1_000
Position = Annotated[int, msgspec.Meta(ge=0, le=2_147_483_647)]
Handle = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]


class ConversationShape(msgspec.Struct, frozen=True):
    """One conversation. `attended`: who answers."""

    id: UUID
    channel: str
    handle: str
    verified: bool
    attended: Attended
    unread: int
    muted: bool
    said: str
    at: datetime


class MessageShape(msgspec.Struct, frozen=True):
    """One message. Positions count from 1 without gaps; `parts`, `buttons` and `quick_replies` are what it shows, in order."""

    id: UUID
    position: int
    speaker: Speaker
    at: datetime
    parts: list[dict[str, Any]]
    buttons: list[dict[str, Any]]
    quick_replies: list[QuickReply]


class NewMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one says."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_LENGTH_MAX)]


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to which position one has read."""

    position: Position


@routes.get("/conversations", **needs_token)
def conversations(request: Request, page: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 1) -> list[ConversationShape]:
    """My conversations, the newest first, fifty a page."""
    return [_conversation(one) for one in queries.threads(_by(request), page)]


@routes.get("/conversations/{conversation}/messages", **needs_token, also={"404"})
def messages(request: Request, conversation: UUID, after: Position = 0) -> list[MessageShape]:
    """The last fifty messages, or the next fifty after a position. For the person, and for the channel's staff."""
    return [_message(one) for one in queries.messages(_by(request), conversation, after=after)]


@routes.post("/{handle}/messages", status_code=201, **needs_token, also={"404", "410"})
def say(request: Request, handle: Handle, body: NewMessage, key: Key) -> MessageShape:
    """Say something to a channel. The same key again answers the same message."""
    by, channel = _by(request), queries.channel_by_handle(handle)
    with tx.durable():
        said = actions.say(by, channel.id, Content((Text(body.text),)), _client_id(key))
    with suppress(Refusal), tx.durable():  # what was said is said; the news of it asks the bot again
        actions.answer_by_bot(system("channels.api"), said.id)
    return _message(said)


@routes.post("/conversations/{conversation}/replies", status_code=201, **needs_token, also={"404"})
def reply(request: Request, conversation: UUID, body: NewMessage, key: Key) -> MessageShape:
    """Answer for the channel: takes the conversation, unless a colleague has it."""
    with tx.durable():
        said = actions.reply(_by(request), ConversationId(conversation), Content((Text(body.text),)), _client_id(key))
    return _message(said)


@routes.post("/conversations/{conversation}/seen", status_code=200, **needs_token, also={"404"})
def seen(request: Request, conversation: UUID, body: Seen, key: Key) -> Seen:
    """Note what was read; it never goes back."""
    with tx.durable():
        actions.read_conversation(_by(request), ConversationId(conversation), body.position)
    return body


def _by(request: Request) -> Actor:
    return people.actor(bearer.person(request))


def _client_id(key: str) -> str:
    """The idempotency key as a client id: every key has its own."""
    return f"k{sha256(key.encode()).hexdigest()[:39]}"


def _conversation(thread: Thread) -> ConversationShape:
    one = thread.conversation
    return ConversationShape(
        id=one.id,
        channel=thread.name,
        handle=thread.handle,
        verified=thread.verified,
        attended=one.attended,
        unread=one.unread,
        muted=one.muted,
        said=thread.said,
        at=one.at,
    )


def _message(message: Message) -> MessageShape:
    shown = msgspec.to_builtins(message.content)
    return MessageShape(
        id=message.id,
        position=message.position,
        speaker=message.speaker,
        at=message.at,
        parts=shown["parts"],
        buttons=shown["buttons"],
        quick_replies=list(message.content.quick_replies),
    )
