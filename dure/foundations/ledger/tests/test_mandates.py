"""Cards that are charged again and again: registered, charged once an order, ended; at the sandbox and at the Toss twin."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import time_machine
from django.test import Client

from dure.base import ids
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.ledger import actions, models, queries
from dure.foundations.ledger.providers import sandbox_cards
from dure.foundations.ledger.queries.mandates import key_of
from dure.foundations.ledger.twins import TossTwin, toss_billing
from dure.foundations.ledger.types import (
    Captured,
    LimitExceeded,
    Mandate,
    MandateDiffers,
    MandateEnded,
    MandateId,
    MandateRefused,
    MandateState,
    NotEnoughFunds,
    Payment,
    PaymentAsk,
    PaymentDeclined,
    PaymentExpired,
    PaymentState,
    ProviderSilent,
    Purpose,
    Scenario,
)
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.kit.testing import Meet, race
from dure.kit.twins import FaultRule
from dure.kit.twins.faults import Fault

from . import twinning
from .conftest import NOW
from .paying import BY, a_box, a_payer, gift_to

BACK = "/giving/mine/regular/"
in_the_database = pytest.mark.django_db


def asked(by: Actor, provider: str = "sandbox") -> MandateId:
    with tx.durable():
        return actions.ask_mandate(by, provider, BACK)


def granted(by: Actor, scenario: Scenario = Scenario.APPROVE) -> Mandate:
    mandate = asked(by)
    assert actions.start_mandate(by, mandate, BACK).startswith(f"/pay/sandbox/cards/{mandate}/?")
    back = urlsplit(sandbox_cards.choose(mandate, scenario, BACK))
    return actions.grant_mandate(by, mandate, dict(parse_qsl(back.query)))


def begun(by: Actor, amount: int = 10_000, provider: str = "sandbox") -> Payment:
    ask = PaymentAsk(
        purpose=Purpose("test.gift", ids.new()), amount=amount, title="정기후원", return_to=BACK, provider=provider
    )
    with tx.durable():
        return actions.begin_payment(by, ask, key=ids.new().hex)


def entered(captured: Captured) -> Payment:
    payment = queries.payment(captured.payment)
    with tx.durable():
        return actions.record_capture(BY, captured, gift_to(a_box(), payment))


@in_the_database
def test_a_card_is_charged_every_month_without_asking_its_owner() -> None:
    by = a_payer()
    mandate = granted(by)
    assert (mandate.state, mandate.card) == (MandateState.ACTIVE, "연습용 카드 ****1004")
    for _ in range(3):
        payment = begun(by)
        assert entered(actions.charge_payment(BY, payment.id, mandate.id)).state is PaymentState.CAPTURED
    assert queries.balance(a_box()).held == 30_000


@in_the_database
def test_an_order_is_charged_once_however_often_it_is_asked_for() -> None:
    by = a_payer()
    mandate, payment = granted(by), begun(by)
    first = actions.charge_payment(BY, payment.id, mandate.id)
    with pytest.raises(ProviderSilent):
        actions.charge_payment(BY, payment.id, mandate.id)  # marked, and nobody has entered it: to be found out
    entered(first)
    assert entered(actions.charge_payment(BY, payment.id, mandate.id)).captured
    assert models.SandboxPayment.objects.count() == 1


@in_the_database
def test_what_was_taken_before_a_crash_is_found_out() -> None:
    by = a_payer()
    mandate, payment = granted(by), begun(by)
    with time_machine.travel(NOW, tick=False) as travel:
        payment = begun(by)
        actions.charge_payment(BY, payment.id, mandate.id)  # and nobody is left to enter it
        travel.shift(timedelta(seconds=30))
        actions.converge_payments(BY)
    assert queries.payment(payment.id).state is PaymentState.CAPTURED


@pytest.mark.parametrize(
    ("scenario", "refusal"),
    [(Scenario.NOT_ENOUGH_FUNDS, NotEnoughFunds), (Scenario.LIMIT_EXCEEDED, LimitExceeded)],
)
@in_the_database
def test_a_card_that_is_refused_takes_nothing(scenario: Scenario, refusal: type[PaymentDeclined]) -> None:
    by = a_payer()
    payment = begun(by)
    with pytest.raises(refusal):
        actions.charge_payment(BY, payment.id, granted(by, scenario).id)
    assert queries.payment(payment.id).state is PaymentState.DECLINED


@in_the_database
def test_a_late_answer_is_waited_for() -> None:
    with time_machine.travel(NOW, tick=False) as travel:
        by = a_payer()
        mandate, payment = granted(by, Scenario.LATE), begun(by)
        with pytest.raises(ProviderSilent):
            actions.charge_payment(BY, payment.id, mandate.id)
        travel.shift(timedelta(seconds=30))
        actions.converge_payments(BY)
        assert queries.payment(payment.id).state is PaymentState.CAPTURED


@in_the_database
def test_who_may_and_what_does_not_fit() -> None:
    by, other = a_payer(), a_payer()
    mandate, payment = granted(by), begun(by)
    with pytest.raises(NotAllowed):
        actions.charge_payment(by, payment.id, mandate.id)
    with pytest.raises(MandateDiffers):
        actions.charge_payment(BY, begun(other).id, mandate.id)
    with pytest.raises(NotAllowed), tx.durable():
        actions.end_mandate(other, mandate.id)
    with pytest.raises(BadValue), tx.durable():
        actions.ask_mandate(by, "sandbox", "https://elsewhere.example/")
    waits = asked(by)
    with pytest.raises(MandateEnded):
        actions.charge_payment(BY, payment.id, waits)
    with pytest.raises(MandateRefused):
        actions.grant_mandate(by, waits, {"authKey": "invented"})
    with pytest.raises(MandateRefused):
        actions.grant_mandate(
            by, waits, dict(parse_qsl(sandbox_cards.choose(waits, Scenario.CANCEL, BACK).split("?")[1]))
        )
    with time_machine.travel(payment.expires_at + timedelta(seconds=1)), pytest.raises(PaymentExpired):
        actions.charge_payment(BY, payment.id, mandate.id)


@in_the_database
def test_the_key_is_sealed_and_erased_at_the_end() -> None:
    by = a_payer()
    mandate = granted(by)
    key = key_of(mandate.id)
    assert key.startswith("sbc_")
    assert key.encode() not in bytes(models.Mandate.objects.get(id=mandate.id).sealed)  # type: ignore[arg-type]  # active: it is there
    for _ in range(2):
        with tx.durable():
            actions.end_mandate(by, mandate.id)
    assert (queries.mandate(mandate.id).state, key_of(mandate.id)) == (MandateState.ENDED, "")
    with pytest.raises(MandateEnded):
        actions.charge_payment(BY, begun(by).id, mandate.id)
    with pytest.raises(MandateEnded):
        actions.grant_mandate(by, mandate.id, {})


@in_the_database
def test_the_page_of_practice_cards(client: Client) -> None:
    by = a_payer()
    mandate = asked(by)
    address = actions.start_mandate(by, mandate, BACK)
    assert "연습용 카드입니다" in client.get(address).content.decode()
    answer = client.post(address, {"scenario": "approve"})
    assert (answer.status_code, answer["Location"].split("?")[0]) == (303, BACK)
    assert actions.grant_mandate(by, mandate, dict(parse_qsl(answer["Location"].split("?")[1]))).card
    assert client.get(f"/pay/sandbox/cards/{mandate}/?to=https://elsewhere.example").status_code == 422


def charge_at_once(*, locked: bool) -> tuple[str, ...]:
    by = a_payer()
    mandate, payment = granted(by), begun(by)

    def run(meet: Meet) -> str:
        try:
            actions.charge_payment(BY, payment.id, mandate.id)
        finally:
            meet()
        return "charged"

    return race(run, run, locked=locked).names


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_the_provider_once() -> None:
    assert charge_at_once(locked=True) == ("ProviderSilent", "charged")
    assert models.SandboxPayment.objects.count() == 1


@pytest.fixture
def twin(settings: Any) -> Iterator[TossTwin]:
    with twinning.toss() as (twin, server):
        settings.DURE = replace(
            settings.DURE,
            toss_secret_key=twinning.SECRET,
            toss_url=server.origin,
            toss_billing_page=f"{server.origin}/billing",
        )
        yield twin


def at_toss(twin: TossTwin, by: Actor, choice: str = "approve") -> Mandate:
    mandate = asked(by, "toss")
    address = urlsplit(actions.start_mandate(by, mandate, BACK))
    assert address.path == "/billing"
    said = dict(parse_qsl(address.query))
    back = urlsplit(toss_billing.register(twin, said["customerKey"], said["successUrl"], choice))
    assert back.path == BACK
    return actions.grant_mandate(by, mandate, dict(parse_qsl(back.query)))


@in_the_database
def test_toss_charges_by_billing_key(twin: TossTwin) -> None:
    by = a_payer()
    assert "toss" in actions.ways_to_charge(by)
    mandate = at_toss(twin, by)
    assert mandate.card == "쌍둥이 ****123*"
    payment = begun(by, provider="toss")
    assert entered(actions.charge_payment(BY, payment.id, mandate.id)).state is PaymentState.CAPTURED
    [theirs] = twin.book.payments.values()
    assert (theirs.order, theirs.amount, theirs.tax_free, theirs.kind) == (payment.order, 10_000, 10_000, "BILLING")


@in_the_database
def test_toss_refuses_a_card_and_a_window_that_was_left(twin: TossTwin) -> None:
    by = a_payer()
    poor = at_toss(twin, by, "REJECT_ACCOUNT_PAYMENT")
    with pytest.raises(NotEnoughFunds):
        actions.charge_payment(BY, begun(by, provider="toss").id, poor.id)
    with pytest.raises(MandateRefused) as refused:
        at_toss(twin, by, "back")
    assert refused.value.reason == "PAY_PROCESS_CANCELED"
    assert not twin.book.payments


@in_the_database
def test_a_charge_whose_answer_was_lost_is_found_out_and_never_made_twice(twin: TossTwin) -> None:
    with time_machine.travel(NOW, tick=False) as travel:
        by = a_payer()
        mandate, payment = at_toss(twin, by), begun(by, provider="toss")
        twin.faults.add(FaultRule(Fault.LOST, "charge"))
        with pytest.raises(ProviderSilent):
            actions.charge_payment(BY, payment.id, mandate.id)
        assert len(twin.book.payments) == 1
        with pytest.raises(ProviderSilent):
            actions.charge_payment(BY, payment.id, mandate.id)
        travel.shift(timedelta(seconds=30))
        actions.converge_payments(BY)
    assert queries.payment(payment.id).state is PaymentState.CAPTURED
    assert len(twin.book.payments) == 1


def test_the_twin_keeps_what_is_documented() -> None:
    with twinning.toss() as (twin, server), twinning.toss_line(server) as line:
        customer = str(ids.new())
        back = toss_billing.register(twin, customer, "https://x.example/")
        auth = dict(parse_qsl(urlsplit(back).query))["authKey"]
        ask = {"authKey": auth, "customerKey": customer}
        issue = "/v1/billing/authorizations/issue"
        assert line.post(issue, json=ask | {"customerKey": "other"}).json()["code"] == "INVALID_AUTHORIZE_AUTH"
        key = line.post(issue, json=ask).json()["billingKey"]
        assert line.post(issue, json=ask).json()["code"] == "INVALID_AUTHORIZE_AUTH", "good once"
        order = {"customerKey": customer, "amount": 1_000, "orderId": "order-1", "orderName": "정기후원"}
        there = f"/v1/billing/{key}"
        assert line.post("/v1/billing/nothing", json=order).json()["code"] == "INVALID_BILL_KEY_REQUEST"
        assert line.post(there, json=order | {"customerKey": "x2"}).json()["code"] == "NOT_MATCHES_CUSTOMER_KEY"
        assert line.post(there, json=order | {"amount": 99}).json()["code"] == "BELOW_MINIMUM_AMOUNT"
        assert line.post(there, json=order | {"orderId": "x"}).json()["code"] == "INVALID_REQUEST"
        said = line.post(there, json=order).json()
        assert (said["status"], said["type"], said["totalAmount"]) == ("DONE", "BILLING", 1_000)
        assert line.post(there, json=order).json()["code"] == "DUPLICATED_ORDER_ID"
        window = line.get(f"/billing?{urlencode({'customerKey': customer, 'successUrl': 'https://x.example/'})}")
        assert "카드 등록하기" in window.text
