"""The hand-written statements as a town of some size plans them: each is planned, the quick ones use their index.

What the planner prefers depends on how full the tables are, and whether they were analysed. So the tests fill and analyse
them in their own transaction; nothing is forbidden to the planner.
"""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from django.db import connection

from dure.foundations.ledger.types import AccountId
from dure.kit import sqlfiles

PACKAGE = "dure.foundations.ledger"
TOWN: Final = {"gifts": 20_000, "boxes": 200, "partners": 40, "behind": 30}

# Four providers, some popular boxes and many small ones.
ACCOUNTS = """
INSERT INTO ledger_account (id, code, currency, "limit", opened_at)
SELECT md5(code)::uuid, code, 'KRW', "limit", '2026-01-01Z' FROM (
  SELECT 'plan:provider:' || n, 'none' FROM generate_series(0, 3) n
  UNION ALL SELECT 'plan:box:' || n, 'debits_must_not_exceed_credits' FROM generate_series(0, %(boxes)s - 1) n
  UNION ALL SELECT 'plan:partner:' || n, 'debits_must_not_exceed_credits' FROM generate_series(0, %(partners)s - 1) n
) made (code, "limit")
"""
# Of a hundred gifts one is still reserved.
GIFTS = """
INSERT INTO ledger_transfer (id, posting, debit, credit, amount, currency, kind, phase, funder, expires_at, at)
SELECT id, id, md5('plan:provider:' || n %% 4)::uuid,
  md5('plan:box:' || floor(%(boxes)s * power((n * 7919 %% 10007) / 10007.0, 2)))::uuid, 1000 + n %% 50000, 'KRW', 'gift',
  CASE WHEN n %% 100 = 0 THEN 'pending' ELSE 'single' END, md5('plan:donor:' || n %% 3001)::uuid,
  CASE WHEN n %% 100 = 0 THEN timestamptz '2027-01-01Z' END, timestamptz '2026-01-01Z' + n * interval '1 minute'
FROM (SELECT n, md5('plan:gift:' || n)::uuid AS id FROM generate_series(1, %(gifts)s) n) made
"""
# And one is given back.
REVERSALS = """
INSERT INTO ledger_transfer (id, posting, debit, credit, amount, currency, kind, reverses, reason, at)
SELECT made.id, made.id, t.credit, t.debit, t.amount, t.currency, 'reversal', t.id, 'asked for', '2026-02-01Z'
FROM generate_series(50, %(gifts)s, 100) n JOIN ledger_transfer t ON t.id = md5('plan:gift:' || n)::uuid
CROSS JOIN LATERAL (SELECT md5('plan:reversal:' || n)::uuid AS id) made
"""
PAYOUTS = """
INSERT INTO ledger_transfer (id, posting, debit, credit, amount, currency, kind, at)
SELECT made.id, made.id, md5('plan:box:' || n %% %(boxes)s)::uuid, md5('plan:partner:' || n %% %(partners)s)::uuid, 10000,
  'KRW', 'payout', '2026-03-01Z'
FROM generate_series(1, %(boxes)s * 3) n CROSS JOIN LATERAL (SELECT md5('plan:payout:' || n)::uuid AS id) made
"""
CHAIN = """
INSERT INTO ledger_chain (position, transfer, hash)
SELECT row_number() OVER (ORDER BY seq), id, sha256(id::text::bytea) FROM ledger_transfer
WHERE seq <= (SELECT max(seq) - %(behind)s FROM ledger_transfer)
"""
MARK = """
INSERT INTO ledger_seal_mark (id, settled_seq, ahead_seq, ahead_xid)
SELECT 1, max(seq) - %(behind)s, max(seq), pg_snapshot_xmax(pg_current_snapshot()) FROM ledger_transfer
"""
ANALYZE = "ANALYZE ledger_account, ledger_balance, ledger_transfer, ledger_open_pending, ledger_chain, ledger_seal_mark"
# Autovacuum marks the pages of a log that only grows as seen by all; inside a transaction nothing can be vacuumed.
VACUUMED = "UPDATE pg_class SET relallvisible = relpages WHERE relname IN ('ledger_transfer', 'ledger_chain')"


@pytest.fixture
def town(db: None) -> dict[str, Any]:
    """A book of some twenty thousand transfers; arguments to ask about it: a box of average size, the sealer's mark."""
    with connection.cursor() as cursor:
        cursor.execute(ACCOUNTS, TOWN)
        cursor.execute("SET LOCAL session_replication_role = replica")  # nobody books twenty thousand gifts at once
        for statement in (GIFTS, REVERSALS, PAYOUTS, CHAIN, MARK):
            cursor.execute(statement, TOWN)
        cursor.execute("SET LOCAL session_replication_role = origin")
        for statement in (ANALYZE, VACUUMED):
            cursor.execute(statement)
        cursor.execute("SELECT md5('plan:box:100')::uuid, settled_seq FROM ledger_seal_mark")
        box, mark = cursor.fetchone()
    return {"box": AccountId(box), "mark": mark}


