"""What goes back never exceeds what came; every refund has one effect, whatever is repeated or races."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.base import ids
from dure.base.refusals import NotAllowed, NotFound, Refusal
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.models import SandboxPayment
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.types import (
    Payment,
    PaymentNotCaptured,
    PaymentState,
    ProviderState,
    Refund,
    RefundDiffers,
    RefundExceeds,
    RefundState,
    TransferId,
)
from dure.kit import tx
from dure.kit.testing import Meet, race

from .paying import BY, a_box, a_payer, begun, gift_to, paid
from .test_payments import held, told

pytestmark = pytest.mark.django_db


def give_back(payment: Payment, amount: int, refund: UUID | None = None) -> Refund:
    with tx.durable():
        return actions.refund_payment(BY, payment.id, amount, refund or ids.new(), "asked by the payer")


def theirs(payment: Payment) -> int:
    return SANDBOX.find(payment.order)[0].balance


def test_two_equal_parts_with_two_ids_both_pay() -> None:
    box = a_box()
    payment = paid(a_payer(), box)
    one, two = give_back(payment, 3_000), give_back(payment, 3_000)
    assert one.id != two.id
    after = queries.payment(payment.id)
    assert (after.state, after.refunded) == (PaymentState.PARTIALLY_REFUNDED, 6_000)
    assert (queries.balance(box).held, held("provider:sandbox")) == (4_000, -4_000)
    assert theirs(payment) == 10_000  # the books owe it; the provider is told next
    assert actions.settle_refunds(BY) == 2
    assert theirs(payment) == 4_000
    assert {refund.state for refund in queries.refunds_of(payment.id)} == {RefundState.SETTLED}
    assert len(told("RefundSettled")) == 2


def test_what_the_provider_refused_is_not_taken_out_of_the_account_a_second_time() -> None:
    """Found by `dure simulate attack`: it is owed already, and what else lies in the account is other people's money."""
    box = a_box()
    payment = paid(a_payer(), box)
    paid(a_payer(), box)
    SandboxPayment.objects.filter(order=payment.order).update(state=ProviderState.EXPIRED)  # it knows of no money
    give_back(payment, 3_000)
    actions.settle_refunds(BY)
    after = queries.payment(payment.id)
    assert (after.refunded, after.owed, after.refundable) == (0, 3_000, 7_000)
    with pytest.raises(RefundExceeds) as refused:
        give_back(payment, 7_001)
    assert refused.value.left == 7_000
    give_back(payment, 7_000)
    assert queries.payment(payment.id).state is PaymentState.REFUNDED
    assert (queries.balance(box).held, held("payments:owed")) == (10_000, 3_000)


def test_the_same_id_twice_has_one_effect() -> None:
    box = a_box()
    payment = paid(a_payer(), box)
    one = give_back(payment, 3_000)
    assert give_back(payment, 3_000, one.id) == one
    assert actions.settle_refund(BY, one.id) == actions.settle_refund(BY, one.id)
    assert give_back(payment, 3_000, one.id).state is RefundState.SETTLED
    assert (queries.balance(box).held, theirs(payment)) == (7_000, 7_000)


def test_the_same_id_for_something_else_is_refused() -> None:
    by, box = a_payer(), a_box()
    payment, other = paid(by, box), paid(by, box)
    one = give_back(payment, 3_000)
    for wrong, amount in ((payment, 4_000), (other, 3_000)):
        with pytest.raises(RefundDiffers):
            give_back(wrong, amount, one.id)
    assert queries.balance(box).held == 17_000


def test_all_of_it_reverses_the_posting() -> None:
    box = a_box()
    payment = paid(a_payer(), box)
    refund = give_back(payment, 10_000)
    after = queries.payment(payment.id)
    assert (after.state, after.refundable) == (PaymentState.REFUNDED, 0)
    assert (queries.balance(box).held, held("provider:sandbox")) == (0, 0)
    assert payment.posting is not None
    assert queries.reversal([TransferId(payment.posting)]) == refund.id
    assert actions.settle_refund(BY, refund.id).state is RefundState.SETTLED
    assert SANDBOX.find(payment.order)[0].state is ProviderState.CANCELLED


def waited(box: UUID, amount: int = 10_000) -> Payment:
    """A payment that was taken before anybody said where it goes, and was allotted to the box later."""
    payment = paid(a_payer(), amount=amount)
    with tx.durable():
        return actions.allot_payment(BY, payment.id, gift_to(box, payment))


