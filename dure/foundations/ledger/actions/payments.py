"""Ask somebody to pay, take the money, enter it into the book.

A service takes a payment in three moves, because no transaction may stay open while another company thinks:

    with tx.action(by, "giving.begin_gift", key, ...):          # 1. a pending gift and its payment
        payment = ledger.begin_payment(by, PaymentAsk(...), key=key)
    address = ledger.start_checkout(by, payment.id)              #    send the payer there
    ...
    captured = ledger.confirm_payment(by, order, payment_key, amount)   # 2. compare, mark, call; no transaction around it
    with tx.durable():                                           # 3. what it means, in one transaction
        ledger.record_capture(by, captured, Allotment(account=box, transfer=gift, ...))
        ...

Whatever breaks between 2 and 3 (a crash, a lost answer), `converge_payments` finds out at the provider and tells
PaymentCaptured, PaymentCapturedLate or PaymentFailed; the service's reaction to that news does the same as 3 and is safe to run
again.
"""

from datetime import timedelta
from uuid import UUID

from dure.base import clock, ids
from dure.base.refusals import Busy, KeyReused
from dure.foundations.ledger import providers
from dure.foundations.ledger.models.payments import Payment as PaymentRow
from dure.foundations.ledger.queries import payments as queries
from dure.foundations.ledger.rules import payments as rules
from dure.foundations.ledger.types.checkouts import AwaitsDeposit
from dure.foundations.ledger.types.payments import (
    DeclineCode,
    Payment,
    PaymentAlreadyAllotted,
    PaymentAsk,
    PaymentCaptured,
    PaymentCapturedLate,
    PaymentDeclined,
    PaymentExpired,
    PaymentId,
    PaymentNotCaptured,
    PaymentState,
    PaymentStep,
    ProviderRefused,
    ProviderSilent,
)
from dure.foundations.ledger.types.providers import Allotment, Captured
from dure.foundations.people.types import Actor
from dure.kit import outbox, tx

from . import payment_moves as moves

__all__ = [
    "abandon_payment",
    "allot_payment",
    "begin_payment",
    "confirm_payment",
    "record_capture",
    "start_checkout",
]


def begin_payment(by: Actor, ask: PaymentAsk, *, key: str) -> Payment:
    """Write down that the actor is asked to pay. The same `key` again answers the same payment.

    Raises NotAllowed, BadValue, KeyReused, ProviderUnknown.
    """
    tx.demand()
    rules.may_begin(by)
    rules.check_ask(ask)
    provider = providers.provider(ask.provider)
    before = queries.payment_of_key(by.person, key)
    if before is None:
        PaymentRow.objects.bulk_create([_row(by, ask, key, provider.window_seconds)], ignore_conflicts=True)
        before = queries.payment_of_key(by.person, key)  # ours, or that of somebody with the same key and quicker
    if before is None or (before.purpose, before.amount, before.provider) != (ask.purpose, ask.amount, ask.provider):
        raise KeyReused(key=key)
    return before


def start_checkout(by: Actor, payment_id: UUID) -> str:
    """Tell the provider of the order; answers the address to send the payer to. Asks the outside: no transaction around it.

    Raises NotFound, NotAllowed, PaymentExpired, ProviderSilent.
    """
    tx.demand_none()
    payment = queries.payment(payment_id)
    rules.may_confirm(by, payment)
    if payment.state not in rules.OPEN:
        raise PaymentExpired()
    return providers.provider(payment.provider).checkout(rules.as_asked(payment))


def abandon_payment(by: Actor, order: str) -> Payment:
    """The payer turned back at the provider's page. What was paid already stays paid. Raises OrderUnknown, NotAllowed."""
    tx.demand()
    payment = queries.payment_by_order(order, lock=True)
    rules.may_confirm(by, payment)
    if not rules.can(payment.state, PaymentStep.CANCEL):
        return payment
    return moves.end(payment, PaymentStep.CANCEL)


