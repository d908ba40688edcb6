"""dure audit: a copied log is verified offline, and whatever is changed in it is named."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine
from django.db import transaction
from typer.testing import CliRunner

from dure.base.actors import system
from dure.foundations.vault import actions, queries, rules
from dure.foundations.vault.queries import folders as places
from dure.foundations.vault.tests.test_logs import copied, told
from dure.foundations.vault.types import (
    Checkpoint,
    Entry,
    KeyExchanged,
    KeyName,
    KeyNote,
    LogWentBack,
    Moment,
    ProofUnfit,
    TileUnfit,
)
from dure.site.cli import app, copies

WITNESS = bytes([7]) * 32


@pytest.fixture
def head(db: None, settings: Any, tmp_path: Path) -> str:
    settings.DURE = replace(settings.DURE, vault_keys=tmp_path / "keys", vault_root_file=tmp_path / "root")
    actions.append(system("test"), "visits", told(0, 300))
    return queries.head("visits").note


@pytest.fixture
def folder(head: str, tmp_path: Path) -> Path:
    return copied("visits", tmp_path / "copy")


def audit(*given: Any) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["audit", "log", *map(str, given)])
    return ran.exit_code, " ".join(ran.output.split())


def test_a_copy_verifies_offline(folder: Path) -> None:
    code, said = audit(folder, "--key", queries.head("visits").verifier)
    assert (code, "300 entries in 3 tiles" in said) == (0, True), said
    code, said = audit(folder)
    assert code == 0
    assert "The key came with the copy" in said


def changes(folder: Path) -> Iterator[tuple[str, Any]]:
    def flip(path: str) -> None:
        file = folder / path
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(bytes(content))

    for path in (
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
        "checkpoint",
    ):
        yield f"flip {path}", lambda path=path: flip(path)
        yield f"cut {path}", lambda path=path: (folder / path).write_bytes((folder / path).read_bytes()[:-3])
        yield f"empty {path}", lambda path=path: (folder / path).write_bytes(b"")
        yield f"take {path}", lambda path=path: (folder / path).unlink()


def test_whatever_is_changed_in_a_copy_is_named(folder: Path, tmp_path: Path) -> None:
    key = queries.head("visits").verifier
    shutil.copytree(folder, tmp_path / "whole")
    for what, change in changes(folder):
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "whole", folder)
        change()
        code, said = audit(folder, "--key", key)
        assert code == 1, what
        assert re.search(r"(TileUnfit|NoteUnfit|NotSigned)\(", said), (what, said)


def test_a_demanded_witness_has_to_have_signed(folder: Path, head: str) -> None:
    key, name = queries.head("visits").verifier, "witness.example.net"
    witness = rules.verifier_line(rules.verifier_of(name, WITNESS, rules.COSIGNATURE))
    code, said = audit(folder, "--key", key, "--witness", witness)
    assert (code, "NotCosigned" in said) == (1, True)
    (folder / "checkpoint").write_text(rules.cosigned(head, name, WITNESS, 1_800_000_000), encoding="utf-8")
    code, said = audit(folder, "--key", key, "--witness", witness)
    assert (code, f"cosigned by {name}" in said) == (0, True)
    assert audit(folder, "--key", "nonsense")[0] == 1
    assert audit(folder / "nowhere")[0] == 1


@pytest.mark.django_db(transaction=True)
def test_a_log_is_copied_as_it_is_served_and_then_verified(live_server: Any, settings: Any, tmp_path: Path) -> None:
    settings.DURE = replace(settings.DURE, vault_keys=tmp_path / "keys", vault_root_file=tmp_path / "root")
    with transaction.atomic():
        actions.append(system("test"), "visits", told(0, 300))
    there, here = f"{live_server.url}/log/visits", tmp_path / "copy"
    ran = CliRunner().invoke(app, ["audit", "copy", there, str(here)])
    assert ran.exit_code == 0, ran.output
    assert audit(here, "--key", queries.head("visits").verifier)[0] == 0
    assert sorted(path.name for path in (here / "heads").iterdir())[0].startswith("000000000300-")
    code, said = run("audit", "copy", f"{live_server.url}/log/nobody", tmp_path / "none")
    assert code == 1
    assert "A tile or a bundle" in said  # in words
    assert "Traceback" not in said
    assert not (tmp_path / "none").exists()


def run(*given: Any) -> tuple[int, str]:
    ran = CliRunner().invoke(app, [*map(str, given)])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, " ".join(ran.output.split())


class Server(httpx.MockTransport):
    """Serves the files of a folder, as a web server would that tells whatever it likes."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            path = request.url.path.removeprefix("/log/visits/")
            self.asked.append(path)
            file = folder / path
            return httpx.Response(200, content=file.read_bytes()) if file.is_file() else httpx.Response(404)

        super().__init__(answer)


