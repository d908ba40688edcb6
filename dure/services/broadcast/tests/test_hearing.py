"""Heard is heard: by seconds that were played, each once, or by a key."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.refusals import BadValue
from dure.services.broadcast.rules.hearing import FLOOR, PARTS_MAX, SLACK, is_heard, joined, played, rate
from dure.services.broadcast.types import Key, Part

SECONDS = 60
TIMES = st.integers(0, SECONDS)
HALVES = st.integers(0, 2 * SECONDS).map(lambda half: half / 2)
PARTS = st.lists(st.tuples(TIMES, TIMES).map(lambda pair: Part(min(pair), max(pair))), max_size=20)


@given(PARTS)
def test_each_second_counts_once_in_whatever_order_it_was_played(parts: list[Part]) -> None:
    seconds = {second for part in parts for second in range(int(part.begins), int(part.ends))}
    assert played(parts, SECONDS) == pytest.approx(len(seconds) / SECONDS)
    assert played(parts[::-1], SECONDS) == played(parts, SECONDS)


def test_four_fifths_are_heard_and_a_jump_to_the_end_is_not() -> None:
    assert is_heard(played([Part(0, 48)], SECONDS), [])
    assert not is_heard(played([Part(0, 47.9)], SECONDS), [])
    assert not is_heard(played([Part(0, 5), Part(59, 60)], SECONDS), [])
    assert not is_heard(played([Part(0, 10)] * 6, SECONDS), [])


@pytest.mark.parametrize(("key", "counts"), [(Key.HEARD, True), (Key.REPEAT, False), (Key.LEAVE, False)])
def test_a_key_says_it(key: Key, counts: bool) -> None:
    assert is_heard(0.0, [key]) is counts


@pytest.mark.parametrize(
    ("parts", "seconds"),
    [
        ([Part(-1, 5)], 60),
        ([Part(0, 61)], 60),
        ([Part(9, 5)], 60),
        ([Part(math.nan, 5)], 60),
        ([Part(0, math.nan)], 60),
        ([Part(0, math.inf)], 60),
        ([], 0),
        ([], math.nan),
        ([Part(0, 1)] * (PARTS_MAX + 1), 60),
    ],
)
def test_made_up_playing_is_refused(parts: list[Part], seconds: float) -> None:
    with pytest.raises(BadValue):
        played(parts, seconds)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_rate_tells_nobody_and_promises_nothing(one: int, other: int) -> None:
    heard, listeners = sorted((one, other))
    told = rate(heard, listeners)
    assert (told is None) is (listeners < FLOOR)
    if told is not None:
        assert told <= 100 * heard / listeners < told + 1
        assert told < 100 or heard == listeners


def test_more_than_all_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="more heard it"):
        rate(6, 5)


@given(st.lists(st.tuples(HALVES, HALVES), max_size=20))
def test_parts_that_are_kept_say_what_was_played(said: list[tuple[float, float]]) -> None:
    """Joining forgets nothing that was played, leaves few parts, and is the same when done again."""
    parts = [Part(min(pair), max(pair)) for pair in said]
    kept = joined(parts, SECONDS)
    assert joined(kept, SECONDS) == kept
    assert played(parts, SECONDS) <= played(kept, SECONDS) + 1e-9
    assert len(kept) <= len(parts)
    assert all(after.begins - before.ends > SLACK for before, after in pairwise(kept))


def test_a_player_that_rounds_up_is_believed_and_one_that_lies_is_not() -> None:
    assert joined([Part(0, 60.3)], SECONDS) == (Part(0, 60),)
    with pytest.raises(BadValue):
        joined([Part(0, 61)], SECONDS)
