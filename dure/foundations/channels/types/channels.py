"""Channels, their friends, and what friends agreed to."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from dure.base.actors import OrganisationId, PersonId

ChannelId = NewType("ChannelId", UUID)
JOINING_MAX: Final = 5_000  # persons of a list who become friends at once


class ChannelState(StrEnum):
    """Whether a channel speaks and takes friends."""

    OPEN = "open"
    PAUSED = "paused"  # by a steward, with a reason: sends nothing, keeps its friends
    CLOSED = "closed"  # for good, by its owner; friends are let go


class JoinedBy(StrEnum):
    """How somebody became a friend."""

    QR = "qr"
    LINK = "link"
    SEARCH = "search"
    SERVICE = "service"  # a service of Dure that they joined brought them along


class ConsentKind(StrEnum):
    """What a friend says yes or no to. MESSAGES is the friendship itself."""

    MESSAGES = "messages"
    ADS = "ads"
    NIGHT_ADS = "night_ads"  # 21:00 to 08:00; a separate consent by law (정보통신망법 50조 3항)


class ConsentAct(StrEnum):
    """A line of the consent log."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    CONFIRMED = "confirmed"  # told within 14 days what was agreed or taken back
    REMINDED = "reminded"  # the notice every two years (50조 8항); silence keeps the consent


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as its visitors see it. `verified` is its organisation's mark."""

    id: ChannelId
    organisation: OrganisationId
    handle: str  # short and speakable; stands in the QR code
    name: str
    about: str
    contact: str  # telephone or address that an ad must name
    state: ChannelState
    verified: bool
    opened_at: datetime
    discreet: bool = False  # not even the beginning of an answer stands outside the inbox


@dataclass(frozen=True, slots=True)
class NewChannel:
    """What an owner says of a channel when it opens."""

    organisation: OrganisationId
    handle: str
    name: str
    about: str
    contact: str


@dataclass(frozen=True, slots=True)
class Friend:
    """Where a person and a channel stand. Times are None where the answer is no."""

    channel: ChannelId
    person: PersonId
    joined_at: datetime
    joined_by: JoinedBy
    left_at: datetime | None
    ads_since: datetime | None
    night_ads_since: datetime | None
    reminded_at: datetime | None  # the last two-year notice
    tags: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_here(self) -> bool:
        return self.left_at is None


@dataclass(frozen=True, slots=True)
class Joining:
    """What one person of a list said when they became a friend: each consent by itself."""

    person: PersonId
    ads: bool = False
    night_ads: bool = False


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A line of the consent log of one friend."""

    channel: ChannelId
    person: PersonId
    kind: ConsentKind
    act: ConsentAct
    version: int  # of the words that stood there
    origin: str  # which face: "page", "leave-link", "mail-header", "phone"
    at: datetime


@dataclass(frozen=True, slots=True)
class FriendDate:
    """A day that a channel remembers of a friend, by name: "birthday", "visited"."""

    name: str
    on: date


@dataclass(frozen=True, slots=True)
class KnownFriend:
    """A friend as their channel sees them: what it wrote down itself, and when and how they came. No consent to ads."""

    channel: ChannelId
    person: PersonId
    joined_at: datetime
    joined_by: JoinedBy
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class FriendPage:
    """One page of a channel's friends, the newest first. `total` of all pages."""

    friends: tuple[KnownFriend, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class FriendNote:
    """What a channel wrote down about one friend: their tags and days are those of the friend, the note is the channel's."""

    tags: tuple[str, ...]
    note: str
    dates: tuple[FriendDate, ...]


@dataclass(frozen=True, slots=True)
class Undo:
    """What one gets for leaving: a signed word with which it can be taken back until `until`."""

    token: str
    until: datetime


class LinkKind(StrEnum):
    """What a signed link lets its holder do, without a log-in."""

    LEAVE = "leave"  # stop being a friend; never runs out
    ADS = "ads"  # take back the consent to ads, and so the one to night ads; never runs out
    UNDO = "undo"  # be a friend again, for a few minutes


@dataclass(frozen=True, slots=True)
class Linked:
    """What a signed link says. `until` is None where it never runs out."""

    kind: LinkKind
    channel: ChannelId
    person: PersonId
    until: datetime | None
