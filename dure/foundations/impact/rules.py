"""The indicators as data, and the arithmetic behind their figures. Pure."""

import hmac
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from math import sqrt
from uuid import UUID

from dure.base import clock
from dure.base.money import AMOUNT_MAX
from dure.foundations.impact.types import (
    Axis,
    Count,
    Counter,
    Distinct,
    Figure,
    Formula,
    Indicator,
    NotCountable,
    Share,
    Sum,
    Unit,
)

PEOPLE_FLOOR = 5
WEEKS_SHOWN = 26
PERMILLE = 1000
_Z = 1.959964  # of a 95 % interval
_PERSONS = frozenset({Counter.TAKING_PART, Counter.SHOPPING, Counter.KEEPING})

INDICATORS = (
    Indicator(
        id="people_taking_part",
        axis=Axis.SCALE,
        unit=Unit.PEOPLE,
        formula=Distinct(Counter.TAKING_PART),
        lineage=(
            "giving.CauseProposed",
            "giving.AgreementGiven",
            "giving.AgreementEnded",
            "giving.GiftsReceived",
            "giving.GiftRefunded",
            "giving.MatchGiven",
            "giving.MatchReturned",
        ),
        floor=PEOPLE_FLOOR,
        sdg=("17.17",),
    ),
    Indicator(
        id="won_given",
        axis=Axis.SCALE,
        unit=Unit.WON,
        formula=Sum(Counter.WON_GIVEN),
        lineage=("giving.GiftsReceived", "giving.GiftRefunded"),
        iris=("FP3021",),
        sdg=("17.17",),
    ),
    Indicator(
        id="won_matched",
        axis=Axis.SCALE,
        unit=Unit.WON,
        formula=Sum(Counter.WON_MATCHED),
        lineage=("giving.MatchGiven", "giving.MatchReturned"),
    ),
    Indicator(
        id="causes_proposed",
        axis=Axis.SCALE,
        unit=Unit.CAUSES,
        formula=Sum(Counter.CAUSES_PROPOSED),
        lineage=("giving.CauseProposed",),
    ),
    Indicator(
        id="boxes_opened",
        axis=Axis.OUTPUT,
        unit=Unit.BOXES,
        formula=Sum(Counter.BOXES_OPENED),
        lineage=("giving.BoxOpened",),
    ),
    Indicator(
        id="won_paid_out",
        axis=Axis.OUTPUT,
        unit=Unit.WON,
        formula=Sum(Counter.WON_PAID_OUT),
        lineage=("giving.PayoutPaid",),
    ),
    Indicator(
        id="won_spent",
        axis=Axis.OUTPUT,
        unit=Unit.WON,
        formula=Sum(Counter.WON_SPENT),
        lineage=("giving.ReportFiled",),
    ),
    Indicator(
        id="reports_on_time",
        axis=Axis.LASTING,
        unit=Unit.PERCENT,
        formula=Share(Counter.REPORTS_ON_TIME, Counter.REPORTS_DUE),
        lineage=("giving.PayoutPaid", "giving.ReportFiled"),
        sdg=("16.6",),
    ),
    Indicator(
        id="gifts_refunded",
        axis=Axis.LASTING,
        unit=Unit.PERCENT,
        formula=Share(Counter.GIFTS_REFUNDED, Counter.GIFTS),
        lineage=("giving.GiftsReceived", "giving.GiftRefunded"),
    ),
    Indicator(
        id="shops_opened",
        axis=Axis.SCALE,
        unit=Unit.SHOPS,
        formula=Sum(Counter.SHOPS_OPENED),
        lineage=("market.ShopOpened",),
    ),
    Indicator(
        id="people_shopping",
        axis=Axis.SCALE,
        unit=Unit.PEOPLE,
        formula=Distinct(Counter.SHOPPING),
        lineage=("market.CouponRedeemed", "market.RedemptionUndone"),
        floor=PEOPLE_FLOOR,
    ),
    Indicator(
        id="coupons_used",
        axis=Axis.OUTPUT,
        unit=Unit.COUPONS,
        formula=Sum(Counter.COUPONS_USED),
        lineage=("market.CouponRedeemed", "market.RedemptionUndone"),
    ),
    Indicator(
        id="coupon_won",
        axis=Axis.OUTPUT,
        unit=Unit.WON,
        formula=Sum(Counter.COUPON_WON),
        lineage=("market.CouponRedeemed", "market.RedemptionUndone"),
    ),
    Indicator(
        id="courses_completed",
        axis=Axis.OUTPUT,
        unit=Unit.SHOPS,
        formula=Sum(Counter.COURSES_COMPLETED),
        lineage=("market.CourseCompleted",),
    ),
    Indicator(
        id="came_back",
        axis=Axis.LASTING,
        unit=Unit.PERCENT,
        formula=Share(Counter.CAME_BACK, Counter.COUPONS_USED),
        lineage=("market.CouponRedeemed", "market.RedemptionUndone"),
        floor=PEOPLE_FLOOR,
    ),
    Indicator(
        id="people_keeping",
        axis=Axis.SCALE,
        unit=Unit.PEOPLE,
        formula=Distinct(Counter.KEEPING),
        lineage=("pledges.SeasonSettled",),
        floor=PEOPLE_FLOOR,
    ),
    Indicator(
        id="days_kept",
        axis=Axis.OUTPUT,
        unit=Unit.DAYS,
        formula=Sum(Counter.DAYS_KEPT),
        lineage=("pledges.SeasonSettled",),
    ),
    Indicator(
        id="deposits_given",
        axis=Axis.OUTPUT,
        unit=Unit.WON,
        formula=Sum(Counter.DEPOSITS_GIVEN),
        lineage=("pledges.SeasonSettled",),
    ),
    Indicator(
        id="deposits_returned",
        axis=Axis.OUTPUT,
        unit=Unit.WON,
        formula=Sum(Counter.DEPOSITS_RETURNED),
        lineage=("pledges.SeasonSettled",),
    ),
    Indicator(
        id="kept_on",
        axis=Axis.LASTING,
        unit=Unit.PERCENT,
        formula=Share(Counter.KEPT_ON, Counter.DEPOSITS_SETTLED),
        lineage=("pledges.SeasonSettled",),
        floor=PEOPLE_FLOOR,
    ),
)
BY_ID: Mapping[str, Indicator] = {one.id: one for one in INDICATORS}


