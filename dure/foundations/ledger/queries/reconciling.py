"""Reads of reconciliation: runs, differences, how each stands."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Min, OuterRef, QuerySet, Subquery, Sum

from dure.base.refusals import NotFound
from dure.foundations.ledger.models import reconciling as models
from dure.foundations.ledger.models.payments import Payment as PaymentRow
from dure.foundations.ledger.models.payments import Refund as RefundRow
from dure.foundations.ledger.rules import reconciling as rules
from dure.foundations.ledger.types.payments import OrderId, Payment, RefundState
from dure.foundations.ledger.types.providers import Difference, DifferenceKind
from dure.foundations.ledger.types.reconciling import (
    DifferenceEntry,
    DifferenceId,
    DifferencePage,
    DifferenceState,
    DifferenceStep,
    DifferenceWant,
    Reconciliation,
    ReconciliationId,
    ReconciliationOutcome,
)
from dure.foundations.people.types import Actor

from .payments import payment

__all__ = [
    "difference",
    "differences",
    "differences_open",
    "open_in_period",
    "open_of_kind",
    "payment_of_provider",
    "providers_silent",
    "reconciliations",
    "refunds_under_way",
    "states_of",
]

PAGE = 50
RUNS_SHOWN = 12


def differences(by: Actor, state: DifferenceState | None = None, kind: str = "", page: int = 1) -> DifferencePage:
    """A page of differences, the latest first, of one state and one kind or of all. Raises NotAllowed."""
    rules.may_reconcile(by)
    rows = _stated()
    if state is not None:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    pages = Paginator(rows.order_by("-at", "id"), PAGE)
    shown = pages.get_page(page)
    return DifferencePage(tuple(_entry(row) for row in shown), shown.number, pages.num_pages, pages.count)


def difference(by: Actor, difference_id: UUID) -> DifferenceEntry:
    """One difference with its steps. Raises NotAllowed, NotFound."""
    rules.may_reconcile(by)
    row = _stated().filter(id=difference_id).first()
    if row is None:
        raise NotFound(what="difference")
    return _entry(row, row.steps.order_by("id"))


def differences_open() -> int:
    """How many wait for somebody."""
    return _stated().filter(state=DifferenceState.OPEN).count()


def open_in_period(provider: str, since: datetime, until: datetime) -> tuple[DifferenceId, ...]:
    """Differences of payments taken in that time that no run has found equal since."""
    rows = _stated().filter(provider=provider, at__gte=since, at__lt=until)
    rows = rows.exclude(state=DifferenceState.AGREED).exclude(kind__in=rules.OF_SETTLEMENTS)
    return tuple(DifferenceId(each) for each in rows.values_list("id", flat=True))


def open_of_kind(provider: str, kind: DifferenceKind) -> tuple[DifferenceId, ...]:
    """Differences of one kind at a provider that are open."""
    rows = _stated().filter(provider=provider, kind=kind, state=DifferenceState.OPEN)
    return tuple(DifferenceId(each) for each in rows.values_list("id", flat=True))


def states_of(differences: Iterable[UUID]) -> Mapping[UUID, DifferenceState]:
    """How each stands; those nobody has written a step for are left out."""
    rows = _stated().filter(id__in=differences, state__isnull=False).values_list("id", "state")
    return {one: DifferenceState(state) for one, state in rows}


def reconciliations(by: Actor, most: int = RUNS_SHOWN) -> tuple[Reconciliation, ...]:
    """The latest runs. Raises NotAllowed."""
    rules.may_reconcile(by)
    return tuple(_run(row) for row in models.Reconciliation.objects.order_by("-at", "-id")[:most])


def providers_silent() -> tuple[str, ...]:
    """Providers that could not be asked when they were last compared."""
    latest = models.Reconciliation.objects.order_by("provider", "-at", "-id").distinct("provider")
    return tuple(row.provider for row in latest if row.outcome == ReconciliationOutcome.SILENT)


def payment_of_provider(provider: str, payment_key: str) -> Payment | None:
    """Our payment that the provider knows under this key, whenever it was taken."""
    found = PaymentRow.objects.filter(provider=provider, payment_key=payment_key).exclude(payment_key="")
    row = found.values_list("id", flat=True).first()
    return payment(row) if row else None


def refunds_under_way(payment_id: UUID) -> int:
    """Won that are owed back and of which the provider's answer is not here yet."""
    asked = RefundRow.objects.filter(payment_id=payment_id, state=RefundState.ASKED)
    return asked.aggregate(won=Sum("amount"))["won"] or 0


def _stated() -> QuerySet[Any]:
    """Differences with how they stand, and when they were found."""
    last = models.DifferenceStep.objects.filter(difference=OuterRef("pk")).order_by("-id")
    return models.Difference.objects.annotate(state=Subquery(last.values("after")[:1]), found_at=Min("steps__at"))


def _entry(row: models.Difference, steps: Iterable[models.DifferenceStep] = ()) -> DifferenceEntry:
    said = vars(row)
    return DifferenceEntry(
        id=DifferenceId(row.id),
        provider=row.provider,
        difference=Difference(
            DifferenceKind(row.kind), OrderId(row.order), row.payment_key, row.ours, row.theirs, row.at
        ),
        state=DifferenceState(said["state"]),
        found_at=said["found_at"],
        steps=tuple(
            DifferenceStep(DifferenceWant(step.want), DifferenceState(step.after), step.at, step.by_id, step.note)
            for step in steps
        ),
    )


def _run(row: models.Reconciliation) -> Reconciliation:
    return Reconciliation(
        id=ReconciliationId(row.id),
        provider=row.provider,
        since=row.since,
        until=row.until,
        outcome=ReconciliationOutcome(row.outcome),
        ours=row.ours,
        theirs=row.theirs,
        found=row.found,
        at=row.at,
        by=row.by_id,
    )
