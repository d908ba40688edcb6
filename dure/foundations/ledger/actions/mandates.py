"""Charge a card again and again by its owner's word: ask for it, take it, charge by it, end it.

    with tx.action(by, "giving.promise", key, ...):               # 1. a promise and its mandate
        mandate = ledger.ask_mandate(by, "toss", "/giving/…")
    address = ledger.start_mandate(by, mandate, "/giving/…")      #    send the payer there
    ...
    ledger.grant_mandate(by, mandate, query)                      # 2. back again; no transaction around it
    ...
    captured = ledger.charge_payment(by, payment, mandate)        # 3. as often as something is due, in place of confirm_payment

A payment is charged by a mandate once: it is marked as confirming before the provider is asked, and whoever comes later finds
it marked. What became of a charge whose answer was lost is found out by `converge_payments`, as with any payment.
"""

from collections.abc import Mapping
from uuid import UUID

from dure.base import clock, ids
from dure.foundations.ledger import providers
from dure.foundations.ledger.models.mandates import Mandate as MandateRow
from dure.foundations.ledger.queries import mandates as queries
from dure.foundations.ledger.queries import payments
from dure.foundations.ledger.rules import mandates as rules
from dure.foundations.ledger.rules import payments as paying
from dure.foundations.ledger.types.mandates import Charges, Mandate, MandateEnded, MandateId, MandateState
from dure.foundations.ledger.types.payments import (
    Payment,
    PaymentStep,
    ProviderRefused,
    ProviderSilent,
    ProviderUnknown,
)
from dure.foundations.ledger.types.providers import Captured, ProviderAnswer, ProviderState
from dure.foundations.people.types import Actor
from dure.kit import seals, tx

from . import payment_moves as moves

__all__ = ["ask_mandate", "charge_payment", "end_mandate", "grant_mandate", "start_mandate", "ways_to_charge"]


def ways_to_charge(by: Actor) -> tuple[str, ...]:
    """The providers that can be charged by mandate here, by name."""
    return tuple(name for name in providers.names() if isinstance(providers.provider(name), Charges))


def ask_mandate(by: Actor, provider: str, return_to: str) -> MandateId:
    """Write down that a payer is asked for a mandate. Raises NotAllowed, BadValue, ProviderUnknown."""
    tx.demand()
    payer = rules.may_ask(by, return_to)
    _charging(provider)
    row = MandateRow.objects.create(
        id=ids.new(), payer_id=payer, provider=provider, state=MandateState.ASKED, made_at=clock.now()
    )
    return MandateId(row.id)


def start_mandate(by: Actor, mandate: UUID, return_to: str) -> str:
    """The address to send the payer to. Raises NotFound, NotAllowed, MandateEnded, ProviderSilent."""
    tx.demand_none()
    known = queries.mandate(mandate)
    rules.may_handle(by, known)
    if known.state is not MandateState.ASKED:
        raise MandateEnded(state=known.state)
    return _charging(known.provider).register(known.id, return_to)


def grant_mandate(by: Actor, mandate: UUID, query: Mapping[str, str]) -> Mandate:
    """The payer is back: take the key the provider gives for their word. Again answers the same.

    Raises NotFound, NotAllowed, MandateRefused, MandateEnded, ProviderSilent.
    """
    tx.demand_none()
    known = queries.mandate(mandate)
    rules.may_handle(by, known)
    if known.state is MandateState.ACTIVE:
        return known
    if known.state is MandateState.ENDED:
        raise MandateEnded(state=known.state)
    granted = _charging(known.provider).grant(known.id, query)
    with tx.durable():
        now = queries.mandate(mandate, lock=True)
        if now.state is MandateState.ASKED:
            MandateRow.objects.filter(id=mandate).update(
                state=MandateState.ACTIVE,
                sealed=seals.seal(queries.SEAL, known.id, granted.key.encode()),
                card=granted.card[: rules.CARD_LENGTH_MAX],
            )
    return queries.mandate(mandate)


def end_mandate(by: Actor, mandate: UUID) -> None:
    """Nothing is charged by it any more: the key is erased. Again changes nothing. Raises NotFound, NotAllowed."""
    tx.demand()
    known = queries.mandate(mandate, lock=True)
    rules.may_handle(by, known)
    if known.state is not MandateState.ENDED:
        MandateRow.objects.filter(id=mandate).update(state=MandateState.ENDED, sealed=None, ended_at=clock.now())


def charge_payment(by: Actor, payment: UUID, mandate: UUID) -> Captured:
    """Take a payment by mandate, in place of `confirm_payment`; runs outside of any transaction. Twice takes it once.

    Raises NotFound, NotAllowed, MandateDiffers, MandateEnded, PaymentDeclined, PaymentExpired, ProviderSilent (it will be
    found out how it stands).
    """
    tx.demand_none()
    with tx.durable():
        allowed = queries.mandate(mandate, lock=True)
        known = payments.payment(payment, lock=True)
        if known.captured:
            return Captured(known.id, paying.as_captured(known))
        paying.refuse_ended(known)
        if not rules.may_charge(by, allowed, known, clock.now()):
            raise ProviderSilent(retry_seconds=paying.ASK_FIRST_SECONDS)
        key = queries.key_of(allowed.id)
        again_at = paying.ask_again(0, clock.now())
        moves.move(known, PaymentStep.CONFIRM, asks=0, ask_at=again_at)
    answer = _asked(known, key, allowed.id)
    if answer.taken:
        return Captured(known.id, answer)
    step = paying.step_of(answer)
    if step is None or answer.state is ProviderState.IN_PROGRESS:
        raise ProviderSilent(retry_seconds=paying.ASK_FIRST_SECONDS)
    with tx.durable():
        known = payments.payment(payment, lock=True)
        if paying.can(known.state, step):
            known = moves.end(known, step, answer)
    paying.refuse_ended(known)
    return Captured(known.id, paying.as_captured(known))


def _asked(payment: Payment, key: str, mandate: MandateId) -> ProviderAnswer:
    try:
        return _charging(payment.provider).charge(key, mandate, paying.as_asked(payment))
    except ProviderRefused:  # nobody took anything: a no like any other
        return ProviderAnswer(
            order=payment.order,
            payment_key="",
            state=ProviderState.DECLINED,
            amount=payment.amount,
            tax_free=payment.tax_free,
            at=clock.now(),
        )


def _charging(name: str) -> Charges:
    adapter = providers.provider(name)
    if not isinstance(adapter, Charges):
        raise ProviderUnknown(provider=name)
    return adapter
