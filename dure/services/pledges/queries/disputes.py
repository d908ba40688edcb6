"""Disputes of settled counts: one's own, those that wait for a steward; what was corrected, and what a season publishes of it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.kit.verify import Finding
from dure.services.pledges import models
from dure.services.pledges.rules import commitment, permits
from dure.services.pledges.rules import disputes as rules
from dure.services.pledges.types import (
    Corrected,
    Dispute,
    DisputedDay,
    DisputeId,
    DisputeState,
    PledgeId,
    ProjectId,
    ProofState,
    Proposal,
    ReceiverId,
    SeasonId,
    Split,
)

from .pledges import pledge

SHOWN_MAX: Final = 100
CORRECTIONS_PAGE: Final = 1_000


def dispute(by: Actor, dispute_id: DisputeId) -> Dispute:
    """One dispute: its person's, stewards' and auditors'. Raises NotAllowed, NotFound."""
    found = _disputes(models.Dispute.objects.filter(id=dispute_id))
    if not found:
        raise NotFound(what="dispute")
    if by.person != found[0].person:
        permits.may_look(by)
    return _told(by, found[0])


def disputes_of(by: Actor, pledge_id: PledgeId) -> tuple[Dispute, ...]:
    """The disputes of a pledge, the newest first: its person's, stewards' and auditors'. Raises NotAllowed, NotFound."""
    if by.person != pledge(pledge_id).person:
        permits.may_look(by)
    found = _disputes(models.Dispute.objects.filter(pledge_id=pledge_id).order_by("-asked_at", "-id"))
    return tuple(_told(by, one) for one in found)


def disputes_waiting(by: Actor) -> tuple[Dispute, ...]:
    """Disputes that nobody has decided, the oldest first: for stewards and auditors. Raises NotAllowed."""
    permits.may_look(by)
    rows = models.Dispute.objects.filter(state__in=rules.UNDECIDED).order_by("asked_at", "id")
    return _disputes(rows[:SHOWN_MAX])


def count_disputes() -> int:
    """How many disputes wait for a steward."""
    return models.Dispute.objects.filter(state__in=rules.UNDECIDED).count()


def undecided_of(receiver: ReceiverId) -> int:
    """How many disputes nobody has decided would take something back from this receiver."""
    return models.Dispute.objects.filter(state__in=rules.UNDECIDED, pledge__settlement__receiver_id=receiver).count()


def granted_days(pledge_id: UUID) -> frozenset[int]:
    """The days of a pledge that two stewards let count after the settlement."""
    upheld = models.DisputeDay.objects.filter(pledge_id=pledge_id, counts=True, dispute__state=DisputeState.UPHELD)
    return frozenset(upheld.values_list("day", flat=True))


def changes_of(pledge_id: UUID) -> tuple[Split, ...]:
    """What corrections moved of a pledge, in their order."""
    rows = models.Correction.objects.filter(pledge_id=pledge_id).order_by("number")
    return tuple(Split(row.kept, row.refund, row.donation, row.fee) for row in rows)


def corrections(season_id: SeasonId) -> tuple[Corrected, ...]:
    """What a season publishes beside its root: every correction, in order. It names nobody and says no count."""
    return tuple(map(_corrected, models.Correction.objects.filter(season_id=season_id).order_by("number")))


def corrections_page(season_id: SeasonId, after: int = 0) -> tuple[Corrected, ...]:
    """The same, at most CORRECTIONS_PAGE after the entry `after`; the last one's number leads on."""
    rows = models.Correction.objects.filter(season_id=season_id, number__gt=after).order_by("number")
    return tuple(map(_corrected, rows[:CORRECTIONS_PAGE]))


def last_correction(season_id: SeasonId) -> Corrected | None:
    """The last entry; its number says how many there are."""
    row = models.Correction.objects.filter(season_id=season_id).order_by("-number").first()
    return _corrected(row) if row else None


def other_corrections() -> tuple[Finding, ...]:
    """Corrections that do not follow from the published root, the entry before them and the counts that stood and stand."""
    rows = models.Correction.objects.select_related("season", "pledge__settlement").order_by("season_id", "number")
    heads: dict[UUID, tuple[int, str]] = {}
    kept: dict[UUID, int] = {}
    found = []
    for row in rows.iterator():
        number, head = heads.get(row.season_id, (0, row.season.root))
        stood = kept.get(row.pledge_id, row.pledge.settlement.kept)
        before, after = commitment.leaf(row.pledge_id, stood), commitment.leaf(row.pledge_id, stood + row.kept)
        made = commitment.entry(bytes.fromhex(head), before, after).hex()
        if (row.number, row.before, row.after, row.hash) != (number + 1, before.hex(), after.hex(), made):
            what = f"correction {row.number} does not follow from the root, the entries before it and its counts"
            found.append(Finding("pledges.corrections", what, str(row.season_id)))
        heads[row.season_id], kept[row.pledge_id] = (row.number, row.hash), stood + row.kept
    return tuple(found)


def _corrected(row: models.Correction) -> Corrected:
    return Corrected(row.number, row.at, row.before, row.after, row.hash)


def _told(by: Actor, one: Dispute) -> Dispute:
    """A dispute as its own person hears of it: what one steward proposes is no word yet, and who said it is not told."""
    if by.person != one.person:
        return one
    if one.decided_at is None:
        days = tuple(replace(day, counts=False) for day in one.days)
        return replace(one, days=days, proposal=None)
    return replace(one, proposal=replace(one.proposal, by=None)) if one.proposal else one


def _disputes(rows: QuerySet[models.Dispute]) -> tuple[Dispute, ...]:
    found = list(rows.select_related("pledge", "correction").prefetch_related("days", "steps"))
    states = _states({row.pledge_id for row in found})
    return tuple(_dispute(row, states) for row in found)


def _states(pledges: Collection[UUID]) -> Mapping[tuple[UUID, int], ProofState]:
    disputed = Exists(models.DisputeDay.objects.filter(pledge=OuterRef("pledge"), day=OuterRef("day")))
    rows = models.Proof.objects.filter(disputed, pledge_id__in=pledges).values_list("pledge_id", "day", "state")
    return {(of, day): ProofState(state) for of, day, state in rows}


def _dispute(row: models.Dispute, states: Mapping[tuple[UUID, int], ProofState]) -> Dispute:
    moved: models.Correction | None = getattr(row, "correction", None)
    proposed = next((step for step in row.steps.all() if step.id == row.proposal), None)
    return Dispute(
        id=DisputeId(row.id),
        pledge=PledgeId(row.pledge_id),
        project=ProjectId(row.pledge.project_id),
        person=PersonId(row.pledge.person_id),
        state=DisputeState(row.state),
        days=tuple(
            DisputedDay(one.day, states.get((row.pledge_id, one.day)), one.counts)
            for one in sorted(row.days.all(), key=lambda one: one.day)
        ),
        why=row.why,
        asked_at=row.asked_at,
        proposal=Proposal(proposed.id, PersonId(proposed.by), proposed.why, proposed.at) if proposed else None,
        decided_at=row.decided_at,
        change=Split(moved.kept, moved.refund, moved.donation, moved.fee) if moved else None,
    )
