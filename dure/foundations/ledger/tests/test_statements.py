"""The hand-written statements: each is planned, those that must stay quick are pinned to their index; budgets of actions."""

from datetime import timedelta

import pytest
from django.db import connection

from dure.base import ids
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import (
    Limit,
    NewAccount,
    NewPosting,
    NewResolution,
    NewReversal,
    PostingId,
    TransferId,
    account_id,
)
from dure.kit import sqlfiles

from .conftest import BY, NOW, move, single

pytestmark = pytest.mark.django_db
PACKAGE = "dure.foundations.ledger"
PIECES = {"pieces": [0], "starts": [0], "ends": [100]}


def plan(name, arguments) -> str:
    """The plan of a statement on tables so small that only the ban on sequential scans shows which index would be used."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {sqlfiles.load(PACKAGE, name).text}", arguments)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("name", "arguments", "indexes"),
    [
        ("later_lots", {"lots": "box", "accounts": "box", "seqs": [1], "posting": "one"}, ["ledger_transfer_lots"]),
        ("lineage_draws", PIECES | {"accounts": "box"}, ["ledger_transfer_draws", "ledger_transfer_reversed_once"]),
        ("lineage_lots", PIECES | {"accounts": "box"}, ["ledger_transfer_lots", "ledger_transfer_reversed_once"]),
        ("seal_rows", {"settled": 5, "most": 10}, ["ledger_transfer_order", "ledger_chain_transfer"]),
        ("chain_page", {"after": 5, "most": 10}, ["ledger_chain_pkey", "ledger_transfer_pkey"]),
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
        ("lots_before", {"account": "one", "before": 1}, []),
        ("draws_before", {"account": "one", "before": 1}, []),
    ],
)
def test_every_statement_is_planned_and_the_quick_ones_have_their_index(box, name, arguments, indexes) -> None:
    real = {"box": [box], "one": box}
    used = plan(
        name, {key: real.get(value, value) if isinstance(value, str) else value for key, value in arguments.items()}
    )
    for index in indexes:
        assert index in used, used


@pytest.mark.parametrize(("side", "index"), [("credit", "ledger_transfer_lots"), ("debit", "ledger_transfer_draws")])
def test_a_place_on_the_line_is_read_from_the_index_alone(box, side, index) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            f"EXPLAIN SELECT sum(amount) FROM ledger_transfer WHERE {side} = %s AND seq < 5"
            " AND phase IN ('single', 'post') AND reverses IS NULL",
            [box],
        )
        assert f"Index Only Scan using {index}" in "\n".join(row[0] for row in cursor.fetchall())


def test_the_budgets_of_the_actions(bank, box, partner, django_assert_num_queries) -> None:
    """As the README says: statements, however many transfers."""
    with django_assert_num_queries(2):
        actions.open_account(BY, NewAccount("box:new", Limit.NONE), NOW)
    with django_assert_num_queries(3):
        actions.close_account(BY, account_id("box:new"), NOW)
    with django_assert_num_queries(1):
        actions.lock_accounts(BY, (bank, box, partner))
    many = [single(bank, box, 10) for _ in range(50)]
    with django_assert_num_queries(4):
        actions.post_many(BY, many)
    with django_assert_num_queries(4):
        pending = actions.pend(BY, single(box, partner, 5)).transfers[0]
    actions.pend(BY, single(bank, box, 5), expires_at=NOW + timedelta(hours=1))
    with django_assert_num_queries(5 + 2):
        assert actions.expire_due(BY, NOW + timedelta(hours=1)) == 1
    with django_assert_num_queries(5):
        actions.post_pending(BY, NewResolution(id=TransferId(ids.new()), pending=pending.id, at=NOW))
    linked = NewPosting(id=PostingId(ids.new()), transfers=(move(bank, box, 9), move(box, partner, 1)), at=NOW)
    actions.post(BY, linked)
    with django_assert_num_queries(7):
        actions.reverse(BY, NewReversal(id=PostingId(ids.new()), posting=many[-1].id, at=NOW, reason="asked for"))
    with django_assert_num_queries(7):
        actions.seal(BY)


def test_the_budgets_of_lineage(bank, box, partner, django_assert_num_queries) -> None:
    gifts = [actions.post(BY, single(bank, box, 10, funder=ids.new())).transfers[0] for _ in range(20)]
    payout = actions.post(BY, single(box, partner, 150)).transfers[0]
    with django_assert_num_queries(6):  # transfer, reversal, account, place, and one for each account passed
        queries.trace(gifts[0].id)
    with django_assert_num_queries(5):
        queries.sources(payout.id)
    with django_assert_num_queries(5):
        queries.funders(partner)
