"""Conversations between a channel and one person."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId

from .channels import ChannelId
from .content import Content
from .sending import DispatchId

ConversationId = NewType("ConversationId", UUID)
MessageId = NewType("MessageId", UUID)


class Speaker(StrEnum):
    """Who said it."""

    PERSON = "person"
    BOT = "bot"
    STAFF = "staff"
    CHANNEL = "channel"  # a sending: broadcast, receipt, warning


class Attended(StrEnum):
    """Who answers in a conversation."""

    BOT = "bot"
    WAITING = "waiting"  # the person asked for somebody; nobody has taken it yet
    STAFF = "staff"
    CLOSED = "closed"  # until the person writes again


@dataclass(frozen=True, slots=True)
class Message:
    """One entry. `position` counts from 1 in its conversation, without gaps."""

    id: MessageId
    conversation: ConversationId
    position: int
    speaker: Speaker
    by: PersonId | None  # the member of staff, or the person; None for bot and channel
    content: Content
    at: datetime
    client_id: str = ""  # the browser's own; the same one is stored once


@dataclass(frozen=True, slots=True)
class Conversation:
    """One line of the list. `unread` is the reader's."""

    id: ConversationId
    channel: ChannelId
    person: PersonId
    attended: Attended
    assigned_to: PersonId | None
    last: Message | None
    unread: int
    muted: bool
    at: datetime


class Turn(StrEnum):
    """What changes who answers in a conversation."""

    WRITE = "write"  # the person says something
    ASK_PERSON = "ask_person"  # the person wants a human being
    TAKE = "take"  # a member of staff takes it
    ASSIGN = "assign"  # staff gives it to another one
    HAND_BACK = "hand_back"  # to the bot
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A dispatch on its way into the inbox. `body` is the stored content, `words` what search finds it by."""

    dispatch: DispatchId
    channel: ChannelId
    person: PersonId
    body: UUID
    words: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored picture or sound. `kind` is "picture" or "audio", `media` its media type."""

    id: UUID
    kind: str
    media: str
    path: str  # in the private store
    width: int = 0
    height: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Thread:
    """One conversation as its list shows it: whose channel it is, what was said last, how much is unread."""

    conversation: Conversation
    name: str  # of the channel; for staff, of the person
    handle: str
    verified: bool
    said: str  # the last words, one line
    waiting_since: datetime | None = None
    assignee: str = ""


@dataclass(frozen=True, slots=True)
class StaffLine:
    """How many conversations of a channel stand where."""

    waiting: int
    mine: int
    others: int
    bot: int
    closed: int


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message that search found, and where."""

    message: Message
    name: str
    handle: str


@dataclass(frozen=True, slots=True)
class CannedText:
    """A text that staff pick, change if they like, and then send."""

    id: UUID
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """A question that a channel's bot answers in the channel's own words."""

    id: UUID
    title: str
    phrases: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """Somebody reported a message. `decided` is empty until a steward has."""

    id: UUID
    message: Message
    channel: ChannelId
    channel_name: str
    why: str
    at: datetime
    decided: str


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """A browser that may be woken (RFC 8030). The keys are the browser's."""

    id: UUID
    person: PersonId
    endpoint: str
    p256dh: bytes
    auth: bytes
    device: str
