"""`dure verify` on a copy of a town's data: 0 when it is sound, 1 and the place after one byte of it was changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest

from dure.kit import database
from dure.site.tests.installation import Installation, plain

pytestmark = [pytest.mark.crash, pytest.mark.slow]
PAGE_BYTES, POINTERS_AT, POINTER_BYTES, OFFSET_MASK = 8_192, 24, 4, 0x7FFF  # a page of PostgreSQL
HEADER_AT = 22  # in a tuple: the byte that says where its columns begin


@contextmanager
def attacker(of: Installation) -> Iterator[psycopg.Connection[Any]]:
    """Somebody with every right: no trigger and no foreign key hinders them."""
    with psycopg.connect(of.database(), autocommit=True) as line:
        line.execute("SET session_replication_role = replica")
        yield line


def verify(of: Installation, *words: str) -> tuple[int, str]:
    done = of.dure("verify", *words)
    assert "Traceback" not in done.stderr
    return done.returncode, plain(done.stdout)


@pytest.mark.timeout(200)
def test_one_flipped_byte_is_found_and_its_place_is_named(copied: Installation) -> None:
    code, said = verify(copied)
    assert code == 0, said
    with attacker(copied) as line:
        found = line.execute(
            "SELECT t.id, c.position FROM ledger_transfer t JOIN ledger_chain c ON c.transfer = t.id"
            " WHERE t.kind = 'gift' ORDER BY c.position OFFSET 5 LIMIT 1"
        ).fetchone()
        assert found
        transfer, position = found
        flip = "UPDATE ledger_transfer SET amount = amount # 1 WHERE id = %s"
        line.execute(flip, [transfer])
    code, said = verify(copied)
    assert code == 1
    assert f"transfer changed at position {position} (transfer {transfer})" in said
    assert f"the transfer has another amount ({transfer})" in said, "giving holds its own rows against the book"

    with attacker(copied) as line:
        line.execute(flip, [transfer])
        line.execute(
            "UPDATE ledger_chain SET hash = set_byte(hash, 7, get_byte(hash, 7) # 1) WHERE position = %s", [position]
        )
    code, said = verify(copied, "--only", "ledger.chain")
    assert code == 1
    assert f"position {position}" in said


@pytest.mark.timeout(200)
def test_one_byte_flipped_on_the_disk_is_found_and_its_file_is_named(copied: Installation) -> None:
    with psycopg.connect(copied.database()) as line:
        found = line.execute(
            "SELECT id, pg_relation_filepath('ledger_transfer'), ctid::text FROM ledger_transfer ORDER BY seq LIMIT 1"
        ).fetchone()
        assert found
    flip_on_disk(copied, *found)
    code, said = verify(copied, "--only", "ledger", "--only", "giving.gifts")
    assert code == 1
    assert f"invalid page in block 0 of relation {found[1]}" in said.replace('"', "")


def flip_on_disk(of: Installation, transfer: UUID, path: str, place: str) -> None:
    """Change one bit of the transfer's id in the file of the stopped database."""
    database.stop(of.home / "pg")
    block, number = (int(part) for part in place.strip("()").split(","))
    with (of.home / "pg" / path).open("r+b") as file:
        file.seek(block * PAGE_BYTES)
        page = file.read(PAGE_BYTES)
        at = POINTERS_AT + (number - 1) * POINTER_BYTES
        row = int.from_bytes(page[at : at + POINTER_BYTES], "little") & OFFSET_MASK
        first = row + page[row + HEADER_AT]
        assert page[first : first + 16] == transfer.bytes
        file.seek(block * PAGE_BYTES + first)
        file.write(bytes([page[first] ^ 1]))
