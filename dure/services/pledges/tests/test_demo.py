"""The sample town's pledges: loaded twice they are there once, and keep every promise."""

import pytest

from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.services.pledges import demo, models, queries
from dure.services.pledges.types import PledgeState, SeasonPhase

from . import making


@pytest.mark.django_db
def test_three_seasons_with_people_and_proofs() -> None:
    folk.load()
    demo.load()
    count = models.Proof.objects.count()
    demo.load()
    assert models.Proof.objects.count() == count > 60
    assert {one.phase for one in queries.seasons()} == {
        SeasonPhase.SETTLED,
        SeasonPhase.RUNNING,
        SeasonPhase.PROPOSING,
    }
    mine = queries.my_pledges(making.person_of(people.actor(demo.KEEPER.id)))
    assert {one.state for one in mine} == {PledgeState.SETTLED, PledgeState.JOINED, PledgeState.WAITING}
    [past] = (one for one in queries.seasons() if one.name == demo.PAST)
    assert [one.receiver.organisation for one in queries.told_sums(past.id)] == [folk.NGO]
    assert len(queries.projects_to_review(people.actor(folk.STEWARDS[0].id))) == 1
    assert making.broken() == []
