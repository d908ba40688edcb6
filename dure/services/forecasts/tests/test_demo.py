"""The sample town's agency: loaded twice it is there once, and two people may issue alerts in its name."""

import pytest

from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.foundations.places import demo as places
from dure.services.forecasts import demo, queries


@pytest.mark.django_db
def test_an_agency_with_two_who_may_issue() -> None:
    folk.load()
    places.load()
    demo.load()
    demo.load()
    for sample in (demo.OFFICER, demo.SECOND):
        (agency,) = queries.agencies_of(people.actor(sample.id))
        assert (agency.id, "(예시)" in agency.name) == (demo.AGENCY, True)
    assert queries.agencies_of(people.actor(demo.ELDER.id)) == ()
