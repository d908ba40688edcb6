"""The sample town's pledges: loaded twice they are there once, and keep every promise."""

import pytest

from dure.base import clock, ids
from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.services.pledges import demo, models, queries, tasks
from dure.services.pledges.types import Meeting, PledgeMade, PledgeState, SeasonPhase

from . import making
from .test_telling import letters


def walkers_meetings() -> tuple[Meeting, ...]:
    [walk] = (one for one in queries.led_by(demo.ELDER.id) if one.title == demo.WALK.title)
    by = people.actor(demo.ELDER.id)
    return (*queries.meetings_ahead(by, walk), *queries.meetings_past(by, walk))


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
    assert [one.coming for one in walkers_meetings()] == [3, 3]
    assert making.broken() == []


@pytest.mark.django_db
def test_the_sample_channel_is_there_for_what_follows() -> None:
    folk.load()
    for _twice in range(2):
        demo.load()
    channel = queries.channel_of_pledges()
    assert channel is not None
    assert channel.organisation == folk.NGO
    walker = people.actor(demo.WALKER.id)
    assert queries.reminders(walker).hour == demo.REMINDED_AT
    [pledge] = (
        one for one in queries.my_pledges(demo.WALKER.id) if queries.project(one.project).title == demo.WALK.title
    )
    tasks.greet(PledgeMade(pledge.id, pledge.project, demo.WALKER.id, pledge.deposit, clock.now()), ids.new())
    assert queries.reminders(walker).reach
    [notice] = queries.notices(pledge.project)
    assert [to for words, to in letters() if notice.text in words] == [
        {one.id for one in demo.WALK.people if one is not demo.ELDER}
    ]
