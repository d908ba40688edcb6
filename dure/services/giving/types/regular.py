"""Regular gifts: a donor promises a sum for every month, and a card is charged for it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.refusals import Refusal

RegularId = NewType("RegularId", UUID)
ChargeId = NewType("ChargeId", UUID)


class RegularState(StrEnum):
    ASKED = "asked"  # the donor is at the provider to register a card
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class RegularWant(StrEnum):
    GRANT = "grant"
    CHANGE = "change"
    PAUSE = "pause"
    RESUME = "resume"
    FAIL = "fail"  # every try of a month failed
    STOP = "stop"


class Reach(StrEnum):
    """What becomes of a regular gift when its box closes."""

    PARTNER = "partner"  # it goes on to the partner's next open box
    BOX = "box"  # it ends with the box


class ChargeState(StrEnum):
    """One month of one regular gift."""

    DUE = "due"
    CHARGING = "charging"  # there is a gift and a payment, and the provider has been, or is about to be, asked
    GIVEN = "given"
    FAILED = "failed"
    SKIPPED = "skipped"  # no box was open for it


class Why(StrEnum):
    """Why a regular gift rests, or has ended."""

    DONOR = "donor"
    CARD = "card"  # the card was refused as often as it is tried
    BOX_CLOSED = "box_closed"
    NO_CARD = "no_card"  # none was registered
    GONE = "gone"  # the donor's account was closed


@dataclass(frozen=True, slots=True)
class NewRegular:
    """What a donor promises: a sum, a day of the month, and what becomes of it when the box closes."""

    amount: int
    day: int
    reach: Reach
    name_shown: bool = False


@dataclass(frozen=True, slots=True)
class RegularCharge:
    """A month of it, as the donor sees it."""

    month: date  # its first day
    amount: int
    state: ChargeState
    tries: int
    try_on: date | None  # when it is tried (again)
    gift: UUID | None
    title: str  # of the box


@dataclass(frozen=True, slots=True)
class Regular:
    id: RegularId
    donor: UUID
    box: UUID  # where it began
    title: str
    partner: UUID
    partner_name: str
    amount: int
    day: int
    reach: Reach
    name_shown: bool
    state: RegularState
    why: str
    next_on: date | None
    provider: str
    card: str
    mandate: UUID
    at: datetime
    charges: tuple[RegularCharge, ...] = ()


@dataclass(frozen=True, slots=True)
class RegularPaused:  # news
    """The platform let it rest, because the card was refused as often as it is tried."""

    regular: RegularId
    donor: UUID
    month: date
    at: datetime


class RegularPast(Refusal):
    """In `state` this is not possible."""

    state: RegularState


class RegularKnown(Refusal):
    """The donor has a regular gift for this partner already."""

    regular: UUID


class NoRegularHere(Refusal):
    """No provider that can charge every month is switched on."""