def counters_of(formula: Formula) -> tuple[Counter, ...]:
    """Every counter that the formula reads."""
    match formula:
        case Sum(counter) | Distinct(counter):
            return (counter,)
        case Share(part, whole):
            return (part, whole)


def written(formula: Formula) -> str:
    """The formula for people who recompute: "100 × sum(reports_on_time) ÷ sum(reports_due)"."""
    match formula:
        case Sum(counter):
            return f"sum({counter})"
        case Distinct(counter):
            return f"distinct persons with sum({counter}) > 0"
        case Share(part, whole):
            return f"100 × sum({part}) ÷ sum({whole})"


def may_count(count: Count) -> None:
    """Refuse a count that cannot be right. Raises NotCountable."""
    if count.n == 0:
        raise NotCountable(reason="zero")
    if abs(count.n) > AMOUNT_MAX:
        raise NotCountable(reason="too_large")
    if count.counter in _PERSONS and count.who is None:
        raise NotCountable(reason="who_missing")
    if count.counter not in _PERSONS and count.who is not None:
        raise NotCountable(reason="who_needless")


def pseudonym(person: UUID, salt: bytes) -> bytes:
    """What is kept of a person: the same person gives the same bytes, and without the salt nobody can tell who it is."""
    return hmac.digest(salt, person.bytes, "sha256")


def figure(indicator: Indicator, sums: Mapping[Counter, tuple[int, int]], until: date) -> Figure:
    """The figure of `indicator` from (sum, number of events) of each counter."""
    first, n = sums.get(counters_of(indicator.formula)[0], (0, 0))
    if not isinstance(indicator.formula, Share):
        if is_hidden(indicator, n):
            return Figure(indicator, None, 0, 0, 0, until, hidden=True)
        return Figure(indicator, first, first, 0, n, until)
    whole, _ = sums.get(indicator.formula.whole, (0, 0))
    if whole <= 0:
        return Figure(indicator, None, first, max(whole, 0), max(whole, 0), until)
    if is_hidden(indicator, whole):
        return Figure(indicator, None, 0, 0, 0, until, hidden=True)
    low, high = interval(first, whole)
    return Figure(indicator, share(first, whole), first, whole, whole, until, low, high)


def is_hidden(indicator: Indicator, n: int) -> bool:
    """Whether so few stand behind a figure that it could point at a person."""
    return 0 < n < indicator.floor


def share(part: int, whole: int) -> int:
    """Tenths of a percent, rounded to the nearest; never 100 % or 0 % unless it is exactly that."""
    tenths = (part * PERMILLE * 2 + whole) // (2 * whole)
    if 0 < part < whole:
        return min(max(tenths, 1), PERMILLE - 1)
    return tenths


def interval(part: int, whole: int) -> tuple[int, int]:
    """Wilson's 95 % interval of a share, in tenths of a percent: what 3 of 3 really says. Rounded outwards."""
    if not 0 <= part <= whole or whole == 0:
        raise ValueError("a part of a whole")
    p, zz = part / whole, _Z * _Z
    middle = (p + zz / (2 * whole)) / (1 + zz / whole)
    half = _Z * sqrt(p * (1 - p) / whole + zz / (4 * whole * whole)) / (1 + zz / whole)
    low, high = int((middle - half) * PERMILLE), -int(-(middle + half) * PERMILLE // 1)
    return (0 if part == 0 else max(low, 0)), (PERMILLE if part == whole else min(high, PERMILLE))


def monday_of(day: date) -> date:
    """The first day of the week of `day` (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def mondays(until: date, weeks: int) -> tuple[date, ...]:
    """The first days of the last `weeks` weeks, oldest first; the last one holds `until`."""
    last = monday_of(until)
    return tuple(last - timedelta(weeks=back) for back in range(weeks - 1, -1, -1))


def day_of(at: datetime) -> date:
    """The calendar day on which `at` counts: that of Asia/Seoul."""
    return clock.local(at).date()