def copy_into(here: Path, there: Path) -> tuple[Any, list[str]]:
    server = Server(there)
    with httpx.Client(transport=server) as client:
        return copies.copy(client, "https://dure.example.org/log/visits", here), server.asked


def test_a_later_copy_has_to_have_grown_out_of_the_one_before(folder: Path, tmp_path: Path) -> None:
    here, key = tmp_path / "here", queries.head("visits").verifier
    copy_into(here, folder)
    old = (here / "checkpoint").read_bytes()
    actions.append(system("test"), "visits", told(300, 400))
    there = copied("visits", tmp_path / "later")
    (new, before), asked = copy_into(here, there)
    assert (new.size, before.size) == (700, 300)
    assert "tile/0/000" not in asked  # full tiles are there
    assert len(list((here / "heads").iterdir())) == 2
    code, said = audit(here, "--key", key)
    assert (code, "grew out of 2 older heads, from 300 entries on" in said) == (0, True), said
    (tmp_path / "written-down").write_bytes(old)
    code, said = audit(there, "--key", key, "--old", tmp_path / "written-down")
    assert (code, "grew out of 1 older heads" in said) == (0, True), said
    with pytest.raises(LogWentBack):  # the old one again
        copy_into(here, folder)
    assert audit(here, "--key", key)[0] == 0


def forged(tmp_path: Path, count: int, name: str) -> Path:
    """Another past of the same log, signed by its own key: what an operator makes who has something to hide."""
    private = places.ring().key_for("log.v1.visits")
    origin = queries.head("visits").checkpoint.origin
    bodies = [b"another past %d" % number for number in range(count)]
    grown = rules.grown(0, {}, rules.leaf_hashes(bodies))
    there = tmp_path / name
    files = {"verifier": queries.head("visits").verifier.encode()}
    files["checkpoint"] = rules.signed(rules.text_of(Checkpoint(origin, count, grown.root)), origin, private).encode()
    tiles = {(level, index): hashes for level, index, hashes in grown.tiles}
    for tile in rules.tiles_of(count):
        files[rules.path_of(tile)] = tiles[tile.level or 0, tile.index][: tile.width * 32]
        if tile.level == 0:
            part = bodies[tile.index * 256 : tile.index * 256 + tile.width]
            files[rules.path_of(rules.TilePath(None, tile.index, tile.width))] = rules.bundle_of(part)
    for path, content in files.items():
        (there / path).parent.mkdir(parents=True, exist_ok=True)
        (there / path).write_bytes(content)
    return there


@pytest.mark.parametrize("count", [300, 301, 700])
def test_a_log_that_was_written_anew_is_found_and_nothing_is_written_over(
    folder: Path, tmp_path: Path, count: int
) -> None:
    here, key = tmp_path / "here", queries.head("visits").verifier
    copy_into(here, folder)
    old = (here / "checkpoint").read_bytes()
    there = forged(tmp_path, count, "forged")
    assert audit(there, "--key", key)[0] == 0  # by itself it holds
    with pytest.raises((ProofUnfit, TileUnfit)):
        copy_into(here, there)
    assert (here / "checkpoint").read_bytes() == old
    (tmp_path / "written-down").write_bytes(old)
    code, said = audit(there, "--key", key, "--old", tmp_path / "written-down")
    assert (code, "ProofUnfit" in said) == (1, True), said


@pytest.mark.parametrize("breaks_off", [False, True])
def test_a_copy_goes_on_with_the_true_log_after_another_one_was_shown(
    folder: Path, tmp_path: Path, breaks_off: bool
) -> None:
    """Nothing of the false one stays: a tile of it would pass for one that is there already."""
    here = tmp_path / "here"
    copy_into(here, folder)
    false = forged(tmp_path, 700, "forged")
    if breaks_off:  # after some of its tiles came
        (false / "tile/1/000.p/2").unlink()
    with pytest.raises((ProofUnfit, TileUnfit)):
        copy_into(here, false)
    actions.append(system("test"), "visits", told(300, 400))
    (new, _), _ = copy_into(here, copied("visits", tmp_path / "later"))
    assert new.size == 700
    code, said = audit(here, "--key", queries.head("visits").verifier)
    assert (code, "700 entries" in said) == (0, True), said


