"""The embedded payment provider: no money moves, everything else is as with a real one.

It has books of its own (tables `ledger_sandbox_*`), which it changes in its own transactions, and survives restarts. It declines
with codes, answers late, lets a payer pay twice, takes cancels in parts under distinct ids, and posts signed webhooks. Only on
installations with DURE_SANDBOX_PAYMENTS=1; its pages say what it is.
"""

import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.db import transaction
from django.urls import reverse

from dure.base import clock, ids
from dure.foundations.ledger.models.sandbox import SandboxCancel, SandboxOrder, SandboxPayment
from dure.foundations.ledger.types.mandates import Granted, MandateId
from dure.foundations.ledger.types.payments import (
    DeclineCode,
    OrderId,
    OrderUnknown,
    ProviderRefused,
    ProviderSilent,
    WebhookForged,
    WebhookSent,
)
from dure.foundations.ledger.types.providers import (
    NotReturned,
    Order,
    ProviderAnswer,
    ProviderCancel,
    ProviderState,
    Returned,
)
from dure.foundations.ledger.types.sandbox import SandboxCheckout, Scenario
from dure.kit import keys, outbox

from . import sandbox_cards
from .capture_receipts import sign_receipt, verify_receipt
from .returns import came_back

WINDOW_SECONDS = 600
LATE_SECONDS = 8  # how long a late answer takes
SIGNATURE_HEADER = "sandbox-signature"
LISTED_MAX = 2_000  # rows fetched at a time
_DECLINES = {
    Scenario.CARD_REFUSED: DeclineCode.CARD_REFUSED,
    Scenario.LIMIT_EXCEEDED: DeclineCode.LIMIT_EXCEEDED,
    Scenario.NOT_ENOUGH_FUNDS: DeclineCode.NOT_ENOUGH_FUNDS,
}
_TAKEN = (ProviderState.CAPTURED, ProviderState.PARTIALLY_CANCELLED, ProviderState.CANCELLED)


class WebhookBody(msgspec.Struct, frozen=True, rename="camel"):
    """What a webhook says. Only the order is used: how it stands is asked, not believed."""

    event_type: str
    created_at: datetime
    order_id: str
    payment_key: str
    status: str


