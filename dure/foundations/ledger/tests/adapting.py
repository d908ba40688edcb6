"""A payment by the adapters from the first click to the last refund, and what the books of both sides then say."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from dure.base import ids
from dure.base.refusals import Refusal
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.actions.payment_moves import provider_account
from dure.foundations.ledger.twins import TossTwin
from dure.foundations.ledger.types import Payment, PaymentAsk, Purpose, Returned
from dure.foundations.people.types import Actor
from dure.kit import tx

from .paying import BY, a_box, a_payer, gift_to

type Twin = Any  # TossTwin or KakaoPayTwin, whose payments look different


def begun(by: Actor, provider: str, amount: int = 10_000) -> Payment:
    purpose = Purpose("test.gift", ids.new())
    ask = PaymentAsk(purpose=purpose, amount=amount, title="겨울 난방", return_to="/giving/paid", provider=provider)
    with tx.durable():
        return actions.begin_payment(by, ask, key=ids.new().hex)


def decided(by: Actor, twin: Twin, payment: Payment, choice: str = "approve") -> dict[str, str]:
    """The payer went to the provider and decided; what the address brings back."""
    address = actions.start_checkout(by, payment.id)
    key = urlsplit(address).path.split("/")[-2 if address.endswith("/checkout") else -1]
    back = urlsplit(twin.decide(key, choice))
    assert f"{back.scheme}://{back.netloc}{back.path}" == "http://localhost:8000/giving/paid"
    return dict(parse_qsl(back.query))


def confirmed(by: Actor, query: dict[str, str], box: UUID) -> Payment:
    back = actions.come_back(by, query)
    assert isinstance(back, Returned)
    captured = actions.confirm_payment(by, back.order, back.payment_key, back.amount)
    payment = queries.payment(captured.payment)
    with tx.durable():
        return actions.record_capture(by, captured, gift_to(box, payment))


def paid(twins: dict[str, Twin], provider: str, amount: int = 10_000) -> Payment:
    by, box = a_payer(), a_box()
    payment = begun(by, provider, amount)
    return confirmed(by, decided(by, twins[provider], payment), box)


def refunded(payment: Payment, amount: int) -> UUID:
    refund = ids.new()
    with tx.durable():
        actions.refund_payment(BY, payment.id, amount, refund, "마음이 바뀜")
    return refund


def settle(travel: Any, rounds: int = 14) -> None:
    """Let the worker do its rounds, hours apart, until nothing is due."""
    for _ in range(rounds):
        actions.converge_payments(BY)
        actions.settle_refunds(BY)
        travel.shift(timedelta(minutes=61))


def theirs(twin: Twin) -> tuple[int, int]:
    """What the provider took and what it gave back, by its own books."""
    taken = [one for one in twin.book.payments.values() if one.approved_at]
    left = sum(one.balance if isinstance(twin, TossTwin) else one.left for one in taken)
    total = sum(one.amount for one in taken)
    return total, total - left


def ours(provider: str) -> int:
    """What the book says the provider owes us."""
    try:
        balance = queries.balance(provider_account(provider).id)
    except Refusal:
        return 0
    return -balance.held
