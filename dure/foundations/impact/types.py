"""What impact talks about: what is counted, and the indicators made of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from dure.base.refusals import Refusal


class Counter(StrEnum):
    """What is counted, once for each event. A correction is a negative count with an event of its own."""

    TAKING_PART = "taking_part"  # with `who`: a person gave, cheered, agreed or proposed
    WON_GIVEN = "won_given"
    WON_MATCHED = "won_matched"
    WON_PAID_OUT = "won_paid_out"
    WON_SPENT = "won_spent"
    GIFTS = "gifts"
    GIFTS_REFUNDED = "gifts_refunded"
    CAUSES_PROPOSED = "causes_proposed"
    BOXES_OPENED = "boxes_opened"
    REPORTS_DUE = "reports_due"  # counted on the day the report is due
    REPORTS_ON_TIME = "reports_on_time"  # counted on that same day, so that the share never exceeds the whole
    SHOPS_OPENED = "shops_opened"
    SHOPPING = "shopping"  # with `who`: a person used a coupon at a shop
    COUPONS_USED = "coupons_used"
    COUPON_WON = "coupon_won"  # what they took off
    CAME_BACK = "came_back"  # those of them by a person who was at the same shop on an earlier day
    COURSES_COMPLETED = "courses_completed"
    KEEPING = "keeping"  # with `who`: a person kept days of a season that is settled
    DAYS_KEPT = "days_kept"
    DEPOSITS_GIVEN = "deposits_given"  # won of deposits that receivers got
    DEPOSITS_RETURNED = "deposits_returned"  # won of deposits that went back
    DEPOSITS_SETTLED = "deposits_settled"
    KEPT_ON = "kept_on"  # those of them whose person still proved days at the end


class Axis(StrEnum):
    """The three questions to an effect."""

    OUTPUT = "output"  # 성과: what came of it
    SCALE = "scale"  # 규모: how many took part, how much
    LASTING = "lasting"  # 지속성: does it hold


class Unit(StrEnum):
    PEOPLE = "people"
    WON = "won"
    GIFTS = "gifts"
    CAUSES = "causes"
    BOXES = "boxes"
    SHOPS = "shops"
    COUPONS = "coupons"
    DAYS = "days"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Sum:
    """All counts added up, corrections included."""

    counter: Counter


@dataclass(frozen=True, slots=True)
class Distinct:
    """Persons whose counts add up to more than nothing, each once."""

    counter: Counter


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a whole, in percent."""

    part: Counter
    whole: Counter


type Formula = Sum | Distinct | Share


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is published, and how it is made. Its name and limits in words stand in the faces, by `id`."""

    id: str
    axis: Axis
    unit: Unit
    formula: Formula
    lineage: tuple[str, ...]  # kinds of news that feed it
    floor: int = 0  # a figure above 0 that rests on fewer is not published
    iris: tuple[str, ...] = ()  # IRIS+ 5.3 metric, only where the definition fits
    sdg: tuple[str, ...] = ()  # targets, not goals; three at most
    version: int = 1  # of the method; a new one needs a note beside old figures


@dataclass(frozen=True, slots=True)
class Count:
    """One event, counted. `who` is the person it is about, for counters of persons; only a salted hash of it is kept."""

    counter: Counter
    n: int
    event: UUID
    at: datetime
    who: UUID | None = None
    region: str = ""  # MOIS code
    house: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator with its figure. `value` is None when it is hidden or there is nothing to divide by."""

    indicator: Indicator
    value: int | None  # a share is in tenths of a percent
    part: int
    whole: int  # of a share; 0 otherwise
    n: int  # how many events or persons it rests on
    until: date  # the last day counted, Asia/Seoul
    low: int | None = None  # of a share: the 95 % interval, in tenths of a percent
    high: int | None = None
    hidden: bool = False  # rests on fewer than the floor


@dataclass(frozen=True, slots=True)
class Week:
    """What one week added. `monday` is its first day."""

    monday: date
    value: int | None
    n: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class RegionFigure:
    """What one region contributed to an indicator."""

    region: str
    value: int | None
    n: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the log of counts reaches: what is derived from it stays the same until this changes."""

    position: int
    at: datetime | None


class CountedOtherwise(Refusal):
    """This event was counted before with another number. A correction is a count of its own, with its own event."""

    counter: str


class NotCountable(Refusal):
    """The count does not fit; `reason` is zero, too_large, who_missing or who_needless."""

    reason: str