class Sandbox:
    """A `types.providers.Provider`."""

    name = "sandbox"
    window_seconds = WINDOW_SECONDS

    def checkout(self, order: Order) -> str:
        SandboxOrder.objects.get_or_create(
            order=order.id,
            defaults={
                "amount": order.amount,
                "tax_free": order.tax_free,
                "currency": order.currency,
                "title": order.title,
                "return_to": order.return_to,
                "at": clock.now(),
            },
        )
        return reverse("ledger:sandbox", args=[order.id])

    def returned(self, order: OrderId, amount: int, query: Mapping[str, str]) -> Returned | NotReturned:
        return came_back(order, query, {code.value: code for code in DeclineCode})

    def confirm(self, payment_key: str, order: OrderId, amount: int) -> ProviderAnswer:
        with transaction.atomic():
            payment = _locked(payment_key)
            if payment.order != order or payment.amount != amount:
                raise ProviderRefused(reason="does_not_match")
            silent = payment.state == ProviderState.AUTHORISED and payment.scenario == Scenario.LATE
            if payment.state == ProviderState.AUTHORISED:
                _take(payment)
        if silent:
            raise ProviderSilent(retry_seconds=LATE_SECONDS)
        return _answer(payment)

    def cancel(self, payment_key: str, cancel_id: str, amount: int, reason: str) -> ProviderAnswer:
        self._acknowledge_if_receipt(payment_key)
        with transaction.atomic():
            payment = _locked(payment_key)
            before = payment.cancels.filter(cancel_id=cancel_id).first()
            if before is not None and before.amount != amount:
                raise ProviderRefused(reason="cancel_id_used_before")
            if before is None:
                _give_back(payment, cancel_id, amount, reason)
            return _answer(payment)

    def find(self, order: OrderId) -> tuple[ProviderAnswer, ...]:
        found = SandboxPayment.objects.filter(order=order).order_by("authorised_at", "payment_key")
        return tuple(_answer(_settled(payment)) for payment in found)

    def listed(self, since: datetime, until: datetime) -> Iterator[ProviderAnswer]:
        taken = SandboxPayment.objects.filter(captured_at__gte=since, captured_at__lt=until)
        for payment in taken.order_by("captured_at", "payment_key").iterator(chunk_size=LISTED_MAX):
            yield _answer(payment)

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> OrderId:
        if not hmac.compare_digest(_webhook_signature(body), headers.get(SIGNATURE_HEADER, "").encode()):
            raise WebhookForged()
        return OrderId(msgspec.json.decode(body, type=WebhookBody).order_id)

    # Charged by mandate: the key of a payment follows from its order, so that an order is charged once.

    def register(self, mandate: MandateId, return_to: str) -> str:
        return sandbox_cards.register(mandate, return_to)

    def grant(self, mandate: MandateId, query: Mapping[str, str]) -> Granted:
        return sandbox_cards.grant(mandate, query)

    def charge(self, key: str, mandate: MandateId, order: Order) -> ProviderAnswer:
        scenario, now = sandbox_cards.card_of(key, mandate), clock.now()
        if scenario is None:
            raise ProviderRefused(reason="no_card")
        with transaction.atomic():
            payment, fresh = SandboxPayment.objects.get_or_create(
                payment_key=f"sbm_{order.id}",
                defaults={
                    "order": order.id,
                    "amount": order.amount,
                    "tax_free": order.tax_free,
                    "scenario": scenario,
                    "state": ProviderState.AUTHORISED,
                    "authorised_at": now,
                },
            )
            if fresh:
                _take(payment)
        if fresh and scenario is Scenario.LATE:
            raise ProviderSilent(retry_seconds=LATE_SECONDS)
        return _answer(_settled(payment))

    # What only the sandbox has: its page, and wallets that pay by receipt.

    def look_at(self, order: OrderId) -> SandboxCheckout:
        """What the checkout page shows. Raises OrderUnknown."""
        known = SandboxOrder.objects.filter(order=order).first()
        if known is None:
            raise OrderUnknown()
        paid = SandboxPayment.objects.filter(order=order, state__in=[state.value for state in _TAKEN]).exists()
        return SandboxCheckout(order, known.title, known.amount, known.tax_free, known.currency, known.return_to, paid)

    def decide(self, order: OrderId, scenario: Scenario) -> str:
        """The payer has chosen; answers the address to send the payer back to. Raises OrderUnknown."""
        shown = self.look_at(order)
        if scenario is Scenario.CANCEL:
            gone = {"orderId": order, "code": DeclineCode.PAYER_CANCELLED.value}
            return f"{shown.return_to}?{urlencode(gone)}"
        with transaction.atomic():
            payment = _authorise(shown, scenario)
            if scenario is Scenario.TWICE:
                second = _authorise(shown, Scenario.APPROVE)
                _take(second)
        query = {"paymentKey": payment.payment_key, "orderId": order, "amount": payment.amount}
        return f"{shown.return_to}?{urlencode(query)}"

    def acknowledge(self, token: str) -> ProviderAnswer:
        """Enter a capture receipt shown back to us into the books, once. Raises ReceiptForged."""
        receipt = verify_receipt(token)
        now = clock.now()
        with transaction.atomic():
            payment, _ = SandboxPayment.objects.get_or_create(
                payment_key=sign_receipt(receipt.payment, receipt.ref, receipt.payer, receipt.amount),
                defaults={
                    "order": receipt_order(receipt.payment),
                    "amount": receipt.amount,
                    "tax_free": receipt.amount,
                    "scenario": Scenario.APPROVE,
                    "state": ProviderState.CAPTURED,
                    "authorised_at": now,
                    "captured_at": now,
                },
            )
        return _answer(payment)

    def _acknowledge_if_receipt(self, payment_key: str) -> None:
        if payment_key.startswith("cr1."):
            self.acknowledge(payment_key)


