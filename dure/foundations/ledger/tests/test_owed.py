"""What a provider refused to give back: owed until two stewards paid it at the bank, or the provider took it after all."""

from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from dure.base import ids
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.ledger import actions, commands, queries, tasks
from dure.foundations.ledger.models import Refund as RefundRow
from dure.foundations.ledger.models import SandboxPayment
from dure.foundations.ledger.rules import owed as rules
from dure.foundations.ledger.types import (
    NotOwed,
    OwedWant,
    Payment,
    ProviderState,
    RefundAccount,
    RefundAsked,
    RefundExceeds,
    RefundId,
    RefundReferenceKnown,
    RefundRefused,
    RefundState,
    SecondPersonNeeded,
)
from dure.foundations.people.tests import making
from dure.foundations.people.types import Actor, ConflictOfInterest
from dure.kit import tx
from dure.kit.testing import Meet, race
from dure.kit.verify import silent

from .paying import BY, a_box, a_payer, paid
from .test_payments import held
from .test_refunds import give_back

ACCOUNT = RefundAccount(bank="12", number="35112345678", holder="홍길동")
WHY = "받는 계좌가 해지되어 은행이 돌려보냄"


def refused(amount: int = 4_000, payer: Actor | None = None) -> tuple[Payment, RefundId]:
    """A payment of 10,000 won and a refund of it that the provider will not make."""
    payment = paid(payer or a_payer(), a_box())
    SandboxPayment.objects.filter(payment_key=payment.payment_key).update(state=ProviderState.EXPIRED)
    return payment, actions.settle_refund(BY, give_back(payment, amount).id).id


def provider_relents(payment: Payment) -> None:
    SandboxPayment.objects.filter(payment_key=payment.payment_key).update(state=ProviderState.CAPTURED)


def found() -> set[str]:
    return {finding.check for check in commands.verify_checks() for finding in check.run(silent)}


def key() -> str:
    return ids.new().hex


@given(st.sampled_from(RefundState), st.lists(st.sampled_from(OwedWant), max_size=8))
def test_only_what_two_people_did_ends_as_paid(state: RefundState, wants: list[OwedWant]) -> None:
    """Whatever is asked in whatever order: paid is reached from entered only, and what is paid or asked is not entered anew."""
    for want in wants:
        before = state
        try:
            state = rules.follow(state, want)
        except NotOwed:
            continue
        assert (state is RefundState.PAID) == (want is OwedWant.CONFIRM and before is RefundState.ENTERED)
        assert want is not OwedWant.ENTER or before is RefundState.REFUSED


@pytest.mark.django_db
def test_two_stewards_pay_it_at_the_bank() -> None:
    payment, refund = refused()
    one, two = making.steward("김운영"), making.steward("이운영")
    assert (queries.won_owed(), queries.owed_waiting(), held("payments:owed")) == (4_000, 1, 4_000)
    actions.enter_owed(one, refund, "  KB  77-1 ", key=key())
    assert (held("payments:owed"), queries.won_owed()) == (4_000, 4_000), "nothing is booked on one person's word"
    with pytest.raises(SecondPersonNeeded):
        actions.confirm_owed(one, refund, key=key())
    again = key()
    actions.confirm_owed(two, refund, key=again)
    assert actions.confirm_owed(two, refund, key=again) == refund, "the same once more"
    assert (held("payments:owed"), held("bank:platform"), held("provider:sandbox")) == (0, 4_000, -10_000)
    assert (queries.won_owed(), queries.owed_waiting(), queries.owed_refunds(two)) == (0, 0, ())
    entry = queries.owed_refunds(two, paid=True)[0]
    assert (entry.state, entry.reference, [step.want.value for step in entry.steps]) == (
        RefundState.PAID,
        "KB 77-1",
        ["enter", "confirm"],
    )
    assert found() == set()
    assert queries.payment(payment.id).refundable == 6_000


