"""Public logs on the real database: told once, in order, whatever runs at the same time. Another program agrees."""

from pathlib import Path
from typing import Any

import pytest
from aics_tlog import parse_note, parse_vkey, verify_checkpoint, verify_consistency, verify_inclusion
from aics_tlog.tiles import FileSystemTileReader, read_entry, tree_root_from_tiles
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.base.actors import system
from dure.foundations.vault import actions, models, queries, rules
from dure.foundations.vault.types import (
    BadName,
    Entry,
    EntryOtherwise,
    EntryUnfit,
    LogHead,
    LogKeyChanged,
    LogWentBack,
    NoSuchLog,
    NotInLog,
    ProofUnfit,
)
from dure.kit.testing import Meet, race
from dure.kit.verify import silent

BY = system("test")


def told(start: int, count: int) -> list[Entry]:
    return [Entry(f"entry|{number}", b"body %d" % number) for number in range(start, start + count)]


def findings() -> list[str]:
    return [one.what for each in queries.checks() if each.name == "vault.log" for one in each.run(silent)]


def copied(log: str, folder: Path) -> Path:
    """The log as files, taken from where the pages take it."""
    head = queries.head(log)
    files = {"checkpoint": head.note.encode(), "verifier": head.verifier.encode()}
    for tile in rules.tiles_of(head.checkpoint.size):
        files[rules.path_of(tile)] = queries.file_at(log, rules.path_of(tile))
        if tile.level == 0:
            bundle = rules.path_of(rules.TilePath(None, tile.index, tile.width))
            files[bundle] = queries.file_at(log, bundle)
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def restore(old: LogHead) -> None:
    """Make the database what a dump of that time would bring back."""
    size = old.checkpoint.size
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        models.Leaf.objects.filter(log=old.name, index__gte=size).delete()
        models.Tile.objects.filter(log=old.name).delete()
        bodies = [one.body for one in queries.entries(old.name, 0)]
        for level, index, hashes in rules.grown(0, {}, rules.leaf_hashes(bodies)).tiles:
            models.Tile.objects.create(log_id=old.name, level=level, index=index, hashes=hashes)
        models.Log.objects.filter(name=old.name).update(size=size, root=old.checkpoint.root, note=old.note)


@pytest.mark.django_db
def test_another_program_agrees_on_every_file_and_proof(tmp_path: Path) -> None:
    sizes = [1, 2, 255, 3, 300, 139]
    heads: list[LogHead] = []
    for size in sizes:
        start = heads[-1].checkpoint.size if heads else 0
        actions.append(BY, "visits", told(start, size))
        heads.append(queries.head("visits"))
    head = heads[-1]
    folder = copied("visits", tmp_path)
    reader = FileSystemTileReader(folder)
    verified = verify_checkpoint(parse_note(head.note), parse_vkey(head.verifier))
    assert (verified.log_ok, verified.size, verified.root) == (True, 700, head.checkpoint.root)
    assert tree_root_from_tiles(reader, 700) == head.checkpoint.root
    for index in (0, 1, 255, 256, 511, 512, 699):
        assert read_entry(reader, index, 700) == b"body %d" % index
        proof = queries.inclusion("visits", f"entry|{index}")
        leaf = rules.leaf_hash(b"body %d" % index)
        assert verify_inclusion(leaf, index, 700, list(proof.hashes), head.checkpoint.root)
    for old in heads:
        hashes = list(queries.consistency("visits", old.checkpoint.size).hashes)
        assert verify_consistency(old.checkpoint.size, 700, old.checkpoint.root, head.checkpoint.root, hashes)


@pytest.mark.django_db
def test_an_entry_is_told_once() -> None:
    first = actions.append(BY, "visits", told(0, 3))
    note = queries.head("visits").note
    assert actions.append(BY, "visits", told(1, 3)) == (1, 2, 3)
    assert first == (0, 1, 2)
    assert actions.append(BY, "visits", [*told(3, 1), *told(3, 1)]) == (3, 3)
    assert actions.append(BY, "visits", []) == ()
    assert queries.head("visits").note != note
    assert findings() == []


@pytest.mark.django_db
def test_another_body_under_a_told_key_is_refused_and_nothing_is_added() -> None:
    actions.append(BY, "visits", told(0, 3))
    for entries in ([*told(3, 1), Entry("entry|1", b"else")], [Entry("new", b"a"), Entry("new", b"b")]):
        with pytest.raises(EntryOtherwise):
            actions.append(BY, "visits", entries)
    assert queries.head("visits").checkpoint.size == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "entry", [Entry("", b"x"), Entry("k" * 256, b"x"), Entry("a\x00", b"x"), Entry("k", b""), Entry("k", bytes(65_536))]
)
def test_what_fits_no_bundle_is_refused(entry: Entry) -> None:
    with pytest.raises(EntryUnfit):
        actions.append(BY, "visits", [entry])
    with pytest.raises(BadName):
        actions.append(BY, "../visits", told(0, 1))
    with pytest.raises(EntryUnfit):
        actions.append(BY, "visits", [Entry("k", b"x")] * 100_001)


