"""Projects: proposed, looked at by a steward, cancelled, given another leader."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.kit import limits, outbox, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import permits, steps
from dure.services.pledges.types import (
    NewProject,
    NotTheirTurn,
    PledgeState,
    PledgeWant,
    Project,
    ProjectCancelled,
    ProjectDecided,
    ProjectId,
    ProjectState,
    ProjectVerdict,
    ProjectWant,
    SeasonPhase,
    WrongStep,
)

from .common import give_all_back, lock_project, lock_season, move_project, phase_of, season_row
from .meetings import call_meetings_off, withdraw_answers

PROPOSALS_PER_DAY_MAX = 10
DAY_SECONDS = 86_400
WANTS = {
    ProjectVerdict.APPROVE: ProjectWant.APPROVE,
    ProjectVerdict.RETURN: ProjectWant.RETURN,
    ProjectVerdict.DECLINE: ProjectWant.DECLINE,
}
BEFORE = (SeasonPhase.PROPOSING, SeasonPhase.JOINING, SeasonPhase.READY)


def propose_project(by: Actor, new: NewProject, *, key: str) -> Project:
    """Somebody wants to lead a project in a season. Raises NotAllowed, BadValue, SeasonClosed, TooOften, NotFound."""
    with tx.action(by, "pledges.propose_project", key, new, UUID) as done:
        if done:
            return queries.project(ProjectId(done.answer()))
        leader = permits.verified(by)
        permits.check_project(new)
        permits.demand_phase(phase_of(season_row(new.season)), SeasonPhase.PROPOSING)
        limits.count(f"pledges.propose_project:{leader}", PROPOSALS_PER_DAY_MAX, DAY_SECONDS)
        row = models.Project(
            id=ids.new(), code=ids.speakable(), season_id=new.season, leader_id=leader, proposed_at=clock.now()
        )
        _write(row, new)
        row.save(force_insert=True)
        done.keep(row.id)
        return queries.project(ProjectId(row.id))


def edit_project(by: Actor, project: ProjectId, new: NewProject, *, key: str) -> Project:
    """Its leader changes a project before it is open; one that was returned is proposed again.

    Raises NotAllowed, BadValue, SeasonClosed, WrongStep, NotFound.
    """
    with tx.action(by, "pledges.edit_project", key, (project, new), UUID) as done:
        if done:
            return queries.project(project)
        row = lock_project(project)
        permits.may_lead(by, PersonId(row.leader_id))
        permits.check_project(new)
        season = season_row(row.season_id)
        permits.demand_phase(phase_of(season), SeasonPhase.PROPOSING, SeasonPhase.JOINING)
        _write(row, new)
        row.save()
        move_project(row, ProjectWant.EDIT, by)
        done.keep(row.id)
        return queries.project(project)


def decide_project(by: Actor, project: ProjectId, verdict: ProjectVerdict, why: str, *, key: str) -> Project:
    """A steward opens a proposed project, asks for a change, or declines it; the last two with a reason.

    Raises NotAllowed, NotTheirTurn, BadValue, SeasonClosed, WrongStep, NotFound.
    """
    with tx.action(by, "pledges.decide_project", key, (project, verdict, why), UUID) as done:
        if done:
            return queries.project(project)
        row = lock_project(project)
        permits.may_review(by, PersonId(row.leader_id))
        said = why.strip() if verdict is ProjectVerdict.APPROVE else permits.check_why(why)
        if verdict is ProjectVerdict.APPROVE:
            permits.demand_phase(phase_of(season_row(row.season_id)), SeasonPhase.PROPOSING, SeasonPhase.JOINING)
        at = move_project(row, WANTS[verdict], by, said[:300])
        outbox.emit(ProjectDecided(project=row.id, leader=row.leader_id, verdict=verdict.value, at=at))
        done.keep(row.id)
        return queries.project(project)


def cancel_project(by: Actor, project: ProjectId, why: str, *, key: str) -> Project:
    """A project does not go on: a steward says so at any time before the season is settled, its leader as long as nobody is in
    it. Everybody gets the whole deposit back, whatever they kept. Raises NotAllowed, BadValue, SeasonClosed, WrongStep, NotFound.
    """
    with tx.action(by, "pledges.cancel_project", key, (project, why), UUID) as done:
        if done:
            return queries.project(project)
        season = lock_season(queries.project(project).season)  # nobody settles it meanwhile
        row = lock_project(project)
        said = permits.check_why(why)
        if not by.is_steward:
            permits.may_lead(by, PersonId(row.leader_id))
        permits.demand_phase(phase_of(season), *BEFORE, SeasonPhase.RUNNING, SeasonPhase.REVIEW)
        live = models.Pledge.objects.select_for_update().filter(project=row, state__in=steps.LIVE).order_by("id")
        pledges = list(live)
        if pledges and not by.is_steward:
            permits.may_steward(by)
        at = move_project(row, ProjectWant.CANCEL, by, said)
        people = give_all_back(pledges, PledgeWant.CANCEL, "cancelled")
        call_meetings_off(row.id, said)
        outbox.emit(ProjectCancelled(project=row.id, people=people, at=at))
        done.keep(row.id)
        return queries.project(project)


def replace_leader(by: Actor, project: ProjectId, to: PersonId, *, key: str) -> Project:
    """Somebody who is in the project leads it from now on: a steward says so, or the leader hands it over.

    Raises NotAllowed, NotTheirTurn, SeasonClosed, WrongStep, NotFound.
    """
    with tx.action(by, "pledges.replace_leader", key, (project, to), UUID) as done:
        if done:
            return queries.project(project)
        row = lock_project(project)
        if not by.is_steward:
            permits.may_lead(by, PersonId(row.leader_id))
        permits.demand_phase(phase_of(season_row(row.season_id)), *BEFORE, SeasonPhase.RUNNING, SeasonPhase.REVIEW)
        if ProjectState(row.state) is not ProjectState.OPEN:
            raise WrongStep(state=row.state)
        inside = models.Pledge.objects.filter(project=row, person_id=to, state=PledgeState.JOINED)
        if to == row.leader_id or not inside.exists():
            raise NotTheirTurn()
        models.ProjectStep.objects.create(
            project=row, want="lead", after=row.state, by=by.person, why=str(row.leader_id), at=clock.now()
        )
        if not models.Pledge.objects.filter(project=row, person_id=row.leader_id, state=PledgeState.JOINED).exists():
            withdraw_answers(row.id, row.leader_id)  # who led without being in comes to no meeting any more
        row.leader_id = to
        row.save(update_fields=["leader"])
        done.keep(row.id)
        return queries.project(project)


def _write(row: models.Project, new: NewProject) -> None:
    row.title, row.promise, row.how = new.title.strip(), new.promise.strip(), new.how.strip()
    row.proof, row.unit, row.capacity = new.proof, new.unit.strip(), new.capacity
    row.days_a_week, row.window_start, row.window_until = new.days_a_week, new.window.start, new.window.until
