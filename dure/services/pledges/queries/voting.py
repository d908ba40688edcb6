"""The vote of a group: one's own ballot, what the votes come to, and what they came to."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Count

from dure.base import clock
from dure.base.actors import Actor
from dure.services.pledges import models
from dure.services.pledges.rules import permits, steps, voting
from dure.services.pledges.rules.telling import FLOOR
from dure.services.pledges.types import (
    Ballot,
    PledgeId,
    PledgeState,
    ProjectId,
    ReceiverId,
    SeasonId,
    VoteCount,
)

from .pledges import pledge
from .projects import project
from .seasons import season

VOTING = (*steps.HELD, PledgeState.SETTLED)


def ballot(by: Actor, pledge_id: PledgeId) -> Ballot:
    """The vote as whose pledge it is sees it: their own word; once it is over what it came to, and how many chose whom where so
    many voted that nobody's word follows from it. Raises NotAllowed, NotFound.
    """
    found = pledge(pledge_id)
    permits.may_touch(by, found.person)
    of = season(project(found.project).season)
    mine = models.Vote.objects.filter(pledge_id=pledge_id).values_list("receiver_id", flat=True).first()
    chosen = group_choice(found.project)
    votes = votes_of_project(found.project) if chosen else {}
    return Ballot(
        pledge=pledge_id,
        opens_on=voting.opens_on(of.starts_on),
        is_open=voting.is_open(of.state, of.starts_on, clock.today()) and found.state in steps.HELD,
        mine=ReceiverId(mine) if mine else None,
        chosen=chosen,
        counts=tuple(VoteCount(one.id, votes.get(one.id, 0)) for one in of.receivers)
        if sum(votes.values()) >= FLOOR
        else (),
    )


def group_choice(project_id: ProjectId) -> ReceiverId | None:
    """Whom a project's vote chose; None before the settlement begins."""
    found = models.GroupChoice.objects.filter(project_id=project_id).values_list("receiver_id", flat=True).first()
    return ReceiverId(found) if found else None


def group_choices(season_id: SeasonId) -> Mapping[UUID, UUID]:
    """Whom each project of a season chose; one statement, however many."""
    return dict(
        models.GroupChoice.objects.filter(project__season_id=season_id).values_list("project_id", "receiver_id")
    )


def votes_of_project(project_id: ProjectId) -> Mapping[ReceiverId, int]:
    """How many chose each receiver. Nobody is shown this while the vote goes on."""
    rows = models.Vote.objects.filter(pledge__project_id=project_id, pledge__state__in=VOTING)
    return {
        ReceiverId(one): votes for one, votes in rows.order_by().values_list("receiver_id").annotate(Count("pledge"))
    }


def votes_of_season(season_id: SeasonId) -> Mapping[UUID, Mapping[ReceiverId, int]]:
    """The votes of each project with people in it, also where nobody voted; two statements, however many."""
    people = models.Pledge.objects.filter(project__season_id=season_id, state__in=steps.HELD).order_by()
    found: dict[UUID, dict[ReceiverId, int]] = {
        one: {} for one in people.values_list("project_id", flat=True).distinct()
    }
    rows = models.Vote.objects.filter(pledge__project__season_id=season_id, pledge__state__in=steps.HELD).order_by()
    for of, receiver, votes in rows.values_list("pledge__project_id", "receiver_id").annotate(Count("pledge")):
        found[of][ReceiverId(receiver)] = votes
    return found
