"""How a payment goes on, who may move it, and when to ask the provider again. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from dure.base.money import AMOUNT_MAX
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.ledger.types.payments import (
    AmountDiffers,
    CardRefused,
    DeclineCode,
    LateWhy,
    LimitExceeded,
    NotEnoughFunds,
    OrderId,
    Payment,
    PaymentAsk,
    PaymentDeclined,
    PaymentExpired,
    PaymentId,
    PaymentNotCaptured,
    PaymentState,
    PaymentStep,
    RefundExceeds,
    TurnedBack,
)
from dure.foundations.ledger.types.providers import Order, ProviderAnswer, ProviderState
from dure.foundations.people.types import Actor

S, T = PaymentState, PaymentStep

STATES: dict[tuple[PaymentState, PaymentStep], PaymentState] = {
    (S.CREATED, T.AUTHORISE): S.AUTHORISED,
    (S.CREATED, T.CONFIRM): S.CONFIRMING,
    (S.CREATED, T.CAPTURE): S.CAPTURED,
    (S.CREATED, T.DECLINE): S.DECLINED,
    (S.CREATED, T.EXPIRE): S.EXPIRED,
    (S.CREATED, T.CANCEL): S.CANCELLED,
    (S.AUTHORISED, T.AUTHORISE): S.AUTHORISED,
    (S.AUTHORISED, T.CONFIRM): S.CONFIRMING,
    (S.AUTHORISED, T.CAPTURE): S.CAPTURED,
    (S.AUTHORISED, T.DECLINE): S.DECLINED,
    (S.AUTHORISED, T.EXPIRE): S.EXPIRED,
    (S.AUTHORISED, T.CANCEL): S.CANCELLED,
    (S.CONFIRMING, T.CONFIRM): S.CONFIRMING,
    (S.CONFIRMING, T.CAPTURE): S.CAPTURED,
    (S.CONFIRMING, T.DECLINE): S.DECLINED,
    (S.CONFIRMING, T.EXPIRE): S.EXPIRED,
    (S.CONFIRMING, T.RELEASE): S.CREATED,
    (S.CREATED, T.AWAIT): S.AWAITING,
    (S.AUTHORISED, T.AWAIT): S.AWAITING,
    (S.CONFIRMING, T.AWAIT): S.AWAITING,
    (S.AWAITING, T.CAPTURE): S.CAPTURED,
    (S.AWAITING, T.DECLINE): S.DECLINED,
    (S.AWAITING, T.EXPIRE): S.EXPIRED,
    # Late: the provider took the money after we had given the payment up. Money that was taken always counts as taken.
    (S.DECLINED, T.CAPTURE): S.CAPTURED,
    (S.EXPIRED, T.CAPTURE): S.CAPTURED,
    (S.CANCELLED, T.CAPTURE): S.CAPTURED,
    (S.CAPTURED, T.REFUND_PART): S.PARTIALLY_REFUNDED,
    (S.CAPTURED, T.REFUND_REST): S.REFUNDED,
    (S.PARTIALLY_REFUNDED, T.REFUND_PART): S.PARTIALLY_REFUNDED,
    (S.PARTIALLY_REFUNDED, T.REFUND_REST): S.REFUNDED,
}
LATE = {S.DECLINED: LateWhy.DECLINED, S.EXPIRED: LateWhy.EXPIRED, S.CANCELLED: LateWhy.CANCELLED}
DECLINES: dict[DeclineCode, type[PaymentDeclined]] = {
    DeclineCode.CARD_REFUSED: CardRefused,
    DeclineCode.LIMIT_EXCEEDED: LimitExceeded,
    DeclineCode.NOT_ENOUGH_FUNDS: NotEnoughFunds,
    DeclineCode.PAYER_CANCELLED: TurnedBack,
}
OPEN = frozenset({S.CREATED, S.AUTHORISED, S.CONFIRMING, S.AWAITING})

STEP_OF_ANSWER = {
    ProviderState.AUTHORISED: T.AUTHORISE,
    ProviderState.DEPOSIT: T.AWAIT,
    ProviderState.CAPTURED: T.CAPTURE,
    ProviderState.PARTIALLY_CANCELLED: T.CAPTURE,
    ProviderState.CANCELLED: T.CAPTURE,
    ProviderState.DECLINED: T.DECLINE,
    ProviderState.EXPIRED: T.EXPIRE,
}

ASK_FIRST_SECONDS = 5
ASK_SECONDS_MAX = 3600
SILENT_IN_A_ROW_MAX = 3  # then a provider is left alone until the next round: each silence may last half a minute
DEPOSIT_ASKS = 9  # a deposit is asked for as rarely as what was asked for so often already: every 43 minutes
GRACE_SECONDS = 60  # clocks differ; a payment is given up only so long after the provider's window
TITLE_LENGTH_MAX = 100
LOCAL_PATH = re.compile(r"/(?!/)[A-Za-z0-9/_.~%-]{0,299}")
ORDER_PREFIX = "dure-"


def order_of(payment: PaymentId) -> OrderId:
    """The order number a payment goes by at the provider's: 37 letters, digits and hyphens."""
    return OrderId(f"{ORDER_PREFIX}{payment.hex}")


