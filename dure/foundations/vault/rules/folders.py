"""A copied log, verified offline: every tile, every entry, the root, the signatures. Pure: bytes come from `Read`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from dure.foundations.vault.rules.merkle import check_consistency, consistency, folded, leaf_hash
from dure.foundations.vault.rules.notes import check_note, opened_checkpoint, read_note
from dure.foundations.vault.rules.tiles import (
    HEIGHT,
    TilePath,
    entries_of,
    hashes_in,
    node_in,
    path_of,
    root_of,
    tiles_of,
)
from dure.foundations.vault.types import (
    HASH_BYTES,
    TILE_WIDTH,
    Audited,
    Checkpoint,
    LogEntry,
    LogWentBack,
    NoteUnfit,
    TileUnfit,
    Trust,
)

__all__ = ["CHECKPOINT", "Read", "audited", "audited_entries", "check_grown", "read_checkpoint"]

CHECKPOINT: Final = "checkpoint"

type Read = Callable[[str], bytes | None]
"""Asked for the file at an address below the log's; None when there is none."""


def read_checkpoint(read: Read, trust: Trust) -> Audited:
    """The signed head of a copied log, and who has signed it besides; nothing below it is looked at yet.

    Raises NoteUnfit, NotSigned, NotCosigned, and TileUnfit when there is none.
    """
    raw = read(CHECKPOINT)
    if raw is None:
        raise TileUnfit(path=CHECKPOINT, why="missing")
    try:
        note = raw.decode()
    except UnicodeDecodeError:
        raise NoteUnfit(why="characters") from None
    checkpoint = opened_checkpoint(note, trust.log, trust.witnesses, trust.needed, trust.since)
    signers = check_note(read_note(note), trust.witnesses)
    return Audited(checkpoint=checkpoint, cosigned_by=tuple(one.name for one in signers))


def audited(
    read: Read,
    trust: Trust,
    progress: Callable[[int, int], None] = lambda done, total: None,
    hear: Callable[[LogEntry], None] = lambda entry: None,
) -> Audited:
    """Verify all of a copied log; `hear` is told every entry. Raises the refusal that names what does not hold first."""
    head = read_checkpoint(read, trust)
    entries = 0
    for one in audited_entries(read, head.checkpoint):
        hear(one)
        entries += 1
        if entries % TILE_WIDTH == 0:
            progress(entries, head.checkpoint.size)
    return replace(head, entries=entries, tiles=sum(1 for _ in tiles_of(head.checkpoint.size)))


def check_grown(read: Read, old: Checkpoint, new: Checkpoint) -> None:
    """Whether the log of `new`, whose tiles are read, begins with all that `old` stood for: nothing was taken out or changed.

    Raises LogWentBack, ProofUnfit, TileUnfit.
    """
    if old.size > new.size or old.origin != new.origin:
        raise LogWentBack(log=new.origin, size=new.size, signed=old.size)

    def tile_at(level: int, index: int) -> bytes:
        width = min(TILE_WIDTH, (new.size >> (HEIGHT * level)) - index * TILE_WIDTH)
        return _tile(read, TilePath(level, index, width))

    proof = consistency(lambda level, n: node_in(tile_at, level, n), old.size, new.size)
    check_consistency(proof, old.root, new.root)


def audited_entries(read: Read, checkpoint: Checkpoint) -> Iterator[LogEntry]:
    """Every entry of a copied log, in order, each hashed against its tile, each tile against the one above, the last ones
    against the root. What was handed out holds only when the last one was: the root comes at the end. Raises TileUnfit.
    """
    last: dict[tuple[int, int], bytes] = {}
    expected: dict[int, list[bytes]] = {}
    for tile in tiles_of(checkpoint.size):
        level, hashes = tile.level or 0, _tile(read, tile)
        if level:
            below = expected.setdefault(level, [])
            mine, expected[level] = below[: tile.width], below[tile.width :]
            if hashes_in(hashes) != mine:
                raise TileUnfit(path=path_of(tile), why="hash")
        else:
            yield from _entries(read, tile, hashes)
        if tile.width == TILE_WIDTH:
            expected.setdefault(level + 1, []).append(folded(hashes_in(hashes)))
        else:
            last[level, tile.index] = hashes
    if root_of(checkpoint.size, last) != checkpoint.root:
        raise TileUnfit(path=CHECKPOINT, why="root")


def _entries(read: Read, tile: TilePath, hashes: bytes) -> Iterator[LogEntry]:
    path = path_of(TilePath(None, tile.index, tile.width))
    bundle = _read_wide(read, None, tile)
    if bundle is None:
        raise TileUnfit(path=path, why="missing")
    entries = entries_of(bundle, path)[: tile.width]
    if [leaf_hash(entry) for entry in entries] != hashes_in(hashes):
        raise TileUnfit(path=path, why="hash")
    first = tile.index * TILE_WIDTH
    yield from (LogEntry(first + place, entry) for place, entry in enumerate(entries))


def _tile(read: Read, tile: TilePath) -> bytes:
    hashes = _read_wide(read, tile.level, tile)
    if hashes is None:
        raise TileUnfit(path=path_of(tile), why="missing")
    if len(hashes) < tile.width * HASH_BYTES or len(hashes) % HASH_BYTES:
        raise TileUnfit(path=path_of(tile), why="length")
    return hashes[: tile.width * HASH_BYTES]


def _read_wide(read: Read, level: int | None, tile: TilePath) -> bytes | None:
    """The tile as wide as the checkpoint asks, else the full one, of which it is the beginning."""
    found = read(path_of(TilePath(level, tile.index, tile.width)))
    return found if found is not None or tile.width == TILE_WIDTH else read(path_of(TilePath(level, tile.index)))