@pytest.mark.django_db
def test_what_the_bank_sent_back_is_owed_again_and_the_payer_is_asked_anew() -> None:
    payer = a_payer()
    payment, refund = refused(payer=payer)
    one, two = making.steward(), making.steward()
    with tx.durable():
        actions.say_refund_account(payer, payment.id, ACCOUNT)
    assert queries.owed_refund(one, refund).account == ACCOUNT
    actions.enter_owed(one, refund, "KB-1", key=key())
    actions.confirm_owed(two, refund, key=key())
    actions.take_owed_back(one, refund, WHY, key=key())
    assert (held("payments:owed"), held("bank:platform")) == (4_000, 0)
    assert queries.owed_refund(one, refund).account is None
    assert [each.id for each in queries.refunds_without_account(making.id_of(payer))] == [payment.id]
    actions.enter_owed(two, refund, "KB-1", key=key())  # the number is free again
    actions.confirm_owed(one, refund, key=key())
    assert (held("payments:owed"), held("bank:platform"), found()) == (0, 4_000, set())


@pytest.mark.django_db
def test_what_was_entered_by_mistake_is_taken_back() -> None:
    _, refund = refused()
    steward = making.steward()
    actions.enter_owed(steward, refund, "KB-1", key=key())
    actions.take_owed_back(steward, refund, "잘못 적음", key=key())
    assert (queries.owed_refund(steward, refund).state, held("payments:owed")) == (RefundState.REFUSED, 4_000)
    with pytest.raises(NotOwed):
        actions.confirm_owed(making.steward(), refund, key=key())


@pytest.mark.django_db
def test_the_provider_is_asked_once_more_and_takes_it_after_all() -> None:
    payment, refund = refused()
    steward = making.steward()
    actions.retry_owed(steward, refund, key=key())
    assert (held("payments:owed"), held("provider:sandbox")) == (0, -6_000)
    assert actions.settle_refund(BY, refund).state is RefundState.REFUSED
    assert (held("payments:owed"), queries.owed_refund(steward, refund).failure) == (4_000, "nothing_taken")
    provider_relents(payment)
    actions.retry_owed(steward, refund, key=key())
    assert actions.settle_refunds(BY) == 1
    known = queries.refund(refund)
    assert known is not None
    assert (known.state, held("payments:owed"), held("provider:sandbox")) == (RefundState.SETTLED, 0, -6_000)
    assert [step.want for step in queries.owed_refund(steward, refund).steps] == [OwedWant.RETRY, OwedWant.RETRY]
    assert found() == set()


@pytest.mark.django_db
def test_what_is_owed_cannot_be_asked_for_a_second_time() -> None:
    """Else a payer would get 14,000 of 10,000 won back: 4,000 at the bank, and all of it by the provider."""
    payment, _ = refused()
    with pytest.raises(RefundExceeds) as refusal:
        give_back(payment, 10_000)
    assert refusal.value.left == 6_000


@pytest.mark.django_db
def test_stewards_only_and_each_in_its_turn() -> None:
    payer = a_payer()
    _, refund = refused(payer=payer)
    for nobody in (payer, making.auditor(), BY):
        with pytest.raises(NotAllowed):
            actions.enter_owed(nobody, refund, "KB-1", key=key())
        with pytest.raises(NotAllowed):
            actions.retry_owed(nobody, refund, key=key())
    with pytest.raises(NotAllowed):
        queries.owed_refunds(payer)
    steward = making.steward()
    for reference in ("", "x", "x" * 101):
        with pytest.raises(BadValue):
            actions.enter_owed(steward, refund, reference, key=key())
    with pytest.raises(NotFound):
        actions.enter_owed(steward, ids.new(), "KB-1", key=key())
    with pytest.raises(NotOwed):
        actions.confirm_owed(steward, refund, key=key())
    with pytest.raises(NotFound):
        queries.owed_refund(steward, give_back(paid(a_payer(), a_box("box:other")), 1).id)


