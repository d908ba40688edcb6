"""The tree as tiles (C2SP tlog-tiles): 256 hashes a tile, the hash of a full tile goes into the tile above it.

A tile only ever grows at its end, so a narrower copy of it is its beginning. Adding entries touches the last tile of each level
and nothing else: as many tiles as the log has levels, however long it is.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dure.foundations.vault.rules.merkle import EMPTY_ROOT, folded
from dure.foundations.vault.types import (
    ENTRY_BYTES_MAX,
    HASH_BYTES,
    SIZE_MAX,
    TILE_LEVEL_MAX,
    TILE_WIDTH,
    PathUnfit,
    TileUnfit,
)

__all__ = [
    "HASH",
    "HEIGHT",
    "Grown",
    "TilePath",
    "bundle_of",
    "entries_of",
    "grown",
    "hashes_in",
    "last_tiles",
    "leaf_hashes",
    "node_in",
    "path_of",
    "read_path",
    "root_of",
    "tiles_of",
]

ENTRIES: Final = "entries"
_NUMBER: Final = re.compile(r"(?:x[0-9]{3}/)*[0-9]{3}")
_WIDTH: Final = re.compile(r"[1-9][0-9]{0,2}")
_LEVEL: Final = re.compile(r"0|[1-9][0-9]?")
PATH_LENGTH_MAX: Final = 60
HEIGHT: Final = 8  # levels of the tree in a tile
HASH: Final = HASH_BYTES

type Tiles = Mapping[tuple[int, int], bytes]
"""By (level, index): the hashes one after the other."""


@dataclass(frozen=True, slots=True)
class TilePath:
    """Which tile: `level` (None: a bundle of entries), its place on that level, and how wide it is."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    def __str__(self) -> str:
        return path_of(self)


@dataclass(frozen=True, slots=True)
class Grown:
    """A log after entries were added: the tiles that changed, whole, and the new root."""

    size: int
    root: bytes
    tiles: tuple[tuple[int, int, bytes], ...]  # (level, index, hashes)


def leaf_hashes(entries: Sequence[bytes]) -> bytes:
    """The hashes of the entries, one after the other."""
    sha256 = hashlib.sha256
    return b"".join([sha256(b"\x00" + entry).digest() for entry in entries])


