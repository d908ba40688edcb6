"""Reads of refunds that their providers refused, for whoever keeps or audits the books."""

from uuid import UUID

from django.db.models import QuerySet, Sum

from dure.base.refusals import NotFound
from dure.foundations.ledger.models.owed import RefundStep
from dure.foundations.ledger.models.payments import Refund as RefundRow
from dure.foundations.ledger.rules.owed import BY_OTHER_MEANS, OWED
from dure.foundations.ledger.rules.reconciling import may_reconcile
from dure.foundations.ledger.types.owed import OwedRefund, OwedStep, OwedWant
from dure.foundations.ledger.types.payments import RefundId, RefundState
from dure.foundations.people.types import Actor

from .checkouts import kept

__all__ = ["owed_refund", "owed_refunds", "owed_waiting", "won_owed"]

SHOWN_MAX = 100


def owed_refunds(by: Actor, *, paid: bool = False) -> tuple[OwedRefund, ...]:
    """What is still owed, the one that waits longest first; `paid`: what was paid at the bank, the latest first.

    Raises NotAllowed.
    """
    may_reconcile(by)
    rows = _rows().filter(state=RefundState.PAID) if paid else _rows().filter(state__in=OWED)
    return tuple(_owed(row) for row in rows.order_by("-asked_at" if paid else "asked_at", "id")[:SHOWN_MAX])


def owed_refund(by: Actor, refund: UUID) -> OwedRefund:
    """One of them. Raises NotAllowed, NotFound."""
    may_reconcile(by)
    row = _rows().filter(id=refund).first()
    if row is None or (row.state not in BY_OTHER_MEANS and not row.steps.all()):
        raise NotFound(what="refund")
    return _owed(row)


def owed_waiting() -> int:
    """How many refunds wait for a steward."""
    return RefundRow.objects.filter(state__in=OWED).count()


def won_owed() -> int:
    """The won that providers refused to give back and that lie with us."""
    return RefundRow.objects.filter(state__in=OWED).aggregate(won=Sum("amount"))["won"] or 0


def _rows() -> QuerySet[RefundRow]:
    return RefundRow.objects.select_related("payment").prefetch_related("steps")


def _owed(row: RefundRow) -> OwedRefund:
    steps: list[RefundStep] = sorted(row.steps.all(), key=lambda step: step.pk)
    return OwedRefund(
        refund=RefundId(row.id),
        order=row.payment.order,
        provider=row.payment.provider,
        title=row.payment.title,
        payer=row.payment.payer_id,
        amount=row.amount,
        state=RefundState(row.state),
        failure=row.failure,
        asked_at=row.asked_at,
        account=kept(row.payment.order).refund,
        reference=row.reference,
        entered_by=row.entered_by_id,
        steps=tuple(
            OwedStep(OwedWant(step.want), RefundState(step.after), step.at, step.by_id, step.note) for step in steps
        ),
    )
