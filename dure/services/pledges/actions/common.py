"""What several actions of pledges do: find a row under its lock, follow a state table, give a deposit back.

Locks, in this order: season, project, pledges by their ids, proof; then the ledger's accounts.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, system
from dure.base.refusals import NotFound, Refusal
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import AccountId, Kind, Limit, NewAccount, NewRefund, PaymentId
from dure.kit import outbox
from dure.services.pledges import models
from dure.services.pledges.rules import days, steps
from dure.services.pledges.types import (
    PledgeEnded,
    PledgeState,
    PledgeWant,
    ProjectState,
    ProjectWant,
    SeasonPhase,
    SeasonState,
)

DEPOSIT: Final = Kind("deposit")
DONATION: Final = Kind("donation")
FEES: Final = "pledges_fees"
CASHIER: Final = system("pledges.cashier")  # settles what a provider says, whoever is looking


def season_row(season: UUID) -> models.Season:
    """The season as it stands. Whoever settles it locks each pledge, as everybody does who changes one. Raises NotFound."""
    return _found(models.Season.objects.filter(id=season).first(), "season")


def lock_season(season: UUID) -> models.Season:
    """The season, locked until the transaction ends. Raises NotFound."""
    return _found(models.Season.objects.select_for_update().filter(id=season).first(), "season")


def lock_project(project: UUID) -> models.Project:
    """The project, locked until the transaction ends. Raises NotFound."""
    return _found(models.Project.objects.select_for_update().filter(id=project).first(), "project")


def lock_pledge(pledge: UUID) -> models.Pledge:
    """The pledge, locked until the transaction ends, with its project and season as they stand. Raises NotFound."""
    rows = models.Pledge.objects.select_for_update(of=("self",)).select_related("project__season")
    return _found(rows.filter(id=pledge).first(), "pledge")


def phase_of(season: models.Season) -> SeasonPhase:
    """Where a season is today."""
    state = SeasonState(season.state)
    return days.phase(state, season.starts_on, season.propose_until, season.join_until, clock.today())


def move_project(row: models.Project, want: ProjectWant, by: Actor, why: str = "") -> datetime:
    """Lead a project along its table and write the step down. Answers when. Raises WrongStep."""
    after, now = steps.project_after(ProjectState(row.state), want), clock.now()
    models.ProjectStep.objects.create(project=row, want=want, after=after, by=by.person, why=why, at=now)
    row.state = after
    row.save(update_fields=["state"])
    return now


def move_pledge(row: models.Pledge, want: PledgeWant) -> None:
    """Lead a pledge along its table; whoever is out of it has an end. Raises WrongStep."""
    row.state = steps.pledge_after(PledgeState(row.state), want)
    if PledgeState(row.state) not in steps.LIVE:
        row.ended_at = clock.now()
    row.save(update_fields=["state", "ended_at"])


def give_back(row: models.Pledge, want: PledgeWant, why: str) -> bool:
    """Lead a pledge out of its project; a deposit that was held goes back, all of it. Answers whether one was."""
    was_held = PledgeState(row.state) in steps.HELD
    move_pledge(row, want)
    if not was_held or row.payment is None:
        return False
    ledger.refund_payment(CASHIER, PaymentId(row.payment), row.deposit, refund_id(row.id), why)
    outbox.emit(
        PledgeEnded(pledge=row.id, project=row.project_id, person=row.person_id, refund=row.deposit, at=clock.now())
    )
    return True


def give_all_back(rows: Sequence[models.Pledge], want: PledgeWant, why: str) -> int:
    """Lead pledges out of their project, as `give_back` does one, in a few statements. Answers how many deposits go back."""
    held = [row for row in rows if PledgeState(row.state) in steps.HELD and row.payment is not None]
    now, by_state = clock.now(), defaultdict[PledgeState, list[UUID]](list)
    for row in rows:
        by_state[steps.pledge_after(PledgeState(row.state), want)].append(row.id)
    for state, pledges in by_state.items():
        models.Pledge.objects.filter(id__in=pledges).update(state=state, ended_at=now)
    asked = [NewRefund(refund_id(row.id), row.payment or row.id, row.deposit, why) for row in held]
    for answer in ledger.refund_payments(CASHIER, asked):
        if isinstance(answer, Refusal):
            raise answer
    outbox.emit_many(
        [
            PledgeEnded(pledge=row.id, project=row.project_id, person=row.person_id, refund=row.deposit, at=now)
            for row in held
        ]
    )
    return len(held)


def refund_id(pledge: UUID) -> UUID:
    """The id of the one refund of a pledge: equal sums of two pledges are two refunds."""
    return ids.derived(pledge, "refund")


def holding(by: Actor, code: str) -> AccountId:
    """An account that holds won and cannot give more than it holds; opened when it is not there."""
    return ledger.open_account(by, NewAccount(code, Limit.DEBITS_MUST_NOT_EXCEED_CREDITS), clock.now()).id


def _found[Row](row: Row | None, what: str) -> Row:
    if row is None:
        raise NotFound(what=what)
    return row
