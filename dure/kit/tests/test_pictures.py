"""The arithmetic of the pictures."""

import re

from hypothesis import given
from hypothesis import strategies as st

from dure.kit.ui import pictures
from dure.kit.ui.pictures import Share

amounts = st.lists(st.integers(0, 10**13), min_size=1, max_size=8)


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_a_goal_bar_is_never_longer_than_its_place_and_full_only_at_the_goal(raised: int, goal: int) -> None:
    bar = pictures.goal_bar(raised, goal)
    assert 0 <= bar.filled <= pictures.FULL
    if goal > 0:
        assert (bar.filled == pictures.FULL) == (raised >= goal and raised > 0)
    assert (bar.goal_at is not None) == (raised > goal > 0)


def test_more_than_the_goal_shows_where_the_goal_was() -> None:
    assert pictures.goal_bar(12_500, 10_000) == pictures.Goal(1000, 800)


@given(amounts)
def test_bars_keep_their_order_and_nothing_vanishes(numbers: list[int]) -> None:
    lengths = pictures.bar_lengths(numbers)
    assert all((length > 0) == (number > 0) for number, length in zip(numbers, lengths, strict=True))
    assert max(lengths) in (0, pictures.FULL)
    ordered = [length for _, length in sorted(zip(numbers, lengths, strict=True))]
    assert ordered == sorted(lengths)


@given(amounts, amounts)
def test_ribbons_stay_inside_the_drawing(left: list[int], right: list[int]) -> None:
    drawn = pictures.ribbons([Share("", number) for number in left], [Share("", number) for number in right])
    places = [int(found) for ribbon in drawn for found in re.findall(r"-?\d+", ribbon.path)]
    assert all(-10 <= place <= pictures.FULL + 10 for place in places)
    assert len(drawn) == sum(number > 0 for number in left + right)


def test_the_same_sum_is_drawn_equally_thick_on_both_sides() -> None:
    one, other = pictures.ribbons([Share("in", 700)], [Share("out", 700)])
    first, second = (re.findall(r"-?\d+", ribbon.path) for ribbon in (one, other))
    assert first[1] == second[1]
    assert first[-1] == second[-1]


def test_no_money_draws_nothing() -> None:
    assert pictures.ribbons([Share("in", 0)], []) == []


@given(st.lists(st.integers(0, 10**12), max_size=400))
def test_a_line_fits_its_drawing(values: list[int]) -> None:
    line = pictures.line(values)
    places = [int(place) for spot in line.points.split() for place in spot.split(",")]
    assert all(0 <= place <= pictures.FULL for place in places)
    assert not values or line.top >= max(values)


@given(st.integers(1, 10**15))
def test_a_round_number_is_near(value: int) -> None:
    assert value <= pictures.round_up(value) <= value * 2
