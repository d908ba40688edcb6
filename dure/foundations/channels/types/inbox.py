"""Conversations between a channel and one person."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId

from .channels import ChannelId
from .content import Content

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


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """A browser that may be woken (RFC 8030). The keys are the browser's."""

    id: UUID
    person: PersonId
    endpoint: str
    p256dh: bytes
    auth: bytes
    device: str
