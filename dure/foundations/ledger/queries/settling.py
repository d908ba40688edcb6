"""Reads of settlements."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Sum

from dure.base.refusals import NotFound
from dure.foundations.ledger.models import settling as models
from dure.foundations.ledger.models.payments import Payment as PaymentRow
from dure.foundations.ledger.models.reconciling import Difference as DifferenceRow
from dure.foundations.ledger.rules import reconciling as rules
from dure.foundations.ledger.types.payments import Payment, PaymentState
from dure.foundations.ledger.types.reconciling import DifferenceId
from dure.foundations.ledger.types.settling import (
    BankLine,
    LineKind,
    Settlement,
    SettlementId,
    SettlementLine,
    SettlementState,
)
from dure.foundations.people.types import Actor

from .payments import payments_of_keys

__all__ = [
    "bank_line_used",
    "cancelled_in_settlements",
    "payments_in_settlement",
    "payments_unsettled",
    "settled_of",
    "settlement",
    "settlement_lines",
    "settlements",
    "settlements_waiting",
]

SHOWN_MAX = 100


def settlements(by: Actor) -> tuple[Settlement, ...]:
    """The latest settlements, for stewards and auditors. Raises NotAllowed."""
    rules.may_reconcile(by)
    return tuple(_settlement(row) for row in models.Settlement.objects.order_by("-on", "-at", "-id")[:SHOWN_MAX])


def settlement(by: Actor, settlement_id: UUID, *, lock: bool = False) -> Settlement:
    """One settlement. Raises NotAllowed, NotFound."""
    rules.may_reconcile(by)
    rows = models.Settlement.objects.select_for_update() if lock else models.Settlement.objects.all()
    row = rows.filter(id=settlement_id).first()
    if row is None:
        raise NotFound(what="settlement")
    return _settlement(row)


def settlement_lines(by: Actor, settlement_id: UUID) -> tuple[SettlementLine, ...]:
    """The lines of a settlement in the provider's order. Raises NotAllowed."""
    rules.may_reconcile(by)
    rows = models.SettlementLine.objects.filter(settlement_id=settlement_id).order_by("id")
    return tuple(
        SettlementLine(row.order, row.payment_key, LineKind(row.kind), row.amount, row.fee, row.vat, row.cancel_id)
        for row in rows
    )


def settlements_waiting() -> int:
    """Settlements whose money nobody has found at the bank, or not to the won."""
    waiting = (SettlementState.TAKEN, SettlementState.DIFFERS)
    return models.Settlement.objects.filter(state__in=waiting).count()


def bank_line_used(settlement: Settlement, reference: str) -> bool:
    """Whether another settlement of the same provider stands booked on the bank's line of this number."""
    booked = models.Settlement.objects.filter(provider=settlement.provider, state=SettlementState.BOOKED)
    return booked.filter(bank_reference=reference).exclude(id=settlement.id).exists()


def payments_in_settlement(provider: str, lines: Iterable[SettlementLine]) -> Mapping[str, Payment]:
    """Our payments that the lines of a statement are about, by the provider's key."""
    return payments_of_keys(provider, {line.payment_key for line in lines})


def cancelled_in_settlements(provider: str, keys: Collection[str]) -> Mapping[str, int]:
    """Won of these payments that the provider's settlements took off again, by its key."""
    lines = models.SettlementLine.objects.filter(provider=provider, payment_key__in=keys, kind=LineKind.CANCEL)
    return dict(lines.order_by().values_list("payment_key").annotate(won=Sum("amount")))


def payments_unsettled(provider: str, since: datetime, until: datetime, most: int) -> tuple[Payment, ...]:
    """Payments taken in that time, something of which we still count, that stand in no settlement. None for a provider of which
    no settlement was ever entered."""
    if not models.Settlement.objects.filter(provider=provider).exists():
        return ()
    lines = models.SettlementLine.objects.filter(
        provider=provider, payment_key=OuterRef("payment_key"), kind=LineKind.CAPTURE
    )
    rows = PaymentRow.objects.filter(provider=provider, captured_at__gte=since, captured_at__lt=until)
    rows = rows.exclude(state=PaymentState.REFUNDED).exclude(Exists(lines)).order_by("captured_at", "id")
    return tuple(payments_of_keys(provider, list(rows.values_list("payment_key", flat=True)[:most])).values())


def settled_of(differences: Iterable[DifferenceId]) -> tuple[DifferenceId, ...]:
    """Those of the differences whose payment stands in a settlement by now."""
    lines = models.SettlementLine.objects.filter(
        provider=OuterRef("provider"), payment_key=OuterRef("payment_key"), kind=LineKind.CAPTURE
    )
    rows = DifferenceRow.objects.filter(Exists(lines), id__in=list(differences))
    return tuple(DifferenceId(each) for each in rows.values_list("id", flat=True))


def _settlement(row: models.Settlement) -> Settlement:
    return Settlement(
        id=SettlementId(row.id),
        provider=row.provider,
        reference=row.reference,
        on=row.on,
        gross=row.gross,
        fee=row.fee,
        vat=row.vat,
        net=row.net,
        state=SettlementState(row.state),
        version=row.version,
        posting=row.posting,
        bank=None if row.bank_amount is None else BankLine(row.bank_amount, row.bank_reference),
        at=row.at,
    )
