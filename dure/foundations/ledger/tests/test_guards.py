"""What the database itself refuses, whoever writes and however."""

from importlib import import_module

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from dure.base import ids
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import Limit, NewResolution, TransferId
from dure.kit import roles

from .conftest import BY, NOW, open_account, single

pytestmark = pytest.mark.django_db

INSERT = (
    "INSERT INTO ledger_transfer (id, posting, leg, legs, debit, credit, amount, currency, kind, phase, pending_id,"
    " reverses, expires_at, at) VALUES (%(id)s, %(posting)s, %(leg)s, %(legs)s, %(debit)s, %(credit)s, %(amount)s,"
    " %(currency)s, %(kind)s, %(phase)s, %(pending_id)s, %(reverses)s, %(expires_at)s, %(at)s)"
)


def row(debit, credit, amount=1, **other):
    new = ids.new()
    defaults = {"id": new, "posting": new, "leg": 1, "legs": 1, "debit": debit, "credit": credit, "amount": amount}
    more = {"currency": "KRW", "kind": "gift", "phase": "single", "pending_id": None, "reverses": None}
    return defaults | more | {"expires_at": None, "at": NOW} | other


def write(*rows, commit=False) -> None:
    """Past the application: raw SQL. `commit` runs what is checked at commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        for each in rows:
            cursor.execute(INSERT, each)
        if commit:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(constraint: str, *rows, commit=False) -> None:
    with pytest.raises(IntegrityError) as error:
        write(*rows, commit=commit)
    assert isinstance(error.value.__cause__, psycopg.Error)
    assert error.value.__cause__.diag.constraint_name == constraint


def held(account) -> int:
    return queries.balance(account).held


def test_an_insert_past_the_application_moves_the_balances_just_the_same(bank, box) -> None:
    write(row(bank, box, 10), row(bank, box, 5))
    assert held(box) == 15
    assert queries.verify() == ()


def test_limits_hold_past_the_application(bank, box, partner) -> None:
    write(row(bank, box, 10))
    refused("ledger_balance_debits_limit", row(box, partner, 11))
    write(row(box, partner, 6, phase="pending"))
    refused("ledger_balance_debits_limit", row(box, partner, 5))
    assert held(box) == 10


def test_the_other_limit_holds_too(bank, box) -> None:
    loan = open_account("loan:test", Limit.CREDITS_MUST_NOT_EXCEED_DEBITS)
    write(row(loan, bank, 10))
    refused("ledger_balance_credits_limit", row(bank, loan, 11))
    write(row(bank, loan, 10))


@pytest.mark.parametrize("what", ["unknown", "currency", "closed"])
def test_accounts_have_to_be_open_and_of_the_same_currency(bank, box, what) -> None:
    to = {
        "unknown": ids.new,
        "currency": lambda: open_account("box:dollars", currency="USD"),
        "closed": lambda: actions.close_account(BY, box, NOW).id,
    }[what]()
    refused("ledger_transfer_accounts", row(bank, to))
    if what == "currency":
        refused("ledger_transfer_accounts", row(bank, to, currency="USD"))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("ledger_transfer_amount", {"amount": 0}),
        ("ledger_transfer_amount", {"amount": -5}),
        ("ledger_transfer_kind", {"kind": "Gift!"}),
        ("ledger_transfer_reversal", {"kind": "reversal"}),
        ("ledger_transfer_phase", {"phase": "post"}),
        ("ledger_transfer_phase", {"phase": "nonsense"}),
        ("ledger_transfer_expiry", {"expires_at": NOW}),
        ("ledger_transfer_leg", {"leg": 2}),
        ("ledger_transfer_leg", {"posting": ids.new()}),
        ("ledger_transfer_leg", {"legs": 2}),
    ],
)
def test_a_row_has_to_make_sense_by_itself(bank, box, constraint, change) -> None:
    refused(constraint, row(bank, box) | change)


def test_an_account_does_not_pay_itself(box) -> None:
    refused("ledger_transfer_two_accounts", row(box, box))


def test_at_commit_a_linked_posting_has_all_its_legs(bank, box) -> None:
    posting = ids.new()
    one, two, three = (row(bank, box, posting=posting, leg=leg, legs=3) for leg in (1, 2, 3))
    refused("ledger_posting_complete", one, three, commit=True)
    write(one, two, three, commit=True)
    refused("ledger_transfer_leg_once", row(bank, box, posting=posting, leg=2, legs=3))
    refused("ledger_posting_complete", row(bank, box, posting=posting, leg=4, legs=4), commit=True)


def test_a_resolution_has_to_fit_its_reservation(bank, box, partner) -> None:
    pending = row(bank, box, 10, phase="pending")
    write(pending)
    of = {"pending_id": pending["id"]}
    refused("ledger_transfer_fits", row(bank, box, 11, phase="post", **of))
    refused("ledger_transfer_fits", row(bank, partner, 10, phase="post", **of))
    refused("ledger_transfer_fits", row(bank, box, 9, phase="void", **of))
    refused("ledger_transfer_fits", row(bank, box, 10, phase="expire", **of))
    refused("ledger_transfer_fits", row(bank, box, 10, phase="post", pending_id=ids.new()))
    single_row = row(bank, box, 10)
    write(single_row)
    refused("ledger_transfer_fits", row(bank, box, 10, phase="void", pending_id=single_row["id"]))
    write(row(bank, box, 9, phase="post", **of))
    refused("ledger_transfer_resolved_once", row(bank, box, 1, phase="post", **of))
    assert held(box) == 19


def test_a_reservation_is_not_posted_after_its_time(bank, box) -> None:
    pending = row(bank, box, 10, phase="pending", expires_at=NOW)
    pending["at"] = NOW.replace(hour=1)
    write(pending)
    refused("ledger_transfer_fits", row(bank, box, 10, phase="post", pending_id=pending["id"]))
    write(row(bank, box, 10, phase="expire", pending_id=pending["id"]))


def test_a_reversal_has_to_mirror_its_transfer(bank, box, partner) -> None:
    gift = row(bank, box, 10)
    write(gift, row(bank, box, 100))
    back = {"reverses": gift["id"], "kind": "reversal"}
    refused("ledger_transfer_fits", row(box, bank, 9, **back))
    refused("ledger_transfer_fits", row(bank, box, 10, **back))
    refused("ledger_transfer_fits", row(box, partner, 10, **back))
    reversal = row(box, bank, 10, **back)
    write(reversal)
    refused("ledger_transfer_reversed_once", row(box, bank, 10, **back))
    refused("ledger_transfer_fits", row(bank, box, 10, reverses=reversal["id"], kind="reversal"))


@pytest.mark.parametrize("table", ["ledger_transfer", "ledger_chain", "ledger_account", "ledger_balance"])
def test_the_book_only_grows_even_for_its_owner(bank, box, table) -> None:
    actions.post(BY, single(bank, box, 5))
    actions.seal(BY)
    column = {"ledger_transfer": "amount", "ledger_chain": "position", "ledger_account": "code"}.get(table)
    statements = [f"DELETE FROM {table}"] + ([f"UPDATE {table} SET {column} = {column}"] if column else [])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_never_emptied")  # off for other tests only
    for statement in (*statements, f"TRUNCATE {table} CASCADE"):
        with pytest.raises(IntegrityError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_closed_account_stays_closed(box) -> None:
    actions.close_account(BY, box, NOW)
    with pytest.raises(IntegrityError, match="closed for good"), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_balance SET closed_at = NULL WHERE account = %s", [box])


class TestTheApplicationsRole:
    """`serve` and `worker` work as dure_app."""

    @pytest.fixture(autouse=True)
    def as_application(self, bank, box):
        actions.post(BY, single(bank, box, 50))
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {roles.APP_ROLE}")
            yield
            cursor.execute("RESET ROLE")

    def test_it_can_do_its_work(self, bank, box, partner) -> None:
        actions.post(BY, single(bank, box, 5))
        pending = actions.pend(BY, single(box, partner, 5)).transfers[0]
        actions.post_pending(BY, NewResolution(id=TransferId(ids.new()), pending=pending.id, at=NOW))
        assert actions.seal(BY) == 4
        actions.close_account(BY, open_account("box:short"), NOW)
        assert queries.verify() == ()

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_transfer SET amount = 1",
            "DELETE FROM ledger_transfer",
            "TRUNCATE ledger_transfer",
            "INSERT INTO ledger_transfer (seq) OVERRIDING SYSTEM VALUE VALUES (1)",
            "INSERT INTO ledger_transfer (xid) VALUES ('1')",
            "UPDATE ledger_chain SET hash = hash",
            "DELETE FROM ledger_chain",
            "TRUNCATE ledger_chain",
            "UPDATE ledger_account SET code = 'x'",
            "DELETE FROM ledger_account",
            "UPDATE ledger_balance SET credits_posted = 1",
            "INSERT INTO ledger_balance (account) VALUES (gen_random_uuid())",
            "DELETE FROM ledger_balance",
            "DELETE FROM ledger_open_pending",
            "DELETE FROM ledger_seal_mark",
            "SELECT ledger_rebuild()",
            "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
            "DROP TRIGGER ledger_transfer_only_grows ON ledger_transfer",
            "SET session_replication_role = replica",
            "UPDATE django_migrations SET name = name",
        ],
    )
    def test_it_cannot_change_the_past(self, statement) -> None:
        with pytest.raises(ProgrammingError) as error, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert isinstance(error.value.__cause__, psycopg.errors.InsufficientPrivilege)

    def test_it_may_use_the_tables_of_other_houses(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM kit_news")
            cursor.execute("DELETE FROM kit_rate_window")


def test_the_guards_are_not_taken_back_by_a_migration() -> None:
    """A way back that does nothing would leave a book that believes itself guarded."""
    guards = import_module("dure.foundations.ledger.migrations.0002_book_guards").Migration
    assert not any(operation.reversible for operation in guards.operations)
