"""What channels tell."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dure.base.actors import OrganisationId, PersonId

from .broadcasts import BroadcastId
from .channels import ChannelId, ConsentAct, ConsentKind, JoinedBy
from .inbox import Attended, ConversationId, MessageId
from .sending import Purpose, SendingId


@dataclass(frozen=True, slots=True)
class ChannelOpened:
    channel: ChannelId
    organisation: OrganisationId
    at: datetime


@dataclass(frozen=True, slots=True)
class FriendJoined:
    channel: ChannelId
    person: PersonId
    joined_by: JoinedBy
    first: bool  # never was a friend before
    at: datetime


@dataclass(frozen=True, slots=True)
class FriendLeft:
    channel: ChannelId
    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class AdConsentChanged:
    """The friend must be told within 14 days what was noted."""

    channel: ChannelId
    person: PersonId
    kind: ConsentKind
    act: ConsentAct
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageSaid:
    """A person or a member of staff said something in a conversation."""

    message: MessageId
    conversation: ConversationId
    channel: ChannelId
    person: PersonId
    by_staff: PersonId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationTurned:
    """Somebody else answers now: a person was asked for, took over, handed back, closed."""

    conversation: ConversationId
    channel: ChannelId
    person: PersonId
    attended: Attended
    assigned_to: PersonId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class BroadcastSent:
    """Its whole audience is queued."""

    broadcast: BroadcastId
    channel: ChannelId
    purpose: Purpose
    sending: SendingId
    count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """Somebody pressed a key in a call; once for each report of a dealer."""

    sending: SendingId
    person: PersonId
    about: UUID | None
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SendingDone:
    """Every dispatch has an end."""

    sending: SendingId
    channel: ChannelId
    about: UUID | None
    at: datetime
