"""The public log as pages and files: for anybody, cached as long as each may be; copied and verified by the command line."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from dure.base.actors import system
from dure.foundations.vault import actions, queries, rules
from dure.foundations.vault.tests.test_logs import copied, told
from dure.site.cli import app

WITNESS = bytes([7]) * 32


@pytest.fixture
def head(db: None) -> str:
    actions.append(system("test"), "visits", told(0, 300))
    return queries.head("visits").note


@pytest.fixture
def folder(head: str, tmp_path: Path) -> Path:
    return copied("visits", tmp_path / "copy")


def audit(*given: Any) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["audit", "log", *map(str, given)])
    return ran.exit_code, " ".join(ran.output.split())


def test_the_head_is_text_and_asked_for_each_time(client: Client, head: str) -> None:
    answer = client.get("/log/visits/checkpoint")
    assert answer.content.decode() == head
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer
    assert head.split("\n")[0].endswith("/log/visits")


@pytest.mark.parametrize("path", ["0/000", "0/001.p/44", "1/000.p/1", "entries/000", "entries/001.p/44"])
def test_tiles_are_bytes_that_keep_for_ever(client: Client, head: str, path: str) -> None:
    answer = client.get(f"/log/visits/tile/{path}")
    assert answer.content == queries.file_at("visits", f"tile/{path}")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Vary" not in answer or "Cookie" not in answer["Vary"]


@pytest.mark.parametrize(
    "path", ["visits/tile/0/002", "visits/tile/0/1", "visits/tile/0/001.p/45", "nobody/checkpoint", "visits/tile/9/000"]
)
def test_what_is_not_there_is_said_in_a_line_and_not_for_long(client: Client, head: str, path: str) -> None:
    answer = client.get(f"/log/{path}")
    assert answer.status_code == 404
    assert re.fullmatch(rb"[a-z_]+\n", answer.content)
    assert answer["Cache-Control"] == "public, max-age=5"


def test_nobody_writes_to_it(client: Client, head: str) -> None:
    assert client.post("/log/visits/checkpoint").status_code == 405


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_pages_say_what_it_is(client: Client, head: str, language: str) -> None:
    client.cookies["django_language"] = language
    first = client.get("/log/").content.decode()
    assert ("공개 기록" if language == "ko" else "Public logs") in first
    one = client.get("/log/visits/").content.decode()
    assert head.split("\n")[2].replace("+", "&#x2B;") in one or head.split("\n")[2] in one
    assert "dure audit log" in one
    assert "body 299" in one
    assert client.get("/log/nobody/").status_code == 404


@pytest.mark.django_db
def test_without_a_log_the_page_says_so(client: Client) -> None:
    assert "아직 기록이 없습니다" in client.get("/log/").content.decode()


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
