"""Dated keys on the real database and a real folder: made once, opened by their age, gone when they are said to be gone."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dure.base.actors import system
from dure.foundations.vault import actions, models, queries, rules
from dure.foundations.vault.queries import folders as reading
from dure.foundations.vault.types import (
    BadEnd,
    BadName,
    ClockWentBack,
    KeyDestroyed,
    KeyEnded,
    KeyLost,
    KeyName,
    KeyOtherwise,
    NoSuchKey,
    RootUnfit,
    SealUnfit,
    Sweep,
)
from dure.kit.testing import Meet, race
from dure.kit.verify import silent

BY = system("test")
DAY = date(2026, 11, 1)
END = DAY + timedelta(days=28)
NAME = KeyName("visits", "rows", DAY)
SECRET = b"who was where"


def on(day: date, hour: int = 12) -> Any:
    """Noon in Korea of that day."""
    return time_machine.travel(
        datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 9), tick=False
    )


@contextmanager
def later(day: date) -> Iterator[None]:
    """Noon of a day that came after all the others between: the worker saw each of them."""
    with on(day):
        reading.write_seen(reading.ring(), day)
        yield


def findings(check: str) -> list[str]:
    return [f"{one.what} {one.subject}" for each in queries.checks() if each.name == check for one in each.run(silent)]


def by_hand(**changes: Any) -> None:
    """Change the row of a key as only somebody can whom no trigger holds back."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        models.DatedKey.objects.update(**changes)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture(autouse=True)
def on_the_day():
    with on(DAY):
        yield


@pytest.fixture
def sealed(db: None) -> bytes:
    actions.make_key(BY, NAME, END)
    return queries.seal(NAME, b"row 1", SECRET)


def test_what_is_sealed_opens_in_its_context_only(sealed: bytes) -> None:
    assert SECRET not in sealed
    assert queries.unseal(NAME, b"row 1", sealed) == SECRET
    for context, held in ((b"row 2", sealed), (b"row 1", sealed[:-1] + bytes([sealed[-1] ^ 1])), (b"row 1", b"")):
        with pytest.raises(SealUnfit):
            queries.unseal(NAME, context, held)
    other = KeyName("visits", "passes", DAY)
    actions.make_key(BY, other, END)
    with pytest.raises(SealUnfit):
        queries.unseal(other, b"row 1", sealed)
    assert queries.subkey(NAME, "mac") != queries.subkey(other, "mac") != queries.subkey(NAME, "count")


def test_many_are_sealed_with_one_look_at_the_key(sealed: bytes) -> None:
    things = [(b"row %d" % number, b"plain %d" % number) for number in range(50)]
    with CaptureQueriesContext(connection) as asked:
        closed = queries.seal_many(NAME, things)
    assert len(asked) == 2
    contexts = [context for context, _ in things]
    assert queries.unseal_many(NAME, list(zip(contexts, closed, strict=True))) == tuple(plain for _, plain in things)
    with pytest.raises(SealUnfit):
        queries.unseal_many(NAME, list(zip(contexts[::-1], closed, strict=True)))


def test_letters_open_with_the_private_half_only(sealed: bytes) -> None:
    letter = queries.seal_letter(queries.public_half(NAME), b"pass 7", SECRET)
    assert len(letter) == len(SECRET) + 48
    assert queries.unseal_letter(NAME, b"pass 7", letter) == SECRET
    for context, held in ((b"pass 8", letter), (b"pass 7", letter[::-1]), (b"pass 7", b"")):
        with pytest.raises(SealUnfit):
            queries.unseal_letter(NAME, context, held)
    for no_key in (b"", bytes(31), bytes(32)):
        with pytest.raises(SealUnfit):
            queries.seal_letter(no_key, b"", SECRET)


@pytest.mark.django_db
def test_making_it_again_is_the_same_key() -> None:
    first = actions.make_key(BY, NAME, END)
    assert actions.make_key(BY, NAME, END) == first
    assert queries.commitment(NAME) == first.commitment
    assert queries.head("visits").checkpoint.size == 1
    with pytest.raises(KeyOtherwise):
        actions.make_key(BY, NAME, END + timedelta(days=1))


@pytest.mark.django_db
def test_the_commitment_stands_in_the_log_of_the_party() -> None:
    note = actions.make_key(BY, NAME, END)
    told = json.loads(queries.entry("visits", rules.made_key(str(NAME))).body)
    assert told["commitment"] == note.commitment.hex()
    assert queries.opened(NAME).secret.hex() not in str(told)


