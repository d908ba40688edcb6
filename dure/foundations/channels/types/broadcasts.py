"""Templates and broadcasts: what a channel sends to many, and who agreed to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId

from .channels import ChannelId
from .content import Content
from .paying import Bill
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
    REFUSED = "refused"  # its time came, and something said no; `refused` holds the code


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
    free_only: bool = False
    refused: str = ""  # the code of what said no when its time came


@dataclass(frozen=True, slots=True)
class NewBroadcast:
    """What somebody writes. `template` is the approved version behind it; `free_only`: by inbox and push alone."""

    channel: ChannelId
    purpose: Purpose
    title: str
    content: Content
    segment: str = ""
    at: datetime | None = None
    template: TemplateId | None = None
    free_only: bool = False


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """What somebody writes for a template; the same name again is its next version."""

    channel: ChannelId
    name: str
    purpose: Purpose
    content: Content


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a broadcast would reach and cost, as a channel may know it. None: too few people stand behind the number.

    Who takes ads, owns a telephone or lets a browser ring is said in tens, and from 20 people on; what it costs is worked out
    from numbers rounded up in the same way, so that no sum tells what the count does not.
    """

    friends: int | None  # whom the condition fits
    reached: int | None  # of these, who takes such messages as consents stand now
    held_for_night: int | None
    by_route: tuple[tuple[Route, int | None], ...]
    bill: Bill

    @property
    def won(self) -> int:
        """What it costs at most; inbox and push cost nothing."""
        return self.bill.most_won


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of a broadcast. None: fewer people than the privacy floor, or no coupon in it."""

    queued: int | None
    sent: int | None
    delivered: int | None
    opened: int | None
    clicked: int | None
    left: int | None
    coupons_taken: int | None = None  # people who took a coupon that it brought
    coupons_used: int | None = None  # of these, who used one at a counter
