"""Conversations over the API."""

from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
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
    MessageId,
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


class FoundShape(msgspec.Struct, frozen=True):
    """A message that was found, and in which conversation."""

    channel: str
    handle: str
    conversation: UUID
    message: MessageShape


class Muted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a conversation stays quiet."""

    muted: bool


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a message is reported."""

    why: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class TurnTo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who shall answer from now on."""

    to: Literal["staff", "bot", "closed"]


class Turned(msgspec.Struct, frozen=True):
    """Who answers now."""

    attended: Attended


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


@routes.get("/conversations/search", **needs_token)
def search(request: Request, q: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]) -> list[FoundShape]:
    """My messages that hold all of these words, the newest first."""
    found = queries.search_messages(_by(request), q)
    return [FoundShape(one.name, one.handle, one.message.conversation, _message(one.message)) for one in found]


@routes.put("/conversations/{conversation}/muted", **needs_token, also={"404"})
def mute(request: Request, conversation: UUID, body: Muted, key: Key) -> Muted:
    """Let a conversation ring no more, or again; its messages come all the same."""
    with tx.durable():
        actions.mute_conversation(_by(request), ConversationId(conversation), body.muted)
    return body


@routes.post("/conversations/messages/{message}/reports", status_code=201, **needs_token, also={"404"})
def report(request: Request, message: UUID, body: Report, key: Key) -> Report:
    """Report a message of the other side to the stewards, once."""
    with tx.durable():
        actions.complain(_by(request), MessageId(message), body.why)
    return body


@routes.post("/{handle}/person", status_code=200, **needs_token, also={"404", "410"})
def ask_for_person(request: Request, handle: Handle, key: Key) -> Turned:
    """Ask for a human being; asking again changes nothing."""
    by, channel = _by(request), queries.channel_by_handle(handle)
    with tx.durable():
        conversation = actions.ask_for_person(by, channel.id)
    return Turned(queries.conversation(by, conversation).attended)


@routes.put("/conversations/{conversation}/attended", **needs_token, also={"404"})
def turn(request: Request, conversation: UUID, body: TurnTo, key: Key) -> Turned:
    """Take a conversation for the channel, hand it back to the bot, or close it."""
    by, of = _by(request), ConversationId(conversation)
    act = {"staff": actions.take_conversation, "bot": actions.hand_back, "closed": actions.close_conversation}
    with tx.durable():
        act[body.to](by, of)
    return Turned(queries.conversation(by, of).attended)


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
