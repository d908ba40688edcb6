"""Figures, shares, intervals and weeks."""

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock
from dure.foundations.impact import rules
from dure.foundations.impact.pages import says
from dure.foundations.impact.types import Axis, Count, Counter, Distinct, Indicator, NotCountable, Share, Sum, Unit

UNTIL = date(2026, 11, 21)
whole_numbers = st.integers(1, 10_000)


@given(whole_numbers, st.data())
def test_the_interval_holds_the_share_and_narrows(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    low, high = rules.interval(part, whole)
    assert 0 <= low <= rules.share(part, whole) <= high <= 1000
    more_low, more_high = rules.interval(part * 4, whole * 4)
    assert more_high - more_low <= high - low + 1


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 50, 0, 72), (3, 3, 438, 1000), (19, 20, 763, 992), (50, 100, 403, 597)],
)
def test_golden_intervals(part: int, whole: int, low: int, high: int) -> None:
    """Wilson's interval: 0 of 50 may still be 7 %, 3 of 3 may be 44 %."""
    assert rules.interval(part, whole) == (low, high)


@given(whole_numbers, st.data())
def test_nearly_all_is_never_called_all(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    assert (rules.share(part, whole) == 1000) == (part == whole)
    assert (rules.share(part, whole) == 0) == (part == 0)


@pytest.mark.parametrize("indicator", rules.INDICATORS, ids=lambda one: one.id)
def test_every_indicator_is_whole(indicator: Indicator) -> None:
    assert rules.BY_ID[indicator.id] is indicator
    assert set(rules.counters_of(indicator.formula)) <= set(Counter)
    assert indicator.lineage
    assert len(indicator.sdg) <= 3
    assert (indicator.unit is Unit.PERCENT) == isinstance(indicator.formula, Share)
    assert (indicator.unit is Unit.PEOPLE) == isinstance(indicator.formula, Distinct)
    if indicator.unit is Unit.PEOPLE:
        assert indicator.floor >= rules.PEOPLE_FLOOR
    assert indicator.id in says.INDICATORS
    assert all(str(counter) in rules.written(indicator.formula) for counter in rules.counters_of(indicator.formula))


def test_every_axis_and_counter_is_used() -> None:
    assert {one.axis for one in rules.INDICATORS} == set(Axis) == set(says.AXES)
    used = {counter for one in rules.INDICATORS for counter in rules.counters_of(one.formula)}
    assert used == set(Counter)
    assert set(says.UNITS) == set(Unit)


@given(st.integers(-(10**12), 10**12), st.integers(0, 100))
def test_figures_that_rest_on_too_few_are_hidden(total: int, n: int) -> None:
    people = rules.BY_ID["people_taking_part"]
    figure = rules.figure(people, {Counter.TAKING_PART: (total, n)}, UNTIL)
    assert figure.hidden == (0 < n < people.floor)
    if figure.hidden:
        assert (figure.value, figure.part, figure.n) == (None, 0, 0)
    money = rules.figure(rules.BY_ID["won_given"], {Counter.WON_GIVEN: (total, n)}, UNTIL)
    assert (money.value, money.n) == (total, n)


def test_a_share_of_nothing_is_no_figure() -> None:
    figure = rules.figure(rules.BY_ID["reports_on_time"], {}, UNTIL)
    assert (figure.value, figure.whole, figure.hidden, figure.low) == (None, 0, False, None)


@pytest.mark.parametrize(
    ("counter", "n", "who", "reason"),
    [
        (Counter.GIFTS, 0, None, "zero"),
        (Counter.WON_GIVEN, 2**60, None, "too_large"),
        (Counter.TAKING_PART, 1, None, "who_missing"),
        (Counter.GIFTS, 1, UUID(int=1), "who_needless"),
    ],
)
def test_what_cannot_be_counted(counter: Counter, n: int, who: UUID | None, reason: str) -> None:
    with pytest.raises(NotCountable) as refused:
        rules.may_count(Count(counter, n, UUID(int=2), clock.now(), who=who))
    assert refused.value.values() == {"reason": reason}


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_weeks_begin_on_monday_and_hold_the_day(until: date, weeks: int) -> None:
    mondays = rules.mondays(until, weeks)
    assert len(mondays) == weeks
    assert all(day.weekday() == 0 for day in mondays)
    assert mondays[-1] <= until < mondays[-1] + timedelta(days=7)
    assert all(after - before == timedelta(days=7) for before, after in pairwise(mondays))


@given(st.uuids(), st.uuids(), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_pseudonym_is_the_same_for_the_same_person_and_salt_only(
    one: UUID, other: UUID, salt: bytes, other_salt: bytes
) -> None:
    assert rules.pseudonym(one, salt) == rules.pseudonym(one, salt)
    assert (rules.pseudonym(one, salt) == rules.pseudonym(other, salt)) == (one == other)
    assert (rules.pseudonym(one, salt) == rules.pseudonym(one, other_salt)) == (salt == other_salt)
    assert one.bytes not in rules.pseudonym(one, salt)


def test_formulas_as_written() -> None:
    assert rules.written(Sum(Counter.GIFTS)) == "sum(gifts)"
    assert rules.written(Share(Counter.GIFTS_REFUNDED, Counter.GIFTS)) == "100 × sum(gifts_refunded) ÷ sum(gifts)"
