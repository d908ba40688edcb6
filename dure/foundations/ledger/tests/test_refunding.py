"""Many refunds at once leave what one after the other leaves, to the last row; they race and die like one."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.base import clock, ids
from dure.base.refusals import Refusal
from dure.foundations.ledger import actions, commands, queries
from dure.foundations.ledger.types import (
    AccountId,
    Limit,
    NewAccount,
    NewRefund,
    Payment,
    PaymentState,
    Refund,
    RefundState,
    TransferId,
)
from dure.kit import tx
from dure.kit.testing import Meet, Runner, dies_at, race
from dure.kit.verify import silent

from .conftest import NOW, single
from .paying import BY, a_box, a_payer, begun, gift_to, paid
from .test_payments import held
from .test_refunds import theirs

pytestmark = pytest.mark.django_db
LEFT = {
    "ledger_payment": "id",
    "ledger_refund": "id",
    "ledger_transfer": "seq",
    "ledger_account": "code",
    "ledger_balance": "account",
    "kit_news": "id",
}
OWN = {"seq", "xid", "position"}  # numbers of the log, which another run counts on
type Said = list[Refund | Refusal]


def ask(payment: UUID, amount: int, refund: UUID | None = None) -> NewRefund:
    return NewRefund(refund or ids.new(), payment, amount, " asked by the payer ")


def singly(asked: Sequence[NewRefund]) -> Said:
    """One after the other, each in a transaction of its own."""
    said: Said = []
    for each in asked:
        try:
            with tx.durable():
                said.append(actions.refund_payment(BY, each.payment, each.amount, each.id, each.reason))
        except Refusal as refusal:
            said.append(refusal)
    return said


def at_once(asked: Sequence[NewRefund]) -> Said:
    with tx.durable():
        return list(actions.refund_payments(BY, asked))


def rows(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY {LEFT[table]}")
        names = [column.name for column in cursor.description]
        hidden = OWN | ({"id"} if table == "kit_news" else set())
        return [{k: v for k, v in zip(names, row, strict=True) if k not in hidden} for row in cursor.fetchall()]


def left_by(work: Callable[[], Said], at: datetime) -> tuple[Said, dict[str, list[dict[str, Any]]]]:
    """What `work` answers at that instant, and every row that stands afterwards; then it is as if it had not run."""
    with transaction.atomic(), clock.read_from(lambda: at):
        said = work()
        found = {table: rows(table) for table in LEFT}
        transaction.set_rollback(True)
    return said, found


def waited(box: UUID) -> Payment:
    payment = paid(a_payer())
    with tx.durable():
        return actions.allot_payment(BY, payment.id, gift_to(box, payment))


def a_lot_passed_on() -> Payment:
    """A payment whose money has left the box it came to."""
    box = a_box("box:passed-on")
    with transaction.atomic():
        partner = actions.open_account(BY, NewAccount("partner:far", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS), NOW).id
    payment = paid(a_payer(), box)
    with tx.durable():
        actions.post(BY, single(AccountId(box), partner, 4_000))
    return payment


def every_kind() -> list[NewRefund]:
    """Whole and part, straight and waited, newest first, again, too much, of nothing, of what was passed on."""
    box = a_box()
    first, second, third, fourth = (paid(a_payer(), box) for _ in range(4))
    hops, waits, open_still, gone = waited(box), paid(a_payer()), begun(a_payer()), a_lot_passed_on()
    twice = ask(second.id, 2_000)
    return [
        ask(third.id, 10_000),
        ask(first.id, 10_000),
        twice,
        ask(second.id, 2_000),
        twice,
        NewRefund(twice.id, second.id, 3_000, "another sum"),
        NewRefund(twice.id, fourth.id, 2_000, "another payment"),
        ask(second.id, 6_001),
        ask(second.id, 6_000),
        ask(second.id, 1),
        ask(hops.id, 10_000),
        ask(waits.id, 10_000),
        ask(fourth.id, 4_000),
        ask(fourth.id, 6_000),
        ask(open_still.id, 1),
        ask(ids.new(), 1),
        ask(gone.id, 10_000),
        ask(gone.id, 7_000),
        ask(gone.id, 6_000),
    ]


def test_all_at_once_leaves_exactly_what_one_after_the_other_leaves() -> None:
    asked, at = every_kind(), clock.now() + timedelta(minutes=1)
    one, many = left_by(lambda: singly(asked), at), left_by(lambda: at_once(asked), at)
    assert many[0] == one[0]
    for table in LEFT:
        assert many[1][table] == one[1][table], table
    names = [type(each).__name__ for each in many[0]]
    assert names.count("Refund") == 11
    refused = {"RefundDiffers", "RefundExceeds", "PaymentNotCaptured", "NotFound", "LotDrawn", "InsufficientFunds"}
    assert set(names) - {"Refund"} == refused


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from([3_000, 4_000, 6_000, 10_000]), st.integers(0, 6)), max_size=9
    )
)
def test_whatever_is_asked_in_whatever_order(db: None, picks: list[tuple[int, int, int]]) -> None:
    box = a_box()
    payments = [paid(a_payer(), box), paid(a_payer(), box), waited(box), paid(a_payer()), begun(a_payer())]
    refunds = [ids.new() for _ in range(7)]
    asked = [ask(payments[payment].id, amount, refunds[refund]) for payment, amount, refund in picks]
    at = clock.now() + timedelta(minutes=1)
    assert left_by(lambda: at_once(asked), at) == left_by(lambda: singly(asked), at)


def test_the_books_hold_afterwards_and_the_provider_gives_it_back() -> None:
    asked = every_kind()
    said = at_once(asked)
    assert [found for check in commands.verify_checks() for found in check.run(silent)] == []
    assert queries.trace(TransferId(queries.payment(asked[1].payment).posting or ids.new())) == ()
    fresh = {each.id for each in said if isinstance(each, Refund)}
    assert actions.settle_refunds(BY) == len(fresh)
    assert {theirs(queries.payment(asked[at].payment)) for at in (0, 1, 10, 11)} == {0}


def test_nobody_asks_for_what_somebody_else_paid() -> None:
    payer, box = a_payer(), a_box()
    mine, other = paid(payer, box), paid(a_payer("임꺽정"), box)
    with tx.durable():
        said = actions.refund_payments(payer, [ask(other.id, 1), ask(mine.id, 1)])
    assert [type(each).__name__ for each in said] == ["NotAllowed", "Refund"]
    assert queries.payment(other.id).refunded == 0


def test_the_same_list_again_has_one_effect() -> None:
    asked, at = every_kind(), clock.now()
    once = left_by(lambda: at_once(asked), at)
    twice = left_by(lambda: at_once(asked) and at_once(asked), at)
    assert twice[1] == once[1]
    for first, second in zip(once[0], twice[0], strict=True):  # who was refused may hear that even less is left
        assert second == first if isinstance(first, Refund) else isinstance(second, Refusal)
    assert at_once([]) == []


def test_whoever_dies_at_any_statement_leaves_nothing_or_all() -> None:
    asked, at = every_kind(), clock.now() + timedelta(minutes=1)
    before, whole = left_by(list, at), left_by(lambda: at_once(asked), at)
    statement, left = 1, []
    with clock.read_from(lambda: at):
        while dies_at(statement, lambda: at_once(asked)):
            left.append(left_by(list, at)[1])
            statement += 1
    assert len(left) > 15, "it was to die often"
    assert all(found == before[1] for found in left[:-1])
    assert left[-1] in (before[1], whole[1]), "died at the commit"
    assert left_by(list, at)[1] == whole[1]


def test_a_thousand_take_as_many_statements_as_ten() -> None:
    box, counts = a_box(), []
    for size in (3, 30):
        payments = [paid(a_payer(), box) for _ in range(size)]
        asked = [ask(one.id, 10_000 if at % 2 else 4_000) for at, one in enumerate(payments)]
        with CaptureQueriesContext(connection) as seen:
            assert all(isinstance(each, Refund) for each in at_once(asked))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 24, counts


def test_too_many_at_once_is_a_bug() -> None:
    one = ask(ids.new(), 1)
    with pytest.raises(ValueError, match="at once"):
        at_once([one] * (actions.REFUNDS_AT_ONCE_MAX + 1))


def many(payments: Sequence[Payment], amount: int, refund: UUID | None = None) -> Runner:
    def run(meet: Meet) -> str:
        with tx.durable():
            said = actions.refund_payments(BY, [ask(one.id, amount, refund) for one in payments])
            meet()
        return "+".join("back" if isinstance(each, Refund) else type(each).__name__ for each in said)

    return run


def alone(payment: Payment, amount: int, refund: UUID | None = None) -> Runner:
    def run(meet: Meet) -> str:
        with tx.durable():
            actions.refund_payment(BY, payment.id, amount, refund or ids.new(), " asked by the payer ")
            meet()
        return "back"

    return run


def two() -> list[Payment]:
    """Two payments into one box, which could pay each of them twice."""
    box = a_box()
    return [paid(a_payer(), box) for _ in range(4)][:2]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_lists_at_once_never_exceed_the_payments(order: tuple[int, int]) -> None:
    payments = two()
    names = race(many(payments, 6_000), many([payments[at] for at in order], 6_000)).names
    assert names == ("RefundExceeds+RefundExceeds", "back+back")
    assert [queries.payment(one.id).refunded for one in payments] == [6_000, 6_000]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_lists_exceed_the_payments() -> None:
    payments = two()
    names = race(many(payments, 6_000), many(payments, 6_000), locked=False, together=True).names
    assert names == ("back+back", "back+back")
    assert [queries.payment(one.id).refunded for one in payments] == [12_000, 12_000]


@pytest.mark.django_db(transaction=True)
def test_a_list_and_one_alone_never_exceed_the_payment() -> None:
    payments = two()
    names = race(many(payments, 6_000), alone(payments[1], 6_000)).names
    assert names in (("RefundExceeds", "back+back"), ("back", "back+RefundExceeds"))
    assert [queries.payment(one.id).refunded for one in payments] == [6_000, 6_000]
    assert held("provider:sandbox") == -40_000 + 12_000


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_list_and_one_alone_exceed_the_payment() -> None:
    payments = two()
    assert race(many(payments, 6_000), alone(payments[1], 6_000), locked=False, together=True).names == (
        "back",
        "back+back",
    )
    assert queries.payment(payments[1].id).refunded == 12_000


@pytest.mark.django_db(transaction=True)
def test_the_same_refund_in_a_list_and_alone_has_one_effect() -> None:
    payment, refund = two()[0], ids.new()
    assert race(many([payment], 6_000, refund), alone(payment, 6_000, refund)).names == ("back", "back")
    found = queries.payment(payment.id)
    assert (found.refunded, found.state) == (6_000, PaymentState.PARTIALLY_REFUNDED)
    assert [one.state for one in queries.refunds_of(payment.id)] == [RefundState.ASKED]


@pytest.mark.django_db(transaction=True)
def test_one_id_used_for_two_payments_at_once_is_one_refund() -> None:
    payments, refund = two(), ids.new()
    names = race(many(payments[:1], 1_000, refund), many(payments[1:], 1_000, refund)).names
    assert names == ("Busy", "back")
    assert sorted(queries.payment(one.id).refunded for one in payments) == [0, 1_000]
    left = next(one for one in payments if not queries.payment(one.id).refunded)
    assert [type(each).__name__ for each in at_once([ask(left.id, 1_000, refund)])] == ["RefundDiffers"]
