"""What the tests of payments share: a payer, a box, a payment on its way."""

from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from dure.base import ids
from dure.foundations.ledger import actions
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.types import (
    AccountId,
    Allotment,
    Limit,
    NewAccount,
    Payment,
    PaymentAsk,
    Purpose,
    Returned,
    Scenario,
    read_return,
)
from dure.foundations.people.types import Actor, PersonId, system
from dure.kit import tx

from .conftest import NOW

BY = system("test")


def a_payer(name: str = "홍길동") -> Actor:
    person = get_user_model().objects.create_user(f"{ids.new().hex}@example.org", name=name)
    return Actor(person=PersonId(person.pk), name=name, verified=True)


def a_box(code: str = "box:payments-test") -> AccountId:
    with transaction.atomic():
        return actions.open_account(BY, NewAccount(code, Limit.DEBITS_MUST_NOT_EXCEED_CREDITS), NOW).id


def begun(by: Actor, amount: int = 10_000, *, key: str = "", ref: UUID | None = None) -> Payment:
    """A payment somebody was asked to make, known to the sandbox."""
    ask = PaymentAsk(
        purpose=Purpose("test.gift", ref or ids.new()), amount=amount, title="겨울 난방", return_to="/giving/paid"
    )
    with tx.durable():
        payment = actions.begin_payment(by, ask, key=key or ids.new().hex)
    assert actions.start_checkout(by, payment.id) == f"/pay/sandbox/{payment.order}/"
    return payment


def returned(payment: Payment, scenario: Scenario = Scenario.APPROVE) -> Returned:
    """The payer chose at the sandbox; what the address brings back."""
    address = urlsplit(SANDBOX.decide(payment.order, scenario))
    assert address.path == payment.return_to
    back = read_return(dict(parse_qsl(address.query)))
    assert isinstance(back, Returned)
    return back


def gift_to(box: UUID, payment: Payment) -> Allotment:
    return Allotment(account=box, transfer=payment.purpose.ref, funder=payment.payer, ref=payment.purpose.ref)


def paid(by: Actor, box: UUID | None = None, amount: int = 10_000) -> Payment:
    """A payment from the first click to the book."""
    payment = begun(by, amount)
    back = returned(payment)
    captured = actions.confirm_payment(by, back.order, back.payment_key, back.amount)
    with tx.durable():
        return actions.record_capture(by, captured, gift_to(box, payment) if box else None)
