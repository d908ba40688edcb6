"""Pledges: mine, one, by its payment; and the account of a deposit."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import RefundState, account_id
from dure.services.pledges import models
from dure.services.pledges.rules import disputes, permits, steps
from dure.services.pledges.types import (
    Consent,
    DepositAccount,
    DepositRefund,
    Pledge,
    PledgeId,
    PledgeState,
    ProjectId,
    ReceiverId,
    ReturnState,
    Settled,
    Split,
    StatementLine,
)

SHOWN_MAX: Final = 100
RETURNS: Final = {
    RefundState.ASKED: ReturnState.ASKED,
    RefundState.SETTLED: ReturnState.RETURNED,
    RefundState.PAID: ReturnState.RETURNED,
}


def account_code(pledge_id: UUID) -> str:
    """The code of the account in which the deposit of a pledge stands: nobody else's won are in it."""
    return f"pledge:{pledge_id}"


def receiver_code(receiver: UUID) -> str:
    """The code of the account in which stands what a receiver of a season received."""
    return f"pledges_receiver:{receiver}"


def pledge(pledge_id: PledgeId) -> Pledge:
    """One pledge. Raises NotFound."""
    found = _pledges(models.Pledge.objects.filter(id=pledge_id))
    if not found:
        raise NotFound(what="pledge")
    return found[0]


def pledge_of_payment(payment: UUID) -> Pledge:
    """The pledge for which a payment was asked. Raises NotFound."""
    found = _pledges(models.Pledge.objects.filter(payment=payment))
    if not found:
        raise NotFound(what="pledge")
    return found[0]


def payment_of(pledge_id: PledgeId) -> UUID | None:
    """The payment by which a deposit is asked for; None on the waiting list."""
    return models.Pledge.objects.filter(id=pledge_id).values_list("payment", flat=True).first()


def my_pledges(person: PersonId) -> tuple[Pledge, ...]:
    """All pledges of a person, the newest first."""
    return _pledges(models.Pledge.objects.filter(person_id=person).order_by("-asked_at", "-id")[:SHOWN_MAX])


def pledges_of(pledges: Collection[PledgeId]) -> Mapping[PledgeId, Pledge]:
    """These pledges, in a few statements, however many."""
    return {one.id: one for one in _pledges(models.Pledge.objects.filter(id__in=pledges))}


def pledges_in(person: PersonId, states: Collection[PledgeState]) -> tuple[tuple[ProjectId, PledgeId], ...]:
    """Every pledge of a person in one of these states, however many, with its project; in the order in which they are locked."""
    rows = models.Pledge.objects.filter(person_id=person, state__in=states).order_by("project_id", "id")
    return tuple((ProjectId(project), PledgeId(one)) for project, one in rows.values_list("project_id", "id"))


def live_pledge(project: ProjectId, person: PersonId) -> Pledge | None:
    """The person's place in a project, on its list or in it, if there is one."""
    found = _pledges(models.Pledge.objects.filter(project_id=project, person_id=person, state__in=steps.LIVE))
    return found[0] if found else None


def waiting_pledges(project: ProjectId) -> int:
    """How many wait for a place."""
    return models.Pledge.objects.filter(project_id=project, state=PledgeState.WAITING).count()


def holding(project: ProjectId) -> tuple[Pledge, ...]:
    """Pledges of a project whose deposit is held, by the time they were made."""
    return _pledges(models.Pledge.objects.filter(project_id=project, state__in=steps.HELD).order_by("held_at", "id"))


def statement(by: Actor, pledge_id: PledgeId) -> tuple[StatementLine, ...]:
    """The account of one deposit, line by line as the book has it. Its owner's, stewards' and auditors'. Raises NotAllowed."""
    found = pledge(pledge_id)
    if by.person != found.person:
        permits.may_look(by)
    account, left, lines = account_id(account_code(pledge_id)), 0, []
    if account not in book.balances([account]):
        return ()
    kinds: dict[UUID, str] = {}
    for transfer in book.statement(account):
        kinds[transfer.id] = transfer.kind
        won = transfer.amount.minor if transfer.credit == account else -transfer.amount.minor
        left += won
        undone = kinds.get(transfer.reverses, "") if transfer.reverses and won > 0 else ""
        lines.append(StatementLine(transfer.at, f"{undone}_back" if undone else transfer.kind, won, left))
    return tuple(lines)


def _pledges(rows: QuerySet[models.Pledge]) -> tuple[Pledge, ...]:
    return tuple(_pledge(row) for row in rows.select_related("settlement").prefetch_related("corrections"))


def _pledge(row: models.Pledge) -> Pledge:
    return Pledge(
        id=PledgeId(row.id),
        project=ProjectId(row.project_id),
        person=PersonId(row.person_id),
        state=PledgeState(row.state),
        deposit=row.deposit,
        consent=Consent(
            row.gives, ReceiverId(row.receiver_id) if row.receiver_id else None, row.gives and not row.receiver_id
        ),
        asked_at=row.asked_at,
        offered_until=row.offered_until,
        settled=_settled(row),
    )


def deposit_account(by: Actor, pledge_id: PledgeId) -> DepositAccount:
    """The account of one deposit with its refunds. Its owner's, stewards' and auditors'. Raises NotAllowed, NotFound."""
    lines, payment = statement(by, pledge_id), payment_of(pledge_id)
    asked = book.refunds_of(payment) if payment else ()
    refunds = [
        DepositRefund(one.amount, RETURNS.get(one.state, ReturnState.OWED), one.asked_at, one.settled_at)
        for one in asked
    ]
    return DepositAccount(lines, tuple(refunds))


def standing(row: models.Pledge) -> Split | None:
    """What stands of a deposit: what was settled, and what was corrected since; None before it is settled."""
    settlement: models.Settlement | None = getattr(row, "settlement", None)
    if settlement is None:
        return None
    moved = [Split(one.kept, one.refund, one.donation, one.fee) for one in row.corrections.all()]
    first = Split(settlement.kept, settlement.refund, settlement.donation, settlement.fee)
    return disputes.standing(first, moved)


def _settled(row: models.Pledge) -> Settled | None:
    settlement: models.Settlement | None = getattr(row, "settlement", None)
    stands = standing(row)
    if settlement is None or stands is None:
        return None
    return Settled(
        kept=stands.kept,
        refund=stands.refund,
        donation=stands.donation,
        fee=stands.fee,
        at=settlement.at,
        refunded=settlement.refunded_at is not None,
    )
