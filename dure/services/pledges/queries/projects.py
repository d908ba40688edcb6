"""Projects: found, shown, counted."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.services.pledges import models
from dure.services.pledges.rules import permits, steps
from dure.services.pledges.types import (
    PledgeState,
    Project,
    ProjectId,
    ProjectState,
    ProofKind,
    SeasonId,
    Window,
)

PAGE: Final = 50


def project(project_id: ProjectId) -> Project:
    """One project. Raises NotFound."""
    return _one(models.Project.objects.filter(id=project_id))


def project_by_code(code: str, by: Actor) -> Project:
    """The project with this code; one that is not open yet is its leader's and the stewards'. Raises NotFound."""
    found = _one(models.Project.objects.filter(code=code))
    seen_by_all = found.state in (ProjectState.OPEN, ProjectState.CANCELLED)
    if not (seen_by_all or by.person == found.leader or by.is_steward or by.is_auditor):
        raise NotFound(what="project")
    return found


def projects_of(projects: Collection[ProjectId]) -> Mapping[ProjectId, Project]:
    """These projects, in a statement, however many."""
    rows = _with_counts(models.Project.objects.filter(id__in=projects))
    return {one.id: one for one in map(_project, rows)}


def find_projects(
    season: SeasonId, said: str = "", proof: ProofKind | None = None, with_room: bool = False, page: int = 1
) -> tuple[Project, ...]:
    """Open projects of a season that fit, PAGE at a time: by their title."""
    rows = models.Project.objects.filter(season_id=season, state=ProjectState.OPEN)
    for word in said.split()[:5]:
        rows = rows.filter(Q(title__icontains=word) | Q(promise__icontains=word))
    if proof is not None:
        rows = rows.filter(proof=proof)
    found = _with_counts(rows)
    if with_room:
        found = found.filter(capacity__gt=F("places_taken"))
    start = (max(1, page) - 1) * PAGE
    return tuple(_project(row) for row in found.order_by("title", "id")[start : start + PAGE])


def led_by(person: PersonId) -> tuple[Project, ...]:
    """Projects that a person leads, the newest first."""
    rows = models.Project.objects.filter(leader_id=person).order_by("-proposed_at", "-id")
    return tuple(_project(row) for row in _with_counts(rows)[:PAGE])


def projects_to_review(by: Actor) -> tuple[Project, ...]:
    """Proposed projects, the oldest first. Raises NotAllowed."""
    permits.may_look(by)
    rows = models.Project.objects.filter(state=ProjectState.PROPOSED).order_by("proposed_at", "id")
    return tuple(_project(row) for row in _with_counts(rows)[:PAGE])


def taken(project_id: UUID) -> int:
    """How many places of a project are taken or kept for somebody."""
    return models.Pledge.objects.filter(project_id=project_id, state__in=steps.HOLDING_A_PLACE).count()


def _with_counts(rows: QuerySet[models.Project]) -> QuerySet[models.Project]:
    holding = (*steps.HOLDING_A_PLACE, PledgeState.SETTLED)
    decided = models.ProjectStep.objects.filter(project=OuterRef("pk")).exclude(want="lead")  # says who led before
    why = decided.order_by("-at", "-id").values("why")[:1]
    taken_places = Count("pledges", filter=Q(pledges__state__in=holding))
    return rows.annotate(
        places_taken=taken_places,
        people_waiting=Count("pledges", filter=Q(pledges__state=PledgeState.WAITING)),
        said=Subquery(why),
    )


def _one(rows: QuerySet[models.Project]) -> Project:
    row = _with_counts(rows).first()
    if row is None:
        raise NotFound(what="project")
    return _project(row)


def _project(row: models.Project) -> Project:
    counted = vars(row)
    return Project(
        id=ProjectId(row.id),
        code=row.code,
        season=SeasonId(row.season_id),
        leader=PersonId(row.leader_id),
        title=row.title,
        promise=row.promise,
        how=row.how,
        proof=ProofKind(row.proof),
        unit=row.unit,
        capacity=row.capacity,
        taken=counted["places_taken"],
        waiting=counted["people_waiting"],
        days_a_week=row.days_a_week,
        window=Window(row.window_start, row.window_until),
        state=ProjectState(row.state),
        why=counted["said"] or "",
    )
