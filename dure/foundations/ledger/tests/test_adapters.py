"""The adapters against the twins: whatever goes wrong, our books come to say what the provider's say, to the won."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import mail

from dure.base import clock, ids
from dure.base.refusals import Refusal
from dure.foundations.ledger import actions, providers, queries, tasks
from dure.foundations.ledger.models import Checkout
from dure.foundations.ledger.twins import TossTwin
from dure.foundations.ledger.types import (
    AmountDiffers,
    AwaitsDeposit,
    CardRefused,
    LimitExceeded,
    NotReturned,
    Payment,
    PaymentState,
    ProviderSilent,
    RefundAccount,
    RefundAsked,
    RefundId,
    RefundState,
    Returned,
    TurnedBack,
    WebhookForged,
)
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.kit.testing import Meet, race
from dure.kit.twins import Fault, FaultRule

from . import twinning
from .adapting import Twin, begun, confirmed, decided, ours, paid, refunded, settle, theirs
from .paying import BY, a_box, a_payer
from .test_payments import held, waiting

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 1, 9, 0, tzinfo=clock.SEOUL)
BOTH = ("toss", "kakaopay")


def state_of(refund: UUID) -> RefundState:
    """How a refund stands that was asked for before."""
    found = queries.refund(refund)
    assert found is not None
    return found.state


@pytest.fixture(autouse=True)
def travel() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


@pytest.mark.parametrize("name", BOTH)
def test_a_gift_is_taken_once_and_whole_free_of_tax(twins: dict[str, Twin], name: str) -> None:
    payment = paid(twins, name)
    assert (payment.state, payment.tax_free) == (PaymentState.CAPTURED, 10_000)
    assert (theirs(twins[name]), ours(name)) == ((10_000, 0), 10_000)
    assert next(iter(twins[name].book.payments.values())).tax_free == 10_000


@pytest.mark.parametrize("name", BOTH)
def test_who_turns_back_pays_nothing(twins: dict[str, Twin], name: str) -> None:
    by = a_payer()
    payment = begun(by, name)
    back = actions.come_back(by, decided(by, twins[name], payment, "back"))
    assert isinstance(back, NotReturned)
    assert theirs(twins[name]) == (0, 0)


def test_another_sum_in_the_address_takes_nothing(twins: dict[str, Twin]) -> None:
    by = a_payer()
    query = decided(by, twins["toss"], begun(by, "toss")) | {"amount": "1"}
    with pytest.raises(AmountDiffers):
        confirmed(by, query, a_box())
    assert theirs(twins["toss"]) == (0, 0)


def test_the_order_of_another_payment_takes_nothing(twins: dict[str, Twin]) -> None:
    by = a_payer()
    query, other = decided(by, twins["toss"], begun(by, "toss")), begun(by, "toss")
    with pytest.raises(Refusal):
        confirmed(by, query | {"orderId": other.order}, a_box())
    assert theirs(twins["toss"]) == (0, 0)


@pytest.mark.parametrize(
    ("name", "choice", "refusal"),
    [
        ("toss", "REJECT_CARD_COMPANY", CardRefused),
        ("toss", "EXCEED_MAX_AMOUNT", LimitExceeded),
        ("kakaopay", "USER_LOCKED", Refusal),
    ],
)
def test_declines_have_names(twins: dict[str, Twin], name: str, choice: str, refusal: type[Refusal]) -> None:
    by = a_payer()
    payment = begun(by, name)
    with pytest.raises(refusal):
        confirmed(by, decided(by, twins[name], payment, choice), a_box())
    assert queries.payment(payment.id).state is PaymentState.DECLINED


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("fault", [Fault.LOST, Fault.SILENT, Fault.ERROR])
def test_a_lost_answer_is_found_out(twins: dict[str, Twin], travel: Any, name: str, fault: Fault) -> None:
    by, box = a_payer(), a_box()
    payment = begun(by, name)
    query = decided(by, twins[name], payment)
    twins[name].faults.add(FaultRule(fault, "confirm"))
    with pytest.raises(ProviderSilent):
        confirmed(by, query, box)
    travel.shift(timedelta(seconds=6))
    assert actions.converge_payments(BY).captured == 1
    assert (theirs(twins[name])[0], ours(name), waiting()) == (10_000, 10_000, 10_000)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("fault", [Fault.LOST, Fault.SILENT, Fault.ERROR])
def test_two_equal_refunds_both_pay_and_none_twice(
    twins: dict[str, Twin], travel: Any, name: str, fault: Fault
) -> None:
    payment = paid(twins, name)
    both = [refunded(payment, 3_000), refunded(payment, 3_000)]
    twins[name].faults.add(FaultRule(fault, "cancel"))
    settle(travel, 4)
    assert [state_of(each) for each in both] == [RefundState.SETTLED] * 2
    assert theirs(twins[name]) == (10_000, 6_000)
    assert {deed.id for deed in providers.provider(name).find(payment.order)[0].cancels} == {str(each) for each in both}


def test_the_second_between_two_cancels_is_waited_for(twins: dict[str, Twin], travel: Any) -> None:
    payment = paid(twins, "toss")
    both = [refunded(payment, 3_000), refunded(payment, 3_000)]
    assert actions.settle_refunds(BY) == 1  # the clock stands still: the other comes within the same second
    travel.shift(timedelta(seconds=6))
    assert actions.settle_refunds(BY) == 1
    assert [state_of(each) for each in both] == [RefundState.SETTLED] * 2


def test_what_somebody_cancelled_at_the_provider_is_never_given_back_twice(
    twins: dict[str, Twin], travel: Any, settings: Any
) -> None:
    payment = paid(twins, "toss")
    with twinning.toss_line(settings.DURE.toss_url) as line:  # in the provider's own console
        line.post(f"/v1/payments/{payment.payment_key}/cancel", json={"cancelReason": "by hand", "cancelAmount": 8_000})
    refund = refunded(payment, 10_000)
    travel.shift(timedelta(seconds=6))
    actions.settle_refunds(BY)
    assert state_of(refund) is RefundState.REFUSED
    assert theirs(twins["toss"]) == (10_000, 8_000)


def waits(twins: dict[str, Twin]) -> tuple[Actor, Payment, str]:
    """A payer who was given an account to transfer to."""
    by = a_payer()
    payment = begun(by, "toss-account")
    with pytest.raises(AwaitsDeposit):
        confirmed(by, decided(by, twins["toss"], payment), a_box())
    return by, queries.payment(payment.id), queries.payment(payment.id).payment_key


def tell(twin: Twin, payment: Any, secret: str) -> None:
    body = f'{{"createdAt":"x","secret":"{secret}","status":"DONE","transactionKey":"t","orderId":"{payment.order}"}}'
    with tx.durable():
        actions.receive_webhook(BY, "toss", body.encode(), {})


def test_a_transfer_is_waited_for_shown_and_taken_when_it_comes(twins: dict[str, Twin], travel: Any) -> None:
    _, payment, key = waits(twins)
    account, theirs_ = queries.deposit_account(payment.id), twins["toss"].book.payments[key]
    assert payment.state is PaymentState.AWAITING
    assert account
    assert (account.number, account.due, payment.expires_at) == (
        theirs_.deposit.number,
        theirs_.deposit.due,
        theirs_.deposit.due,
    )
    assert bytes(Checkout.objects.get(order=payment.order).sealed or b"").find(account.number.encode()) == -1
    with pytest.raises(WebhookForged):
        tell(twins["toss"], payment, "guessed")
    twins["toss"].deposit(key)
    tell(twins["toss"], payment, theirs_.secret)
    tell(twins["toss"], payment, theirs_.secret)  # delivered twice
    assert actions.converge_payments(BY).captured == 1
    assert (ours("toss-account"), waiting()) == (10_000, 10_000)
    assert queries.deposit_account(payment.id) is None


def test_a_transfer_whose_webhooks_are_all_lost_is_found_by_asking(twins: dict[str, Twin], travel: Any) -> None:
    _, _, key = waits(twins)
    twins["toss"].deposit(key)
    travel.shift(timedelta(hours=1))
    assert actions.converge_payments(BY).captured == 1


def test_an_account_nobody_paid_into_expires_and_was_never_taken(twins: dict[str, Twin], travel: Any) -> None:
    _, payment, _ = waits(twins)
    travel.shift(timedelta(days=8))
    actions.converge_payments(BY)
    assert queries.payment(payment.id).state is PaymentState.EXPIRED
    assert ours("toss-account") == 0


def test_a_transfer_goes_back_to_the_account_the_payer_says(twins: dict[str, Twin], travel: Any) -> None:
    by, payment, key = waits(twins)
    twins["toss"].deposit(key)
    travel.shift(timedelta(hours=1))
    actions.converge_payments(BY)
    refund = refunded(payment, 10_000)
    actions.settle_refunds(BY)
    assert queries.refund_account_needed(payment.id)
    with tx.durable():
        actions.say_refund_account(by, payment.id, RefundAccount(bank="20", number="1002123456789", holder="홍길동"))
    assert not queries.refund_account_needed(payment.id)
    actions.settle_refunds(BY)
    assert state_of(refund) is RefundState.SETTLED
    assert twins["toss"].book.payments[key].cancels[0].account == {
        "bank": "20",
        "accountNumber": "1002123456789",
        "holderName": "홍길동",
    }


def test_a_transfer_of_somebody_who_left_is_owed_and_holds_up_no_letter(twins: dict[str, Twin], travel: Any) -> None:
    _, payment, key = waits(twins)
    twins["toss"].deposit(key)
    travel.shift(timedelta(hours=1))
    actions.converge_payments(BY)
    assert payment.payer is not None
    gone = {"name": "", "email": "gone@closed.invalid", "closed_at": clock.now(), "is_active": False}
    get_user_model().objects.filter(pk=payment.payer).update(**gone)
    refund = refunded(payment, 10_000)
    news = RefundAsked(RefundId(refund), payment.id, "test.gift", refund, 10_000, clock.now())
    tasks.write_refund_accounts([(news, ids.new())])
    assert mail.outbox == []
    actions.settle_refunds(BY)
    assert state_of(refund) is RefundState.REFUSED
    assert held("payments:owed") == 10_000


@pytest.mark.parametrize("name", [*BOTH, "toss-account"])
@pytest.mark.parametrize("seed", range(5))
def test_after_any_faults_our_books_are_the_provider_s(
    twins: dict[str, Twin], travel: Any, name: str, seed: int
) -> None:
    """Random payers, faults, reloads and refunds; then quiet, and the books are compared with the twin's."""
    chance, twin, box = Random(f"{name}{seed}"), twins[name], a_box()  # noqa: S311 - the same faults every time
    going: list[tuple[Actor, Payment, dict[str, str]]] = []
    for _ in range(24):
        what = chance.choice(("begin", "begin", "confirm", "confirm", "refund", "work", "fault", "deposit"))
        travel.shift(timedelta(seconds=chance.choice((0, 1, 7, 300))))
        with suppress(Refusal):
            _step(what, chance, twin, name, box, going)
    twin.faults.clear()
    if name == "toss-account":
        for by, payment, _ in going:
            with tx.durable():
                actions.say_refund_account(
                    by, payment.id, RefundAccount(bank="20", number="1002123456789", holder="홍")
                )
    settle(travel)
    taken, returned = theirs(twin)
    captured = [queries.payment(payment.id) for _, payment, _ in going]
    assert taken == sum(payment.amount for payment in captured if payment.captured)
    assert returned == sum(payment.refunded for payment in captured)
    assert ours(name) == taken - returned
    assert not [each for each in captured if each.state in (PaymentState.CONFIRMING, PaymentState.AUTHORISED)]
    window = (START - timedelta(days=1), clock.now() + timedelta(days=1))
    assert actions.reconcile(BY, name, *window) == ()


