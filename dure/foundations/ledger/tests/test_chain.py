"""The chain seals every transfer once and locates one flipped byte, wherever it is."""

import time

import pytest
from django.db import connection, transaction

from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import BreakKind, Head

from .conftest import BY, NOW, single

pytestmark = pytest.mark.django_db
N = 8
SETTLE_SECONDS_MAX = 120
COLUMNS = {
    "xid": "(xid::text::bigint + 1)::text::xid8",
    "posting": "encode(set_byte(uuid_send(posting), 3, get_byte(uuid_send(posting), 3) # 1), 'hex')::uuid",
    "leg": "leg + 1",
    "legs": "legs + 1",
    "debit": "encode(set_byte(uuid_send(debit), 15, get_byte(uuid_send(debit), 15) # 1), 'hex')::uuid",
    "credit": "encode(set_byte(uuid_send(credit), 0, get_byte(uuid_send(credit), 0) # 1), 'hex')::uuid",
    "seq": "seq + 1000",
    "id": "debit",
    "amount": "amount # 1",
    "currency": "'KRX'",
    "kind": "'gifu'",
    "phase": "'sinfle'",
    "pending_id": "funder",
    "funder": "ref",
    "ref": "debit",
    "reverses": "debit",
    "reason": "'-'",
    "expires_at": "at",
    "at": "at + interval '1 microsecond'",
}
"""How each column of a transfer is tampered with: as little as possible."""


@pytest.fixture
def sealed(bank, box):
    """A small sealed log."""
    posted = [actions.post(BY, single(bank, box, 1_000 + n, funder=bank)).transfers[0] for n in range(N)]
    assert actions.seal(BY) == N
    return posted


def as_owner(sql, *arguments) -> None:
    """What somebody with all rights over the database could do."""
    with connection.cursor() as cursor:
        for table in ("ledger_transfer", "ledger_chain"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, arguments)


def breaks() -> list[tuple[int, BreakKind]]:
    return [(each.position, each.kind) for each in queries.verify_chain().breaks]


def test_a_whole_chain_verifies_and_reports_its_tail(bank, box, sealed) -> None:
    actions.post(BY, single(bank, box, 5))
    report = queries.verify_chain()
    assert (report.sealed, report.unsealed, report.breaks) == (N, 1, ())
    assert report.head == queries.head()
    assert Head.parse(str(report.head)) == report.head
    assert actions.seal(BY) == 1
    assert actions.seal(BY) == 0
    assert queries.verify_chain(anchor=report.head).breaks == ()
    assert queries.verify_chain().sealed == N + 1


def test_sealing_in_small_runs_gives_the_same_chain(bank, box) -> None:
    for n in range(10):
        actions.post(BY, single(bank, box, n + 1))
    assert [actions.seal(BY, most=4) for _ in range(4)] == [4, 4, 2, 0]
    assert queries.verify_chain().breaks == ()


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("place", [1, 4, N])
def test_a_change_of_any_column_is_located(sealed, column, place) -> None:
    victim = sealed[place - 1]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_transfer ALTER seq DROP IDENTITY")
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'ledger_transfer'::regclass AND contype = 'c'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE ledger_transfer DROP CONSTRAINT "{name}"')
    as_owner(f"UPDATE ledger_transfer SET {column} = {COLUMNS[column]} WHERE id = %s", victim.id)
    kind = BreakKind.TRANSFER_MISSING if column == "id" else BreakKind.TRANSFER_CHANGED
    assert breaks()[0] == (place, kind)


@pytest.mark.parametrize("place", [1, 4, N])
@pytest.mark.parametrize("byte", [0, 17, 31])
def test_one_flipped_byte_of_a_hash_is_located(sealed, place, byte) -> None:
    as_owner(
        "UPDATE ledger_chain SET hash = set_byte(hash, %s, get_byte(hash, %s) # 1) WHERE position = %s",
        byte,
        byte,
        place,
    )
    kind = BreakKind.TRANSFER_CHANGED if place == N else BreakKind.HASH_CHANGED  # of the last one nobody can tell
    assert breaks() == [(place, kind)]


def test_what_was_removed_is_located(sealed) -> None:
    as_owner("DELETE FROM ledger_transfer WHERE id = %s", sealed[2].id)
    assert breaks() == [(3, BreakKind.TRANSFER_MISSING)]
    as_owner("DELETE FROM ledger_chain WHERE position = 3")
    assert breaks() == [(3, BreakKind.LINK_MISSING)]


def test_what_was_cut_off_is_found_with_the_head_that_was_written_down(sealed) -> None:
    head = queries.head()
    as_owner("DELETE FROM ledger_chain WHERE position >= %s", N - 1)
    as_owner("DELETE FROM ledger_transfer WHERE id = ANY (%s)", [sealed[-1].id, sealed[-2].id])
    assert breaks() == []
    assert [each.kind for each in queries.verify_chain(anchor=head).breaks] == [BreakKind.NOT_THE_ANCHOR]


def wait_until_settled() -> None:
    """Seal until the mark has passed every transfer: not before all transactions it saw have ended, on the whole server."""
    ends = time.monotonic() + SETTLE_SECONDS_MAX
    while time.monotonic() < ends:
        with transaction.atomic(), connection.cursor() as cursor:
            actions.seal(BY)
            cursor.execute(
                "SELECT m.settled_seq >= (SELECT max(seq) FROM ledger_transfer) FROM ledger_seal_mark m WHERE m.id = 1"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.1)
    raise TimeoutError("other transactions on this server did not end")


@pytest.mark.django_db(transaction=True)
def test_what_was_slipped_in_behind_the_sealer_is_found(bank, box) -> None:
    for n in range(4):
        with transaction.atomic():
            actions.post(BY, single(bank, box, n + 1))
    wait_until_settled()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_books")
        cursor.execute(
            "WITH new AS (SELECT gen_random_uuid() AS id) INSERT INTO ledger_transfer"
            " (id, seq, posting, debit, credit, amount, currency, kind, at) OVERRIDING SYSTEM VALUE"
            " SELECT new.id, (SELECT min(seq) - 1 FROM ledger_transfer), new.id, %s, %s, 1, 'KRW', 'gift', %s FROM new",
            [bank, box, NOW],
        )
        cursor.execute("ALTER TABLE ledger_transfer ENABLE TRIGGER ledger_transfer_books")
    assert [each.kind for each in queries.verify_chain().breaks] == [BreakKind.SLIPPED_IN]


def test_a_book_restored_on_another_server_goes_on_being_sealed(bank, box, sealed) -> None:
    """The transaction ids of the restored rows, and of the mark, lie in the future of a new server."""
    as_owner("UPDATE ledger_transfer SET xid = (xid::text::bigint + 1000000000)::text::xid8")
    as_owner("UPDATE ledger_seal_mark SET ahead_xid = (ahead_xid::text::bigint + 1000000000)::text::xid8")
    for n in range(3):
        actions.post(BY, single(bank, box, n + 1))
    assert actions.seal(BY) == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT ahead_xid <= pg_snapshot_xmax(pg_current_snapshot()) FROM ledger_seal_mark")
        assert cursor.fetchone() == (True,)
    assert queries.verify_chain().sealed == N + 3
