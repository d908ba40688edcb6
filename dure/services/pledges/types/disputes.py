"""Disputes of a settled count: what somebody says, what two stewards decide, what is corrected beside what was published."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId
from dure.base.refusals import Refusal

from .values import PledgeId, ProjectId, ProofState, Split

__all__ = [
    "AllDaysCount",
    "Dispute",
    "DisputeClosed",
    "DisputeDecided",
    "DisputeId",
    "DisputeOpen",
    "DisputeState",
    "DisputeWant",
    "DisputedDay",
    "DisputedDayUnfit",
    "FeePassedOn",
    "GiftPassedOn",
    "NewDispute",
    "Proposal",
    "SecondStewardNeeded",
]

DisputeId = NewType("DisputeId", UUID)


class DisputeState(StrEnum):
    OPEN = "open"  # waits for a steward
    PROPOSED = "proposed"  # one steward looked; another one has to say the same
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class DisputeWant(StrEnum):
    """What can happen to a dispute. `rules.disputes.NEXT` says from where it leads where."""

    PROPOSE = "propose"
    SEND_BACK = "send_back"
    UPHOLD = "uphold"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True)
class NewDispute:
    """Somebody says that days of their settled pledge should have counted."""

    pledge: PledgeId
    days: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True)
class DisputedDay:
    """A day in dispute: what stood for it when the season was settled, and whether it counts after all."""

    day: int
    state: ProofState | None  # of its proof; None: there is none
    counts: bool  # as a steward proposes, or two have decided


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one steward would decide; `id` says which proposal another one has read."""

    id: UUID
    by: PersonId | None  # None: not told
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    id: DisputeId
    pledge: PledgeId
    project: ProjectId
    person: PersonId
    state: DisputeState
    days: tuple[DisputedDay, ...]
    why: str
    asked_at: datetime
    proposal: Proposal | None = None  # the last one that stands
    decided_at: datetime | None = None
    change: Split | None = None  # of the days kept and the won, where it was upheld and another count came of it


class DisputeClosed(Refusal):
    """A settled count could be disputed until `until`."""

    until: date


class DisputeOpen(Refusal):
    """There is a dispute of this pledge that nobody has decided yet."""


class DisputedDayUnfit(Refusal):
    """The day `day` counts already, or was in dispute before."""

    day: int


class AllDaysCount(Refusal):
    """All hundred days are kept: there is nothing to correct."""


class SecondStewardNeeded(Refusal):
    """Two stewards decide a dispute: this one proposed it."""


class GiftPassedOn(Refusal):
    """What was given has left for the receiver's bank or box and cannot be taken back from there."""


class FeePassedOn(Refusal):
    """The fee was spent and cannot be taken back from where it went."""


@dataclass(frozen=True, slots=True)
class DisputeDecided:  # news
    """Two stewards decided a dispute. Won that come back besides, and days that count besides."""

    dispute: UUID
    pledge: UUID
    person: UUID
    upheld: bool
    kept: int
    refund: int
    at: datetime