@pytest.mark.django_db
def test_a_steward_does_not_pay_themself() -> None:
    steward, other = making.steward(), making.steward()
    _, refund = refused(payer=steward)
    with pytest.raises(ConflictOfInterest):
        actions.enter_owed(steward, refund, "KB-1", key=key())
    actions.enter_owed(other, refund, "KB-1", key=key())
    with pytest.raises(ConflictOfInterest):
        actions.confirm_owed(steward, refund, key=key())


@pytest.mark.django_db
def test_nobody_leaves_while_money_is_owed_to_them() -> None:
    payer = a_payer()
    _, refund = refused(payer=payer)
    one, two, me = making.steward(), making.steward(), making.id_of(payer)

    def objected() -> list[str]:
        return [each.code for each in queries.closing_objections(me)]

    assert objected() == ["refund_under_way"]
    actions.enter_owed(one, refund, "KB-1", key=key())
    assert objected() == ["refund_under_way"]
    actions.confirm_owed(two, refund, key=key())
    assert objected() == []


@pytest.mark.django_db
def test_the_payer_is_asked_by_letter_once_the_provider_has_refused() -> None:
    payer = a_payer()
    payment, refund = refused(payer=payer)
    plain = give_back(paid(a_payer(), a_box("box:other")), 1_000)
    told: list[tuple[RefundAsked | RefundRefused, UUID]] = [
        (RefundRefused(refund, payment.id, "test.gift", refund, 4_000, "nothing_taken", payment.created_at), ids.new()),
        (RefundAsked(plain.id, plain.payment, "test.gift", plain.id, 1_000, payment.created_at), ids.new()),
    ]
    tasks.write_refund_accounts(told)
    (letter,) = mail.outbox
    assert "겨울 난방" in letter.subject
    for words in ("4,000원", "결제사가 이 돈을 돌려주지 못했습니다", f"/pay/transfers/{payment.id}/"):
        assert words in letter.body, words
    with tx.durable():
        actions.say_refund_account(payer, payment.id, ACCOUNT)
    tasks.write_refund_accounts(told)
    assert len(mail.outbox) == 1, "an account is named: nothing is asked"


@pytest.mark.django_db
def test_a_line_of_the_bank_pays_one_refund() -> None:
    (_, first), (_, second) = refused(), refused()
    steward = making.steward()
    actions.enter_owed(steward, first, "KB-1", key=key())
    with pytest.raises(RefundReferenceKnown):
        actions.enter_owed(steward, second, "KB-1", key=key())


@pytest.mark.django_db
def test_verify_finds_won_that_went_astray() -> None:
    _, refund = refused()
    one, two = making.steward(), making.steward()
    RefundRow.objects.filter(id=refund).update(state=RefundState.SETTLED)
    assert "ledger.owed" in found()
    RefundRow.objects.filter(id=refund).update(state=RefundState.REFUSED)
    assert found() == set()
    actions.enter_owed(one, refund, "KB-1", key=key())
    actions.confirm_owed(two, refund, key=key())
    RefundRow.objects.filter(id=refund).update(entered_by=two.person)
    assert found() == {"ledger.owed"}, "one person did both"
    RefundRow.objects.filter(id=refund).update(entered_by=one.person, paid_by=ids.new())
    assert found() == {"ledger.owed"}, "paid, but not in the book"


def enter_at_once(refund: RefundId, **rest: Any) -> tuple[str, ...]:
    stewards = {name: making.steward(name) for name in ("김운영", "이운영")}

    def of(name: str) -> Any:
        def enter(meet: Meet) -> str:
            with transaction.atomic(), tx.hosted():
                actions.enter_owed(stewards[name], refund, f"KB {name}", key=key())
                meet()
            return "entered"

        return enter

    return race(of("김운영"), of("이운영"), **rest).names


@pytest.mark.django_db(transaction=True)
def test_two_stewards_who_enter_it_at_once_enter_it_once() -> None:
    assert enter_at_once(refused()[1]) == ("NotOwed", "entered")


@pytest.mark.django_db(transaction=True)
def test_the_race_is_real_without_the_lock() -> None:
    assert enter_at_once(refused()[1], locked=False) == ("entered", "entered")
