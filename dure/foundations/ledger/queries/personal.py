"""What the ledger knows about one person: its part of their data export, and what must end before they leave."""

from collections.abc import Iterable, Mapping

import msgspec

from dure.foundations.ledger.models.payments import Payment as PaymentRow
from dure.foundations.ledger.models.payments import Refund as RefundRow
from dure.foundations.ledger.models.receipts import Donation as DonationRow
from dure.foundations.ledger.rules.owed import OWED
from dure.foundations.ledger.types.payments import PaymentState, RefundState
from dure.foundations.people.types import Actor, Objection, PersonId

from .receipts import donation_receipts_of, donor_identity

__all__ = ["closing_objections", "export_of"]

ROWS_AT_ONCE = 1_000


def export_of(person: PersonId) -> Mapping[str, object]:
    """Payments, refunds, donations and receipts of a person, with the details they gave for the receipts."""
    me = Actor(person=person)
    receipts = donation_receipts_of(me, person)
    return {
        "payments": PaymentRow.objects.filter(payer_id=person)
        .order_by("created_at", "id")
        .values("order", "provider", "title", "amount", "currency", "state", "created_at", "captured_at")
        .iterator(ROWS_AT_ONCE),
        "refunds": RefundRow.objects.filter(payment__payer_id=person)
        .order_by("asked_at", "id")
        .values("payment__order", "amount", "state", "asked_at", "settled_at")
        .iterator(ROWS_AT_ONCE),
        "donations": DonationRow.objects.filter(donor_id=person)
        .order_by("on", "id")
        .values("on", "receiver", "amount", "reversed", "note")
        .iterator(ROWS_AT_ONCE),
        "receipts": [
            {
                "receipt": msgspec.to_builtins(receipt),
                "donor": msgspec.to_builtins(donor_identity(me, receipt.id)) if receipt.has_identity else None,
            }
            for receipt in receipts
        ],
    }


def closing_objections(person: PersonId) -> Iterable[Objection]:
    """Money that is still on its way from or to a person: an account cannot be closed over it."""
    mine = PaymentRow.objects.filter(payer_id=person)
    under_way = (PaymentState.CONFIRMING, PaymentState.AWAITING)
    if mine.filter(state__in=under_way).exists() or mine.filter(waiting=True).exists():
        yield Objection(house="ledger", code="payment_under_way")
    if RefundRow.objects.filter(payment__payer_id=person, state__in=(RefundState.ASKED, *OWED)).exists():
        yield Objection(house="ledger", code="refund_under_way")