def plan(statement: str, arguments: Mapping[str, Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", arguments)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_every_statement_is_planned_and_the_quick_ones_use_their_index(town) -> None:
    box, mark = town["box"], town["mark"]
    piece = {"pieces": [0], "accounts": [box], "starts": [0], "ends": [10_000]}
    lot = {"lots": [box], "accounts": [box], "seqs": [mark // 2], "postings": [box]}
    for name, arguments, indexes in [
        ("later_lots", lot, ["ledger_transfer_lots", "ledger_transfer_reversed_once"]),
        ("lineage_draws", piece, ["ledger_transfer_draws", "ledger_transfer_reversed_once"]),
        ("lineage_lots", piece, ["ledger_transfer_lots", "ledger_transfer_reversed_once"]),
        ("seal_rows", {"settled": mark, "most": 1000}, ["ledger_transfer_order", "ledger_chain_transfer"]),
        ("chain_page", {"after": mark // 2, "most": 1000}, ["ledger_chain_pkey", "ledger_transfer_pkey"]),
        ("chain_missing", {"most": 10}, ["ledger_transfer_order"]),
        ("chain_tail", {}, ["ledger_transfer_order"]),
        ("verify_lineage", {}, []),
        ("verify_zero_sum", {"most": 10}, []),
        ("verify_limits", {"most": 10}, []),
        ("verify_references", {"most": 10}, []),
        ("verify_once", {"most": 10}, []),
        ("verify_postings", {"most": 10}, []),
        ("verify_balances", {"most": 10}, []),
        ("seal_mark", {}, []),
        ("seal_ahead", {}, []),
        ("seal_settle", {"settled": 1, "ahead": 1, "renew": True}, []),
        ("rebuild", {}, []),
        ("lots_before", {"account": box, "before": mark}, []),
        ("draws_before", {"account": box, "before": mark}, []),
    ]:
        used = plan(sqlfiles.load(PACKAGE, name).text, arguments)
        for index in indexes:
            assert index in used, f"{name} does not use {index}:\n{used}"


def test_the_sealer_never_reads_a_whole_table(town) -> None:
    used = plan(sqlfiles.load(PACKAGE, "seal_rows").text, {"settled": town["mark"], "most": 1000})
    assert "Seq Scan" not in used, used


def test_a_place_on_the_line_is_read_from_the_index_alone(town) -> None:
    for side, index in (("credit", "ledger_transfer_lots"), ("debit", "ledger_transfer_draws")):
        used = plan(
            f"SELECT sum(amount) FROM ledger_transfer WHERE {side} = %(account)s AND seq < %(before)s"
            " AND phase IN ('single', 'post') AND reverses IS NULL",
            {"account": town["box"], "before": town["mark"]},
        )
        assert f"Index Only Scan using {index}" in used, used


BALANCES_READ = """
SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::int FROM pg_stat_xact_user_tables WHERE relname = 'ledger_balance'
"""
# What a vacuum leaves that came before the first analysis: how many rows there are, and nothing of what stands in them.
COUNTED = """
UPDATE pg_class SET reltuples = %(boxes)s, relpages = 8 WHERE relname IN ('ledger_balance', 'ledger_balance_pkey')
"""
GROUP = """
SELECT ledger_post_group(array_agg(id), array_agg(bank), array_agg(box), array_agg(1000::bigint), array_agg('KRW'::text),
  array_agg('gift'::text), array_agg(id), array_agg(id), now())
FROM (SELECT md5(%(number)s || ':' || n)::uuid AS id, md5('plan:provider:0')::uuid AS bank, md5('plan:box:' || n)::uuid AS box
  FROM generate_series(0, 99) n) made
"""


def test_booking_reads_the_balances_that_move_and_no_others(db: None) -> None:
    """In a book that nobody analysed yet, as every new town's."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(ACCOUNTS, TOWN)
        cursor.execute(COUNTED, TOWN)
        for number in (1, 2):
            cursor.execute(BALANCES_READ)
            (before,) = cursor.fetchone()
            cursor.execute(GROUP, {"number": number})
            cursor.execute(BALANCES_READ)
            (after,) = cursor.fetchone()
        moved, passes = 101, 3  # locked before numbers are taken, locked before booking, booked
        assert after - before <= moved * passes