def test_all_of_what_waited_first_goes_back_to_the_provider() -> None:
    box = a_box()
    payment = waited(box)
    refund = give_back(payment, 10_000)
    assert (queries.balance(box).held, held(f"payment:{payment.id}"), held("provider:sandbox")) == (0, 0, 0)
    assert payment.posting is not None
    assert queries.reversal([TransferId(payment.posting)]) == refund.id
    assert queries.trace(TransferId(payment.posting)) == ()
    assert give_back(payment, 10_000, refund.id).id == refund.id
    assert actions.settle_refund(BY, refund.id).state is RefundState.SETTLED
    assert held("provider:sandbox") == 0


def test_parts_of_what_waited_first_go_back_to_the_provider() -> None:
    box = a_box()
    payment = waited(box)
    give_back(payment, 3_000)
    assert (queries.balance(box).held, held(f"payment:{payment.id}"), held("provider:sandbox")) == (7_000, 0, -7_000)
    give_back(payment, 7_000)
    assert (queries.balance(box).held, held(f"payment:{payment.id}"), held("provider:sandbox")) == (0, 0, 0)


def test_what_still_waits_goes_back_from_where_it_waits() -> None:
    payment = paid(a_payer())
    give_back(payment, 10_000)
    assert (held(f"payment:{payment.id}"), held("provider:sandbox")) == (0, 0)


def test_more_than_is_left_is_refused() -> None:
    payment = paid(a_payer(), a_box())
    give_back(payment, 6_000)
    with pytest.raises(RefundExceeds) as refused:
        give_back(payment, 4_001)
    assert refused.value.left == 4_000
    assert queries.payment(payment.id).refunded == 6_000


def test_nothing_goes_back_that_was_not_taken() -> None:
    with pytest.raises(PaymentNotCaptured):
        give_back(begun(a_payer()), 1)


def test_only_the_payer_or_the_platform_asks() -> None:
    payer = a_payer()
    payment = paid(payer, a_box())
    with pytest.raises(NotAllowed), tx.durable():
        actions.refund_payment(a_payer("임꺽정"), payment.id, 1, ids.new(), "")
    with tx.durable():
        actions.refund_payment(payer, payment.id, 1, ids.new(), "")


def test_a_refund_the_provider_refuses_stays_owed_to_the_payer() -> None:
    box = a_box()
    payment = paid(a_payer(), box)
    SandboxPayment.objects.filter(payment_key=payment.payment_key).update(state=ProviderState.EXPIRED)
    refund = actions.settle_refund(BY, give_back(payment, 3_000).id)
    assert (refund.state, refund.failure) == (RefundState.REFUSED, "nothing_taken")
    assert (queries.balance(box).held, held("provider:sandbox"), held("payments:owed")) == (7_000, -10_000, 3_000)
    assert [news["failure"] for news in told("RefundRefused")] == ["nothing_taken"]


def test_an_unknown_refund_is_not_found() -> None:
    with pytest.raises(NotFound):
        actions.settle_refund(BY, ids.new())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 9_000), max_size=6))
def test_refunded_never_exceeds_captured(db: None, amounts: list[int]) -> None:
    payment = paid(a_payer(), a_box())
    left = 10_000
    for amount in amounts:
        if amount > left:
            with pytest.raises(RefundExceeds):
                give_back(payment, amount)
        else:
            give_back(payment, amount)
            left -= amount
    actions.settle_refunds(BY)
    assert queries.payment(payment.id).refundable == theirs(payment) == left


def pay_back(payment: Payment, amount: int, meet: Meet) -> str:
    with tx.durable():
        actions.refund_payment(BY, payment.id, amount, ids.new(), "")
        meet()
    return "back"


@pytest.mark.django_db(transaction=True)
def test_two_refunds_at_once_never_exceed_the_payment() -> None:
    box = a_box()
    payment, _ = paid(a_payer(), box), paid(a_payer(), box)  # the box could pay both

    def run(meet: Meet) -> str:
        return pay_back(payment, 6_000, meet)

    assert race(run, run).names == ("RefundExceeds", "back")
    assert queries.payment(payment.id).refunded == 6_000


@pytest.mark.django_db(transaction=True)
def test_the_race_is_real_without_the_lock() -> None:
    box = a_box()
    payment, _ = paid(a_payer(), box), paid(a_payer(), box)

    def run(meet: Meet) -> str:
        return pay_back(payment, 6_000, meet)

    assert race(run, run, locked=False).names == ("back", "back")
    assert queries.payment(payment.id).refunded == 12_000


@pytest.mark.django_db(transaction=True)
def test_the_same_refund_from_two_sides_has_one_effect() -> None:
    payment, refund = paid(a_payer()), ids.new()

    def run(meet: Meet) -> str:
        try:
            with tx.durable():
                actions.refund_payment(BY, payment.id, 6_000, refund, "")
                meet()
        except Refusal as refusal:
            return refusal.code
        return "back"

    assert race(run, run).names == ("back", "back")
    assert queries.payment(payment.id).refunded == 6_000
    assert held("provider:sandbox") == -4_000
