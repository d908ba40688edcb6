"""Two windows, two workers, a process that dies: one payment, one booking, one piece of news."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from dure.base import ids
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.models import Payment as PaymentRow
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.types import PaymentState, ProviderState, Purpose
from dure.kit import tx
from dure.kit.testing import Meet, race

from .paying import BY, a_box, a_payer, begun, gift_to, paid, returned
from .test_payments import ASK, held, told

pytestmark = pytest.mark.django_db(transaction=True)

DIES = """
import os, signal, sys
from dure.site import boot
boot.prepare()
from dure.foundations.ledger import actions
from dure.foundations.people.types import Actor
order, key, person = sys.argv[1:]
actions.confirm_payment(Actor(person=__import__("uuid").UUID(person)), order, key, 10_000)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_two_windows_confirm_one_payment() -> None:
    by, box = a_payer(), a_box()
    payment = begun(by)
    back = returned(payment)

    def run(meet: Meet) -> str:
        captured = actions.confirm_payment(by, back.order, back.payment_key, back.amount)
        with tx.durable():
            state = actions.record_capture(by, captured, gift_to(box, payment)).state
            meet()
        return str(state)

    assert race(run, run).names == ("captured", "captured")
    assert queries.balance(box).held == 10_000
    assert len(told("PaymentCaptured")) == 1


def test_telling_a_capture_twice_is_real_without_the_lock() -> None:
    by = a_payer()
    payment = begun(by)
    back = returned(payment)
    captured = actions.confirm_payment(by, back.order, back.payment_key, back.amount)

    def run(meet: Meet) -> str:
        with tx.durable():
            found = queries.payment(payment.id, lock=True).state
            meet()
            actions.record_capture(by, captured)
        return str(found)

    assert race(run, run, locked=False).names == ("confirming", "confirming")


def test_two_workers_converge_one_payment() -> None:
    payment = begun(a_payer())
    back = returned(payment)
    SANDBOX.confirm(back.payment_key, back.order, back.amount)
    PaymentRow.objects.filter(id=payment.id).update(ask_at=payment.created_at)
    found = race(
        lambda meet: actions.converge_payments(BY).captured, lambda meet: actions.converge_payments(BY).captured
    )
    assert found.names in (("0", "1"), ("1", "0"))
    assert held("provider:sandbox") == -10_000
    assert len(told("PaymentCaptured")) == 1


def test_the_same_key_at_once_begins_one_payment() -> None:
    by, purpose = a_payer(), Purpose("test.gift", ids.new())
    ask = type(ASK)(purpose=purpose, amount=5_000, title="난방", return_to="/giving/paid")

    def run(meet: Meet) -> str:
        with tx.durable():
            order = actions.begin_payment(by, ask, key="one").order
            meet()
        return order

    one, two = race(run, run).names
    assert one == two
    assert PaymentRow.objects.filter(payer_id=by.person).count() == 1


@pytest.mark.crash
def test_a_process_that_dies_after_paying_loses_nothing(tmp_path: Path) -> None:
    by, box = a_payer(), a_box()
    payment = begun(by)
    back = returned(payment)
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    if database["PORT"]:
        url += f"&port={database['PORT']}"
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        "DATABASE_URL": url,
        "DURE_VAR": str(settings.DURE.var),
        "DURE_SECRET_KEY": settings.SECRET_KEY,
        "DURE_DEMO": "1",
        "DURE_ENV_FILE": "",
    }
    died = subprocess.run(
        [sys.executable, "-c", DIES, back.order, back.payment_key, str(by.person)],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert died.returncode == -9, died.stderr
    assert queries.payment(payment.id).state is PaymentState.CONFIRMING
    assert SANDBOX.find(payment.order)[0].state is ProviderState.CAPTURED
    assert held_or_nothing() == 0
    PaymentRow.objects.filter(id=payment.id).update(ask_at=payment.created_at)
    assert actions.converge_payments(BY).captured == 1
    with tx.durable():
        actions.allot_payment(BY, payment.id, gift_to(box, payment))
    assert (queries.balance(box).held, held("provider:sandbox")) == (10_000, -10_000)


def held_or_nothing() -> int:
    """What the provider's account says; it is opened by the first capture."""
    return held("provider:sandbox") if PaymentRow.objects.filter(captured_at__isnull=False).exists() else 0


def test_what_is_on_its_way_keeps_an_account_open() -> None:
    by = a_payer()
    assert by.person is not None
    assert list(queries.closing_objections(by.person)) == []
    payment = paid(by)
    assert [each.code for each in queries.closing_objections(by.person)] == ["payment_under_way"]
    with tx.durable():
        actions.refund_payment(BY, payment.id, 10_000, ids.new(), "")
    actions.settle_refunds(BY)
    exported = queries.export_of(by.person)
    assert [row["order"] for row in exported["payments"]] == [payment.order]  # type: ignore[attr-defined]  # its type is wider than what the test made
    assert [row["amount"] for row in exported["refunds"]] == [10_000]  # type: ignore[attr-defined]  # its type is wider than what the test made
