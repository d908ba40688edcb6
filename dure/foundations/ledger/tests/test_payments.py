"""From asking to the book: amounts compared before anything is taken, every answer recorded once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import ids
from dure.base.refusals import BadValue, KeyReused, NotAllowed
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.rules import payments as rules
from dure.foundations.ledger.types import (
    Allotment,
    AmountDiffers,
    DeclineCode,
    OrderUnknown,
    PaymentAlreadyAllotted,
    PaymentAsk,
    PaymentDeclined,
    PaymentExpired,
    PaymentState,
    PaymentStep,
    ProviderSilent,
    ProviderUnknown,
    Purpose,
    Scenario,
    account_id,
)
from dure.foundations.people.types import NOBODY
from dure.kit import models as kit_models
from dure.kit import tx

from .paying import BY, a_box, a_payer, begun, gift_to, paid, returned

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[dict[str, Any]]:
    return [news.body for news in kit_models.News.objects.filter(kind=f"ledger.{kind}").order_by("id")]


def held(code: str) -> int:
    return queries.balance(account_id(code)).held


def waiting() -> int:
    return sum(payment.refundable for payment in queries.payments_waiting())


def test_a_payment_from_the_first_click_to_the_book() -> None:
    by, box = a_payer(), a_box()
    payment = paid(by, box)
    assert (payment.state, payment.account, payment.refundable) == (PaymentState.CAPTURED, box, 10_000)
    assert queries.balance(box).held == 10_000
    assert held("provider:sandbox") == -10_000
    assert [news["payment"] for news in told("PaymentCaptured")] == [str(payment.id)]
    assert told("PaymentCapturedLate") == []


def test_captured_money_without_a_place_waits_and_can_be_allotted_once() -> None:
    by, box, other = a_payer(), a_box(), a_box("box:other")
    payment = paid(by)
    assert waiting() == 10_000
    to = gift_to(box, payment)
    for _ in range(2):
        with tx.durable():
            actions.allot_payment(BY, payment.id, to)
    assert (waiting(), queries.balance(box).held) == (0, 10_000)
    with pytest.raises(PaymentAlreadyAllotted), tx.durable():
        actions.allot_payment(BY, payment.id, Allotment(account=other, transfer=ids.new()))


def test_recording_twice_books_once() -> None:
    by, box = a_payer(), a_box()
    payment = begun(by)
    back = returned(payment)
    for _ in range(3):
        captured = actions.confirm_payment(by, back.order, back.payment_key, back.amount)
        with tx.durable():
            actions.record_capture(by, captured, gift_to(box, payment))
    assert queries.balance(box).held == 10_000
    assert len(told("PaymentCaptured")) == 1


@pytest.mark.parametrize("amount", [1, 9_999, 10_001])
def test_another_amount_is_refused_before_anything_is_taken(amount: int) -> None:
    by = a_payer()
    payment = begun(by)
    back = returned(payment)
    with pytest.raises(AmountDiffers) as refused:
        actions.confirm_payment(by, back.order, back.payment_key, amount)
    assert refused.value == AmountDiffers(expected=10_000, given=amount)
    assert queries.payment(payment.id).state is PaymentState.CREATED


def test_an_order_nobody_began_is_unknown() -> None:
    with pytest.raises(OrderUnknown):
        actions.confirm_payment(a_payer(), "dure-nothing", "key", 10_000)


def test_a_key_the_provider_does_not_know_leaves_the_payment_open() -> None:
    by, box = a_payer(), a_box()
    payment = begun(by)
    with pytest.raises(PaymentDeclined):
        actions.confirm_payment(by, payment.order, "sb_made_up", 10_000)
    assert queries.payment(payment.id).state is PaymentState.CREATED
    back = returned(payment)
    captured = actions.confirm_payment(by, back.order, back.payment_key, back.amount)
    with tx.durable():
        assert actions.record_capture(by, captured, gift_to(box, payment)).captured


def test_only_the_payer_confirms() -> None:
    payment = begun(a_payer())
    back = returned(payment)
    for other in (a_payer("임꺽정"), NOBODY):
        with pytest.raises(NotAllowed):
            actions.confirm_payment(other, back.order, back.payment_key, back.amount)


@pytest.mark.parametrize(
    ("scenario", "code"),
    [(Scenario.CARD_REFUSED, DeclineCode.CARD_REFUSED), (Scenario.NOT_ENOUGH_FUNDS, DeclineCode.NOT_ENOUGH_FUNDS)],
)
def test_a_decline_is_recorded_and_told(scenario: Scenario, code: DeclineCode) -> None:
    by = a_payer()
    payment = begun(by)
    back = returned(payment, scenario)
    for _ in range(2):
        with pytest.raises(PaymentDeclined) as refused:
            actions.confirm_payment(by, back.order, back.payment_key, back.amount)
        assert refused.value.reason is code
    after = queries.payment(payment.id)
    assert (after.state, after.declined) == (PaymentState.DECLINED, code)
    assert [news["declined"] for news in told("PaymentFailed")] == [code.value]


def test_a_silent_provider_leaves_the_payment_to_be_looked_after() -> None:
    by = a_payer()
    payment = begun(by)
    back = returned(payment, Scenario.LATE)
    with pytest.raises(ProviderSilent):
        actions.confirm_payment(by, back.order, back.payment_key, back.amount)
    assert queries.payment(payment.id).state is PaymentState.CONFIRMING


def test_turning_back_ends_it() -> None:
    by = a_payer()
    payment = begun(by)
    with tx.durable():
        assert actions.abandon_payment(by, payment.order).state is PaymentState.CANCELLED
    with pytest.raises(PaymentExpired):
        actions.start_checkout(by, payment.id)
    with pytest.raises(PaymentDeclined):
        actions.confirm_payment(by, payment.order, "key", 10_000)
    done = paid(by)
    with tx.durable():
        assert actions.abandon_payment(by, done.order).state is PaymentState.CAPTURED


def test_the_same_key_begins_the_same_payment() -> None:
    by, ref = a_payer(), ids.new()
    one = begun(by, key="k", ref=ref)
    assert begun(by, key="k", ref=ref) == one
    with pytest.raises(KeyReused):
        begun(by, 20_000, key="k", ref=ref)
    assert begun(a_payer(), key="k", ref=ref).id != one.id


ASK = PaymentAsk(purpose=Purpose("test.gift", ids.new()), amount=10_000, title="겨울 난방", return_to="/giving/paid")


@pytest.mark.parametrize(
    "ask",
    [
        replace(ASK, amount=0),
        replace(ASK, amount=-5),
        replace(ASK, amount=2**60),
        replace(ASK, tax_free=10_001),
        replace(ASK, title=" "),
        replace(ASK, title="가" * 101),
        replace(ASK, return_to="https://elsewhere.example"),
        replace(ASK, return_to="//elsewhere.example"),
        replace(ASK, return_to="/a\nb"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask: PaymentAsk) -> None:
    with pytest.raises(BadValue), tx.durable():
        actions.begin_payment(BY, ask, key="k")


def test_who_is_nobody_cannot_pay_and_an_unknown_provider_takes_nothing() -> None:
    with pytest.raises(NotAllowed), tx.durable():
        actions.begin_payment(NOBODY, ASK, key="k")
    with pytest.raises(ProviderUnknown), tx.durable():
        actions.begin_payment(BY, replace(ASK, provider="nowhere"), key="k")


def test_orders_fit_what_providers_accept() -> None:
    order = begun(a_payer()).order
    assert 6 <= len(order) <= 64
    assert order.replace("-", "").replace("_", "").isalnum()


@given(st.lists(st.sampled_from(PaymentStep), max_size=12))
def test_money_that_was_taken_always_counts_as_taken(steps: list[PaymentStep]) -> None:
    """Whatever else arrives in whatever order: a capture is never lost, and nothing undoes it but refunds."""
    state, taken = PaymentState.CREATED, False
    for step in steps:
        if not rules.can(state, step):
            assert step is not PaymentStep.CAPTURE or taken
            continue
        state = rules.next_state(state, step)
        taken = taken or step is PaymentStep.CAPTURE
        assert taken == (state in (PaymentState.CAPTURED, PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED))


def test_a_step_out_of_table_is_a_bug() -> None:
    with pytest.raises(ValueError, match="refunded cannot capture"):
        rules.next_state(PaymentState.REFUNDED, PaymentStep.CAPTURE)
