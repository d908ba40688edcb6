"""A tree of hashes over everybody's count of kept days. Its root is published; who knows their own leaf and its neighbours proves
that their count is in the total, and learns nothing of anybody else's. Pure.

The leaves stand in the order of their hashes, so that the tree follows from what is counted, not from who was settled first. Leaf
and node are hashed with different first bytes, so that no node can be passed off as a leaf (as in RFC 6962).
"""

from collections.abc import Sequence
from hashlib import sha256
from itertools import batched
from typing import Final
from uuid import UUID

LEAF, NODE, ENTRY, COUNT_BYTES = b"\x00", b"\x01", b"\x02", 2
EMPTY: Final = sha256(b"").digest()


def leaf(pledge: UUID, kept: int) -> bytes:
    """The hash of one count. The id of a pledge is known to its person and to nobody who could guess it."""
    return sha256(LEAF + pledge.bytes + kept.to_bytes(COUNT_BYTES)).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over all leaves, in whatever order they come."""
    level = sorted(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else EMPTY


def path(leaves: Sequence[bytes], own: bytes) -> tuple[tuple[bool, bytes], ...]:
    """What one needs besides the own leaf: each neighbour on the way up, and whether it stands on the left.

    Raises ValueError for a leaf that is not among them.
    """
    level, found = sorted(leaves), []
    at = level.index(own)
    while len(level) > 1:
        beside = at ^ 1
        if beside < len(level):
            found.append((beside < at, level[beside]))
        level, at = _above(level), at // 2
    return tuple(found)


def root_of(own: bytes, way: Sequence[tuple[bool, bytes]]) -> bytes:
    """The root to which a leaf leads by its neighbours: the published one, if the count is in it."""
    for is_left, beside in way:
        own = _node(beside, own) if is_left else _node(own, beside)
    return own


def entry(before_it: bytes, leaf_before: bytes, leaf_after: bytes) -> bytes:
    """The hash of a correction: over the one before it (the published root before the first), the leaf that stood and the one
    that stands. What was published stays; nobody can change or leave out an entry without changing all that follow.
    """
    return sha256(ENTRY + before_it + leaf_before + leaf_after).digest()


def _above(level: Sequence[bytes]) -> list[bytes]:
    """A last one without a neighbour goes up as it is."""
    return [_node(*pair) if len(pair) == 2 else pair[0] for pair in batched(level, 2)]


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(NODE + left + right).digest()
