"""The Merkle tree of a public log (RFC 6962, section 2.1) and its proofs. Pure; a tree is asked for through `Hashes`.

A node (level, n) is the hash over the entries n * 2**level to (n + 1) * 2**level - 1. Nodes never change once they are full,
which is why they can be served as files.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from dure.foundations.vault.types import SIZE_MAX, Proof, ProofUnfit

__all__ = [
    "EMPTY_ROOT",
    "Hashes",
    "check_consistency",
    "check_inclusion",
    "consistency",
    "folded",
    "inclusion",
    "leaf_hash",
    "node_hash",
    "range_hash",
]

type Hashes = Callable[[int, int], bytes]
"""Asked for the hash of the full node (level, n)."""

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
PROOF_HASHES_MAX: Final = 128
_sha256 = hashlib.sha256


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry: SHA-256(0x00, entry)."""
    return _sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash above two others: SHA-256(0x01, left, right)."""
    return _sha256(b"\x01" + left + right).digest()


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes of equal height, of which the last may be lower: pairs from the left, an odd one goes up as it is."""
    row = list(hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [_sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)] + odd
    return row[0]


def range_hash(hashes: Hashes, start: int, end: int) -> bytes:
    """MTH(D[start:end]), where start is a multiple of the largest power of two that the range reaches."""
    return folded_up([hashes(level, n) for level, n in _nodes(start, end)])


def folded_up(hashes: Sequence[bytes]) -> bytes:
    """The root over full nodes of falling height, left to right."""
    if not hashes:
        return EMPTY_ROOT
    found = hashes[-1]
    for left in reversed(hashes[:-1]):
        found = node_hash(left, found)
    return found


def _nodes(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The fewest full nodes over [start, end), left to right; their heights fall."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def inclusion(hashes: Hashes, index: int, size: int) -> Proof:
    """The hashes from entry `index` up to the root of the first `size` entries. Raises ProofUnfit when it is not among them."""
    if not 0 <= index < size <= SIZE_MAX:
        raise ProofUnfit(index=index, size=size)
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(hashes, middle, end))
            end = middle
        else:
            path.append(range_hash(hashes, start, middle))
            start = middle
    return Proof(index=index, size=size, hashes=tuple(reversed(path)))


def consistency(hashes: Hashes, old: int, size: int) -> Proof:
    """The hashes that show the first `old` entries to be the beginning of `size`. Raises ProofUnfit."""
    if not 0 <= old <= size <= SIZE_MAX:
        raise ProofUnfit(index=old, size=size)
    if old in (0, size):
        return Proof(index=old, size=size, hashes=())
    path: list[bytes] = []
    start, end, whole = 0, size, True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_hash(hashes, middle, end))
            end = middle
        else:
            path.append(range_hash(hashes, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(range_hash(hashes, start, end))
    return Proof(index=old, size=size, hashes=tuple(reversed(path)))


def check_inclusion(proof: Proof, leaf: bytes, root: bytes) -> None:
    """Whether the entry with this leaf hash is where the proof says (RFC 9162, 2.1.3.2). Raises ProofUnfit."""
    here, last = proof.index, proof.size - 1
    if not 0 <= here <= last < SIZE_MAX or len(proof.hashes) > PROOF_HASHES_MAX:
        raise _unfit(proof)
    found = leaf
    for hash_ in proof.hashes:
        if last == 0:
            raise _unfit(proof)
        if here & 1 or here == last:
            found = node_hash(hash_, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, hash_)
        here, last = here >> 1, last >> 1
    if last or found != root:
        raise _unfit(proof)


def check_consistency(proof: Proof, old_root: bytes, root: bytes) -> None:
    """Whether the tree with `old_root` is the beginning of the one with `root` (RFC 9162, 2.1.4.2). Raises ProofUnfit."""
    old, size = proof.index, proof.size
    if not 0 <= old <= size <= SIZE_MAX or len(proof.hashes) > PROOF_HASHES_MAX:
        raise _unfit(proof)
    if old == 0 or old == size:
        fits = old_root == EMPTY_ROOT if not old else old_root == root
        if proof.hashes or not fits or (not size and root != EMPTY_ROOT):
            raise _unfit(proof)
        return
    path = list(proof.hashes)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise _unfit(proof)
    here, last = old - 1, size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    was = now = path[0]
    for hash_ in path[1:]:
        if last == 0:
            raise _unfit(proof)
        if here & 1 or here == last:
            was, now = node_hash(hash_, was), node_hash(hash_, now)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            now = node_hash(now, hash_)
        here, last = here >> 1, last >> 1
    if last or was != old_root or now != root:
        raise _unfit(proof)


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _unfit(proof: Proof) -> ProofUnfit:
    return ProofUnfit(index=proof.index, size=proof.size)
