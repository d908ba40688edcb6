"""`dure verify` on the book: nothing is found in a sound one, and each break by the check that is meant for it."""

from dataclasses import replace

import pytest
from django.db import connection

from dure.base import ids
from dure.foundations.ledger import actions, commands, queries
from dure.foundations.ledger.types import Head, NewPosting, NewResolution, NewReversal, PostingId, TransferId
from dure.kit.diagnosis import Level
from dure.kit.settings import BadSetting
from dure.kit.verify import Finding, silent

from .conftest import BY, NOW, move, single

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(bank, box, partner):
    """A bit of everything, sealed."""
    gifts = [actions.post(BY, single(bank, box, 100 + n, funder=ids.new())).transfers[0] for n in range(5)]
    payout = actions.post(BY, single(box, partner, 150)).transfers[0]
    linked = NewPosting(id=PostingId(ids.new()), transfers=(move(bank, box, 50), move(box, partner, 20)), at=NOW)
    actions.post(BY, linked)
    pending = actions.pend(BY, single(bank, box, 70)).transfers[0]
    actions.pend(BY, single(box, partner, 5))
    posted = actions.post_pending(BY, NewResolution(id=TransferId(ids.new()), pending=pending.id, at=NOW))
    back = actions.reverse(BY, NewReversal(id=PostingId(ids.new()), posting=gifts[4].posting, at=NOW, reason="refund"))
    actions.seal(BY)
    return {"gift": gifts[0], "payout": payout, "pending": pending, "posted": posted, "back": back.transfers[0]}


def tamper(sql, *arguments) -> None:
    """As somebody with every right and bad intent. Constraints that would notice at once are taken away first."""
    with connection.cursor() as cursor:
        for table in ("ledger_transfer", "ledger_balance", "ledger_chain", "ledger_account"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f')", [table]
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for index in ("ledger_transfer_resolved_once", "ledger_transfer_reversed_once", "ledger_transfer_leg_once"):
            cursor.execute(f"DROP INDEX {index}")
        cursor.execute(sql, arguments)


def by_check() -> set[str]:
    return {finding.check for finding in queries.verify()}


def test_a_sound_book_has_no_findings_and_reports_progress(book) -> None:
    seen: list[tuple[int, int]] = []
    for check in commands.verify_checks():
        assert check.run(lambda done, total: seen.append((done, total))) == [], check.promise
    assert len(seen) >= len(commands.verify_checks())
    assert queries.rebuild_check() == ()


@pytest.mark.parametrize(
    ("check", "sql", "about"),
    [
        ("ledger.balances", "UPDATE ledger_balance SET credits_posted = credits_posted + 1 WHERE account = %s", "box"),
        ("ledger.balances", "DELETE FROM ledger_open_pending WHERE %s::uuid IS NOT NULL", "box"),
        ("ledger.balances", "DELETE FROM ledger_balance WHERE account = %s", "partner"),
        ("ledger.zero_sum", "UPDATE ledger_account SET currency = 'USD' WHERE id = %s", "box"),
        ("ledger.limits", "UPDATE ledger_transfer SET amount = 600 WHERE id = %s", "payout"),
        ("ledger.lineage", "UPDATE ledger_transfer SET amount = 600 WHERE id = %s", "payout"),
        ("ledger.references", "UPDATE ledger_transfer SET amount = 71 WHERE id = %s", "posted"),
        ("ledger.references", "UPDATE ledger_transfer SET amount = 99 WHERE id = %s", "back"),
        ("ledger.references", "DELETE FROM ledger_transfer WHERE id = %s", "pending"),
        ("ledger.postings", "UPDATE ledger_transfer SET posting = gen_random_uuid() WHERE id = %s", "gift"),
        ("ledger.postings", "DELETE FROM ledger_transfer WHERE legs > 1 AND leg = 2 AND %s::uuid IS NOT NULL", "gift"),
        ("ledger.chain", "UPDATE ledger_transfer SET reason = 'no' WHERE id = %s", "gift"),
        ("ledger.chain", "UPDATE ledger_transfer SET ref = id WHERE id = %s", "gift"),
    ],
)
def test_each_break_is_found_by_its_check(book, box, partner, check, sql, about) -> None:
    subject = {"box": box, "partner": partner}.get(about) or book[about].id
    tamper(sql, subject)
    assert check in by_check()


@pytest.mark.parametrize("what", ["pending_id", "reverses"])
def test_what_happened_twice_is_found(book, what) -> None:
    of = book["posted" if what == "pending_id" else "back"]
    columns = "posting, leg, legs, debit, credit, amount, currency, kind, phase, pending_id, funder, ref, reverses, reason, at"
    tamper(
        f"INSERT INTO ledger_transfer (id, {columns}) SELECT gen_random_uuid(), {columns} FROM ledger_transfer WHERE id = %s",
        of.id,
    )
    assert "ledger.once" in by_check()


def test_the_chain_names_the_place(book) -> None:
    tamper("UPDATE ledger_transfer SET amount = amount + 1 WHERE id = %s", book["gift"].id)
    (finding,) = (each for each in queries.verify() if each.check == "ledger.chain")
    assert finding == Finding(
        "ledger.chain", f"transfer changed at position 1 (transfer {book['gift'].id})", subject="1"
    )


def test_balances_are_rebuilt_from_the_log_byte_for_byte(book, box) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(b::text, '|' ORDER BY account) FROM ledger_balance b")
        (before,) = cursor.fetchone()
        tamper("UPDATE ledger_balance SET credits_posted = 7, debits_pending = 9 WHERE account = %s", box)
        cursor.execute("DELETE FROM ledger_open_pending")
        (difference,) = (each for each in queries.rebuild_check() if each.account == box)
        assert difference.stored != difference.rebuilt
        assert actions.rebuild_balances(BY) == 1
        cursor.execute("SELECT string_agg(b::text, '|' ORDER BY account) FROM ledger_balance b")
        assert cursor.fetchone() == (before,)
    assert queries.rebuild_check() == ()
    assert actions.rebuild_balances(BY) == 0


def test_the_doctor_prints_the_head_and_watches_the_sealer(book, bank, box) -> None:
    chain, *_rest = commands.diagnoses()
    assert chain.level is Level.OK
    assert str(queries.head()) in chain.found
    actions.post(BY, single(bank, box, 1))
    assert "1 transfers wait" in commands.diagnoses()[0].found


def test_the_anchor_of_the_settings_is_held_against_the_chain(book, settings) -> None:
    head = queries.head()

    def findings() -> list[Finding]:
        return [
            finding
            for check in commands.verify_checks()
            if check.name == "ledger.chain"
            for finding in check.run(silent)
        ]

    settings.DURE = replace(settings.DURE, chain_anchor=str(head))
    assert findings() == []
    settings.DURE = replace(settings.DURE, chain_anchor=str(Head(head.position + 1, head.hash)))
    assert [finding.subject for finding in findings()] == [str(head.position + 1)]
    settings.DURE = replace(settings.DURE, chain_anchor="nonsense")
    with pytest.raises(BadSetting, match="DURE_CHAIN_ANCHOR"):
        commands.verify_checks()
