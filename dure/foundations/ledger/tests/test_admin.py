"""The admin shows payments and receipts and changes none of them."""

import pytest
from django.urls import reverse

from dure.foundations.ledger import actions
from dure.foundations.ledger.models import Payment, Reconciliation
from dure.foundations.people.tests import making

from .paying import a_box, a_payer, paid
from .test_owed import refused
from .test_pages import logged_in
from .test_receipts import a_donor, a_receiver, donated, issued
from .test_reconciling import one_difference
from .test_refunds import give_back
from .test_settling import line, taken

pytestmark = pytest.mark.django_db


def test_a_steward_looks_and_changes_nothing() -> None:
    payment = paid(a_payer())
    refund = give_back(payment, 1_000)
    donor, (receiver, _) = a_donor(), a_receiver()
    gift = donated(donor, receiver)
    receipt = issued(donor, receiver)
    _, entry = one_difference()
    settlement = taken(line(paid(a_payer(), a_box("box:settled"))))
    run = Reconciliation.objects.first()
    assert run is not None
    client = logged_in(making.steward())
    for model, row in (
        ("difference", entry.id),
        ("reconciliation", run.id),
        ("settlement", settlement),
        ("payment", payment.id),
        ("refund", refund.id),
        ("donation", gift.id),
        ("donationreceipt", receipt.id),
    ):
        assert client.get(reverse(f"admin:ledger_{model}_changelist")).status_code == 200, model
        one = reverse(f"admin:ledger_{model}_change", args=[row])
        page = client.get(one)
        assert page.status_code == 200, model
        assert "900101" not in page.content.decode()
        assert client.post(one, {"amount": "1"}).status_code == 403
        assert client.get(reverse(f"admin:ledger_{model}_add")).status_code == 403
        assert client.get(reverse(f"admin:ledger_{model}_delete", args=[row])).status_code == 403


def test_what_was_done_is_told_in_words() -> None:
    """Purposes, providers, states and steps: no codes."""
    payment, refund = refused()
    steward = making.steward("김운영")
    actions.enter_owed(steward, refund, "KB-1", key="k")
    Payment.objects.filter(id=payment.id).update(purpose="giving.gift")
    client = logged_in(making.steward())
    korean = {"accept-language": "ko"}

    def page(address: str) -> str:
        return client.get(address, headers=korean).content.decode()

    rows = page(reverse("admin:ledger_payment_changelist"))
    for said in ("모금함 기부", "연습용 결제"):
        assert said in rows, said
    one = page(reverse("admin:ledger_refund_change", args=[refund]))
    for said in ("다른 운영자의 확인을 기다림", "은행에서 보냄", "KB-1", "김운영"):
        assert said in one, said


def test_others_do_not_look() -> None:
    address = reverse("admin:ledger_payment_changelist")
    assert logged_in(making.person()).get(address).status_code == 302
