"""What other programs read of pledges: the daily promise, for a calendar; proved days that somebody opened to everybody."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from .values import PledgeId, ProofId, Window

__all__ = ["CalendarAddress", "CalendarEntry", "Stream", "StreamItem"]


@dataclass(frozen=True, slots=True)
class CalendarAddress:
    """The private address of somebody's calendar: whoever has it reads it."""

    key: UUID
    seal: str  # which nobody can make who does not hold the installation's secret
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """A promise of a hundred days, in the window of each day."""

    pledge: PledgeId
    title: str
    promise: str
    how: str
    days_a_week: int
    starts_on: date
    window: Window
    since: datetime  # when the deposit was held: what the entry says has stood since then


@dataclass(frozen=True, slots=True)
class Stream:
    """What somebody lets everybody read: the days they proved in one project, in words. Closed unless they opened it."""

    key: UUID
    pledge: PledgeId
    project: str
    since: datetime


@dataclass(frozen=True, slots=True)
class StreamItem:
    """A day that counts, as everybody may read it: no photo, no name."""

    proof: ProofId
    day: int
    text: str
    number: int | None
    unit: str
    sent_at: datetime
