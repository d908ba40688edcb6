"""A group votes on who receives; what the votes come to is written down when the settlement begins."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.kit import tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import permits, voting
from dure.services.pledges.types import Ballot, PledgeId, PledgeState, ReceiverId, SeasonId, SeasonState

from .common import lock_pledge, lock_season


def vote(by: Actor, pledge: PledgeId, receiver: ReceiverId, *, key: str) -> Ballot:
    """Say whom one's group should give to; said again, the last word counts. In the last ten days, until the settlement begins.

    Raises NotAllowed, SeasonClosed, VoteNotOpen, WrongStep, NotInSeason, NotFound.
    """
    with tx.action(by, "pledges.vote", key, (pledge, receiver), UUID) as done:
        if done:
            return queries.ballot(by, pledge)
        permits.may_touch(by, queries.pledge(pledge).person)
        found = models.Pledge.objects.select_related("project").filter(id=pledge).first()
        if found is None:
            raise NotFound(what="pledge")
        season = lock_season(found.project.season_id)  # whoever begins the settlement counts what was said before
        row = lock_pledge(pledge)
        voting.may_vote(SeasonState(season.state), PledgeState(row.state), season.starts_on, clock.today())
        known = [one.id for one in queries.season(SeasonId(season.id)).receivers]
        choice = voting.check_choice(receiver, known)
        models.Vote.objects.update_or_create(pledge=row, defaults={"receiver_id": choice, "at": clock.now()})
        done.keep(row.id)
        return queries.ballot(by, pledge)


def count_votes(season: models.Season) -> None:
    """Write down what each project's vote came to; a few statements, however many. The caller holds the season's lock."""
    now, of = clock.now(), SeasonId(season.id)
    receivers = [one.id for one in queries.season(of).receivers]
    made = []
    for project, votes in queries.votes_of_season(of).items():
        receiver = voting.chosen(receivers, votes)
        made.append(
            models.GroupChoice(
                id=ids.new(), project_id=project, receiver_id=receiver, votes=votes.get(receiver, 0), at=now
            )
        )
    models.GroupChoice.objects.bulk_create(made)
