"""Thirty villages at once: each gets its share, and what is urgent overtakes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.services.broadcast.rules.turns import PORTION, URGENCY, share, turns
from dure.services.broadcast.types import Kind

WAITING = st.dictionaries(st.integers(0, 50), st.integers(0, 900), max_size=30)
MOST = st.integers(0, 2_000)


@given(WAITING, MOST)
def test_nobody_gets_less_while_somebody_else_gets_more(waiting: dict[int, int], most: int) -> None:
    given_to = share(waiting, most)
    assert given_to.keys() == waiting.keys()
    assert sum(given_to.values()) == min(most, sum(waiting.values()))
    for key, count in given_to.items():
        assert 0 <= count <= waiting[key]
        if count < waiting[key]:  # it waits for more: then nobody has got more than one portion more than it
            assert all(other <= count + PORTION for other in given_to.values())


@given(st.dictionaries(st.sampled_from(Kind), WAITING), MOST)
def test_what_is_urgent_is_served_whole_before_anything_else(waiting: dict[Kind, dict[int, int]], most: int) -> None:
    served = turns(waiting, most)
    assert tuple(served) == URGENCY
    left = most
    for kind in URGENCY:
        wanted = sum(waiting.get(kind, {}).values())
        assert sum(served[kind].values()) == min(left, wanted)
        left -= min(left, wanted)


def test_one_large_village_does_not_starve_thirty_small_ones() -> None:
    waiting = {f"small {number}": 20 for number in range(30)} | {"large": 10_000}
    served = share(waiting, 1_000)
    assert all(served[key] == 20 for key in waiting if key != "large")
    assert served["large"] == 400
    first = share({"large": 10_000} | {f"small {number}": 20 for number in range(30)}, 1_000)
    assert first == served  # who comes first gets no more


def test_villages_are_served_whole() -> None:
    """A thousand villages at once are ten after ten, not two listeners of each: a message costs by villages, too."""
    served = share(dict.fromkeys(range(1_000), PORTION), 10 * PORTION)
    assert sorted(served.values())[-10:] == [PORTION] * 10
    assert sum(map(bool, served.values())) == 10


def test_less_than_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        share({"one": -1}, 5)
    with pytest.raises(ValueError, match="less than nothing"):
        share({}, -1)
