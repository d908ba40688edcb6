"""Feeds as we ask them, places as people choose them, and what stands there."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from .due import Change, ReaderId, Standing
from .feeds import FeedHealth, FeedState, Field, Hazard, UnclearRow, UnknownReason
from .levels import ImpactLevel
from .telling import AlertTelling
from .warned import WarningChange

__all__ = [
    "IMPACT_FEEDS",
    "WEATHER_FEEDS",
    "Answer",
    "Cell",
    "Chosen",
    "Fault",
    "FeedAnswer",
    "FeedName",
    "FeedStanding",
    "Heard",
    "Kept",
    "NewPlace",
    "NoticeId",
    "PlaceId",
    "Question",
    "ToldNotice",
]

PlaceId = NewType("PlaceId", UUID)
NoticeId = NewType("NoticeId", UUID)


class FeedName(StrEnum):
    """What we ask others for."""

    IMPACT_HEAT = "impact_heat"
    IMPACT_COLD = "impact_cold"
    WARNINGS = "warnings"  # 특보
    MESSAGES = "messages"  # 재난문자

    @property
    def hazard(self) -> Hazard:
        """Of an impact forecast."""
        return Hazard.HEAT if self is FeedName.IMPACT_HEAT else Hazard.COLD


IMPACT_FEEDS = (FeedName.IMPACT_HEAT, FeedName.IMPACT_COLD)
WEATHER_FEEDS = (*IMPACT_FEEDS, FeedName.WARNINGS)


class Fault(StrEnum):
    """Why no whole answer came."""

    NOT_REACHED = "not_reached"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    CUT = "cut"  # shorter than announced
    STATUS = "status"  # another one than 200 or 304
    BUSY = "busy"  # 429 or 503: they ask us to wait
    BROKE = "broke"  # an error of ours that nobody foresaw
    LATE = "late"  # somebody else was allowed to ask before it came: an older answer takes nothing back


@dataclass(frozen=True, slots=True)
class Question:
    """A feed that we may ask now: nobody else does until `until`. The marks are those of the last good answer."""

    feed: FeedName
    until: datetime
    etag: str
    modified: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Without a fault it is whole; `is_same`: nothing has changed since the last good one."""

    fault: Fault | None
    status: int  # 0: none came
    content: bytes = b""
    content_type: str = ""
    etag: str = ""
    modified: str = ""
    is_same: bool = False
    wait_seconds: int = 0  # as they asked us to
    further: tuple["Answer", ...] = ()  # the next pages of a list that has several


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found in an answer."""

    rows: int
    why: UnknownReason | Fault | None  # None: it was good
    unclear: tuple[UnclearRow, ...] | None = None  # None: no list came
    is_final: bool = True  # not while something that stands waits for a second list that says otherwise


@dataclass(frozen=True, slots=True)
class Kept:
    """What an answer was worth."""

    feed: FeedName
    is_good: bool
    why: UnknownReason | Fault | None
    changed: int  # standings that are another level now


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """One answer, as the desk sees it."""

    at: datetime
    status: int
    size: int  # bytes
    rows: int
    why: UnknownReason | Fault | None  # None: it was good
    error: str = ""  # of BROKE: which kind of error; never what it said
    unclear: int = 0  # rows that were not understood


@dataclass(frozen=True, slots=True)
class FeedStanding:
    """How a feed does."""

    feed: FeedName
    health: FeedHealth
    asked_at: datetime | None
    next_at: datetime | None
    failures: int  # in a row
    answers: tuple[FeedAnswer, ...]  # the newest first
    unclear: tuple[UnclearRow, ...] = ()  # of the last list that came; the first of them

    is_overdue: bool = False  # it should have been asked a while ago: nobody does the work

    @property
    def is_missed(self) -> bool:
        """Whether it is silent and ought to speak: the list of disaster messages needs a key of its own, and may do without."""
        is_left_out = self.feed is FeedName.MESSAGES and self.asked_at is None
        return self.health.state is FeedState.SILENT and not is_left_out


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A wish: a region, what to hear of, from which level on."""

    region: str  # a code of ten digits
    field: Field
    level: ImpactLevel


@dataclass(frozen=True, slots=True)
class Chosen:
    """A place that a reader chose."""

    id: PlaceId
    region: str
    zone: str
    zone_name: str
    field: Field
    level: ImpactLevel


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands at one place for one field and day: the worse of heat and cold, or that nothing is known."""

    day: date
    standing: (
        Standing | None
    )  # None: nothing was said for that day, or that there is nothing and it is not known any more
    is_known: bool  # whether that nothing was said may be believed: the feeds speak


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """A notice that went out to a reader."""

    id: NoticeId
    reader: ReaderId
    at: datetime
    changes: tuple[Change, ...]
    read_at: datetime | None
    alert: UUID | None = None  # what it is about, when it is no forecast
    warnings: tuple[WarningChange, ...] = ()  # likewise
    telling: AlertTelling | None = None  # what the alert was to this reader; None: not noted, or no alert
    level: ImpactLevel | None = None  # likewise, how bad
