"""Points are put on the map once; lists are loaded once; what is no longer listed ends."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from dure.base import clock
from dure.base.actors import Actor
from dure.base.geo import Point
from dure.foundations.places import actions, demo, models, queries
from dure.foundations.places.types import (
    AlreadyPlaced,
    Level,
    NoSuchPoint,
    NoSuchRegion,
    OlderList,
    PointDraft,
    PointId,
    Region,
    RegionChange,
    RegionDraft,
    Relation,
    System,
)

pytestmark = pytest.mark.django_db
REF = UUID("00000000-0000-7000-8000-000000000001")
SOLNAE = demo.VILLAGES["솔내리"]
DRAFT = PointDraft("clinic", REF, "보건지소", Point(35.99, 125.1), SOLNAE)
APRIL, MAY = date(2025, 4, 30), date(2025, 5, 31)


def listed(code: str, path: str, parent: str, on: date, residents: int = 100) -> RegionDraft:
    level = Level.SIDO if not parent else Level.SIGUNGU if code.endswith("00000") else Level.DONG
    name = path.split()[-1]
    return RegionDraft(Region(code, System.MOIS, level, name, path, parent, None, residents, on))


def a_list(on: date, *towns: tuple[str, str]) -> list[RegionDraft]:
    return [
        listed("7700000000", "가나도", "", on),
        listed("7711000000", "가나도 다라시", "7700000000", on),
        *(listed(code, f"가나도 다라시 {name}", "7711000000", on) for code, name in towns),
    ]


def test_the_same_point_twice_is_one_point(county: None, by: Actor) -> None:
    placed = actions.add_point(by, DRAFT)
    assert actions.add_point(by, DRAFT) == placed
    assert queries.point_of("clinic", REF) == placed
    with pytest.raises(AlreadyPlaced):
        actions.add_point(by, replace(DRAFT, at=Point(35.98, 125.1)))
    with pytest.raises(NoSuchRegion):
        actions.add_point(by, replace(DRAFT, ref=UUID(int=2), region="9901031099"))


def test_a_moved_point_is_found_where_it_is_now(county: None, by: Actor) -> None:
    placed = actions.add_point(by, DRAFT)
    far = Point(33.4, 126.5)
    assert actions.move_point(by, placed.id, far).region == SOLNAE
    assert queries.nearest(far, 1, "clinic")[0].distance_m == 0
    assert actions.move_point(by, placed.id, far, region="").region == ""
    assert actions.rename_point(by, placed.id, "보건진료소").name == "보건진료소"
    actions.remove_point(by, placed.id)
    assert queries.nearest(far, 1, "clinic") == ()
    for action in (
        lambda: actions.remove_point(by, placed.id),
        lambda: actions.move_point(by, placed.id, far),
        lambda: actions.rename_point(by, placed.id, "x"),
        lambda: queries.point(PointId(UUID(int=9))),
    ):
        with pytest.raises(NoSuchPoint):
            action()


def test_many_points_at_once_may_be_put_again(county: None, by: Actor) -> None:
    drafts = [replace(DRAFT, ref=UUID(int=number)) for number in range(1, 21)]
    assert actions.put_points(by, drafts) == 20
    assert actions.put_points(by, [replace(one, name="옮김", at=Point(36.0, 125.0)) for one in drafts]) == 20
    assert models.Point.objects.filter(kind="clinic").count() == 20
    assert queries.points_by_region("clinic") == {SOLNAE: 20}
    assert {near.point.name for near in queries.nearest(Point(36.0, 125.0), 20, "clinic")} == {"옮김"}
    assert queries.kinds() == ("clinic", "hall")


@pytest.mark.django_db(transaction=True)
def test_actions_demand_a_transaction(by: Actor) -> None:
    for action in (lambda: actions.add_point(by, DRAFT), lambda: actions.load_regions(by, [])):
        with pytest.raises(RuntimeError):
            action()


def test_the_same_list_again_changes_nothing(by: Actor) -> None:
    april = a_list(APRIL, ("7711051000", "마동"), ("7711052000", "바동"))
    first = actions.load_regions(by, april)
    assert (first.new, first.unchanged) == (4, 0)
    again = actions.load_regions(by, april)
    assert (again.new, again.renewed, again.unchanged, again.ended) == (0, 0, 4, 0)


def test_a_newer_list_renews_renames_and_ends(by: Actor, county: None) -> None:
    actions.load_regions(by, a_list(APRIL, ("7711051000", "마동"), ("7711052000", "바면")))
    done = actions.load_regions(by, a_list(MAY, ("7711052000", "바읍"), ("7711053000", "사동")))
    assert (done.new, done.renewed, done.renamed, done.ended) == (1, 2, 1, 1)
    assert queries.region("7711052000", on=APRIL).name == "바면"
    assert queries.region("7711052000", on=MAY).name == "바읍"
    assert queries.region("7711051000", on=APRIL).name == "마동"
    with pytest.raises(NoSuchRegion):
        queries.region("7711051000", on=MAY)
    assert queries.region(SOLNAE).name == "솔내리"  # the sample county is in no list and stays
    with pytest.raises(OlderList) as refused:
        actions.load_regions(by, a_list(APRIL, ("7711051000", "마동")))
    assert refused.value.values() == {"given": APRIL, "loaded": MAY}


def test_a_code_stands_for_one_region_at_a_time(by: Actor) -> None:
    actions.load_regions(by, a_list(APRIL))
    row = {"code": "7711000000", "level": "sigungu", "name": "x", "path": "x", "loaded_at": clock.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Region.objects.create(system="mois", valid_from=date(2020, 1, 1), **row)
    models.Region.objects.create(system="kostat", **row)


def test_changes_are_loaded_once_and_followed(by: Actor) -> None:
    change = RegionChange(date(2025, 1, 1), ("66",), ("77",), "invented")
    assert actions.load_changes(by, [change]) == 1
    assert actions.load_changes(by, [change]) == 0
    actions.load_regions(by, a_list(APRIL))
    found = queries.resolve("6611000000", since=date(2024, 12, 31))
    assert (found.codes, found.relation, found.changes) == (("7711000000",), Relation.SAME, (change,))
    for since in (date(2025, 1, 1), date(2025, 6, 1)):
        with pytest.raises(NoSuchRegion):
            queries.resolve("6611000000", since=since)


def test_positions_are_computed_by_the_database_alone(county: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(abs(cube_distance(position, cube(ARRAY[0, 0, 0]::float8[])) - 1)) FROM places_point")
        assert cursor.fetchone()[0] < 1e-12
