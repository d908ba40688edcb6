"""Reads of payments and refunds."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from dure.base.refusals import NotFound
from dure.foundations.ledger.models.payments import Payment as PaymentRow
from dure.foundations.ledger.models.payments import Refund as RefundRow
from dure.foundations.ledger.rules.owed import BY_OTHER_MEANS, OWED
from dure.foundations.ledger.types.payments import (
    DeclineCode,
    OrderId,
    OrderUnknown,
    Payment,
    PaymentId,
    PaymentState,
    Purpose,
    Refund,
    RefundId,
    RefundState,
    Unsettled,
)

__all__ = [
    "payment",
    "payment_by_order",
    "payment_of_key",
    "payments_captured",
    "payments_due",
    "payments_for",
    "payments_of_ids",
    "payments_of_keys",
    "payments_waiting",
    "refund",
    "refunds_due",
    "refunds_of",
    "refunds_of_ids",
    "unsettled",
]

PAGE_MAX = 200


def payment(payment_id: UUID, *, lock: bool = False) -> Payment:
    """Raises NotFound."""
    row = _rows(lock).filter(id=payment_id).first()
    if row is None:
        raise NotFound(what="payment")
    return _payment(row)


def payment_by_order(order: str, *, lock: bool = False) -> Payment:
    """Raises OrderUnknown."""
    row = _rows(lock).filter(order=order).first()
    if row is None:
        raise OrderUnknown()
    return _payment(row)


def payment_of_key(payer: UUID | None, key: str) -> Payment | None:
    """What `payer` began under the idempotency key `key`."""
    row = _rows(lock=False).filter(payer_id=payer, key=key).first()
    return _payment(row) if row else None


def payments_for(purpose: Purpose) -> tuple[Payment, ...]:
    """All payments made for one thing, the latest first: tries that were declined, too."""
    rows = _rows(lock=False).filter(purpose=purpose.kind, ref=purpose.ref).order_by("-created_at", "-pk")[:PAGE_MAX]
    return tuple(_payment(row) for row in rows)


def payments_due(now: datetime, most: int = PAGE_MAX) -> Mapping[str, tuple[PaymentId, ...]]:
    """Which payments each provider should be asked about, the one that waits longest first; at most so many of each provider."""
    due = _due(PaymentRow.objects.filter(ask_at__lte=now), "provider", most)
    return {provider: tuple(PaymentId(each) for each in found) for provider, found in due.items()}


def payments_captured(provider: str, since: datetime, until: datetime) -> tuple[Payment, ...]:
    """All payments of `provider` whose money was taken at or after `since` and before `until`."""
    rows = _rows(lock=False).filter(provider=provider, captured_at__gte=since, captured_at__lt=until)
    return tuple(_payment(row) for row in rows.order_by("captured_at", "id"))


def payments_of_ids(payment_ids: Iterable[UUID], *, lock: bool = False) -> Mapping[UUID, Payment]:
    """Those of the payments that exist, by id; with `lock` each is locked, in the order of their ids."""
    rows = _rows(lock).filter(id__in=set(payment_ids)).order_by("id")
    return {row.id: _payment(row) for row in rows}


def payments_of_keys(provider: str, keys: Collection[str]) -> Mapping[str, Payment]:
    """Our payments that the provider knows under these keys, by key."""
    rows = _rows(lock=False).filter(provider=provider, payment_key__in=keys).exclude(payment_key="")
    return {row.payment_key: _payment(row) for row in rows}


def payments_waiting(most: int = PAGE_MAX) -> tuple[Payment, ...]:
    """Captured money no service has claimed or given back yet, the one that waits longest first."""
    rows = _rows(lock=False).filter(waiting=True).exclude(state=PaymentState.REFUNDED).order_by("captured_at", "id")
    return tuple(_payment(row) for row in rows[:most])


def unsettled(since: datetime) -> Unsettled:
    """Money that was taken or asked back before `since` and is not where it belongs yet, and what is owed by other means."""
    late = PaymentRow.objects.filter(waiting=True, captured_at__lt=since).exclude(state=PaymentState.REFUNDED)
    refused = RefundRow.objects.filter(state__in=OWED).aggregate(won=Sum("amount"))
    return Unsettled(
        waiting=late.count(),
        refunds=RefundRow.objects.filter(state=RefundState.ASKED, asked_at__lt=since).count(),
        owed=refused["won"] or 0,
    )


def refund(refund_id: UUID, *, lock: bool = False) -> Refund | None:
    """The refund of this id, if it was asked for."""
    rows = RefundRow.objects.select_for_update() if lock else RefundRow.objects.all()
    row = rows.filter(id=refund_id).first()
    return _refund(row) if row else None


def refunds_of(payment_id: UUID) -> tuple[Refund, ...]:
    """All refunds of a payment in the order they were asked for."""
    return tuple(_refund(row) for row in RefundRow.objects.filter(payment_id=payment_id).order_by("asked_at", "id"))


def refunds_of_ids(refund_ids: Iterable[UUID]) -> Mapping[UUID, Refund]:
    """Those of the refunds that were asked for, by id."""
    return {row.id: _refund(row) for row in RefundRow.objects.filter(id__in=set(refund_ids))}


def refunds_due(now: datetime, most: int = PAGE_MAX) -> Mapping[str, tuple[RefundId, ...]]:
    """Which refunds each provider should be told of, or asked about again, the one that waits longest first."""
    due = _due(RefundRow.objects.filter(ask_at__lte=now), "payment__provider", most)
    return {provider: tuple(RefundId(each) for each in found) for provider, found in due.items()}


def _due(rows: QuerySet[Any], provider: str, most: int) -> dict[str, list[UUID]]:
    """By provider, so that a thousand of one that is silent do not hide those of the others."""
    turn = Window(RowNumber(), partition_by=[F(provider)], order_by=["ask_at", "id"])
    found: dict[str, list[UUID]] = {}
    for name, one in (
        rows.annotate(turn=turn).filter(turn__lte=most).order_by("turn", provider).values_list(provider, "id")
    ):
        found.setdefault(name, []).append(one)
    return found


def _rows(lock: bool) -> QuerySet[PaymentRow]:
    rows = PaymentRow.objects.prefetch_related("refunds")
    return rows.select_for_update(of=("self",)) if lock else rows


def _payment(row: PaymentRow) -> Payment:
    return Payment(
        id=PaymentId(row.id),
        order=OrderId(row.order),
        provider=row.provider,
        purpose=Purpose(row.purpose, row.ref),
        payer=row.payer_id,
        amount=row.amount,
        tax_free=row.tax_free,
        currency=row.currency,
        title=row.title,
        return_to=row.return_to,
        state=PaymentState(row.state),
        payment_key=row.payment_key,
        declined=DeclineCode(row.declined) if row.declined else None,
        refunded=sum(refund.amount for refund in row.refunds.all() if refund.state not in BY_OTHER_MEANS),
        owed=sum(refund.amount for refund in row.refunds.all() if refund.state in BY_OTHER_MEANS),
        account=row.account,
        posting=row.posting,
        waiting=row.waiting,
        created_at=row.created_at,
        expires_at=row.expires_at,
        captured_at=row.captured_at,
        duplicate_of=PaymentId(row.duplicate_of_id) if row.duplicate_of_id else None,
    )


def _refund(row: RefundRow) -> Refund:
    return Refund(
        id=RefundId(row.id),
        payment=PaymentId(row.payment_id),
        amount=row.amount,
        reason=row.reason,
        state=RefundState(row.state),
        failure=row.failure,
        asked_at=row.asked_at,
        settled_at=row.settled_at,
    )
