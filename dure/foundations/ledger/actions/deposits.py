"""What a payer does besides deciding: come back from the provider, and say where a transfer goes back to."""

import re
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from dure.base import clock
from dure.base.refusals import BadValue
from dure.foundations.ledger import providers
from dure.foundations.ledger.models.checkouts import Checkout
from dure.foundations.ledger.models.payments import Payment as PaymentRow
from dure.foundations.ledger.models.payments import Refund as RefundRow
from dure.foundations.ledger.queries import payments as queries
from dure.foundations.ledger.rules import payments as rules
from dure.foundations.ledger.rules.owed import OWED
from dure.foundations.ledger.rules.reconciling import may_reconcile
from dure.foundations.ledger.types.checkouts import RefundAccount
from dure.foundations.ledger.types.payments import PaymentState, RefundState
from dure.foundations.ledger.types.providers import NotReturned, Returned
from dure.foundations.people.types import Actor
from dure.kit import tx

__all__ = ["come_back", "erase_checkouts", "say_refund_account", "ways_to_pay"]

BANK, NUMBER = re.compile(r"[0-9A-Z]{2,3}"), re.compile(r"[0-9]{6,20}")
HOLDER_LENGTH_MAX = 60
SEALED_KEPT = timedelta(days=30)


def ways_to_pay(by: Actor) -> tuple[str, ...]:
    """The providers that are switched on here, by name; real ones before the practice one."""
    return providers.names()


def come_back(by: Actor, query: Mapping[str, str]) -> Returned | NotReturned:
    """The payer is back; `query` is what the address says. Writes down what `confirm_payment` will need.

    Raises OrderUnknown, NotAllowed.
    """
    tx.demand_none()
    payment = queries.payment_by_order(query.get("orderId", ""))
    rules.may_confirm(by, payment)
    return providers.provider(payment.provider).returned(payment.order, payment.amount, query)


def say_refund_account(by: Actor, payment_id: UUID, account: RefundAccount) -> None:
    """Money that came by transfer, or that a provider refused to give back, goes to `account`. Refunds that waited for it are
    due at once.

    Raises NotFound, NotAllowed, BadValue.
    """
    tx.demand()
    payment = queries.payment(payment_id)
    rules.may_refund(by, payment)
    if not BANK.fullmatch(account.bank):
        raise BadValue(field="bank", reason="unknown")
    if not NUMBER.fullmatch(account.number):
        raise BadValue(field="number", reason="not_a_number")
    if not 0 < len(account.holder.strip()) <= HOLDER_LENGTH_MAX:
        raise BadValue(field="holder", reason="length")
    providers.remember(payment.order, payment.provider, payment.payment_key)
    providers.keep(payment.order, refund=account)
    RefundRow.objects.filter(payment_id=payment.id, state=RefundState.ASKED).update(ask_at=clock.now(), asks=0)


def erase_checkouts(by: Actor) -> int:
    """Erase tokens, secrets and accounts of payments that nobody waits for, after 30 days; answers of how many."""
    tx.demand()
    may_reconcile(by)
    busy = PaymentRow.objects.filter(state=PaymentState.AWAITING).values("order")
    owed = RefundRow.objects.filter(state__in=(RefundState.ASKED, *OWED)).values("payment__order")
    old = Checkout.objects.filter(sealed__isnull=False, changed_at__lt=clock.now() - SEALED_KEPT)
    return old.exclude(order__in=busy).exclude(order__in=owed).update(sealed=None)