@pytest.mark.django_db
@pytest.mark.parametrize("end", [DAY, DAY - timedelta(days=1), DAY + timedelta(days=3_661)])
def test_an_end_that_is_no_end_is_refused(end: date) -> None:
    with pytest.raises(BadEnd):
        actions.make_key(BY, NAME, end)


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["", "../up", "A", "a/b", "a.b", "x" * 31, "가"])
def test_a_name_that_could_be_a_path_is_refused(word: str) -> None:
    for name in (KeyName(word, "rows", DAY), KeyName("visits", word, DAY)):
        with pytest.raises(BadName):
            actions.make_key(BY, name, END)
        with pytest.raises(BadName):
            queries.opened(name)


@pytest.mark.django_db
def test_a_key_nobody_made_is_not_there() -> None:
    with pytest.raises(NoSuchKey):
        queries.opened(NAME)


def test_a_transaction_is_demanded(transactional_db: None) -> None:
    for call in (lambda: actions.make_key(BY, NAME, END), lambda: actions.destroy_keys(BY)):
        with pytest.raises(RuntimeError):
            call()


def test_it_opens_on_day_27_and_not_on_day_28_though_no_sweep_ran(sealed: bytes) -> None:
    with on(DAY + timedelta(days=27), hour=23):
        assert queries.unseal(NAME, b"row 1", sealed) == SECRET
    with on(END, hour=0), pytest.raises(KeyEnded):
        queries.unseal(NAME, b"row 1", sealed)


@pytest.mark.django_db(transaction=True)
def test_a_key_in_memory_ends_as_well() -> None:
    with transaction.atomic():
        actions.make_key(BY, NAME, END)
    with later(END - timedelta(days=1)):
        queries.opened(NAME)
    with on(END, hour=0), pytest.raises(KeyEnded):
        queries.opened(NAME)
    with on(END - timedelta(days=2)), pytest.raises(ClockWentBack):
        queries.opened(NAME)


def test_destroying_takes_the_files_away_and_tells_it(sealed: bytes, keys_folder: Path) -> None:
    after = KeyName("visits", "rows", DAY + timedelta(days=1))
    actions.make_key(BY, after, END + timedelta(days=1))
    with later(END):
        [gone] = actions.destroy_keys(BY).gone
        assert gone.name == NAME
        assert not (keys_folder / END.isoformat()).exists()
        told = json.loads(queries.entry("visits", rules.destroyed_key(str(NAME))).body)
        assert told["on"] == END.isoformat()
        assert actions.destroy_keys(BY) == Sweep()
        assert queries.opened(after)
        with pytest.raises(KeyEnded):
            queries.opened(NAME)
        with pytest.raises(KeyDestroyed):
            actions.make_key(BY, NAME, END)
        assert findings("vault.ended") == []
        assert findings("vault.committed") == []
        assert findings("vault.log") == []


def test_nothing_is_destroyed_before_its_time(sealed: bytes) -> None:
    with later(END - timedelta(days=1)):
        assert actions.destroy_keys(BY) == Sweep()
        assert queries.unseal(NAME, b"row 1", sealed) == SECRET


