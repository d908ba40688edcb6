"""The hundred days: which day it is, when one can be proved, how many are kept. Pure.

A day is a calendar day in Seoul, wherever the telephone is: what counts is when the proof arrives here, not what a clock over
there says.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from dure.base import clock
from dure.services.pledges.types import DayClosed, DayNotOpen, NoSuchDay, ProofState, SeasonPhase, SeasonState, Window

SEASON_DAYS: Final = 100
WEEK_DAYS: Final = 7
WEEKS: Final = (*(WEEK_DAYS,) * (SEASON_DAYS // WEEK_DAYS), SEASON_DAYS % WEEK_DAYS)  # 14 weeks and two days
DAY_MINUTES: Final = 1_440
LATE_DAYS: Final = 2  # so long after its window a proof may still be sent, for the leader to decide
OBJECT_DAYS: Final = 7  # so long after the last day proofs may be rejected
APPEAL_DAYS: Final = 7  # so long after a proof was rejected its season is not settled: its person may appeal
REVIEW_DAYS: Final = 14  # so long after the last day appeals are heard: a week at least for each
COUNTING: Final = frozenset({ProofState.COUNTS, ProofState.ACCEPTED})


def last_day(starts_on: date) -> date:
    """The hundredth day, the first one counted."""
    return starts_on + timedelta(days=SEASON_DAYS - 1)


def day_number(starts_on: date, on: date) -> int:
    """The number of the day `on`; below 1 before the season, above 100 after it."""
    return (on - starts_on).days + 1


def date_of(starts_on: date, day: int) -> date:
    """The calendar day of the day `day`. Raises NoSuchDay."""
    if not 1 <= day <= SEASON_DAYS:
        raise NoSuchDay()
    return starts_on + timedelta(days=day - 1)


def opens_at(starts_on: date, day: int, window: Window) -> datetime:
    """From when on the day can be proved. Raises NoSuchDay."""
    return _midnight(date_of(starts_on, day)) + timedelta(minutes=window.start)


def closes_at(starts_on: date, day: int, window: Window, grace_minutes: int) -> datetime:
    """Until when the day can be proved: the end of its window and the season's grace. Raises NoSuchDay."""
    return _midnight(date_of(starts_on, day)) + timedelta(minutes=window.until + grace_minutes)


def state_when_sent(closes: datetime, opens: datetime, at: datetime) -> ProofState:
    """Whether a proof that arrives at `at` counts or is late. Raises DayNotOpen, DayClosed."""
    if at < opens:
        raise DayNotOpen(opens_at=opens)
    if at < closes:
        return ProofState.COUNTS
    if at < closes + timedelta(days=LATE_DAYS):
        return ProofState.LATE
    raise DayClosed(closed_at=closes)


def phase(state: SeasonState, starts_on: date, propose_until: date, join_until: date, today: date) -> SeasonPhase:
    """Where a season is on the day `today`."""
    if state is not SeasonState.OPEN:
        return SeasonPhase(state.value)
    for until, is_then in (
        (propose_until, SeasonPhase.PROPOSING),
        (join_until, SeasonPhase.JOINING),
        (starts_on - timedelta(days=1), SeasonPhase.READY),
        (last_day(starts_on), SeasonPhase.RUNNING),
    ):
        if today <= until:
            return is_then
    return SeasonPhase.REVIEW


def week_of(day: int) -> int:
    """Which week of the season a day is in, from 0 on."""
    return (day - 1) // WEEK_DAYS


def needed_in(length: int, days_a_week: int) -> int:
    """How many days of a week of `length` days have to be proved where `days_a_week` of seven have to be; at least one."""
    return -(-length * days_a_week // WEEK_DAYS)


def kept_in_week(length: int, proved: int, days_a_week: int) -> int:
    """Days of a week that count as kept: days off are earned in proportion, so that nothing proved is nothing kept."""
    needed = needed_in(length, days_a_week)
    return length * min(proved, needed) // needed


def kept_days(proved_by_week: Mapping[int, int], days_a_week: int) -> int:
    """How many of the hundred days are kept, from the number of days that were proved in each week."""
    return sum(kept_in_week(length, proved_by_week.get(week, 0), days_a_week) for week, length in enumerate(WEEKS))


def kept_of(days: Collection[int], days_a_week: int) -> int:
    """The same from the days that were proved themselves."""
    by_week: dict[int, int] = {}
    for day in set(days):
        by_week[week_of(day)] = by_week.get(week_of(day), 0) + 1
    return kept_days(by_week, days_a_week)


def unclosed(starts_on: date, window: Window, grace_minutes: int, now: datetime) -> frozenset[int]:
    """Days up to the one that `now` lies in whose proof would still be in time: today, and within the grace yesterday, too."""
    today = day_number(starts_on, clock.local(now).date())
    near = (day for day in (today - 1, today) if 1 <= day <= SEASON_DAYS)
    return frozenset(day for day in near if now < closes_at(starts_on, day, window, grace_minutes))


def streak(days: Collection[int], days_a_week: int, today: int, pending: Collection[int] = ()) -> int:
    """How many days in a row were proved up to `today`.

    What nobody has decided yet stops the count without ending it and without adding to it: `today` and the other days of
    `pending`, which are still open or whose late or appealed proof waits for a word. So do days off of a week.
    """
    proved, waits = set(days), {today, *pending}
    run, off_left = 0, _days_off(min(max(today, 1), SEASON_DAYS), days_a_week)
    for day in range(min(today, SEASON_DAYS), 0, -1):
        if day % WEEK_DAYS == 0 and day != min(today, SEASON_DAYS):
            off_left = _days_off(day, days_a_week)
        if day in proved:
            run += 1
        elif day in waits:
            continue
        elif off_left:
            off_left -= 1
        else:
            break
    return run


def heat(days: Mapping[int, ProofState], today: int) -> Sequence[str]:
    """A word for each of the hundred days: kept, waits, missed, today, ahead."""

    def word(day: int) -> str:
        state = days.get(day)
        if state in COUNTING:
            return "kept"
        if state in (ProofState.LATE, ProofState.APPEALED):
            return "waits"
        if day == today:
            return "today"
        return "missed" if day < today else "ahead"

    return tuple(word(day) for day in range(1, SEASON_DAYS + 1))


def settles_from(starts_on: date) -> date:
    """The first day on which a season can be settled."""
    return last_day(starts_on) + timedelta(days=REVIEW_DAYS + 1)


def _days_off(day: int, days_a_week: int) -> int:
    length = WEEKS[week_of(day)]
    return length - needed_in(length, days_a_week)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), tzinfo=clock.SEOUL)
