"""Traditional markets as the official list has them, and the associations that speak for them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import OrganisationId
from dure.base.geo import Point
from dure.foundations.channels.types import ChannelId

MarketId = NewType("MarketId", UUID)


class Rhythm(StrEnum):
    """On which days a market is held."""

    DAILY = "daily"  # 상설장
    FIVE_DAYS = "five_days"  # 5일장: on days that end in one of two digits
    BOTH = "both"  # shops every day, stalls from outside every five days


class AssociationState(StrEnum):
    """Where an organisation's wish to speak for a market stands."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ListedMarket:
    """One row of the official list. A name is no key (28 are used more than once): name and both addresses together are."""

    name: str
    rhythm: Rhythm
    road_address: str
    lot_address: str
    days: tuple[int, ...]  # last digits of the days on which a five-day market is held; 0 is the 10th, 20th, 30th
    at: Point | None
    stalls: int  # 0: the list does not say
    sells: tuple[str, ...]
    toilet: bool | None
    parking: bool | None
    since: int | None  # year
    listed_on: date


@dataclass(frozen=True, slots=True)
class Market:
    """A market as its visitors see it."""

    id: MarketId
    code: str
    name: str
    rhythm: Rhythm
    road_address: str
    lot_address: str
    days: tuple[int, ...]
    at: Point | None
    region: str  # MOIS code of the city, county or district; empty where no polygon says
    stalls: int
    sells: tuple[str, ...]
    toilet: bool | None
    parking: bool | None
    since: int | None
    listed_on: date
    association: OrganisationId | None = None
    channel: ChannelId | None = None  # the association's


@dataclass(frozen=True, slots=True)
class NearMarket:
    """A market and how far it is, as the crow flies; None where nobody said where they are."""

    market: Market
    shops: int
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading the list did, in numbers of markets."""

    new: int
    renewed: int
    unchanged: int
    missing: int  # known, but not in this list; they stay


@dataclass(frozen=True, slots=True)
class Association:
    """An organisation that speaks for a market, or asked to."""

    id: UUID
    market: MarketId
    organisation: OrganisationId
    state: AssociationState
    asked_at: datetime
    channel: ChannelId | None