SANDBOX = Sandbox()


def receipt_order(payment: UUID) -> OrderId:
    """The order number a capture receipt goes by."""
    return OrderId(f"receipt-{payment.hex}")


def _authorise(shown: SandboxCheckout, scenario: Scenario) -> SandboxPayment:
    return SandboxPayment.objects.create(
        payment_key=f"sb_{ids.new().hex}",
        order=shown.order,
        amount=shown.amount,
        tax_free=shown.tax_free,
        scenario=scenario,
        state=ProviderState.AUTHORISED,
        authorised_at=clock.now(),
    )


def _take(payment: SandboxPayment) -> None:
    """What happens when the money of an authorised payment is asked for."""
    now = clock.now()
    if now > payment.authorised_at + timedelta(seconds=WINDOW_SECONDS):
        payment.state = ProviderState.EXPIRED
    elif payment.scenario in _DECLINES:
        payment.state, payment.declined = ProviderState.DECLINED, _DECLINES[Scenario(payment.scenario)]
    elif payment.scenario == Scenario.LATE:
        payment.state, payment.answers_at = ProviderState.IN_PROGRESS, now + timedelta(seconds=LATE_SECONDS)
    else:
        payment.state, payment.captured_at = ProviderState.CAPTURED, now
    payment.save()
    _send_webhook(payment)


def _settled(payment: SandboxPayment) -> SandboxPayment:
    """A late answer is given once its time has come."""
    if payment.state != ProviderState.IN_PROGRESS or payment.answers_at is None or payment.answers_at > clock.now():
        return payment
    with transaction.atomic():
        SandboxPayment.objects.filter(pk=payment.pk, state=ProviderState.IN_PROGRESS).update(
            state=ProviderState.CAPTURED, captured_at=payment.answers_at
        )
    payment.refresh_from_db()
    return payment


def _give_back(payment: SandboxPayment, cancel_id: str, amount: int, reason: str) -> None:
    """One cancel of a payment whose row is locked."""
    if payment.state not in _TAKEN:
        raise ProviderRefused(reason="nothing_taken")
    balance = _answer(payment).balance
    if amount <= 0 or amount > balance:
        raise ProviderRefused(reason="exceeds_balance")
    SandboxCancel.objects.create(payment=payment, cancel_id=cancel_id, amount=amount, reason=reason, at=clock.now())
    payment.state = ProviderState.CANCELLED if amount == balance else ProviderState.PARTIALLY_CANCELLED
    payment.save(update_fields=["state"])
    _send_webhook(payment)


def _locked(payment_key: str) -> SandboxPayment:
    payment = SandboxPayment.objects.select_for_update().filter(pk=payment_key).first()
    if payment is None:
        raise ProviderRefused(reason="not_found")
    return payment


def _answer(payment: SandboxPayment) -> ProviderAnswer:
    return ProviderAnswer(
        order=OrderId(payment.order),
        payment_key=payment.payment_key,
        state=ProviderState(payment.state),
        amount=payment.amount,
        tax_free=payment.tax_free,
        at=payment.captured_at or payment.authorised_at,
        declined=DeclineCode(payment.declined) if payment.declined else None,
        cancels=tuple(
            ProviderCancel(cancel.cancel_id, cancel.amount, cancel.at)
            for cancel in SandboxCancel.objects.filter(payment=payment).order_by("at", "id")
        ),
    )


def _send_webhook(payment: SandboxPayment) -> None:
    body = msgspec.json.encode(
        WebhookBody(
            event_type="PAYMENT_STATUS_CHANGED",
            created_at=clock.now(),
            order_id=payment.order,
            payment_key=payment.payment_key,
            status=payment.state,
        )
    )
    headers = ((SIGNATURE_HEADER, _webhook_signature(body).decode()),)
    outbox.emit(WebhookSent(provider=Sandbox.name, body=body.decode(), headers=headers))


def _webhook_signature(body: bytes) -> bytes:
    return hmac.new(keys.derived("ledger.sandbox.webhook.v1"), body, "sha256").hexdigest().encode()
