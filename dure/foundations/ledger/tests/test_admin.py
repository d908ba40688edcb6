"""The admin shows payments and receipts and changes none of them."""

import pytest
from django.urls import reverse

from dure.foundations.people.tests import making

from .paying import a_payer, paid
from .test_pages import logged_in
from .test_receipts import a_donor, a_receiver, donated, issued
from .test_refunds import give_back

pytestmark = pytest.mark.django_db


def test_a_steward_looks_and_changes_nothing() -> None:
    payment = paid(a_payer())
    refund = give_back(payment, 1_000)
    donor, (receiver, _) = a_donor(), a_receiver()
    gift = donated(donor, receiver)
    receipt = issued(donor, receiver)
    client = logged_in(making.steward())
    for model, row in (
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


def test_others_do_not_look() -> None:
    address = reverse("admin:ledger_payment_changelist")
    assert logged_in(making.person()).get(address).status_code == 302
