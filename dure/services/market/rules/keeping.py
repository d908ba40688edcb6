"""How long coupons and what was done with them are kept, and why. Pure.

국세기본법 85조의3: books and vouchers are kept for five years from the day on which the tax of their period had to be declared,
for income of a year the 31st of May of the next one. A name is no part of that: who held a coupon is cut off long before.
"""

from datetime import date, datetime, timedelta
from typing import Final

from dure.base import clock

HOLDER_KEPT: Final = timedelta(days=90)  # after the campaign's last day: so long somebody may come back with a question
CONFLICT_KEPT: Final = timedelta(days=400)  # as long as an id sent twice gets the answer it got before
BOOKS_KEPT_YEARS: Final = 5
DECLARED_BY: Final = (5, 31)  # month and day, of the year after


def cut_before(now: datetime) -> datetime:
    """Campaigns that were over before this moment need no holder of their coupons any more."""
    return now - HOLDER_KEPT


def books_until(settled_on: date) -> date:
    """The last day on which what was settled on a day has to be kept."""
    return date(settled_on.year + 1 + BOOKS_KEPT_YEARS, *DECLARED_BY)


def books_before(now: datetime) -> datetime:
    """What was settled before this moment has been kept long enough: a first of January, as the term runs by years."""
    today = clock.local(now).date()
    year = today.year - BOOKS_KEPT_YEARS - 1
    last = year if today > books_until(date(year, 1, 1)) else year - 1
    return datetime(last + 1, 1, 1, tzinfo=clock.SEOUL)
