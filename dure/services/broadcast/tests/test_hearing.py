"""Heard is heard: by seconds that were played, each once, or by a key."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.refusals import BadValue
from dure.services.broadcast.rules.hearing import FLOOR, PARTS_MAX, is_heard, played, rate
from dure.services.broadcast.types import Key, Part

SECONDS = 60
TIMES = st.integers(0, SECONDS)
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
