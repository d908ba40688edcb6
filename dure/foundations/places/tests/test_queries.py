"""What is asked about the sample county."""

from datetime import date

import pytest

from dure.base.geo import Point
from dure.foundations.places import demo, queries
from dure.foundations.places.types import BadCode, Level, NoSuchRegion, System

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county")]
SOLNAE = demo.VILLAGES["솔내리"]


def test_a_region_and_what_is_around_and_inside_it() -> None:
    village = queries.region(SOLNAE)
    assert (village.path, village.level, village.is_sample) == ("예시도 가람군 솔내면 솔내리", Level.RI, True)
    assert [one.name for one in queries.ancestors(SOLNAE)] == ["예시도", "가람군", "솔내면"]
    assert [one.name for one in queries.children("99010")] == ["가람읍", "솔내면"]
    assert [one.name for one in queries.children()] == ["예시도"]
    assert queries.label(SOLNAE) == "예시도 가람군 솔내면 솔내리"
    assert queries.label("1234567890") == "1234567890"
    assert set(queries.regions([SOLNAE, "99010", "1111000000"])) == {SOLNAE, demo.COUNTY}


def test_codes_belong_to_their_system_and_must_be_codes() -> None:
    with pytest.raises(NoSuchRegion):
        queries.region(SOLNAE, System.LEGAL)
    with pytest.raises(BadCode):
        queries.region("솔내리")
    with pytest.raises(NoSuchRegion):
        queries.region("1111000000")


def test_suggestions_begin_with_the_widest() -> None:
    assert [one.name for one in queries.widest(3)] == ["예시도", "가람군", "가람읍"]
    assert len(queries.widest(100)) == 10


def test_every_fitting_name_is_answered() -> None:
    assert [one.name for one in queries.find("솔내").regions] == ["솔내면", "솔내리"]
    assert [one.name for one in queries.find("솔내", level=Level.RI).regions] == ["솔내리"]
    assert queries.find("가람군 윗말").total == 1
    assert queries.find("바다군 윗말").total == 0
    assert queries.find("").regions == ()


def test_residents_are_counted_once() -> None:
    county = queries.population(["99010"])
    towns = queries.population([demo.GARAM, demo.SOLNAE])
    everything = queries.population([demo.COUNTY, demo.GARAM, *demo.VILLAGES.values()])
    assert county.total == towns.total == everything.total == sum(demo._RESIDENTS.values())
    assert everything.counted == (demo.COUNTY,)
    assert len(everything.covered) == 7
    assert county.on == demo.COUNTED_ON
    assert queries.population(["1111000000"]).unknown == ("1111000000",)


def test_every_spot_of_the_county_is_in_one_village_and_its_town() -> None:
    shapes = [draft for draft in demo.drafts() if draft.region.level is Level.RI]
    areas = dict(queries.areas_km2([draft.region.code for draft in shapes] + [demo.COUNTY]))
    county = areas.pop(demo.COUNTY)
    assert sum(areas.values()) == pytest.approx(county, rel=1e-9)
    for name, code in demo.VILLAGES.items():
        centre = queries.region(code).centre
        assert centre
        found = queries.region_at(centre, Level.RI)
        assert found
        assert found.name == name
        town = queries.region_at(centre, Level.DONG)
        assert town
        assert town.code == found.parent
    assert queries.region_at(Point(37.5665, 126.978)) is None


def test_the_drawing_names_what_has_no_polygon() -> None:
    drawing = queries.outline([*demo.VILLAGES.values(), "1111000000"])
    assert [one.name for one in drawing.regions] == list(demo.VILLAGES)
    assert drawing.missing == ("1111000000",)
    assert drawing.width == 1000
    assert 600 < drawing.height < 1000


def test_samples_are_valid_on_any_day() -> None:
    assert queries.region(SOLNAE, on=date(1990, 1, 1)).name == "솔내리"
    assert queries.newest_list() is None  # the sample county is no list
