"""Whom pledges writes to, and what about."""

from collections.abc import Mapping
from typing import Final

from django.db.models import Count, Sum

from dure.base.actors import Actor, PersonId
from dure.services.pledges import models
from dure.services.pledges.rules import permits, steps
from dure.services.pledges.types import Notice, NoticeId, PersonSettled, PledgeState, Project, ProjectId, SeasonId

NOTICES_SHOWN: Final = 3


def notices(project_id: ProjectId) -> tuple[Notice, ...]:
    """What a leader lets everybody of a project know, the newest first; what was taken down is not there."""
    rows = models.Notice.objects.filter(project_id=project_id, taken_down_at__isnull=True).order_by("-id")
    return tuple(_notice(row) for row in rows[:NOTICES_SHOWN])


def notices_for(by: Actor, project: Project) -> tuple[Notice, ...]:
    """The same, for who sees the group. Raises NotAllowed."""
    person = permits.somebody(by)
    rows = models.Pledge.objects.filter(project_id=project.id, person_id=person, state__in=(*steps.HELD, "settled"))
    permits.may_see_group(by, project.leader, rows.exists())
    return notices(project.id)


def notice(notice_id: NoticeId) -> Notice | None:
    """One notice, as long as it stands."""
    row = models.Notice.objects.filter(id=notice_id, taken_down_at__isnull=True).first()
    return _notice(row) if row else None


def going_on(project_id: ProjectId) -> tuple[PersonId, ...]:
    """Who is in a project and goes on."""
    rows = models.Pledge.objects.filter(project_id=project_id, state=PledgeState.JOINED).order_by("person_id")
    return tuple(PersonId(one) for one in rows.values_list("person_id", flat=True))


def cancelled_in(project_id: ProjectId) -> tuple[PersonId, ...]:
    """Who was in a project, or waited for a place, when it was cancelled."""
    rows = models.Pledge.objects.filter(project_id=project_id, state=PledgeState.CANCELLED).order_by("person_id")
    return tuple(PersonId(one) for one in rows.values_list("person_id", flat=True).distinct())


def settled_of(season_id: SeasonId) -> Mapping[PersonId, PersonSettled]:
    """What became of the deposits of each person of a settled season; one statement, however many people."""
    rows = models.Settlement.objects.filter(pledge__project__season_id=season_id).order_by("pledge__person_id")
    sums = rows.values("pledge__person_id").annotate(
        many=Count("pledge"), refunds=Sum("refund"), donations=Sum("donation"), fees=Sum("fee")
    )
    return {
        PersonId(one["pledge__person_id"]): PersonSettled(one["many"], one["refunds"], one["donations"], one["fees"])
        for one in sums
    }


def _notice(row: models.Notice) -> Notice:
    return Notice(id=NoticeId(row.id), project=ProjectId(row.project_id), by=PersonId(row.by), text=row.text, at=row.at)
