"""The sample town's village: loaded twice it is there once, and somebody is to be visited."""

import pytest

from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.services.broadcast import demo, models, queries
from dure.services.broadcast.types import Standing


@pytest.mark.django_db
def test_a_village_with_something_said() -> None:
    folk.load()
    demo.load()
    demo.load()
    assert models.Village.objects.count() == 1
    [said] = queries.spoken_by(people.actor(demo.HEAD.id))
    counted = queries.counted(people.actor(demo.DEPUTY.id), said.id)
    assert counted.by_standing == {Standing.HEARD: 2, Standing.TO_VISIT: 3}
    [rate] = queries.rates(people.actor(folk.AUDITOR.id))
    assert rate.percent == 40
    assert "(예시)" in rate.village.name
