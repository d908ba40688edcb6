"""The pages: the practice checkout, webhooks from outside, a donor's receipts from the form to the PDF."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from dure.base import ids
from dure.base.refusals import Refusal
from dure.foundations.ledger import actions, pages, queries, types
from dure.foundations.ledger.models import Payment as PaymentRow
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.types import PaymentState, Returned, Scenario, read_return
from dure.foundations.people.models import Person
from dure.foundations.people.tests import making
from dure.foundations.people.types import Actor
from dure.kit import faces, tx
from dure.kit import models as kit_models

from .paying import a_box, a_payer, begun, gift_to, paid
from .test_receipts import a_donor, a_receiver, donated, issued

pytestmark = pytest.mark.django_db


def logged_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(Person.objects.get(id=making.id_of(actor)))
    return client


def sandbox(order: str) -> str:
    return reverse("ledger:sandbox", args=[order])


def chosen(client: Client, order: str, scenario: str) -> Any:
    return client.post(sandbox(order), {"scenario": scenario})


def test_the_checkout_says_that_it_is_practice(client: Client) -> None:
    payment = begun(a_payer())
    page = client.get(sandbox(payment.order)).content.decode()
    for said in ("연습용 결제입니다", "10,000원", "겨울 난방", payment.order, "결제하기"):
        assert said in page, said


def test_from_the_checkout_back_to_us_and_into_the_book(client: Client) -> None:
    by, box = a_payer(), a_box()
    payment = begun(by)
    answer = chosen(client, payment.order, "approve")
    assert answer.status_code == 303
    path, _, query = answer["Location"].partition("?")
    assert path == "/giving/paid"
    back = read_return(dict(pair.split("=") for pair in query.split("&")))
    assert isinstance(back, Returned)
    captured = actions.confirm_payment(by, back.order, back.payment_key, back.amount)
    with tx.durable():
        assert actions.record_capture(by, captured, gift_to(box, payment)).state is PaymentState.CAPTURED
    assert "이미 결제" in client.get(sandbox(payment.order)).content.decode()


@pytest.mark.parametrize("scenario", [scenario.value for scenario in Scenario])
def test_every_scenario_leads_back(client: Client, scenario: str) -> None:
    payment = begun(a_payer())
    answer = chosen(client, payment.order, scenario)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/giving/paid?")


def test_what_is_no_order_or_no_scenario_is_refused(client: Client) -> None:
    assert client.get(sandbox("dure-nothing")).status_code == 404
    payment = begun(a_payer())
    assert chosen(client, payment.order, "rob").status_code == 422
    assert SANDBOX.find(payment.order) == ()


def test_a_webhook_from_outside_needs_its_signature(client: Client) -> None:
    payment = paid(a_payer())
    PaymentRow.objects.update(ask_at=None)
    sent = kit_models.News.objects.filter(kind="ledger.WebhookSent").last()
    assert sent is not None
    headers = dict(sent.body["headers"])
    address = reverse("ledger:webhook", args=["sandbox"])

    def post(body: str, signature: str) -> int:
        given = {"sandbox-signature": signature}
        return client.post(address, body, content_type="application/json", headers=given).status_code

    assert post(sent.body["body"] + " ", headers["sandbox-signature"]) == 403
    assert PaymentRow.objects.get(id=payment.id).ask_at is None
    assert post(sent.body["body"], headers["sandbox-signature"]) == 200
    assert PaymentRow.objects.get(id=payment.id).ask_at is not None
    assert post("x" * 70_000, "") == 422
    assert client.post(reverse("ledger:webhook", args=["elsewhere"])).status_code == 404
    assert client.get(address).status_code == 405


FORM = {"name": "홍길동", "address": "가람군 솔내면 솔내리 12", "number": "900101-1234567", "agree": "on"}


def test_a_donor_gets_a_receipt(client: Client) -> None:
    donor, (receiver, _) = making.person("홍길동"), a_receiver()
    donated(donor, receiver, 30_000)
    client = logged_in(donor)
    assert client.get(reverse("ledger:receipts")).status_code == 302
    year = reverse("ledger:receipts_of", args=[2026])
    page = client.get(year).content.decode()
    assert "30,000원" in page
    address = reverse("ledger:issue_receipt", args=[2026, receiver])
    assert address in page
    form = client.get(address).content.decode()
    assert "제3자 제공" in form
    key = ids.new().hex
    for _ in range(2):  # the button is pressed twice
        answer = client.post(address, FORM | {faces.KEY_FIELD: key})
        assert (answer.status_code, answer["Location"]) == (303, year)
    (receipt,) = queries.donation_receipts_of(donor, donor.person)  # type: ignore[arg-type]  # an actor of these tests is a person
    pdf = client.get(reverse("ledger:receipt", args=[receipt.id]) + "?full=1")
    assert pdf["Content-Type"] == "application/pdf"
    assert "no-store" in pdf["Cache-Control"]
    assert "900101-1234567" in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    assert client.get(reverse("ledger:statement", args=[2026])).status_code == 200
    assert receipt.number in client.get(year).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("number", "123", "주민등록번호나 사업자등록번호가 아닙니다"),
        ("name", "", "성명"),
        ("agree", "", "제3자 제공"),
    ],
)
def test_a_form_turned_back_keeps_what_was_typed(field: str, value: str, said: str) -> None:
    donor, (receiver, _) = making.person("홍길동"), a_receiver()
    donated(donor, receiver)
    address = reverse("ledger:issue_receipt", args=[2026, receiver])
    form = FORM | {field: value, faces.KEY_FIELD: ids.new().hex}
    answer = logged_in(donor).post(address, {name: given for name, given in form.items() if given})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert FORM["address"] in page
    assert queries.donation_receipts_of(donor, donor.person) == ()  # type: ignore[arg-type]  # an actor of these tests is a person


def test_whose_receipts_they_are_nobody_else_sees(client: Client) -> None:
    donor, (receiver, _) = a_donor(), a_receiver()
    donated(donor, receiver)
    receipt = issued(donor, receiver)
    address = reverse("ledger:receipt", args=[receipt.id])
    assert logged_in(donor).get(address).status_code == 200
    assert logged_in(making.person("이웃")).get(address).status_code == 403
    assert client.get(address).status_code == 303  # to the log-in
    assert client.get(reverse("ledger:receipts")).status_code == 303
    nothing = logged_in(making.person("이웃"))
    assert nothing.get(reverse("ledger:issue_receipt", args=[2026, receiver])).status_code == 404
    assert "내역이 없습니다" in nothing.get(reverse("ledger:receipts")).content.decode()


def test_there_are_words_for_every_no() -> None:
    kinds = [kind for kind in vars(types).values() if isinstance(kind, type)]
    refusals: list[type[Refusal]] = [kind for kind in kinds if issubclass(kind, Refusal)]
    shown = [kind for kind in refusals if kind.__module__.endswith((".payments", ".receipts", ".providers"))]
    assert len(shown) > 15
    assert faces.without_words(shown, pages.SAYS) == []


def test_the_line_on_my_page(client: Client, rf: Any) -> None:
    request = rf.get("/")
    request.user = Person.objects.get(id=making.id_of(making.person()))
    (entry,) = pages.me_entries(request)
    assert entry.href == reverse("ledger:receipts")