def test_no_more_is_read_of_a_file_than_it_may_have(tmp_path: Path) -> None:
    sent: list[int] = []

    def pour() -> Iterator[bytes]:
        for number in range(100):
            sent.append(number)
            yield bytes(1_000_000)

    answer = httpx.MockTransport(lambda request: httpx.Response(200, content=pour()))
    with httpx.Client(transport=answer) as client, pytest.raises(TileUnfit):
        copies.fetched(client, "https://dure.example.org/log/visits", "checkpoint")
    assert len(sent) < 25


def test_another_key_of_the_log_is_found_and_the_known_one_kept(folder: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    copy_into(here, folder)
    shutil.copytree(folder, there)
    private = bytes([5]) * 32
    origin, head = queries.head("visits").checkpoint.origin, queries.head("visits").checkpoint
    (there / "verifier").write_text(rules.verifier_line(rules.verifier_of(origin, private)))
    (there / "checkpoint").write_text(rules.signed(rules.text_of(head), origin, private))
    with pytest.raises(KeyExchanged):
        copy_into(here, there)
    assert (here / "verifier").read_bytes() == (folder / "verifier").read_bytes()


def test_a_copy_that_broke_off_inside_a_file_heals(folder: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    copy_into(here, folder)
    for path in ("tile/0/000", "tile/entries/000", "tile/entries/001.p/44"):
        (here / path).write_bytes((here / path).read_bytes()[:-5])
    _, asked = copy_into(here, folder)
    assert {"tile/0/000", "tile/entries/000", "tile/entries/001.p/44"} <= set(asked)
    assert audit(here, "--key", queries.head("visits").verifier)[0] == 0


def test_a_witness_has_to_have_signed_lately_where_that_is_asked(folder: Path, head: str) -> None:
    key, name = queries.head("visits").verifier, "witness.example.net"
    witness = rules.verifier_line(rules.verifier_of(name, WITNESS, rules.COSIGNATURE))
    (folder / "checkpoint").write_text(rules.cosigned(head, name, WITNESS, 1_795_000_000), encoding="utf-8")
    assert audit(folder, "--key", key, "--witness", witness, "--since", "2026-11-18")[0] == 0
    code, said = audit(folder, "--key", key, "--witness", witness, "--since", "2026-11-19")
    assert (code, "NotCosigned" in said) == (1, True)


def test_who_walks_a_log_sees_which_ended_keys_it_does_not_call_destroyed(
    db: None, settings: Any, tmp_path: Path
) -> None:
    settings.DURE = replace(settings.DURE, vault_keys=tmp_path / "keys", vault_root_file=tmp_path / "root")
    day = date(2026, 11, 1)
    one, two = (KeyNote(KeyName("visits", use, day), Moment(date(2026, 11, 29)), bytes(32)) for use in ("a", "b"))
    bodies = [*map(rules.made_statement, (one, two)), rules.destroyed_statement(two, date(2026, 11, 29))]
    actions.append(system("test"), "visits", [Entry(f"by hand {at}", body) for at, body in enumerate(bodies)])
    folder, key = copied("visits", tmp_path / "copy"), queries.head("visits").verifier
    with time_machine.travel(datetime.fromisoformat("2026-11-28T23:59:00+09:00"), tick=False):
        assert "past its end" not in audit(folder, "--key", key)[1]
    with time_machine.travel(datetime.fromisoformat("2026-11-29T00:01:00+09:00"), tick=False):
        code, said = audit(folder, "--key", key)
    assert (code, "visits.a.2026-11-01 is past its end" in said, "visits.b" in said) == (0, True, False), said


def test_who_walks_a_log_sees_a_key_that_was_told_of_twice(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DURE = replace(settings.DURE, vault_keys=tmp_path / "keys", vault_root_file=tmp_path / "root")
    day = date(2026, 11, 1)
    note = KeyNote(KeyName("visits", "rows", day), Moment(date(2026, 11, 29)), bytes(32), bytes([1]) * 32)
    gone = rules.destroyed_statement(replace(note, commitment=bytes([7]) * 32), day)
    told_of = [note, replace(note, name=KeyName("visits", "passes", day)), replace(note, public=bytes([2]) * 32)]
    bodies = [*map(rules.made_statement, told_of), gone, b"of another house"]
    actions.append(system("test"), "visits", [Entry(f"by hand {at}", body) for at, body in enumerate(bodies)])
    code, said = audit(copied("visits", tmp_path / "copy"), "--key", queries.head("visits").verifier)
    assert code == 1
    assert "keys: 2 made, 0 taken in, 1 destroyed" in said
    assert "entry 2: visits.rows.2026-11-01 was told of in entry 0, and is told of again: ANOTHER KEY" in said
    assert "entry 3: visits.rows.2026-11-01 is called destroyed, and this key was never told of" in said