def grown(size: int, last: Tiles, leaves: bytes) -> Grown:
    """Add leaf hashes to a log of `size` entries, of which `last` are the last tiles (`last_tiles`)."""
    changed: dict[tuple[int, int], bytes] = {}
    added, level, before = leaves, 0, size
    while added:
        at = before // TILE_WIDTH
        row = _last(last, level, before) + added
        above: list[bytes] = []
        for start in range(0, len(row), TILE_WIDTH * HASH_BYTES):
            tile = row[start : start + TILE_WIDTH * HASH_BYTES]
            changed[level, at + start // (TILE_WIDTH * HASH_BYTES)] = tile
            if len(tile) == TILE_WIDTH * HASH_BYTES:
                above.append(folded(hashes_in(tile)))
        added, level, before = b"".join(above), level + 1, at
    total = size + len(leaves) // HASH_BYTES
    edge = {where: changed[where] if where in changed else last[where] for where in last_tiles(total)}
    return Grown(total, root_of(total, edge), tuple((*where, tile) for where, tile in sorted(changed.items())))


def _last(last: Tiles, level: int, count: int) -> bytes:
    """The unfinished tile of a level that holds `count` hashes; nothing when the last one is full."""
    width = count % TILE_WIDTH
    if not width:
        return b""
    where = (level, count // TILE_WIDTH)
    tile = last.get(where, b"")
    if len(tile) != width * HASH_BYTES:
        raise TileUnfit(path=path_of(TilePath(*where, width)), why="length")
    return tile


def last_tiles(size: int) -> tuple[tuple[int, int], ...]:
    """(level, index) of the unfinished tile of each level of a log with `size` entries."""
    found = []
    level, count = 0, size
    while count:
        if count % TILE_WIDTH:
            found.append((level, count // TILE_WIDTH))
        level, count = level + 1, count // TILE_WIDTH
    return tuple(found)


def root_of(size: int, last: Tiles) -> bytes:
    """The root of a log from the unfinished tiles of its levels."""
    if not size:
        return EMPTY_ROOT
    lower: list[bytes] = []
    level, count = 0, size
    while count:
        row = [*hashes_in(_last(last, level, count)), *lower]
        lower = [folded(row)] if row else []
        level, count = level + 1, count // TILE_WIDTH
    return lower[0]


def tiles_of(size: int) -> Iterator[TilePath]:
    """Every tile that a log of `size` entries has, from the entries' hashes upwards, the last of a level as wide as it is."""
    level, count = 0, size
    while count:
        for index in range(count // TILE_WIDTH):
            yield TilePath(level, index)
        if count % TILE_WIDTH:
            yield TilePath(level, count // TILE_WIDTH, count % TILE_WIDTH)
        level, count = level + 1, count // TILE_WIDTH


def hashes_in(tile: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def node_in(tile_at: Callable[[int, int], bytes], level: int, n: int) -> bytes:
    """The hash of the full node (level, n), from the tile that holds it."""
    tile_level, inside = divmod(level, HEIGHT)
    first = n << inside
    tile = tile_at(tile_level, first // TILE_WIDTH)
    start = first % TILE_WIDTH * HASH_BYTES
    part = tile[start : start + (HASH_BYTES << inside)]
    if len(part) != HASH_BYTES << inside:
        raise TileUnfit(path=path_of(TilePath(tile_level, first // TILE_WIDTH)), why="length")
    return folded(hashes_in(part))


def path_of(tile: TilePath) -> str:
    """The address below the log's: tile/<level>/<index>[.p/<width>]; index 1234067 is x001/x234/067."""
    digits = f"{tile.index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    number = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    suffix = "" if tile.width == TILE_WIDTH else f".p/{tile.width}"
    return f"tile/{ENTRIES if tile.level is None else tile.level}/{number}{suffix}"


def read_path(path: str) -> TilePath:
    """The tile that an address below the log's means. Only the one way of writing it is taken. Raises PathUnfit."""
    refusal = PathUnfit(path=path[:PATH_LENGTH_MAX])
    head, _, rest = path.partition("/")
    said, _, number = rest.partition("/")
    number, dot, width = number.partition(".p/")
    if len(path) > PATH_LENGTH_MAX or head != "tile" or not _NUMBER.fullmatch(number):
        raise refusal
    if said != ENTRIES and not _LEVEL.fullmatch(said):
        raise refusal
    if dot and not _WIDTH.fullmatch(width):
        raise refusal
    level = None if said == ENTRIES else int(said)
    tile = TilePath(level, int(number.replace("x", "").replace("/", "")), int(width) if dot else TILE_WIDTH)
    fits = tile.index <= SIZE_MAX // TILE_WIDTH and (level or 0) <= TILE_LEVEL_MAX and path_of(tile) == path
    if not fits:
        raise refusal
    return tile


def bundle_of(entries: Sequence[bytes]) -> bytes:
    """Entries as a bundle: each behind its length in two bytes."""
    return b"".join([len(entry).to_bytes(2) + entry for entry in entries])


def entries_of(bundle: bytes, path: str = "") -> list[bytes]:
    """The entries of a bundle. Raises TileUnfit when its end is cut off or it holds too many."""
    found, at = [], 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2])
        entry = bundle[at + 2 : at + 2 + length]
        if at + 2 > len(bundle) or len(entry) != length or length > ENTRY_BYTES_MAX:
            raise TileUnfit(path=path, why="length")
        found.append(entry)
        at += 2 + length
        if len(found) > TILE_WIDTH:
            raise TileUnfit(path=path, why="too_many")
    return found
