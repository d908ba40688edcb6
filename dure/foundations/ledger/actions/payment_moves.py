"""What the payment actions share: moving a payment along its table, booking its money, telling of its end."""

from datetime import datetime
from typing import Any
from uuid import UUID

from dure.base import clock, ids
from dure.base.money import Money
from dure.foundations.ledger.models.payments import Payment as PaymentRow
from dure.foundations.ledger.queries import book as ledger
from dure.foundations.ledger.queries import payments as queries
from dure.foundations.ledger.rules import payments as rules
from dure.foundations.ledger.types.book import (
    AccountId,
    Kind,
    Limit,
    NewAccount,
    NewPosting,
    NewTransfer,
    TransferId,
)
from dure.foundations.ledger.types.payments import Payment, PaymentFailed, PaymentStep
from dure.foundations.ledger.types.providers import Allotment, ProviderAnswer
from dure.foundations.people.types import Actor
from dure.kit import outbox

from . import book

WAITING = Kind("waiting")


def provider_account(provider: str, currency: str = "KRW") -> NewAccount:
    """The account captured money comes from: what the provider owes us, less what was given back."""
    return NewAccount(f"provider:{provider}", Limit.NONE, currency)


def waiting_account(payment: Payment) -> NewAccount:
    """Where captured money waits until a service claims it: to be honoured or refunded, never lost.

    One account a payment, so that the money of one payer never stands in for another's.
    """
    return NewAccount(f"payment:{payment.id}", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS, payment.currency)


def owed_account(currency: str = "KRW") -> NewAccount:
    """Refunds a provider refused to make: still owed to their payers."""
    return NewAccount("payments:owed", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS, currency)


def from_provider(by: Actor, payment: Payment) -> AccountId:
    """The account of the payment's provider, open from now on."""
    return opened(by, provider_account(payment.provider, payment.currency))


def opened(by: Actor, account: NewAccount) -> AccountId:
    """The id of `account`, which exists from now on."""
    return book.open_account(by, account, clock.now()).id


def waiting(by: Actor, payment: Payment) -> Allotment:
    """Where money goes that nobody has claimed. The transfer's id follows from the payment, so that a retry is the same one."""
    return Allotment(
        account=opened(by, waiting_account(payment)),
        transfer=wait_id(payment),
        kind=WAITING,
        funder=payment.payer,
        ref=payment.purpose.ref,
    )


def waited(payment: Payment) -> TransferId | None:
    """The transfer that brought the payment's money in, if it ever waited."""
    transfer = wait_id(payment)
    return transfer if transfer in ledger.transfers([transfer]) else None


def lock_hops(by: Actor, payment: Payment) -> None:
    """All accounts that the money of a payment that waited went through, before any of them is moved."""
    hops = [waiting_account(payment).id, from_provider(by, payment)]
    if payment.account is not None:
        hops.append(AccountId(payment.account))
    book.lock_accounts(by, hops)


def wait_id(payment: Payment) -> TransferId:
    """The id of the transfer by which money that nobody had claimed came in, if it came so."""
    return TransferId(ids.derived(payment.id, WAITING))


def move_money(
    by: Actor, payment: Payment, debit: UUID, to: Allotment, amount: int | None = None, reason: str = ""
) -> None:
    """Book the payment's money, all of it or `amount`, from `debit` to where `to` says."""
    transfer = NewTransfer(
        id=TransferId(to.transfer),
        debit=AccountId(debit),
        credit=AccountId(to.account),
        amount=Money(payment.amount if amount is None else amount, payment.currency),
        kind=Kind(to.kind),
        funder=to.funder,
        ref=to.ref,
    )
    book.post(by, NewPosting.of(transfer, clock.now(), reason))


def move(payment: Payment, step: PaymentStep, **fields: Any) -> Payment:
    """Take `step`, and set `fields` of the row, whose lock the caller holds. Raises ValueError for a step out of table."""
    PaymentRow.objects.filter(id=payment.id).update(state=rules.next_state(payment.state, step), **fields)
    return queries.payment(payment.id)


def set_fields(payment: Payment, **fields: Any) -> None:
    """Change columns that are no part of the state, under the caller's lock."""
    PaymentRow.objects.filter(id=payment.id).update(**fields)


def asked_enough(payment: Payment, asked_at: datetime, again_at: datetime | None) -> None:
    """Ask again at `again_at` or never, unless somebody (a webhook) has wanted another look since `asked_at` was written."""
    PaymentRow.objects.filter(id=payment.id, ask_at=asked_at).update(ask_at=again_at)


def await_deposit(payment: Payment, answer: ProviderAnswer) -> None:
    """The payer has an account to transfer to, until the answer's `due`. Again changes nothing."""
    if rules.can(payment.state, PaymentStep.AWAIT):
        until = answer.due or payment.expires_at
        again_at = rules.ask_again(rules.DEPOSIT_ASKS, clock.now())  # the webhook comes sooner, if it comes
        move(payment, PaymentStep.AWAIT, payment_key=answer.payment_key, expires_at=until, ask_at=again_at)


def end(payment: Payment, step: PaymentStep, answer: ProviderAnswer | None = None) -> Payment:
    """The payment came to nothing: declined, expired or cancelled. Tells PaymentFailed."""
    now = clock.now()
    declined = answer.declined if answer else None
    ended = move(payment, step, declined=declined.value if declined else "", ended_at=now)
    outbox.emit(
        PaymentFailed(
            payment=payment.id,
            purpose=payment.purpose.kind,
            ref=payment.purpose.ref,
            state=ended.state,
            declined=declined,
            at=now,
        )
    )
    return ended