@pytest.mark.django_db
def test_adding_takes_the_same_statements_whatever_is_added() -> None:
    actions.append(BY, "visits", told(0, 300))
    counts = set()
    for start, count in ((300, 1), (301, 3), (304, 900)):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            actions.append(BY, "visits", told(start, count))
        counts.add(len([one for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]))
    assert max(counts) <= 11, counts


@pytest.mark.django_db
@given(st.lists(st.integers(1, 400), min_size=1, max_size=4))
@settings(max_examples=8, deadline=None)
def test_whatever_the_portions_all_of_it_verifies(portions: list[int]) -> None:
    with transaction.atomic():
        for portion in portions:
            start = queries.head("grown").checkpoint.size if models.Log.objects.filter(name="grown").exists() else 0
            actions.append(BY, "grown", told(start, portion))
        assert findings() == []
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_only_what_is_there_is_served() -> None:
    actions.append(BY, "visits", told(0, 300))
    assert len(queries.file_at("visits", "tile/0/000")) == 8192
    assert queries.file_at("visits", "tile/0/001.p/44") == queries.file_at("visits", "tile/0/001.p/44")
    assert queries.file_at("visits", "tile/0/000").startswith(queries.file_at("visits", "tile/0/000.p/17"))
    for path in ("tile/0/001", "tile/0/001.p/45", "tile/1/000.p/2", "tile/2/000.p/1", "tile/entries/002.p/1"):
        with pytest.raises(NotInLog):
            queries.file_at("visits", path)
    with pytest.raises(NoSuchLog):
        queries.file_at("nobody", "tile/0/000")
    with pytest.raises(NotInLog):
        queries.inclusion("visits", "nobody")
    with pytest.raises(NotInLog):
        queries.consistency("visits", 0, 301)
    with pytest.raises(ProofUnfit):
        queries.inclusion("visits", "entry|200", 100)


def add(meet: Meet, start: int, count: int) -> str:
    with transaction.atomic():
        places = actions.append(BY, "visits", told(start, count))
        meet()
    return f"{places[0]}-{places[-1]}"


@pytest.mark.django_db(transaction=True)
def test_two_add_at_once_and_each_has_its_places() -> None:
    with transaction.atomic():
        actions.open_log(BY, "visits")
    places = race(lambda meet: add(meet, 0, 300), lambda meet: add(meet, 300, 300)).names
    assert places == ("0-299", "300-599")
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_two_tell_the_same_at_once_and_it_stands_there_once() -> None:
    assert race(lambda meet: add(meet, 0, 300), lambda meet: add(meet, 0, 300)).names == ("0-299", "0-299")
    assert queries.head("visits").checkpoint.size == 300
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_want_the_same_place() -> None:
    """The twin: both read the same size. The database's own rule then fails one of them."""
    with transaction.atomic():
        actions.open_log(BY, "visits")
    with pytest.raises(IntegrityError):
        race(lambda meet: add(meet, 0, 3), lambda meet: add(meet, 3, 3), locked=False)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_tell_the_same_twice() -> None:
    """The twin of telling the same: both see nothing told. The database's own rule then fails one of them."""
    with transaction.atomic():
        actions.open_log(BY, "visits")
    with pytest.raises(IntegrityError):
        race(lambda meet: add(meet, 0, 3), lambda meet: add(meet, 0, 3), locked=False)


@pytest.mark.django_db(transaction=True)
def test_an_old_copy_of_the_database_does_not_fork_the_log(keys_folder: Path) -> None:
    with transaction.atomic():
        actions.append(BY, "visits", told(0, 3))
    old = queries.head("visits")
    with transaction.atomic():
        actions.append(BY, "visits", told(3, 2))
    assert (keys_folder / "logs" / "visits").read_text() == queries.head("visits").note
    restore(old)
    with pytest.raises(LogWentBack), transaction.atomic():
        actions.append(BY, "visits", [Entry("other", b"past")])
    assert any("an old copy" in what for what in findings())


@pytest.mark.django_db
def test_another_root_signs_nothing(tmp_path: Path) -> None:
    actions.append(BY, "visits", told(0, 1))
    (tmp_path / "root").write_text("cd" * 32)
    with pytest.raises(LogKeyChanged):
        actions.append(BY, "visits", told(1, 1))


@pytest.mark.django_db
def test_the_database_lets_nobody_change_what_was_told() -> None:
    actions.append(BY, "visits", told(0, 3))
    for change in (
        lambda: models.Leaf.objects.filter(index=1).update(body=b"x"),
        lambda: models.Leaf.objects.filter(index=1).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["leaf", "tile", "root", "note", "missing"])
def test_verify_finds_what_was_changed_by_hand(what: str) -> None:
    actions.append(BY, "visits", told(0, 600))
    assert findings() == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger holds a superuser back
    row = models.Log.objects.get(name="visits")
    changes: dict[str, Any] = {
        "leaf": lambda: models.Leaf.objects.filter(index=300).update(body=b"another"),
        "tile": lambda: models.Tile.objects.filter(level=1).update(hashes=bytes(64)),
        "root": lambda: models.Log.objects.update(root=bytes(32)),
        "note": lambda: models.Log.objects.update(note=row.note.replace("600", "601")),
        "missing": lambda: models.Leaf.objects.filter(index=599).delete(),
    }
    changes[what]()
    assert findings()
