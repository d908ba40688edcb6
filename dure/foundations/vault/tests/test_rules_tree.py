"""The tree is RFC 6962's, the tiles are C2SP's, proofs hold for exactly what they prove."""

import hashlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.foundations.vault import rules
from dure.foundations.vault.types import PathUnfit, Proof, ProofUnfit, TileUnfit

# The eight entries of the reference tests of Certificate Transparency, and the roots of their trees.
REFERENCE = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def slow_root(entries: list[bytes]) -> bytes:
    """The definition in RFC 6962, 2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return hashlib.sha256(b"\x01" + slow_root(entries[:split]) + slow_root(entries[split:])).digest()


class Tree:
    """A log in memory."""

    def __init__(self) -> None:
        self.size = 0
        self.root = rules.EMPTY_ROOT
        self.tiles: dict[tuple[int, int], bytes] = {}

    def add(self, entries: list[bytes]) -> None:
        last = {where: self.tiles[where] for where in rules.last_tiles(self.size)}
        grown = rules.grown(self.size, last, rules.leaf_hashes(entries))
        for level, index, hashes in grown.tiles:
            assert hashes.startswith(self.tiles.get((level, index), b""))  # a tile only grows at its end
            self.tiles[level, index] = hashes
        self.size, self.root = grown.size, grown.root

    def node(self, level: int, n: int) -> bytes:
        return rules.node_in(lambda at, index: self.tiles[at, index], level, n)


def tree_of(count: int) -> tuple[Tree, list[bytes]]:
    entries = [b"%d" % number for number in range(count)]
    tree = Tree()
    tree.add(entries)
    return tree, entries


def test_the_roots_of_the_reference() -> None:
    tree = Tree()
    for entry, root in zip(REFERENCE, ROOTS, strict=True):
        tree.add([entry])
        assert tree.root.hex() == root
    assert rules.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(st.lists(st.integers(0, 700), max_size=6))
@settings(max_examples=40)
def test_whatever_the_portions_the_root_is_that_of_the_definition(portions: list[int]) -> None:
    tree = Tree()
    entries: list[bytes] = []
    for portion in portions:
        fresh = [b"%d" % (len(entries) + number) for number in range(portion)]
        entries += fresh
        tree.add(fresh)
        assert tree.root == slow_root(entries)
        assert {(tile.level, tile.index) for tile in rules.tiles_of(tree.size)} == set(tree.tiles)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257, 511, 513])
def test_every_entry_is_proved_and_nothing_else_is(size: int) -> None:
    tree, entries = tree_of(size)
    for index in {0, 1 % size, size // 2, size - 1, 255 % size, 256 % size}:
        proof = rules.inclusion(tree.node, index, size)
        leaf = rules.leaf_hash(entries[index])
        rules.check_inclusion(proof, leaf, tree.root)
        wrong = [
            (Proof(index, size, proof.hashes), rules.leaf_hash(b"x"), tree.root),
            (proof, leaf, bytes(32)),
            (Proof(index, size, (*proof.hashes, bytes(32))), leaf, tree.root),
            (Proof(index + 1, size, proof.hashes), leaf, tree.root),
            (Proof(-1, size, proof.hashes), leaf, tree.root),
            (Proof(index, 0, proof.hashes), leaf, tree.root),
        ]
        if proof.hashes:
            wrong.append((Proof(index, size, proof.hashes[:-1]), leaf, tree.root))
        for false, of, root in wrong:
            with pytest.raises(ProofUnfit):
                rules.check_inclusion(false, of, root)


@given(st.integers(0, 600), st.integers(0, 600))
@settings(max_examples=60)
def test_an_older_head_is_proved_to_be_the_beginning(one: int, two: int) -> None:
    old, size = sorted((one, two))
    tree, entries = tree_of(size)
    before, _ = tree_of(old)
    proof = rules.consistency(tree.node, old, size)
    rules.check_consistency(proof, before.root, tree.root)
    forked = Tree()
    forked.add([*entries[:-1], b"another"])
    if old not in (0, size):
        for false_old, false_new in ((bytes(32), tree.root), (before.root, forked.root)):
            with pytest.raises(ProofUnfit):
                rules.check_consistency(proof, false_old, false_new)
        with pytest.raises(ProofUnfit):
            rules.check_consistency(Proof(old, size, proof.hashes[:-1]), before.root, tree.root)
        with pytest.raises(ProofUnfit):
            rules.check_consistency(Proof(old, size, (*proof.hashes, bytes(32))), before.root, tree.root)


@given(st.integers(-5, 2**70), st.integers(-5, 2**70), st.lists(st.binary(min_size=32, max_size=32), max_size=140))
def test_no_proof_breaks_the_verifier(index: int, size: int, hashes: list[bytes]) -> None:
    proof = Proof(index, size, tuple(hashes))
    with pytest.raises(ProofUnfit):
        rules.check_inclusion(proof, bytes(32), bytes(31) + b"x")
    with pytest.raises(ProofUnfit):
        rules.check_consistency(proof, bytes(31) + b"x", bytes(31) + b"y")


def test_addresses_are_those_of_the_specification() -> None:
    assert rules.path_of(rules.TilePath(0, 1234067)) == "tile/0/x001/x234/067"
    assert rules.path_of(rules.TilePath(None, 273, 112)) == "tile/entries/273.p/112"
    assert [rules.path_of(tile) for tile in rules.tiles_of(70_000)][272:] == [
        "tile/0/272",
        "tile/0/273.p/112",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert [rules.path_of(tile) for tile in rules.tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert list(rules.tiles_of(0)) == []


@given(st.none() | st.integers(0, 7), st.integers(0, 10**12), st.integers(1, 256))
def test_an_address_is_read_as_it_was_written(level: int | None, index: int, width: int) -> None:
    tile = rules.TilePath(level, index, width)
    assert rules.read_path(rules.path_of(tile)) == tile


@given(
    st.text(max_size=70) | st.from_regex(r"tile/(entries|[0-9]{1,3})/[x0-9/]{1,20}(\.p/[0-9]{1,4})?", fullmatch=True)
)
def test_an_address_is_written_in_one_way_only(path: str) -> None:
    try:
        tile = rules.read_path(path)
    except PathUnfit:
        return
    assert rules.path_of(tile) == path


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/1",
        "tile/00/001",
        "tile/8/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/-1/000",
        "tile/0/../000",
        "tile/0/0000",
        "tile/0/x1/000",
        "/tile/0/000",
        "tile/entries/٣٣٣",
        "tile/0/001/x000",
    ],
)
def test_another_way_of_writing_it_is_refused(path: str) -> None:
    with pytest.raises(PathUnfit):
        rules.read_path(path)


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=256))
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]) -> None:
    assert rules.entries_of(rules.bundle_of(entries)) == entries


@given(st.binary(max_size=600))
def test_no_bytes_break_the_reader_of_bundles(bundle: bytes) -> None:
    try:
        entries = rules.entries_of(bundle)
    except TileUnfit:
        return
    assert rules.bundle_of(entries) == bundle


def test_a_hundred_thousand_entries_are_added_in_a_moment() -> None:
    """Budget: 100,000 leaves a second; a generous bound here, the figure is printed by the benchmark of the README."""
    entries = [b"%064d" % number for number in range(100_000)]
    began = time.process_time()
    tree = Tree()
    tree.add(entries)
    assert time.process_time() - began < 2
    assert tree.size == 100_000
