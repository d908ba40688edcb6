"""Proofs: of a day, of a pledge, of a group; those that wait for a word."""

from collections.abc import Mapping
from typing import Final

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.services.pledges import models
from dure.services.pledges.rules import days, permits, steps
from dure.services.pledges.types import PledgeId, Project, Proof, ProofId, ProofState, SeasonId

from .guarding import hushed_proofs, sees, unseen_by

FEED_PAGE: Final = 30


def proof(proof_id: ProofId) -> Proof:
    """One proof. Raises NotFound."""
    found = _proofs(models.Proof.objects.filter(id=proof_id))
    if not found:
        raise NotFound(what="proof")
    return found[0]


def day_of(pledge: PledgeId, day: int) -> Proof | None:
    """What was sent for a day of a pledge."""
    found = _proofs(models.Proof.objects.filter(pledge_id=pledge, day=day).exclude(state=ProofState.WITHDRAWN))
    return found[0] if found else None


def days_of(pledge: PledgeId) -> Mapping[int, ProofState]:
    """How each day of a pledge stands for which something was sent."""
    rows = models.Proof.objects.filter(pledge_id=pledge).exclude(state=ProofState.WITHDRAWN)
    return {day: ProofState(state) for day, state in rows.values_list("day", "state")}


def group_days(project: Project) -> Mapping[int, int]:
    """How many kept each day, of everybody whose deposit is held."""
    rows = models.Proof.objects.filter(
        pledge__project_id=project.id, pledge__state__in=(*steps.HELD, "settled"), state__in=days.COUNTING
    )
    return dict(rows.order_by().values_list("day").annotate(Count("id")))


def doubted(pledge: PledgeId) -> tuple[Proof, ...]:
    """Proofs of a pledge that were rejected, appealed or refused, the newest day first."""
    states = (ProofState.REJECTED, ProofState.APPEALED, ProofState.REFUSED)
    return _proofs(models.Proof.objects.filter(pledge_id=pledge, state__in=states).order_by("-day"))


def feed(by: Actor, project: Project, before: ProofId | None = None, *, judging: bool = False) -> tuple[Proof, ...]:
    """What the group proved, the newest first, a page at a time: without that of people of whom one blocked the other, and
    without what a steward took out of sight. Who is `judging` (the leader at the desk) and who watches see all.

    Raises NotAllowed.
    """
    person = permits.somebody(by)
    is_in = models.Pledge.objects.filter(
        project_id=project.id, person_id=person, state__in=(*steps.HELD, "settled")
    ).exists()
    permits.may_see_group(by, project.leader, is_in)
    hidden = (ProofState.WITHDRAWN, ProofState.REJECTED, ProofState.APPEALED, ProofState.REFUSED)
    rows = models.Proof.objects.filter(pledge__project_id=project.id).exclude(state__in=hidden)
    if not (judging or by.is_steward or by.is_auditor):
        rows = rows.exclude(pledge__person__in=unseen_by(person))
        rows = rows.exclude(Q(id__in=hushed_proofs(project.id)) & ~Q(pledge__person_id=person))
    if before is not None:
        rows = rows.filter(id__lt=before)
    return _proofs(rows.order_by("-id")[:FEED_PAGE])


def proofs_waiting(by: Actor, project: Project | None = None) -> tuple[Proof, ...]:
    """Late proofs and appeals that wait for a word, the oldest first: of one project for its leader, of all for stewards.

    Raises NotAllowed.
    """
    rows = models.Proof.objects.filter(state__in=steps.WAITS_FOR_A_WORD, pledge__state__in=steps.HELD)
    if project is None:
        permits.may_look(by)
    else:
        if not (by.is_steward or by.is_auditor):
            permits.may_lead(by, project.leader)
        rows = rows.filter(pledge__project_id=project.id)
    return _proofs(rows.order_by("sent_at", "id")[:FEED_PAGE])


def picture_of(by: Actor, proof_id: ProofId) -> str:
    """Where the picture of a proof lies in the private store, for those who may see it. Raises NotFound, NotAllowed."""
    row = models.Proof.objects.filter(id=proof_id).exclude(picture="").select_related("pledge__project").first()
    if row is None:
        raise NotFound(what="picture")
    person = permits.somebody(by)
    group = models.Pledge.objects.filter(project_id=row.pledge.project_id, person_id=person)
    if person != row.pledge.person_id:
        is_in = row.state in days.COUNTING and group.filter(state__in=(*steps.HELD, "settled")).exists()
        judges = person == row.pledge.project.leader_id or by.is_steward or by.is_auditor
        if is_in and not judges and not sees(by, PersonId(row.pledge.person_id), proof_id):
            raise NotFound(what="picture")
        permits.may_see_group(by, PersonId(row.pledge.project.leader_id), is_in)
    return str(row.picture.name)


def _proofs(rows: QuerySet[models.Proof]) -> tuple[Proof, ...]:
    # `exclude`: only pictures have a print. Without it each proof without one would be counted beside all the others without one.
    same = (
        models.Proof.objects.filter(
            print=OuterRef("print"), pledge__project__season=OuterRef("pledge__project__season")
        )
        .exclude(id=OuterRef("id"))
        .exclude(print="")
        .order_by()
        .values("print")
        .annotate(n=Count("id"))
        .values("n")
    )
    alike = Coalesce(Subquery(same), 0)
    return tuple(_proof(row) for row in rows.annotate(alike=alike).select_related("pledge"))


def _proof(row: models.Proof) -> Proof:
    return Proof(
        id=ProofId(row.id),
        pledge=PledgeId(row.pledge_id),
        person=PersonId(row.pledge.person_id),
        day=row.day,
        state=ProofState(row.state),
        text=row.text,
        number=row.number,
        has_picture=bool(row.picture),
        alike=vars(row)["alike"] if row.print else 0,
        sent_at=row.sent_at,
        why=row.why,
        appeal=row.appeal,
    )


def season_of_proof(proof_id: ProofId) -> SeasonId:
    """The season in which a proof was sent. Raises NotFound."""
    found = models.Proof.objects.filter(id=proof_id).values_list("pledge__project__season_id", flat=True).first()
    if found is None:
        raise NotFound(what="proof")
    return SeasonId(found)
