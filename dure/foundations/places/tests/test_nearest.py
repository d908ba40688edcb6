"""The nearest are the nearest: identical with brute force at Korean latitudes, ties and crowds included."""

import random
from itertools import islice
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.base import ids
from dure.base.actors import system
from dure.base.geo import Point
from dure.foundations.places import actions, models, queries, rules
from dure.foundations.places.types import Placed, PointDraft, PointId
from dure.kit import sqlfiles

pytestmark = pytest.mark.django_db
KIND = "stall"
SEED = UUID("00000000-0000-7000-8000-0000000000ab")
korea = st.builds(Point, st.floats(33.0, 38.7), st.floats(124.6, 131.0))


def crowd(number: int, chance: random.Random) -> list[Point]:
    """Points spread over the country, crowded in towns, some in one building, some in a regular street."""
    points = [Point(chance.uniform(33, 38.7), chance.uniform(124.6, 131)) for _ in range(number // 2)]
    town = Point(37.5665, 126.9780)
    points += [Point(town.lat + chance.gauss(0, 0.01), town.lon + chance.gauss(0, 0.01)) for _ in range(number // 4)]
    points += [town] * 15  # one building
    points += [Point(36 + step * 1e-4, 127.0) for step in range(number - len(points))]  # a street, evenly spaced
    return points


@pytest.fixture
def stalls(db: None) -> list[Placed]:
    points = crowd(1500, random.Random(20250430))  # noqa: S311 - the same chance every time
    drafts = [
        PointDraft(KIND, ids.derived(SEED, str(number)), f"stall {number}", at) for number, at in enumerate(points)
    ]
    actions.put_points(system("test"), drafts)
    actions.put_points(system("test"), [PointDraft("other", SEED, "of another kind", Point(37.5665, 126.9780))])
    rows = models.Point.objects.filter(kind=KIND)
    return [Placed(PointId(row.id), KIND, row.ref, row.name, Point(row.lat, row.lon), "") for row in rows]


def brute(origin: Point, stalls: list[Placed]) -> list[tuple[PointId, float]]:
    return [(near.point.id, near.distance_m) for near in rules.nearest_first(origin, stalls)]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(origin=korea, most=st.integers(1, 40), within=st.one_of(st.none(), st.floats(1, 200_000)))
def test_nearest_equals_brute_force(stalls: list[Placed], origin: Point, most: int, within: float | None) -> None:
    wanted = [one for one in brute(origin, stalls) if within is None or one[1] <= within][:most]
    found = queries.nearest(origin, most, KIND, within)
    assert [(near.point.id, near.distance_m) for near in found] == wanted


@pytest.mark.parametrize("most", [1, 5, 14, 15, 16, 40])
@pytest.mark.parametrize("origin", [Point(37.5665, 126.9780), Point(36.00495, 127.0), Point(36.005, 127.0)])
def test_ties_are_broken_the_same_way_every_time(stalls: list[Placed], origin: Point, most: int) -> None:
    assert [near.point.id for near in queries.nearest(origin, most, KIND)] == [
        point for point, _ in brute(origin, stalls)[:most]
    ]


def test_outward_gives_each_point_once_from_near_to_far(stalls: list[Placed]) -> None:
    origin = Point(37.5, 127.0)
    assert [near.point.id for near in queries.outward(origin, KIND)] == [point for point, _ in brute(origin, stalls)]
    nearest_even = islice((near for near in queries.outward(origin, KIND) if near.point.name[-1] in "02468"), 3)
    assert len(list(nearest_even)) == 3
    assert list(queries.outward(origin, "nothing of this kind")) == []


def test_raw_degrees_would_be_wrong_here(stalls: list[Placed]) -> None:
    """The twin: the easy way answers another neighbour for many places in Korea, so the test above can fail."""
    chance = random.Random(7)  # noqa: S311 - the same chance every time
    wrong = 0
    for _ in range(300):
        origin = Point(chance.uniform(33, 38.7), chance.uniform(124.6, 131))
        by_degrees = min(stalls, key=lambda one: (one.at.lat - origin.lat) ** 2 + (one.at.lon - origin.lon) ** 2)
        wrong += by_degrees.at != queries.nearest(origin, 1, KIND)[0].point.at
    assert wrong > 10


def test_the_index_answers(stalls: list[Placed]) -> None:
    text = sqlfiles.load("dure.foundations.places", "nearest").text
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE places_point")
        asked = {"kind": KIND, "position": "(-0.47,0.63,0.61)", "chord_max": None, "most": 10}
        cursor.execute(f"EXPLAIN {text}", asked)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "places_point_nearest" in plan
    assert "Order By" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize("most", [0, -1, queries.NEAREST_MAX + 1])
def test_how_many_is_bounded(most: int) -> None:
    with pytest.raises(ValueError, match="points"):
        queries.nearest(Point(37, 127), most, KIND)