def _step(what: str, chance: Random, twin: Twin, name: str, box: UUID, going: list[Any]) -> None:
    if what == "fault":
        fault = chance.choice((Fault.LOST, Fault.SILENT, Fault.ERROR))
        twin.faults.add(FaultRule(fault, chance.choice(("confirm", "cancel", "find", "create")), chance.randint(1, 2)))
    elif what == "begin":
        by = a_payer()
        payment = begun(by, name, chance.choice((1_000, 10_000)))
        going.append((by, payment, {}))
        choice = chance.choice(("approve", "approve", "approve", "back", "REJECT_CARD_COMPANY"))
        going[-1] = (by, payment, decided(by, twin, payment, choice))
    elif what == "deposit" and isinstance(twin, TossTwin):
        for waits in twin.book.payments.values():
            if waits.status == "WAITING_FOR_DEPOSIT" and chance.random() < 0.7:
                twin.deposit(waits.key)
    elif what == "work":
        actions.converge_payments(BY)
        actions.settle_refunds(BY)
    elif going:
        by, payment, query = chance.choice(going)
        if what == "refund":
            refunded(payment, chance.choice((500, 1_000)))
        elif query and isinstance(actions.come_back(by, query), Returned):
            confirmed(by, query, box)


def test_turned_back_has_a_name(twins: dict[str, Twin]) -> None:
    by = a_payer()
    payment = begun(by, "toss")
    back = actions.come_back(by, decided(by, twins["toss"], payment, "back"))
    with tx.durable():
        actions.abandon_payment(by, back.order)
    with pytest.raises(TurnedBack):
        actions.confirm_payment(by, back.order, "any", payment.amount)