def test_a_restored_folder_yields_no_key_past_its_end(sealed: bytes, keys_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(keys_folder, tmp_path / "copy")
    with later(END):
        actions.destroy_keys(BY)
    shutil.rmtree(keys_folder)
    shutil.copytree(tmp_path / "copy", keys_folder)
    with on(END + timedelta(days=12)):
        with pytest.raises(KeyEnded):
            queries.unseal(NAME, b"row 1", sealed)
        assert any("lies in the folder" in found for found in findings("vault.ended"))
    with on(END - timedelta(days=1)), pytest.raises(ClockWentBack):  # and the clock set back with it
        queries.unseal(NAME, b"row 1", sealed)
    models.SeenDay.objects.update(day=DAY)  # nobody but the log's own word is left
    reading.write_seen(reading.ring(), DAY)
    with on(DAY), pytest.raises(KeyDestroyed):
        queries.unseal(NAME, b"row 1", sealed)


def test_an_end_moved_in_the_database_opens_nothing(sealed: bytes) -> None:
    by_hand(ends_on=END + timedelta(days=100))
    with on(END), pytest.raises(KeyLost):
        queries.unseal(NAME, b"row 1", sealed)


def test_a_file_moved_to_a_later_end_opens_nothing(sealed: bytes, keys_folder: Path) -> None:
    by_hand(ends_on=END + timedelta(days=100))
    (keys_folder / END.isoformat()).rename(keys_folder / (END + timedelta(days=100)).isoformat())
    with on(END), pytest.raises(KeyLost):
        queries.unseal(NAME, b"row 1", sealed)


def test_without_the_intermediate_a_kept_key_file_is_worthless(sealed: bytes, keys_folder: Path) -> None:
    (keys_folder / END.isoformat() / "day").unlink()
    with pytest.raises(KeyLost):
        queries.opened(NAME)


@pytest.mark.parametrize("file", ["2026-11-29/day", "2026-11-29/visits.rows.2026-11-01.key", "seen"])
def test_a_changed_file_is_named_and_opens_nothing(sealed: bytes, keys_folder: Path, file: str) -> None:
    path = keys_folder / file
    whole = path.read_bytes()
    for broken in (b"", whole[:-1], whole[:20], whole[:-1] + bytes([whole[-1] ^ 1]), b"\x00" * len(whole)):
        path.write_bytes(broken)
        with pytest.raises(KeyLost):
            queries.opened(NAME)


def test_another_root_opens_nothing(sealed: bytes, tmp_path: Path) -> None:
    (tmp_path / "root").write_text("ab" * 32)
    with pytest.raises(KeyLost):
        queries.opened(NAME)


@pytest.mark.parametrize("text", ["", "ab", "zz" * 32, "ab" * 33, "\x00"])
def test_a_root_that_is_none_is_refused(sealed: bytes, tmp_path: Path, text: str) -> None:
    (tmp_path / "root").write_text(text)
    with pytest.raises(RootUnfit):
        queries.opened(NAME)


def test_a_root_that_others_may_read_is_refused(sealed: bytes, tmp_path: Path) -> None:
    (tmp_path / "root").chmod(0o644)
    with pytest.raises(RootUnfit):
        queries.opened(NAME)


def test_files_are_the_owners_only(sealed: bytes, keys_folder: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "root", keys_folder, *keys_folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path
    assert (keys_folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_no_key_is_in_the_database(sealed: bytes) -> None:
    secret = queries.opened(NAME).secret
    with connection.cursor() as cursor:
        for table in ("vault_key", "vault_log", "vault_leaf", "vault_tile"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            assert not any(secret.hex() in row[0] for row in cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_made_again_with_the_same_key() -> None:
    with transaction.atomic():
        first = actions.make_key(BY, NAME, END)
        transaction.set_rollback(True)
    with pytest.raises(NoSuchKey):
        queries.opened(NAME)
    with transaction.atomic():
        assert actions.make_key(BY, NAME, END) == first


@pytest.mark.django_db(transaction=True)
def test_a_destruction_that_was_not_told_is_told_by_the_next() -> None:
    with transaction.atomic():
        actions.make_key(BY, NAME, END)
    with later(END):
        with transaction.atomic():
            actions.destroy_keys(BY)
            transaction.set_rollback(True)
        assert not queries.is_told("visits", rules.destroyed_key(str(NAME)))
        assert findings("vault.ended") == ["the log does not say that this key was destroyed visits.rows.2026-11-01"]
        with transaction.atomic():
            assert [gone.name for gone in actions.destroy_keys(BY).gone] == [NAME]
        assert findings("vault.ended") == []


@pytest.mark.django_db(transaction=True)
def test_two_make_one_key_at_once() -> None:
    def make(meet: Meet) -> str:
        with transaction.atomic():
            made = actions.make_key(BY, NAME, END).commitment.hex()
            meet()
        return made

    first, second = race(make, make).names
    assert first == second
    assert queries.head("visits").checkpoint.size == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_locks_two_make_one_key_twice() -> None:
    """The twin: both see no row. The rule of the table then fails one of them."""

    def make(meet: Meet) -> str:
        with transaction.atomic():
            actions.make_key(BY, NAME, END)
            meet()
        return "made"

    with transaction.atomic():
        actions.make_key(BY, KeyName("visits", "passes", DAY), END)  # the log and the day are there
    with pytest.raises(IntegrityError):
        race(make, make, locked=False)
