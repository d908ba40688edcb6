"""The published root binds every count, and each person can show that theirs is in it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.services.pledges.rules import commitment

COUNTS = st.dictionaries(st.uuids(), st.integers(0, 100), min_size=1, max_size=40)


def leaves(counts: dict[UUID, int]) -> list[bytes]:
    return [commitment.leaf(pledge, kept) for pledge, kept in counts.items()]


@given(COUNTS, st.randoms())
def test_everybody_reaches_the_root_whatever_the_order(counts: dict[UUID, int], random: object) -> None:
    all_leaves = leaves(counts)
    root = commitment.root(all_leaves)
    random.shuffle(all_leaves)  # type: ignore[attr-defined]  # a Random, as the strategy makes it
    assert commitment.root(all_leaves) == root
    for pledge, kept in counts.items():
        own = commitment.leaf(pledge, kept)
        assert commitment.root_of(own, commitment.path(all_leaves, own)) == root


@given(COUNTS, st.integers(1, 100))
def test_another_count_does_not_reach_it(counts: dict[UUID, int], more: int) -> None:
    all_leaves = leaves(counts)
    pledge, kept = next(iter(counts.items()))
    own, other = commitment.leaf(pledge, kept), commitment.leaf(pledge, (kept + more) % 101)
    way = commitment.path(all_leaves, own)
    assert commitment.root_of(other, way) != commitment.root(all_leaves)
    with pytest.raises(ValueError, match="not in"):
        commitment.path(all_leaves, other)


@given(COUNTS)
def test_one_count_changed_changes_the_root(counts: dict[UUID, int]) -> None:
    root = commitment.root(leaves(counts))
    pledge = next(iter(counts))
    assert commitment.root(leaves(counts | {pledge: (counts[pledge] + 1) % 101})) != root


def test_a_season_in_which_nobody_was_has_a_root_too() -> None:
    assert commitment.root([]) == commitment.EMPTY
