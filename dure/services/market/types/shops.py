"""Shops, and the people who come back."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import OrganisationId, PersonId
from dure.foundations.channels.types import ChannelId

from .markets import MarketId

ShopId = NewType("ShopId", UUID)


class Place(StrEnum):
    """Where a shop stands with the market that it says it is in."""

    NONE = "none"  # on a street of its own
    ASKED = "asked"
    ACCEPTED = "accepted"  # the association says: one of ours
    REFUSED = "refused"


class ShopState(StrEnum):
    """Whether a shop is open for business here."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class NewShop:
    """A shop to open. `sells` is what one buys there in a few words, `stall` where it stands in the market."""

    organisation: OrganisationId
    name: str
    sells: str
    contact: str = ""
    about: str = ""
    market: MarketId | None = None
    stall: str = ""


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop as its visitors see it."""

    id: ShopId
    code: str
    organisation: OrganisationId
    name: str
    sells: str
    about: str
    contact: str
    market: MarketId | None
    place: Place
    stall: str
    state: ShopState
    channel: ChannelId | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Regular:
    """A friend of the shop's channel as the shop knows them: its own words about them, and when they came."""

    person: PersonId
    name: str
    joined_at: datetime
    tags: tuple[str, ...]
    note: str
    birthday: date | None  # the year says nothing
    visited: date | None
    visits: int  # coupons redeemed here


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What happened at a shop on one day."""

    on: date
    redeemed: int
    undone: int
    won_off: int
    conflicts: int