def next_state(now: PaymentState, step: PaymentStep) -> PaymentState:
    """Where `step` leads from `now`. A step that is not in the table is a bug in the caller, not an answer to a person."""
    try:
        return STATES[now, step]
    except KeyError:
        raise ValueError(f"a payment that is {now} cannot {step}") from None


def can(now: PaymentState, step: PaymentStep) -> bool:
    return (now, step) in STATES


def step_of(answer: ProviderAnswer) -> PaymentStep | None:
    """What an answer of the provider asks us to do; None: nothing yet."""
    return STEP_OF_ANSWER.get(answer.state)


def may_begin(by: Actor) -> None:
    """Anybody may pay who is somebody: money needs a person to go back to."""
    if by.person is None and not by.is_system:
        raise NotAllowed(needs="login")


def may_confirm(by: Actor, payment: Payment) -> None:
    """The payer, or the platform on the payer's behalf."""
    if not (by.is_system or by.is_steward or (by.person is not None and by.person == payment.payer)):
        raise NotAllowed(needs="payer")


def may_refund(by: Actor, payment: Payment) -> None:
    """The payer, a steward, or a service that has decided it (it acts as the system)."""
    may_confirm(by, payment)


def check_ask(ask: PaymentAsk) -> None:
    """The sum is one money can have, and the way back stays on this installation."""
    tax_free = ask.amount if ask.tax_free is None else ask.tax_free
    if not 0 < ask.amount <= AMOUNT_MAX:
        raise BadValue(field="amount", reason="out_of_range")
    if not 0 <= tax_free <= ask.amount:
        raise BadValue(field="tax_free", reason="out_of_range")
    if not ask.title.strip() or len(ask.title) > TITLE_LENGTH_MAX:
        raise BadValue(field="title", reason="length")
    if not LOCAL_PATH.fullmatch(ask.return_to):
        raise BadValue(field="return_to", reason="not_a_local_path")


def refuse_ended(payment: Payment) -> None:
    """Say why nothing was taken. Raises PaymentDeclined, PaymentExpired; nothing when it can still be paid or was."""
    match payment.state:
        case PaymentState.DECLINED:
            raise declined(payment.declined or DeclineCode.OTHER)
        case PaymentState.CANCELLED:
            raise declined(DeclineCode.PAYER_CANCELLED)
        case PaymentState.EXPIRED:
            raise PaymentExpired()


def declined(code: DeclineCode) -> PaymentDeclined:
    """The refusal for a decline; those with a name of their own can be told apart by the faces."""
    return DECLINES.get(code, PaymentDeclined)(reason=code)


def as_asked(payment: Payment) -> Order:
    """The payment as its provider is asked for it."""
    return Order(
        id=payment.order,
        amount=payment.amount,
        tax_free=payment.tax_free,
        currency=payment.currency,
        title=payment.title,
        return_to=payment.return_to,
    )


def as_captured(payment: Payment) -> ProviderAnswer:
    """What the provider answered when it took the money, from what we keep of it."""
    if payment.captured_at is None:
        raise ValueError("not captured")
    return ProviderAnswer(
        order=payment.order,
        payment_key=payment.payment_key,
        state=ProviderState.CAPTURED,
        amount=payment.amount,
        tax_free=payment.tax_free,
        at=payment.captured_at,
    )


def check_amount(payment: Payment, given: int) -> None:
    """What comes back must be what was asked for, to the won, before anything is taken."""
    if given != payment.amount:
        raise AmountDiffers(expected=payment.amount, given=given)


def check_refund(payment: Payment, amount: int) -> None:
    """Refunded never exceeds captured. Raises PaymentNotCaptured, RefundExceeds."""
    if amount <= 0:
        raise ValueError("a refund gives something back")
    if not payment.captured:
        raise PaymentNotCaptured(state=payment.state)
    if amount > payment.refundable:
        raise RefundExceeds(left=payment.refundable)


def refund_step(payment: Payment, amount: int) -> PaymentStep:
    return T.REFUND_REST if amount == payment.refundable else T.REFUND_PART


def ask_again(asks: int, now: datetime) -> datetime:
    """When to ask the provider next, after `asks` times in vain: 5, 10, 20 ... seconds, at most an hour."""
    return now + timedelta(seconds=min(ASK_FIRST_SECONDS * 2 ** min(asks, 12), ASK_SECONDS_MAX))


def expiry_of(payment: Payment) -> datetime:
    """From when on a payment that was not made can be given up."""
    return payment.expires_at + timedelta(seconds=GRACE_SECONDS)


def choose(payment: Payment, answers: Sequence[ProviderAnswer]) -> ProviderAnswer | None:
    """Which of the payments made on one order is the one that counts.

    Taken money first, and of that what we know by its key already; the others were paid twice.
    """
    taken = [answer for answer in answers if answer.taken]
    ours = [answer for answer in answers if payment.payment_key and answer.payment_key == payment.payment_key]
    ranked = [answer for answer in ours if answer.taken] + taken + ours + list(reversed(answers))
    if payment.captured:
        ranked = ours
    return ranked[0] if ranked else None


def given_up(payment: Payment, answers: Iterable[ProviderAnswer], now: datetime) -> bool:
    """Whether nobody can pay this any more: the window has passed and the provider holds nothing that could still succeed."""
    hopeful = any(answer.taken or answer.state is ProviderState.IN_PROGRESS for answer in answers)
    return now >= expiry_of(payment) and not hopeful
