"""Korean donation law in numbers: registration, cost cap, use, audit, report, tax credit. Pure.

The tiers are data, so that a change of the decree is a change of one table. Amounts are whole won, days local dates in
Asia/Seoul. This is arithmetic to plan with, no legal advice: each answer names its paragraph, so that it can be checked.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from dure.foundations.ledger.types.law import REGISTRATION_FROM_WON, Authority, Duty, DutyKind, Paragraph, Source

DONATION_ACT = "기부금품의 모집·사용 및 기부문화 활성화에 관한 법률"
SOURCES = {
    Paragraph.REGISTRATION: Source(
        DONATION_ACT, "제4조", "1천만원 이상 등록, 10억원 초과는 행정안전부, 모집기간은 1년 이내"
    ),
    Paragraph.USE: Source(DONATION_ACT, "제12조", "모집 시작일부터 2년 (2024-07-31 시행)"),
    Paragraph.COST_CAP: Source(DONATION_ACT, "제13조", "모집금액 구간별 15·13·12·10%"),
    Paragraph.AUDIT_AND_REPORT: Source(DONATION_ACT, "제14조", "사용 완료 후 30일 안에 감사 의뢰, 60일 안에 보고"),
    Paragraph.TAX_CREDIT: Source("소득세법", "제59조의4", "1천만원까지 15%, 넘는 금액은 30%"),
    Paragraph.RECEIPT_FORM: Source("소득세법 시행규칙", "별지 제45호의2서식", "기부금 영수증"),
}

PROVINCE_UP_TO_WON = 1_000_000_000
USE_WITHIN_YEARS = 2
AUDIT_WITHIN_DAYS = 30
REPORT_WITHIN_DAYS = 60


@dataclass(frozen=True, slots=True)
class Tier:
    up_to: int | None  # won, inclusive; None: no upper end
    percent: int


COST_TIERS = (Tier(1_000_000_000, 15), Tier(10_000_000_000, 13), Tier(20_000_000_000, 12), Tier(None, 10))
"""Collection costs as a share of the whole sum raised. The share is that of the tier the sum falls into, not a marginal one:
a drive that passes 1 bn won may spend 13 % of everything, which is less than 15 % of 1 bn until the sum is about 1.154 bn."""

CREDIT_TIERS = (Tier(10_000_000, 15), Tier(None, 30))
"""Tax credit on donations of one person and year: marginal, 15 % of the first 10 M won and 30 % of the rest."""


def cost_percent(total: int) -> int:
    """How many per cent of `total` won raised may go into the costs of raising it."""
    _refuse_negative(total)
    return next(tier.percent for tier in COST_TIERS if tier.up_to is None or total <= tier.up_to)


def cost_cap(total: int) -> int:
    """How many won of `total` may at most go into the costs of raising it, rounded down."""
    return total * cost_percent(total) // 100


def tax_credit(donated: int) -> int:
    """The credit in won for `donated` won of one person in one year, before the caps by income, rounded down."""
    _refuse_negative(donated)
    hundredths, lower = 0, 0
    for tier in CREDIT_TIERS:
        upper = donated if tier.up_to is None else min(donated, tier.up_to)
        hundredths += max(0, upper - lower) * tier.percent
        lower = upper
    return hundredths // 100


def authority(total: int) -> Authority | None:
    """With whom a collection of `total` won must be registered; None where it need not be."""
    _refuse_negative(total)
    if total < REGISTRATION_FROM_WON:
        return None
    return Authority.PROVINCE if total <= PROVINCE_UP_TO_WON else Authority.INTERIOR_MINISTRY


def duties(total: int, opened_on: date, closed_on: date | None, used_on: date | None) -> tuple[Duty, ...]:
    """What the law asks of a collection of `total` won (the goal, or what was raised where that is more), in order of time.

    `used_on` is the day the last won was spent. Below the sum that needs registration the law asks nothing of this kind. The
    act lets collections of a small sum leave the audit report out; what is small is for the registering authority to say, so
    the duty is always listed.
    """
    if closed_on is not None and closed_on < opened_on:
        raise ValueError("a collection closes after it opens")
    registered_with = authority(total)
    if registered_with is None:
        return ()
    return (
        Duty(DutyKind.REGISTER, opened_on, Paragraph.REGISTRATION, registered_with),
        Duty(DutyKind.USE_MONEY, years_later(opened_on, USE_WITHIN_YEARS), Paragraph.USE),
        Duty(DutyKind.REQUEST_AUDIT, _days_later(used_on, AUDIT_WITHIN_DAYS), Paragraph.AUDIT_AND_REPORT),
        Duty(
            DutyKind.REPORT_USE,
            _days_later(used_on, REPORT_WITHIN_DAYS),
            Paragraph.AUDIT_AND_REPORT,
            registered_with,
        ),
    )


def years_later(day: date, years: int) -> date:
    """The last day of a period of `years` that begins the day after `day`; 29 February ends on the 28th in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _days_later(day: date | None, days: int) -> date | None:
    return None if day is None else day + timedelta(days=days)


def _refuse_negative(won: int) -> None:
    if won < 0:
        raise ValueError("a sum raised is not negative")