def test_webhooks_twice_and_in_the_wrong_order_change_nothing(twins: dict[str, Twin], travel: Any) -> None:
    """All that Toss told of a payment and its refunds, backwards and twice: the books stay what the provider's are."""
    postbox = twinning.Postbox()
    twins["toss"].webhooks._post = postbox
    payment = paid(twins, "toss")
    for _ in range(2):
        refunded(payment, 2_000)
        travel.shift(timedelta(seconds=6))
        actions.settle_refunds(BY)
    twins["toss"].clock.advance(1)
    twins["toss"].webhooks.deliver_due()
    assert len(postbox.letters) >= 3
    for letter in [*reversed(postbox.letters), *postbox.letters]:
        with tx.durable():
            actions.receive_webhook(BY, "toss", letter.body, dict(letter.headers))
        actions.converge_payments(BY)
    after = queries.payment(payment.id)
    assert (after.state, after.refunded, ours("toss")) == (PaymentState.PARTIALLY_REFUNDED, 4_000, 6_000)
    assert theirs(twins["toss"]) == (10_000, 4_000)


NO_WEBHOOKS = [
    b"",
    b"[]",
    b"{}",
    b'{"data": 3}',
    b"\xff",
    b'{"data": {"orderId": 4}}',
    b'{"data": {"orderId": "dure-\\u0000"}}',
    b'{"data": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
]


@pytest.mark.parametrize("body", NO_WEBHOOKS, ids=range(len(NO_WEBHOOKS)))
def test_what_is_no_webhook_is_refused(twins: dict[str, Twin], body: bytes) -> None:
    with pytest.raises(WebhookForged), tx.durable():
        actions.receive_webhook(BY, "toss", body, {})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", BOTH)
def test_two_workers_give_a_refund_back_once(twins: dict[str, Twin], name: str) -> None:
    payment = paid(twins, name)
    refund = refunded(payment, 4_000)

    def settle_it(meet: Meet) -> str:
        with suppress(ProviderSilent):  # the other one was just before: it is asked again later
            actions.settle_refund(BY, RefundId(refund))
        return "asked"

    assert race(settle_it, settle_it).names == ("asked", "asked")
    actions.settle_refund(BY, RefundId(refund))
    assert theirs(twins[name]) == (10_000, 4_000)
    assert state_of(refund) is RefundState.SETTLED
