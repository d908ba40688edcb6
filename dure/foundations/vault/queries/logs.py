"""The public logs: heads, tiles, entries, proofs."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from dure.foundations.vault import models, rules
from dure.foundations.vault.types import (
    SIZE_MAX,
    TILE_WIDTH,
    Checkpoint,
    LogEntry,
    LogHead,
    NoSuchLog,
    NotInLog,
    Proof,
    ProofUnfit,
    TileUnfit,
    ToldProof,
    Trust,
    Verifier,
)
from dure.kit import lasting

from . import folders

__all__ = [
    "consistency",
    "entries",
    "entry",
    "file_at",
    "head",
    "heads",
    "inclusion",
    "is_told",
    "read_log",
    "told",
    "told_entry",
    "trust_in",
    "verifier",
]

PAGE_MAX: Final = 1_000


def heads() -> tuple[LogHead, ...]:
    """Every log, by name."""
    return tuple(_head(row) for row in models.Log.objects.order_by("name"))


def head(log: str) -> LogHead:
    """A log as it stands. Raises NoSuchLog."""
    return _head(row_of(log))


def verifier(log: str) -> Verifier:
    """The key that a log is signed with. Raises NoSuchLog."""
    row = row_of(log)
    return Verifier(row.origin, rules.SIGNATURE, bytes(row.public))


def trust_in(line: str) -> Trust:
    """Belief in a log that signs with the key that this line says (name+id+key), and in nothing else. Raises KeyLineUnfit."""
    return Trust(rules.read_verifier(line))


def row_of(log: str) -> models.Log:
    """The row of a log. Raises NoSuchLog."""
    row = models.Log.objects.filter(name=log).first()
    if row is None:
        raise NoSuchLog(log=log[: models.ORIGIN_LENGTH_MAX])
    return row


def is_told(log: str, key: str) -> bool:
    """Whether something was told under this key."""
    return models.Leaf.objects.filter(log_id=log, key=key).exists()


def entry(log: str, key: str) -> LogEntry:
    """The entry that was told under a key. Raises NotInLog."""
    row = models.Leaf.objects.filter(log_id=log, key=key).first()
    if row is None:
        raise NotInLog(what=key)
    return LogEntry(index=row.index, body=bytes(row.body))


def entries(log: str, start: int, count: int = PAGE_MAX) -> tuple[LogEntry, ...]:
    """Up to `count` (at most 1,000) entries from a place on."""
    end = start + max(0, min(count, PAGE_MAX))
    rows = models.Leaf.objects.filter(log_id=log, index__gte=start, index__lt=end).order_by("index")
    return tuple(LogEntry(index=row.index, body=bytes(row.body)) for row in rows)


def inclusion(log: str, key: str, size: int | None = None) -> Proof:
    """Hashes that show the entry of `key` to be in the log, of now or of an older size. Raises NotInLog, ProofUnfit."""
    row = row_of(log)
    return rules.inclusion(_nodes(log), entry(log, key).index, _size(row, size))


def consistency(log: str, old: int, size: int | None = None) -> Proof:
    """Hashes that show an older head to be the beginning of a newer one. Raises NoSuchLog, NotInLog, ProofUnfit."""
    row = row_of(log)
    return rules.consistency(_nodes(log), old, _size(row, size))


def told(log: str, key: str) -> ToldProof:
    """The proof that something stands in a log: entry, hashes, signed head. Raises NoSuchLog, NotInLog."""
    there = head(log)
    found = entry(log, key)
    proof = rules.inclusion(_nodes(log), found.index, there.checkpoint.size)
    return ToldProof(body=found.body, proof=proof, note=there.note)


def told_entry(told: ToldProof, trust: Trust) -> LogEntry:
    """The entry that somebody else's log holds, by a proof: nothing of who hands it over is believed.

    Raises NoteUnfit, NotSigned, NotCosigned, ProofUnfit.
    """
    return rules.told_entry(told, trust)


def read_log(read: rules.Read, trust: Trust) -> tuple[Checkpoint, tuple[LogEntry, ...]]:
    """The head of a log that somebody else serves and every entry up to it, each verified; `read` asks for the file at a path.

    Raises NoteUnfit, NotSigned, NotCosigned, TileUnfit.
    """
    head = rules.read_checkpoint(read, trust).checkpoint
    return head, tuple(rules.audited_entries(read, head))


def destroyed_days(log: str, names: Sequence[str]) -> dict[str, date]:
    """On which day a log told that keys were destroyed, of those of which it did."""
    keys = [rules.destroyed_key(name) for name in names]
    rows = models.Leaf.objects.filter(log_id=log, key__in=keys).values_list("body", flat=True)
    notes = [rules.read_statement(bytes(body)) for body in rows]
    return {str(note.name): note.destroyed_on for note in notes if note.destroyed_on is not None}


def grew_from(log: str, size: int, root: bytes, old: int, old_root: bytes) -> bool:
    """Whether the log as it stands begins with an older head: that it only grew since then."""
    if old >= size:
        return (old, old_root) == (size, root)
    try:
        rules.check_consistency(rules.consistency(_nodes(log), old, size), old_root, root)
    except (NotInLog, ProofUnfit, TileUnfit):
        return False
    return True


def file_at(log: str, path: str) -> bytes:
    """The tile or bundle of entries at an address below the log's. Raises NoSuchLog, PathUnfit, NotInLog."""
    tile = rules.read_path(path)
    size = row_of(log).size
    level = tile.level or 0
    count = size >> (rules.HEIGHT * level)
    if tile.index * TILE_WIDTH + tile.width > count:
        raise NotInLog(what=path)  # not that many yet; nobody needs a tile that no checkpoint stands for
    if tile.level is None:
        found = entries(log, tile.index * TILE_WIDTH, tile.width)
        return rules.bundle_of([one.body for one in found])
    return _tile(log, tile.level, tile.index)[: tile.width * rules.HASH]


def last_tiles(log: str, size: int) -> dict[tuple[int, int], bytes]:
    """The unfinished tiles of a log, for who adds to it."""
    return {where: _tile(log, *where) for where in rules.last_tiles(size)}


def anchor(of: folders.Ring, log: str) -> str | None:
    """The newest checkpoint of a log that was signed on this machine, as the folder of keys remembers it."""
    note = lasting.read(of.folder / folders.LOGS / log)
    return None if note is None else note.decode("utf-8", "replace")


def _size(row: models.Log, size: int | None) -> int:
    if size is not None and not 0 <= size <= min(row.size, SIZE_MAX):
        raise NotInLog(what=f"size {size}")
    return row.size if size is None else size


def _nodes(log: str) -> Callable[[int, int], bytes]:
    """The nodes of a log's tree, each tile read once."""
    read: dict[tuple[int, int], bytes] = {}

    def tile(level: int, index: int) -> bytes:
        if (level, index) not in read:
            read[level, index] = _tile(log, level, index)
        return read[level, index]

    return lambda level, n: rules.node_in(tile, level, n)


def _tile(log: str, level: int, index: int) -> bytes:
    row = models.Tile.objects.filter(log_id=log, level=level, index=index).values_list("hashes").first()
    if row is None:
        raise NotInLog(what=rules.path_of(rules.TilePath(level, index)))
    return bytes(row[0])


def _head(row: models.Log) -> LogHead:
    return LogHead(
        name=row.name,
        checkpoint=Checkpoint(origin=row.origin, size=row.size, root=bytes(row.root)),
        note=row.note,
        verifier=rules.verifier_line(Verifier(row.origin, rules.SIGNATURE, bytes(row.public))),
        signed_at=row.signed_at,
    )
