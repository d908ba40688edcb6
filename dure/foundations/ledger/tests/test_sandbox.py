"""The sandbox behaves like a real provider: codes, late answers, distinct cancels, signed webhooks, books of its own."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from dure.base import clock, ids
from dure.foundations.ledger import providers
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.providers.sandbox import LATE_SECONDS, WINDOW_SECONDS
from dure.foundations.ledger.types import (
    DeclineCode,
    NotReturned,
    Order,
    OrderId,
    OrderUnknown,
    ProviderAnswer,
    ProviderRefused,
    ProviderSilent,
    ProviderState,
    ProviderUnknown,
    Scenario,
    WebhookForged,
    read_return,
)
from dure.kit import models as kit_models

pytestmark = pytest.mark.django_db


def ordered(amount: int = 10_000) -> OrderId:
    order = OrderId(f"test-{ids.new().hex}")
    SANDBOX.checkout(
        Order(id=order, amount=amount, tax_free=amount, currency="KRW", title="난방", return_to="/giving/paid")
    )
    return order


def decided(scenario: Scenario, amount: int = 10_000) -> tuple[OrderId, str]:
    order = ordered(amount)
    address = SANDBOX.decide(order, scenario)
    query = dict(pair.split("=") for pair in address.partition("?")[2].split("&"))
    assert query["orderId"] == order
    assert query["amount"] == str(amount)
    return order, query["paymentKey"]


def captured(amount: int = 10_000) -> ProviderAnswer:
    order, key = decided(Scenario.APPROVE, amount)
    return SANDBOX.confirm(key, order, amount)


def test_confirming_takes_the_money_once() -> None:
    order, key = decided(Scenario.APPROVE)
    first = SANDBOX.confirm(key, order, 10_000)
    assert first.state is ProviderState.CAPTURED
    assert first.balance == 10_000
    assert SANDBOX.confirm(key, order, 10_000) == first
    assert SANDBOX.find(order) == (first,)
    assert list(SANDBOX.listed(first.at, first.at + timedelta(seconds=1))) == [first]


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        (Scenario.CARD_REFUSED, DeclineCode.CARD_REFUSED),
        (Scenario.LIMIT_EXCEEDED, DeclineCode.LIMIT_EXCEEDED),
        (Scenario.NOT_ENOUGH_FUNDS, DeclineCode.NOT_ENOUGH_FUNDS),
    ],
)
def test_it_declines_with_a_code(scenario: Scenario, code: DeclineCode) -> None:
    order, key = decided(scenario)
    answer = SANDBOX.confirm(key, order, 10_000)
    assert (answer.state, answer.declined, answer.balance) == (ProviderState.DECLINED, code, 0)
    assert SANDBOX.confirm(key, order, 10_000) == answer


def test_a_late_answer_comes_later_although_the_money_was_taken() -> None:
    with time_machine.travel(datetime(2026, 5, 1, 9, 0, tzinfo=clock.SEOUL), tick=False) as travel:
        order, key = decided(Scenario.LATE)
        with pytest.raises(ProviderSilent):
            SANDBOX.confirm(key, order, 10_000)
        assert SANDBOX.find(order)[0].state is ProviderState.IN_PROGRESS
        travel.shift(timedelta(seconds=LATE_SECONDS))
        assert SANDBOX.find(order)[0].state is ProviderState.CAPTURED


def test_who_authorised_must_be_confirmed_within_the_window() -> None:
    with time_machine.travel(datetime(2026, 5, 1, 9, 0, tzinfo=clock.SEOUL), tick=False) as travel:
        order, key = decided(Scenario.APPROVE)
        travel.shift(timedelta(seconds=WINDOW_SECONDS + 1))
        assert SANDBOX.confirm(key, order, 10_000).state is ProviderState.EXPIRED


@pytest.mark.parametrize(("order", "amount"), [(None, 9_999), (OrderId("another-order"), 10_000)])
def test_it_confirms_only_what_was_authorised(order: OrderId | None, amount: int) -> None:
    own, key = decided(Scenario.APPROVE)
    with pytest.raises(ProviderRefused):
        SANDBOX.confirm(key, order or own, amount)
    with pytest.raises(ProviderRefused):
        SANDBOX.confirm("sb_unknown", own, 10_000)


def test_two_equal_cancels_with_two_ids_both_pay() -> None:
    key = captured().payment_key
    assert SANDBOX.cancel(key, "one", 3_000, "").balance == 7_000
    assert SANDBOX.cancel(key, "two", 3_000, "").balance == 4_000
    assert SANDBOX.cancel(key, "two", 3_000, "").balance == 4_000
    last = SANDBOX.cancel(key, "three", 4_000, "")
    assert (last.state, last.balance) == (ProviderState.CANCELLED, 0)
    assert [cancel.id for cancel in last.cancels] == ["one", "two", "three"]


@pytest.mark.parametrize(("cancel_id", "amount"), [("one", 4_000), ("two", 7_001), ("two", 0), ("two", -1)])
def test_a_cancel_it_cannot_make_is_refused(cancel_id: str, amount: int) -> None:
    key = captured().payment_key
    SANDBOX.cancel(key, "one", 3_000, "")
    with pytest.raises(ProviderRefused):
        SANDBOX.cancel(key, cancel_id, amount, "")


def test_nothing_is_cancelled_that_was_not_taken() -> None:
    _, key = decided(Scenario.CARD_REFUSED)
    with pytest.raises(ProviderRefused):
        SANDBOX.cancel(key, "one", 1, "")


def test_a_payer_can_pay_twice() -> None:
    order, key = decided(Scenario.TWICE)
    SANDBOX.confirm(key, order, 10_000)
    answers = SANDBOX.find(order)
    assert len(answers) == 2
    assert all(answer.taken for answer in answers)


def test_a_payer_can_turn_back() -> None:
    order = ordered()
    address = SANDBOX.decide(order, Scenario.CANCEL)
    query = dict(pair.split("=") for pair in address.partition("?")[2].split("&"))
    assert read_return(query) == NotReturned(order, DeclineCode.PAYER_CANCELLED)
    assert SANDBOX.find(order) == ()


def test_an_order_it_was_not_told_of_is_unknown() -> None:
    with pytest.raises(OrderUnknown):
        SANDBOX.decide(OrderId("dure-nothing"), Scenario.APPROVE)


def test_webhooks_are_signed_and_forgeries_found() -> None:
    answer = captured()
    sent = kit_models.News.objects.filter(kind="ledger.WebhookSent").last()
    assert sent is not None
    body, headers = sent.body["body"].encode(), dict(sent.body["headers"])
    assert SANDBOX.read_webhook(body, headers) == answer.order
    with pytest.raises(WebhookForged):
        SANDBOX.read_webhook(body.replace(b"10", b"11") + b" ", headers)
    with pytest.raises(WebhookForged):
        SANDBOX.read_webhook(body, {})


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"orderId": "x"},
        {"orderId": "x", "paymentKey": "k", "amount": "-5"},
        {"orderId": "x", "paymentKey": "k", "amount": "１"},
        {"orderId": "x", "paymentKey": "k", "amount": "9" * 16},
    ],
)
def test_an_address_of_another_shape_is_no_return(query: dict[str, str]) -> None:
    assert read_return(query) is None


def test_it_exists_only_where_it_is_switched_on(settings: Any) -> None:
    assert providers.provider("sandbox") is SANDBOX
    settings.DURE = replace(settings.DURE, sandbox_payments=False)
    assert providers.names() == ()
    with pytest.raises(ProviderUnknown):
        providers.provider("sandbox")
    with pytest.raises(ProviderUnknown):
        providers.verify_receipt("cr1.x")
