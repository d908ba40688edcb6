"""After a crash, a lost answer, a webhook or a second payment, our books come to say what the provider's say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from dure.base import clock, ids
from dure.base.refusals import NotAllowed
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.models import Payment as PaymentRow
from dure.foundations.ledger.models.sandbox import SandboxPayment
from dure.foundations.ledger.providers import SANDBOX, sign_receipt, verify_receipt
from dure.foundations.ledger.providers.sandbox import WINDOW_SECONDS
from dure.foundations.ledger.types import (
    Allotment,
    CaptureReceipt,
    Converged,
    DifferenceKind,
    OrderId,
    PaymentId,
    PaymentState,
    PostingId,
    ProviderAnswer,
    ProviderSilent,
    Purpose,
    RefundState,
    Scenario,
    SpentReceipt,
    WebhookForged,
)
from dure.foundations.people.types import NOBODY
from dure.kit import models as kit_models
from dure.kit import tx
from dure.kit.verify import silent

from .paying import BY, a_box, a_payer, begun, gift_to, paid, returned
from .test_payments import held, told, waiting

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 1, 9, 0, tzinfo=clock.SEOUL)


@pytest.fixture(autouse=True)
def travel() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


def deliver_webhooks() -> None:
    """What the wiring does with every webhook the sandbox has sent, twice and in the wrong order."""
    sent = list(kit_models.News.objects.filter(kind="ledger.WebhookSent").order_by("-id"))
    for news in sent + sent:
        with tx.durable():
            actions.receive_webhook(BY, "sandbox", news.body["body"].encode(), dict(news.body["headers"]))


def test_a_late_answer_is_found_out(travel: Any) -> None:
    by = a_payer()
    payment = begun(by)
    back = returned(payment, Scenario.LATE)
    with pytest.raises(ProviderSilent):
        actions.confirm_payment(by, back.order, back.payment_key, back.amount)
    travel.shift(timedelta(seconds=5))
    assert actions.converge_payments(BY) == Converged(asked=1)  # still in progress
    travel.shift(timedelta(seconds=10))
    assert actions.converge_payments(BY) == Converged(asked=1, captured=1)
    assert queries.payment(payment.id).state is PaymentState.CAPTURED
    assert waiting() == 10_000
    assert len(told("PaymentCaptured")) == 1
    travel.shift(timedelta(hours=1))
    assert actions.converge_payments(BY) == Converged(asked=1)  # one more look, for a second payment
    travel.shift(timedelta(hours=1))
    assert actions.converge_payments(BY) == Converged()  # nothing is left to ask


def test_a_provider_in_which_the_payment_is_not_to_be_seen_yet_is_asked_again(
    travel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = a_payer()
    back = returned(begun(by))
    still = SANDBOX.find(back.order)[0]
    monkeypatch.setattr(SANDBOX, "confirm", lambda *said: still)
    with pytest.raises(ProviderSilent):
        actions.confirm_payment(by, back.order, back.payment_key, back.amount)
    monkeypatch.undo()
    travel.shift(timedelta(seconds=10))
    assert actions.converge_payments(BY).captured == 1


def test_a_crash_after_the_provider_took_it_is_made_good(travel: Any) -> None:
    by, box = a_payer(), a_box()
    payment = begun(by)
    back = returned(payment)
    captured = actions.confirm_payment(by, back.order, back.payment_key, back.amount)
    # here the process dies: nothing was recorded
    travel.shift(timedelta(seconds=6))
    assert actions.converge_payments(BY).captured == 1
    with tx.durable():  # the service hears PaymentCaptured and does what it would have done
        actions.allot_payment(BY, payment.id, gift_to(box, payment))
    with tx.durable():  # the payer reloads the page
        actions.record_capture(by, captured, gift_to(box, payment))
    assert (queries.balance(box).held, waiting()) == (10_000, 0)


def test_a_crash_before_the_provider_was_asked_is_made_good(travel: Any) -> None:
    payment = begun(a_payer())
    back = returned(payment)
    PaymentRow.objects.filter(id=payment.id).update(
        state=PaymentState.CONFIRMING, payment_key=back.payment_key, ask_at=clock.now()
    )
    assert actions.converge_payments(BY) == Converged(asked=1, captured=1)


def test_who_never_comes_back_expires(travel: Any) -> None:
    payment = begun(a_payer())
    travel.shift(timedelta(seconds=WINDOW_SECONDS))
    assert actions.converge_payments(BY) == Converged()
    travel.shift(timedelta(seconds=61))
    assert actions.converge_payments(BY) == Converged(asked=1, ended=1)
    assert queries.payment(payment.id).state is PaymentState.EXPIRED
    assert [news["state"] for news in told("PaymentFailed")] == ["expired"]


def test_money_taken_after_we_gave_up_is_never_lost(travel: Any) -> None:
    by = a_payer()
    payment = begun(by)
    with tx.durable():
        actions.abandon_payment(by, payment.order)
    back = returned(payment)
    SANDBOX.confirm(back.payment_key, back.order, back.amount)
    deliver_webhooks()
    assert actions.converge_payments(BY) == Converged(asked=1, captured=1)
    after = queries.payment(payment.id)
    assert after.state is PaymentState.CAPTURED
    assert waiting() == 10_000
    assert [news["why"] for news in told("PaymentCapturedLate")] == ["cancelled"]
    assert told("PaymentCaptured") == []


def test_who_pays_twice_gets_the_second_payment_back() -> None:
    by, box = a_payer(), a_box()
    payment = begun(by)
    back = returned(payment, Scenario.TWICE)
    captured = actions.confirm_payment(by, back.order, back.payment_key, back.amount)
    with tx.durable():
        actions.record_capture(by, captured, gift_to(box, payment))
    for _ in range(3):
        deliver_webhooks()
        actions.converge_payments(BY)
    (twin,) = [each for each in queries.payments_for(payment.purpose) if each.duplicate_of]
    assert (twin.duplicate_of, twin.state, twin.refunded) == (payment.id, PaymentState.REFUNDED, 10_000)
    assert actions.settle_refunds(BY) == 1
    (refund,) = queries.refunds_of(twin.id)
    assert refund.state is RefundState.SETTLED
    assert (queries.balance(box).held, waiting(), held("provider:sandbox")) == (10_000, 0, -10_000)
    assert [(news["payment"], news["first"]) for news in told("SecondPaymentReturned")] == [
        (str(twin.id), str(payment.id))
    ]
    assert told("PaymentCapturedLate") == []
    assert sum(answer.balance for answer in SANDBOX.find(payment.order)) == 10_000


def test_a_second_payment_of_another_sum_goes_back_as_it_came() -> None:
    """Found by `dure simulate attack`: the book had the first one's sum for it, the payment its own."""
    by, box = a_payer(), a_box()
    payment = begun(by)
    back = returned(payment, Scenario.TWICE)
    second = SandboxPayment.objects.filter(order=payment.order).exclude(payment_key=back.payment_key)
    assert second.update(amount=700, tax_free=700) == 1
    captured = actions.confirm_payment(by, back.order, back.payment_key, back.amount)
    with tx.durable():
        actions.record_capture(by, captured, gift_to(box, payment))
    deliver_webhooks()
    actions.converge_payments(BY)
    (twin,) = [each for each in queries.payments_for(payment.purpose) if each.duplicate_of]
    assert twin.posting is not None
    assert (twin.amount, twin.refunded, queries.posting(PostingId(twin.posting)).transfers[0].amount.minor) == (
        700,
    ) * 3
    assert actions.settle_refunds(BY) == 1
    assert [finding for check in queries.money_checks() for finding in check.run(silent)] == []


