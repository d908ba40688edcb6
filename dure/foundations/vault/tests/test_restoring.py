"""A folder or a database that was lost: nothing is forked, and there is a way on."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from dure.base.actors import NOBODY, Actor, PlatformRole, system
from dure.base.refusals import NotAllowed
from dure.foundations.vault import actions, commands, models, queries, rules
from dure.foundations.vault.tests.test_keys import BY, DAY, END, NAME, by_hand, findings, later, on
from dure.foundations.vault.tests.test_logs import restore, told
from dure.foundations.vault.types import (
    AnchorMissing,
    Entry,
    EntryOtherwise,
    KeyName,
    LogHead,
    LogWentBack,
    NotSigned,
    ProofUnfit,
    RootUnfit,
)
from dure.kit import lasting, tx

SHELL = system("shell")
STEWARD = Actor(person=None, roles=frozenset({PlatformRole.STEWARD}))

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def on_the_day():
    with on(DAY):
        yield


def append(start: int, count: int, log: str = "visits") -> LogHead:
    with transaction.atomic():
        actions.append(BY, log, told(start, count))
    return queries.head(log)


def accept(head: LogHead, by: Actor = SHELL) -> None:
    with transaction.atomic():
        actions.accept_head(by, "visits", head.checkpoint.size, head.checkpoint.root)


def copy_of(log: str) -> tuple[str, list[bytes]]:
    return queries.head(log).note, [one.body for one in queries.entries(log, 0)]


def put_back(note: str, bodies: list[bytes], by: Actor = SHELL) -> int:
    with transaction.atomic():
        return actions.restore_log(by, "visits", note, bodies)


def lose(folder: Path) -> None:
    shutil.rmtree(folder)
    queries.forget_opened()


def test_beside_a_new_folder_nothing_is_added_until_somebody_gives_a_head(keys_folder: Path) -> None:
    old, new = append(0, 3), append(3, 2)
    lose(keys_folder)
    restore(old)
    with pytest.raises(AnchorMissing):
        append(5, 1)
    with pytest.raises(AnchorMissing), transaction.atomic():
        actions.make_key(BY, NAME, END)
    assert not list(keys_folder.rglob("*.key"))  # refused before anything lies there
    assert "dure keys accept-head" in commands.diagnoses()[1].todo
    assert "remembers nothing" in findings("vault.log")[0]
    with pytest.raises(LogWentBack):  # what was written down is newer than what was restored
        accept(new)
    with pytest.raises(ProofUnfit), transaction.atomic():
        actions.accept_head(SHELL, "visits", 3, bytes(32))
    with pytest.raises(ProofUnfit), transaction.atomic():
        actions.accept_head(SHELL, "visits", 0, rules.EMPTY_ROOT)
    with pytest.raises(AnchorMissing):
        append(5, 1)
    accept(old, STEWARD)
    assert append(5, 1).checkpoint.size == 5
    body = rules.resumed_statement(3, old.checkpoint.root)
    assert queries.entries("visits", 3, 1)[0].body == body
    assert findings("vault.log") == []


def test_only_a_steward_or_the_shell_goes_on_with_a_log() -> None:
    head = append(0, 3)
    for by in (NOBODY, Actor(person=None, roles=frozenset({PlatformRole.AUDITOR}))):
        with pytest.raises(NotAllowed):
            accept(head, by)
        with pytest.raises(NotAllowed):
            put_back(*copy_of("visits"), by)


def test_no_head_is_accepted_against_what_the_folder_remembers(keys_folder: Path) -> None:
    old = append(0, 3)
    append(3, 2)
    restore(old)
    with pytest.raises(LogWentBack):
        accept(old)


def test_what_a_copy_holds_is_put_back_and_the_log_goes_on(keys_folder: Path) -> None:
    with transaction.atomic():
        actions.make_key(BY, NAME, END)
    old = append(0, 3)
    lost = KeyName("visits", "passes", DAY)
    with transaction.atomic():
        actions.make_key(BY, lost, END)
        actions.append(BY, "visits", [Entry("twin|1", b"same"), Entry("twin|2", b"same")])
    new = append(3, 300)
    note, bodies = copy_of("visits")
    restore(old)
    by_hand_delete(lost)
    with pytest.raises(LogWentBack):
        append(303, 1)
    assert "dure keys restore-log" in commands.diagnoses()[1].todo
    assert put_back(note, bodies) == 303
    assert put_back(note, bodies) == 0
    assert queries.head("visits").note == new.note  # to the byte what was signed then
    assert append(3, 300).checkpoint.size == new.checkpoint.size  # told before: known again by what it says
    with pytest.raises(EntryOtherwise), transaction.atomic():
        actions.append(BY, "visits", [Entry(rules.made_key(str(lost)), b"else")])
    with transaction.atomic():
        actions.make_key(BY, lost, END)  # its file lies there, its entry stands there
    assert queries.head("visits").note == new.note
    assert append(303, 1).checkpoint.size == new.checkpoint.size + 1
    assert findings("vault.log") == findings("vault.committed") == []


def by_hand_delete(name: KeyName) -> None:
    with transaction.atomic():
        connection.cursor().execute("SET LOCAL session_replication_role = replica")
        models.DatedKey.objects.filter(purpose=name.purpose).delete()


def test_a_destruction_that_was_told_before_is_not_told_otherwise(keys_folder: Path) -> None:
    with transaction.atomic():
        actions.make_key(BY, NAME, END)
    with later(END), transaction.atomic():
        actions.destroy_keys(BY)
    with transaction.atomic():
        by_hand(destroyed_on=None)  # the row of yesterday's copy; the log was put back
    with later(END.replace(day=30)), transaction.atomic():
        [gone] = actions.destroy_keys(BY).gone
        assert gone.destroyed_on == END
    assert queries.head("visits").checkpoint.size == 2
    assert findings("vault.ended") == []


def test_a_copy_of_another_log_puts_nothing_back(keys_folder: Path) -> None:
    old = append(0, 3)
    append(3, 3)
    note, bodies = copy_of("visits")
    append(0, 6, "identity")
    restore(old)
    with pytest.raises(NotSigned):
        put_back(*copy_of("identity"))
    for wrong in (bodies[:-1], [*bodies[:4], b"else", *bodies[5:]], [b"else"] * 6):
        with pytest.raises(ProofUnfit):
            put_back(note, wrong)
    assert queries.head("visits").checkpoint.size == 3


def test_one_log_that_refuses_keeps_no_other_from_being_told(keys_folder: Path) -> None:
    other = KeyName("identity", "rows", DAY)
    for name in (other, NAME):
        with transaction.atomic():
            actions.make_key(BY, name, END)
    (keys_folder / "logs" / "identity").unlink()
    with later(END):
        with transaction.atomic():
            sweep = actions.destroy_keys(BY)
        assert [note.name for note in sweep.gone] == [NAME]
        [trouble] = sweep.troubles
        assert (trouble.where, type(trouble.refusal)) == ("identity", AnchorMissing)
        assert not (keys_folder / str(END)).exists()  # its key is gone all the same
        assert queries.key(NAME).destroyed_on == END
        assert queries.key(other).destroyed_on is None
        with transaction.atomic():
            head = queries.head("identity").checkpoint
            actions.accept_head(SHELL, "identity", head.size, head.root)
        with transaction.atomic():
            assert [note.name for note in actions.destroy_keys(BY).gone] == [other]


def test_who_appended_is_never_told_that_nothing_was_done(keys_folder: Path) -> None:
    head = append(0, 3)
    undone: list[str] = []
    logs = keys_folder / "logs"
    shutil.copy(logs / "visits", keys_folder.parent / "visits")
    with tx.durable():
        tx.if_undone(lambda: undone.append("undone"))
        actions.append(BY, "visits", told(3, 1))
        (logs / "visits").unlink()
        logs.rmdir()
        logs.write_text("no folder")
    assert undone == []
    assert queries.head("visits").checkpoint.size == head.checkpoint.size + 1
    logs.unlink()
    logs.mkdir()
    shutil.copy(keys_folder.parent / "visits", logs / "visits")
    assert "remembers 3 only" in commands.diagnoses()[1].found
    append(4, 1)  # mends it
    assert commands.diagnoses()[1].level == "ok"


def test_no_root_is_made_where_there_is_a_log(tmp_path: Path) -> None:
    append(0, 1)
    shutil.move(tmp_path / "root", tmp_path / "unmounted")
    with pytest.raises(RootUnfit, match="root_unfit") as refused:
        append(1, 1)
    assert refused.value.why == "missing"
    assert not (tmp_path / "root").exists()
    assert "mounted" in commands.diagnoses()[0].todo
    shutil.move(tmp_path / "unmounted", tmp_path / "root")
    assert append(1, 1).checkpoint.size == 2


def test_the_other_name_that_a_killed_maker_left_of_the_root_is_taken_away(tmp_path: Path) -> None:
    append(0, 1)
    left = tmp_path / f"root.0123{lasting.HALF}"
    left.hardlink_to(tmp_path / "root")
    stranger = tmp_path / f"root.4567{lasting.HALF}"
    stranger.write_bytes(b"being written by somebody else")
    append(1, 1)
    assert not left.exists()
    assert stranger.exists()


def test_strange_things_in_the_folder_are_named_and_stop_nothing(keys_folder: Path, tmp_path: Path) -> None:
    after = END.replace(day=30)
    for name, end in ((NAME, END), (KeyName("visits", "rows", DAY.replace(day=2)), after)):
        with transaction.atomic():
            actions.make_key(BY, name, end)
    shutil.copytree(keys_folder / str(END), keys_folder / f"{END}.bak")
    (tmp_path / "precious").write_bytes(b"precious")
    (keys_folder / str(END) / ".snapshot").mkdir()
    (keys_folder / str(END) / "link.key").symlink_to(tmp_path / "precious")
    found = commands.diagnoses()[1]
    assert found.level == "warning"
    for strange in (f"{END}.bak", f"{END}/.snapshot", f"{END}/link.key"):
        assert strange in found.found
        assert any(strange in line for line in findings("vault.ended"))
    with later(after), transaction.atomic():
        sweep = actions.destroy_keys(BY)
    assert len(sweep.gone) == 2  # also the later end, and the keys beside what is strange
    assert {trouble.where for trouble in sweep.troubles} == {f"{END}/.snapshot", f"{END}/link.key"}
    assert not (keys_folder / str(after)).exists()
    assert not list((keys_folder / str(END)).glob("*.key")) or (keys_folder / str(END) / "link.key").is_symlink()
    assert (tmp_path / "precious").read_bytes() == b"precious"
    with later(after), transaction.atomic():
        assert len(actions.destroy_keys(BY).troubles) == 2


def test_the_doctor_names_a_log_that_began_under_another_address(settings: Any) -> None:
    append(0, 1)
    assert commands.diagnoses()[1].level == "ok"
    settings.DURE = replace(settings.DURE, origin="https://dure.example.org")
    assert "dure.example.org" in commands.diagnoses()[1].found
    assert commands.diagnoses()[1].level == "warning"
