"""Seasons, their receivers, their sums."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum

from dure.base import clock
from dure.base.actors import OrganisationId
from dure.base.refusals import NotFound
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import AccountId, account_id
from dure.services.pledges import models
from dure.services.pledges.rules import days, steps
from dure.services.pledges.rules.telling import FLOOR
from dure.services.pledges.types import (
    OpenBox,
    ProjectState,
    Receiver,
    ReceiverId,
    ReceiverSum,
    Season,
    SeasonFigures,
    SeasonId,
    SeasonState,
)

from .pledges import receiver_code

SEASONS_MAX: Final = 50
BOXES_MAX: Final = 100


def season(season_id: SeasonId) -> Season:
    """One season. Raises NotFound."""
    return _one(models.Season.objects.filter(id=season_id))


def season_by_code(code: str) -> Season:
    """The season with this code. Raises NotFound."""
    return _one(models.Season.objects.filter(code=code))


def seasons() -> tuple[Season, ...]:
    """All seasons, the newest first."""
    return _seasons(models.Season.objects.order_by("-starts_on", "-id")[:SEASONS_MAX])


def current_seasons() -> tuple[Season, ...]:
    """Seasons that are not settled, the one that begins first first."""
    rows = models.Season.objects.exclude(state=SeasonState.SETTLED).order_by("starts_on", "id")
    return _seasons(rows[:SEASONS_MAX])


def figures(season_id: SeasonId) -> SeasonFigures | None:
    """A season in sums; None while fewer people than FLOOR are in it."""
    pledges = models.Pledge.objects.filter(project__season_id=season_id)
    inside = pledges.filter(state__in=(*steps.HELD, "settled"))
    people_in = inside.aggregate(n=Count("person", distinct=True))["n"]
    if people_in < FLOOR:
        return None
    settled = models.Settlement.objects.filter(pledge__project__season_id=season_id)
    sums = settled.aggregate(Sum("kept"), Sum("refund"), Sum("donation"), Sum("fee"))
    waiting = settled.filter(refunded_at__isnull=True).aggregate(won=Sum("refund"))["won"]
    return SeasonFigures(
        projects=models.Project.objects.filter(season_id=season_id, state=ProjectState.OPEN).count(),
        people=people_in,
        held=pledges.filter(state__in=steps.HELD).aggregate(won=Sum("deposit"))["won"] or 0,
        kept_days=sums["kept__sum"] or 0,
        refund=sums["refund__sum"] or 0,
        donation=sums["donation__sum"] or 0,
        fee=sums["fee__sum"] or 0,
        waiting_for_refund=waiting or 0,
    )


def receiver_sums(season_id: SeasonId) -> tuple[ReceiverSum, ...]:
    """What each receiver of a season received, and what left for its bank or box: for the desk. Others read `told_sums`."""
    receivers = season(season_id).receivers
    holds = {one.id: account_id(receiver_code(one.id)) for one in receivers}
    took = {one.id: account_id(paid_code(one.id)) for one in receivers}
    balances = book.balances([*holds.values(), *took.values()])

    def held(account: AccountId) -> int:
        return balances[account].held if account in balances else 0

    pooled = pooled_of(season_id)
    sums = []
    for one in receivers:
        lies, left = held(holds[one.id]), held(took[one.id])
        left += 0 if lies else pooled.get(one.id, 0)  # it lies there until the box has taken it
        sums.append(ReceiverSum(one, lies + left, left))
    return tuple(sums)


def pooled_of(season_id: SeasonId) -> Mapping[ReceiverId, int]:
    """What was pooled for the box of each receiver, and did not come back."""
    rows = models.Pool.objects.filter(receiver__season_id=season_id, back_at=None)
    return {ReceiverId(receiver): won for receiver, won in rows.values_list("receiver_id", "won")}


def open_boxes() -> tuple[OpenBox, ...]:
    """Donation boxes that a season may name, the one that closes last first."""
    rows = models.OpenBox.objects.order_by("-closes_at", "id")[:BOXES_MAX]
    return tuple(OpenBox(row.id, OrganisationId(row.organisation_id), row.title, row.closes_at) for row in rows)


def paid_code(receiver: UUID) -> str:
    """The code of the account in which stands what of a receiver's won left for its bank."""
    return f"pledges_paid:{receiver}"


def _one(rows: QuerySet[models.Season]) -> Season:
    found = _seasons(rows)
    if not found:
        raise NotFound(what="season")
    return found[0]


def _seasons(rows: QuerySet[models.Season]) -> tuple[Season, ...]:
    found = list(rows)
    receivers = _receivers([row.id for row in found])
    today = clock.today()
    return tuple(
        Season(
            id=SeasonId(row.id),
            code=row.code,
            name=row.name,
            starts_on=row.starts_on,
            ends_on=days.last_day(row.starts_on),
            propose_until=row.propose_until,
            join_until=row.join_until,
            deposit=row.deposit,
            grace_minutes=row.grace_minutes,
            fee_percent=row.fee_percent,
            state=SeasonState(row.state),
            phase=days.phase(SeasonState(row.state), row.starts_on, row.propose_until, row.join_until, today),
            receivers=receivers.get(row.id, ()),
            settled_at=row.settled_at,
            root=row.root,
        )
        for row in found
    )


def _receivers(of: list[UUID]) -> Mapping[UUID, tuple[Receiver, ...]]:
    rows = (
        models.Receiver.objects.filter(season_id__in=of).annotate(called=F("organisation__name")).order_by("position")
    )
    found: dict[UUID, tuple[Receiver, ...]] = {}
    for row in rows:
        called = vars(row)["called"]
        name = f"{row.title} ({called})" if row.box else called
        receiver = Receiver(ReceiverId(row.id), OrganisationId(row.organisation_id), name, row.box)
        found[row.season_id] = (*found.get(row.season_id, ()), receiver)
    return found
