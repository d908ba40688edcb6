"""When a regular gift is due, how often a refused card is tried, and what its donor may do. Pure."""

import calendar
from datetime import date, timedelta
from typing import Final

from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.people.types import Actor
from dure.services.giving.types.regular import (
    ChargeState,
    NewRegular,
    RegularPast,
)
from dure.services.giving.types.regular import RegularState as S
from dure.services.giving.types.regular import RegularWant as W

from .money import GIFT_MAX

REGULAR_MIN: Final = 1_000  # won a month; less is eaten by the provider's fee
DAYS: Final = (1, 31)
LADDER: Final = (1, 3, 5)  # days after which a refused card is tried again, within its month
STATES: Final[dict[tuple[S, W], S]] = {
    (S.ASKED, W.GRANT): S.RUNNING,
    (S.ASKED, W.STOP): S.ENDED,
    (S.RUNNING, W.CHANGE): S.RUNNING,
    (S.RUNNING, W.PAUSE): S.PAUSED,
    (S.RUNNING, W.FAIL): S.PAUSED,
    (S.RUNNING, W.STOP): S.ENDED,
    (S.PAUSED, W.CHANGE): S.PAUSED,
    (S.PAUSED, W.RESUME): S.RUNNING,
    (S.PAUSED, W.STOP): S.ENDED,
}


def follow(state: S, want: W) -> S:
    """The state that `want` leads to. Raises RegularPast."""
    try:
        return STATES[state, want]
    except KeyError:
        raise RegularPast(state=state) from None


def may_keep(by: Actor, donor: object) -> None:
    """Only whose it is."""
    if by.person is None or by.person != donor:
        raise NotAllowed(needs="donor")


def check_promise(new: NewRegular) -> None:
    """A sum that is worth a charge, and a day that a month can have."""
    if not REGULAR_MIN <= new.amount <= GIFT_MAX:
        raise BadValue(field="amount", reason="too_small" if new.amount < REGULAR_MIN else "too_large")
    if not DAYS[0] <= new.day <= DAYS[1]:
        raise BadValue(field="day", reason="unknown")


def month_of(on: date) -> date:
    """The month a charge counts for, by its first day."""
    return on.replace(day=1)


def due_in(month: date, day: int) -> date:
    """The day a charge is due in a month: its last day where it has no such one."""
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))


def next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def next_due(day: int, today: date, charged: date | None) -> date:
    """The first due day from `today` on, in a month after the last one that was charged. A month gone by is not caught up."""
    month = month_of(today)
    if charged is not None and charged >= month:
        month = next_month(charged)
    due = due_in(month, day)
    return due if due >= today else due_in(next_month(month), day)


def try_again(tries: int, today: date, month: date) -> date | None:
    """When a refused card is tried again, after `tries`; None: no more in this month."""
    if tries > len(LADDER):
        return None
    again = today + timedelta(days=LADDER[tries - 1])
    return again if month_of(again) == month else None


def begins_now(state: ChargeState, try_on: date | None, today: date) -> bool:
    """Whether a month is charged today."""
    return state is ChargeState.DUE and try_on is not None and try_on <= today
