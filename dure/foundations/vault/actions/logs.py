"""Adding to a public log: exactly once by key, in one go, signed before it commits."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from dure.base import clock
from dure.base.actors import Actor
from dure.foundations.vault import models, queries, rules
from dure.foundations.vault.queries import folders as places
from dure.foundations.vault.queries import logs as known_logs
from dure.foundations.vault.types import (
    ENTRIES_MAX,
    ENTRY_BYTES_MAX,
    ENTRY_KEY_LENGTH_MAX,
    AnchorMissing,
    Checkpoint,
    Entry,
    EntryOtherwise,
    EntryUnfit,
    LogHead,
    LogKeyChanged,
    LogWentBack,
    Verifier,
)
from dure.kit import locks, sqlfiles, tx

from . import folders

__all__ = ["append", "open_log"]

PACKAGE = __package__.rpartition(".")[0]


def open_log(by: Actor, log: str) -> LogHead:
    """Make sure that a log of this name is there, signed also while it is empty. Raises BadName, RootUnfit, LogKeyChanged."""
    tx.demand()
    locked(log)
    return queries.head(log)


def append(by: Actor, log: str, entries: Sequence[Entry]) -> tuple[int, ...]:
    """Tell entries in a public log, each once: the place of each. A key that was told before answers its old place.

    Up to 100,000 at once, each 1 to 65,535 bytes. Raises BadName, EntryUnfit, EntryOtherwise, LogWentBack, LogKeyChanged, Busy.
    """
    tx.demand()
    for one in entries:
        _check(one)
    if len(entries) > ENTRIES_MAX:
        raise EntryUnfit(key=entries[0].key, why="too_many")
    row, private = locked(log)
    told = _told(log, entries)
    fresh: list[Entry] = []
    size = row.size
    for one in entries:
        place, body = told.setdefault(one.key, (size, one.body))
        if body != one.body:
            raise EntryOtherwise(key=one.key, index=place)
        if place == size:
            fresh.append(one)
            size += 1
    if fresh:
        check_anchor(row)
        add(row, private, fresh)
    return tuple(told[one.key][0] for one in entries)


def check_log(log: str) -> None:
    """Whether something can be told in a log at all, before anything is done that it has to tell of. Holds its row.

    Raises BadName, AnchorMissing, LogWentBack, LogKeyChanged, RootUnfit, Busy.
    """
    check_anchor(locked(log)[0])


def _check(one: Entry) -> None:
    fits = 0 < len(one.key) <= ENTRY_KEY_LENGTH_MAX and "\x00" not in one.key and one.key.isprintable()
    if not fits or one.key.startswith(rules.AGAIN):
        raise EntryUnfit(key=one.key[:ENTRY_KEY_LENGTH_MAX], why="key")
    if not 0 < len(one.body) <= ENTRY_BYTES_MAX:
        raise EntryUnfit(key=one.key, why="length")


def _told(log: str, entries: Sequence[Entry]) -> dict[str, tuple[int, bytes]]:
    """What was told under these keys. An entry that was put back from a copy (`restore_log`) is known again by its body."""
    again = {rules.again_key(one.body): one.key for one in entries}
    wanted = [*again, *(one.key for one in entries)]
    rows = models.Leaf.objects.filter(log_id=log, key__in=wanted).values_list("key", "index", "body")
    return {again.get(key, key): (index, bytes(body)) for key, index, body in rows}


def add(row: models.Log, private: bytes, fresh: Sequence[Entry]) -> None:
    """Write leaves and the tiles that change, and sign the new head."""
    bodies = [one.body for one in fresh]
    grown = rules.grown(row.size, known_logs.last_tiles(row.name, row.size), rules.leaf_hashes(bodies))
    leaves: dict[str, Any] = {
        "log": row.name,
        "indexes": list(range(row.size, grown.size)),
        "keys": [one.key for one in fresh],
        "bodies": bodies,
    }
    tiles: dict[str, Any] = {
        "log": row.name,
        "levels": [level for level, _, _ in grown.tiles],
        "indexes": [index for _, index, _ in grown.tiles],
        "hashes": [hashes for _, _, hashes in grown.tiles],
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(PACKAGE, "add_leaves").text, leaves)
        cursor.execute(sqlfiles.load(PACKAGE, "write_tiles").text, tiles)
    _sign(row, private, grown.size, grown.root)
    row.save(update_fields=["size", "root", "note", "signed_at"])
    name, note = row.name, row.note
    # Robust: the entries are committed, and nobody may be told that nothing was done. The doctor names an anchor left behind.
    transaction.on_commit(lambda: folders.keep_anchor(places.ring(), name, note), robust=True)


def locked(log: str) -> tuple[models.Log, bytes]:
    """The row of a log, locked, and its signing key; the log is made when there is none."""
    rules.check_word(log)
    private = places.ring().key_for(f"log.v1.{log}")
    if not models.Log.objects.filter(name=log).exists():
        _make(log, private)
    with locks.refusing_when_busy():
        row = models.Log.objects.select_for_update().get(name=log)
    if rules.verifier_of(row.origin, private).public != bytes(row.public):
        raise LogKeyChanged(log=log)
    return row, private


def _make(log: str, private: bytes) -> None:
    origin = f"{settings.DURE.origin.partition('://')[2]}/log/{log}"
    public = rules.verifier_of(origin, private).public
    row = models.Log(name=log, origin=origin, public=public, size=0, root=rules.EMPTY_ROOT)
    _sign(row, private, 0, rules.EMPTY_ROOT)
    folders.keep_anchor(
        places.ring(), log, row.note
    )  # of nothing yet: from now on a missing one says that the folder is new
    models.Log.objects.bulk_create([row], ignore_conflicts=True)  # two at once: the first one stays


def _sign(row: models.Log, private: bytes, size: int, root: bytes) -> None:
    row.size, row.root, row.signed_at = size, root, clock.now()
    row.note = rules.signed(rules.text_of(Checkpoint(row.origin, size, root)), row.origin, private)


def check_anchor(row: models.Log) -> None:
    """Nothing is signed that forks what was signed before: an old copy of the database, and a new folder, are noticed here."""
    note = known_logs.anchor(places.ring(), row.name)
    if note is None:
        if row.size:
            raise AnchorMissing(log=row.name, size=row.size)
        return
    signed = rules.checkpoint_of(rules.read_note(note).text)
    if not signed.size:
        return  # the log was begun here, perhaps more than once, and nothing was signed for yet
    signed = rules.opened_checkpoint(note, Verifier(row.origin, rules.SIGNATURE, bytes(row.public)))
    if not known_logs.grew_from(row.name, row.size, bytes(row.root), signed.size, signed.root):
        raise LogWentBack(log=row.name, size=row.size, signed=signed.size)
