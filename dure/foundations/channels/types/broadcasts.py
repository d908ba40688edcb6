"""Templates and broadcasts: what a channel sends to many, and who agreed to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId

from .channels import ChannelId
from .content import Content
from .sending import Purpose, Route, SendingId

BroadcastId = NewType("BroadcastId", UUID)
TemplateId = NewType("TemplateId", UUID)


class TemplateState(StrEnum):
    DRAFT = "draft"
    ASKED = "asked"
    APPROVED = "approved"
    RETIRED = "retired"  # a later version was approved


class BroadcastState(StrEnum):
    DRAFT = "draft"
    ASKED = "asked"  # waits for a second person
    SCHEDULED = "scheduled"
    SENDING = "sending"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Template:
    """One version of a template. `#{name}` in its texts are variables."""

    id: TemplateId
    channel: ChannelId
    name: str
    version: int
    purpose: Purpose
    content: Content
    variables: tuple[str, ...]
    state: TemplateState
    written_by: PersonId
    approved_by: PersonId | None
    why: str = ""  # what the second person wrote who sent it back


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A message of a channel to a segment of its friends."""

    id: BroadcastId
    channel: ChannelId
    purpose: Purpose
    title: str  # for the channel's own list; nobody receives it
    content: Content
    segment: str  # in words, as typed
    state: BroadcastState
    at: datetime | None  # when it goes out; None: at once
    written_by: PersonId
    approved_by: PersonId | None
    sending: SendingId | None
    version: UUID  # of what it says: whoever approves, approves this
    why: str = ""  # what the second person wrote who sent it back
    changed_at: datetime | None = None
    template: TemplateId | None = None


@dataclass(frozen=True, slots=True)
class NewBroadcast:
    """What somebody writes. `template` is the approved version behind it."""

    channel: ChannelId
    purpose: Purpose
    title: str
    content: Content
    segment: str = ""
    at: datetime | None = None
    template: TemplateId | None = None


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """What somebody writes for a template; the same name again is its next version."""

    channel: ChannelId
    name: str
    purpose: Purpose
    content: Content


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a broadcast would reach and cost, before it is sent."""

    friends: int
    reached: int  # after consent, dormancy, cap as they stand now
    by_route: tuple[tuple[Route, int], ...]
    won: int  # at most; in-app and push cost nothing
    held_for_night: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of a broadcast. None: fewer people than the privacy floor."""

    queued: int | None
    sent: int | None
    delivered: int | None
    opened: int | None
    clicked: int | None
    left: int | None