def confirm_payment(by: Actor, order: str, payment_key: str, amount: int) -> Captured:
    """Take what the payer authorised, after comparing `order` and `amount` with what was stored.

    Runs outside of any transaction: marks the payment as confirming, asks the provider, records a no. A yes is brought home
    for `record_capture`. A payment that was captured before is answered as captured. Raises OrderUnknown, NotAllowed,
    AmountDiffers (nothing was taken), PaymentDeclined, PaymentExpired, Busy, ProviderSilent (its state will be found out).
    """
    tx.demand_none()
    with tx.durable():
        payment = queries.payment_by_order(order, lock=True)
        rules.may_confirm(by, payment)
        rules.check_amount(payment, amount)
        if payment.captured:
            return Captured(payment.id, rules.as_captured(payment))
        rules.refuse_ended(payment)
        if payment.state is PaymentState.AWAITING:
            raise AwaitsDeposit(retry_seconds=rules.ASK_SECONDS_MAX)
        if payment.state is PaymentState.CONFIRMING and payment.payment_key != payment_key:
            raise Busy(retry_seconds=rules.ASK_FIRST_SECONDS)  # another window is paying it just now
        again_at = rules.ask_again(0, clock.now())
        moves.move(payment, PaymentStep.CONFIRM, payment_key=payment_key, asks=0, ask_at=again_at)
    try:
        answer = providers.provider(payment.provider).confirm(payment_key, payment.order, amount)
    except ProviderRefused:
        with tx.durable():
            _release(queries.payment(payment.id, lock=True), payment_key)
        raise PaymentDeclined(reason=DeclineCode.OTHER) from None
    if answer.taken:
        return Captured(payment.id, answer)
    step = rules.step_of(answer)
    if step is None or step is PaymentStep.AUTHORISE:  # not decided, or not to be seen there yet
        raise ProviderSilent(retry_seconds=rules.ASK_FIRST_SECONDS)
    with tx.durable():
        payment = queries.payment(payment.id, lock=True)
        if step is PaymentStep.AWAIT:
            moves.await_deposit(payment, answer)
        elif rules.can(payment.state, step):
            payment = moves.end(payment, step, answer)
    if step is PaymentStep.AWAIT:
        raise AwaitsDeposit(retry_seconds=rules.ASK_SECONDS_MAX)
    rules.refuse_ended(payment)
    return Captured(payment.id, rules.as_captured(payment))


def record_capture(by: Actor, captured: Captured, allot: Allotment | None = None) -> Payment:
    """Enter captured money into the book, once: from the provider's account to where `allot` says, else to wait.

    Tells PaymentCaptured; or PaymentCapturedLate when the payment had been given up, and then lets the money wait
    whatever `allot` says, so that the service decides with open eyes. Again: changes nothing, except that `allot` is followed
    if nobody has said before where the money goes. Raises AmountDiffers, PaymentAlreadyAllotted, and what `post` raises.
    """
    tx.demand()
    payment = queries.payment(captured.payment, lock=True)
    answer = captured.answer
    if payment.captured:
        if answer.payment_key != payment.payment_key:
            moves.set_fields(payment, ask_at=clock.now())  # paid twice: have the other one found and returned
        return payment if allot is None else allot_payment(by, payment.id, allot)
    rules.check_amount(payment, answer.amount)
    late = rules.LATE.get(payment.state)
    to = allot if allot is not None and late is None else moves.waiting(by, payment)
    moves.move_money(by, payment, moves.from_provider(by, payment), to)
    moves.move(
        payment,
        PaymentStep.CAPTURE,
        payment_key=answer.payment_key,
        captured_at=answer.at,
        account=to.account,
        posting=to.transfer,
        waiting=to is not allot,
        declined="",
        ended_at=None,
        ask_at=rules.ask_again(0, clock.now()),  # one more look: somebody may be paying it a second time just now
        asks=0,
    )
    purpose, now = payment.purpose, clock.now()
    if late is None:
        outbox.emit(PaymentCaptured(payment.id, purpose.kind, purpose.ref, payment.amount, now))
    else:
        outbox.emit(PaymentCapturedLate(payment.id, purpose.kind, purpose.ref, payment.amount, late, now))
    return queries.payment(payment.id)


def allot_payment(by: Actor, payment_id: UUID, allot: Allotment) -> Payment:
    """Let captured money that waits go where the service says. The same again changes nothing.

    Raises NotFound, PaymentNotCaptured, PaymentAlreadyAllotted, and what `post` raises.
    """
    tx.demand()
    payment = queries.payment(payment_id, lock=True)
    if not payment.captured or not payment.whole:
        raise PaymentNotCaptured(state=payment.state)
    if payment.posting == allot.transfer and payment.account == allot.account:
        return payment
    if payment.account is None:
        raise ValueError("a captured payment has an account")
    if not payment.waiting:
        raise PaymentAlreadyAllotted(account=payment.account)
    moves.move_money(by, payment, payment.account, allot)
    moves.set_fields(payment, account=allot.account, posting=allot.transfer, waiting=False)
    return queries.payment(payment_id)


def _row(by: Actor, ask: PaymentAsk, key: str, window_seconds: int) -> PaymentRow:
    now = clock.now()
    payment_id = PaymentId(ids.new())
    expires_at = now + timedelta(seconds=window_seconds)
    return PaymentRow(
        id=payment_id,
        order=rules.order_of(payment_id),
        provider=ask.provider,
        purpose=ask.purpose.kind,
        ref=ask.purpose.ref,
        payer_id=by.person,
        key=key,
        amount=ask.amount,
        tax_free=ask.amount if ask.tax_free is None else ask.tax_free,
        currency=ask.currency,
        title=ask.title,
        return_to=ask.return_to,
        state=PaymentState.CREATED,
        created_at=now,
        expires_at=expires_at,
        ask_at=expires_at + timedelta(seconds=rules.GRACE_SECONDS),
    )


def _release(payment: Payment, payment_key: str) -> None:
    """The provider knows nothing of the key the browser brought: the order can still be paid, with another one."""
    if payment.state is PaymentState.CONFIRMING and payment.payment_key == payment_key:
        moves.move(payment, PaymentStep.RELEASE, payment_key="")