def test_a_second_payment_is_found_although_its_webhook_came_before_the_capture(travel: Any) -> None:
    by = a_payer()
    payment = begun(by)
    back = returned(payment, Scenario.TWICE)
    deliver_webhooks()
    captured = actions.confirm_payment(by, back.order, back.payment_key, back.amount)
    with tx.durable():
        actions.record_capture(by, captured)
    travel.shift(timedelta(seconds=10))
    actions.converge_payments(BY)
    actions.settle_refunds(BY)
    assert sum(answer.balance for answer in SANDBOX.find(payment.order)) == 10_000
    assert actions.reconcile(BY, "sandbox", START, START + timedelta(hours=1)) == ()


def test_a_webhook_during_the_question_is_not_forgotten(travel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = paid(a_payer())
    travel.shift(timedelta(seconds=10))
    find = SANDBOX.find

    def find_slowly(order: OrderId) -> tuple[ProviderAnswer, ...]:
        answers = find(order)
        deliver_webhooks()
        return answers

    monkeypatch.setattr(SANDBOX, "find", find_slowly)
    assert actions.converge_payments(BY) == Converged(asked=1)
    assert queries.payments_due(clock.now()) == {"sandbox": (payment.id,)}


def test_whichever_of_two_payments_is_seen_first_one_is_kept() -> None:
    """The second payment is learned of first; then the first one's confirmation comes in after all."""
    by = a_payer()
    payment = begun(by)
    back = returned(payment, Scenario.TWICE)
    captured = actions.confirm_payment(by, back.order, back.payment_key, back.amount)
    second = next(answer for answer in SANDBOX.find(payment.order) if answer.payment_key != back.payment_key)
    with tx.durable():
        actions.record_capture(BY, replace(captured, answer=second))
    with tx.durable():
        actions.record_capture(by, captured)
    actions.converge_payments(BY)
    actions.settle_refunds(BY)
    assert sum(answer.balance for answer in SANDBOX.find(payment.order)) == 10_000
    assert held("provider:sandbox") == -10_000


def test_a_forged_webhook_changes_nothing() -> None:
    payment = begun(a_payer())
    with pytest.raises(WebhookForged), tx.durable():
        actions.receive_webhook(BY, "sandbox", b'{"orderId":"x"}', {"sandbox-signature": "0" * 64})
    assert queries.payments_due(clock.now()) == {}
    assert queries.payment(payment.id).state is PaymentState.CREATED


def test_a_silent_provider_is_asked_less_and_less_often(travel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    by = a_payer()
    payment = begun(by)
    back = returned(payment, Scenario.LATE)
    with pytest.raises(ProviderSilent):
        actions.confirm_payment(by, back.order, back.payment_key, back.amount)

    def silent(order: str) -> tuple[ProviderAnswer, ...]:
        raise ProviderSilent(retry_seconds=1)

    monkeypatch.setattr(SANDBOX, "find", silent)
    asked = 0
    for _ in range(60):
        travel.shift(timedelta(seconds=10))
        asked += actions.converge_payments(BY).silent
    assert 5 <= asked <= 8
    monkeypatch.undo()
    travel.shift(timedelta(hours=1))
    assert actions.converge_payments(BY).captured == 1


def spent(payer: Any, box: Any, amount: int, posting: Any) -> SpentReceipt:
    token = sign_receipt(ids.new(), box, payer.person, amount)
    return SpentReceipt(
        receipt=verify_receipt(token),
        purpose=Purpose("test.gift", ids.new()),
        at=clock.now(),
        account=box if posting else None,
        posting=posting,
    )


def test_payments_of_a_hot_path_are_adopted_and_can_be_refunded() -> None:
    by, box = a_payer(), a_box()
    booked = paid(by, box)  # stands for the hot path's own posting
    one = spent(by, box, 5_000, booked.posting)
    unused = spent(by, box, 7_000, None)
    for _ in range(2):
        with tx.durable():
            actions.adopt_receipts(BY, (one, unused))
    assert queries.payment(one.receipt.payment).account == box
    assert waiting() == 7_000
    with tx.durable():
        actions.refund_payment(BY, unused.receipt.payment, 3_000, ids.new(), "not used")
    assert actions.settle_refunds(BY) == 1
    assert waiting() == 4_000
    found = SANDBOX.find(queries.payment(unused.receipt.payment).order)
    assert [answer.balance for answer in found] == [4_000]


def test_reconciliation_names_differences_in_both_directions() -> None:
    by = a_payer()
    same, ours, theirs, refunded = (paid(by) for _ in range(4))
    begin, end = START, START + timedelta(hours=1)
    assert actions.reconcile(BY, "sandbox", begin, end) == ()
    PaymentRow.objects.filter(id=ours.id).update(payment_key="sb_invented")
    PaymentRow.objects.filter(id=theirs.id).update(
        state=PaymentState.CONFIRMING, captured_at=None, account=None, posting=None
    )
    SANDBOX.cancel(refunded.payment_key, "at the counter", 1_000, "")
    found = actions.reconcile(BY, "sandbox", begin, end)
    assert [(each.kind, each.payment_key) for each in found] == sorted(
        [
            (DifferenceKind.ONLY_OURS, "sb_invented"),
            (DifferenceKind.ONLY_THEIRS, ours.payment_key),
            (DifferenceKind.ONLY_THEIRS, theirs.payment_key),
            (DifferenceKind.REFUNDED, refunded.payment_key),
        ],
        key=lambda pair: (pair[0], next(each.order for each in found if each.payment_key == pair[1])),
    )
    assert same.payment_key not in {each.payment_key for each in found}
    with tx.durable():
        assert actions.look_into(BY, found) == 3
    with pytest.raises(NotAllowed):
        actions.reconcile(NOBODY, "sandbox", begin, end)


def test_a_receipt_names_its_payment() -> None:
    token = sign_receipt(ids.new(), ids.new(), ids.new(), 100)
    assert isinstance(verify_receipt(token), CaptureReceipt)
    assert SANDBOX.acknowledge(token) == SANDBOX.acknowledge(token)
    assert PaymentId(verify_receipt(token).payment)
    assert Allotment(account=ids.new(), transfer=ids.new()).kind == "gift"
