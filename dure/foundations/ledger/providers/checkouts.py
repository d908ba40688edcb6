"""What adapters write down of an order, in transactions of their own: calls to a provider are made outside of any."""

import msgspec
from django.db import transaction

from dure.base import clock
from dure.foundations.ledger.models.checkouts import Checkout
from dure.foundations.ledger.queries.checkouts import Kept, closed, kept, opened

__all__ = ["address", "begin", "keep", "kept", "order_of", "payment_key", "remember"]


def address(order: str) -> str:
    """Where the payer of an order that the provider knows was sent; empty: it does not know it."""
    return Checkout.objects.filter(order=order).values_list("address", flat=True).first() or ""


def payment_key(order: str) -> str:
    return Checkout.objects.filter(order=order).values_list("payment_key", flat=True).first() or ""


def order_of(key: str) -> str:
    return Checkout.objects.filter(payment_key=key).values_list("order", flat=True).first() or ""


def begin(order: str, provider: str, key: str, where: str) -> str:
    """Remember that the provider knows the order; answers the address the payer goes to: the first one, when two asked."""
    now = clock.now()
    row, _ = Checkout.objects.get_or_create(
        order=order,
        defaults={"provider": provider, "payment_key": key, "address": where, "made_at": now, "changed_at": now},
    )
    return row.address


def remember(order: str, provider: str, key: str) -> None:
    """Have a place for what is kept sealed of an order, also where its provider leads to no address."""
    begin(order, provider, key, "")


def keep(order: str, **changes: object) -> None:
    """Change what is kept sealed of an order; nothing happens when the order or the change is none."""
    with transaction.atomic():
        row = Checkout.objects.select_for_update().filter(order=order).first()
        if row is None:
            return
        before = opened(order, row.sealed)
        after: Kept = msgspec.structs.replace(before, **changes)
        if after != before:
            row.sealed, row.changed_at = closed(order, after), clock.now()
            row.save(update_fields=["sealed", "changed_at"])
