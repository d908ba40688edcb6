"""dure audit: a copied log is verified offline, and whatever is changed in it is named."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from typer.testing import CliRunner

from dure.base.actors import system
from dure.foundations.vault import actions, queries, rules
from dure.foundations.vault.tests.test_logs import copied, told
from dure.foundations.vault.types import TileUnfit
from dure.site.cli import app

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
    ran = CliRunner().invoke(app, ["audit", "copy", f"{live_server.url}/log/nobody", str(tmp_path / "none")])
    assert isinstance(ran.exception, TileUnfit)
    assert not (tmp_path / "none").exists()
