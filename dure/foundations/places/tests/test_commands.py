"""Official files are read as published, in either encoding; bad rows are named; the same files again change nothing."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from dure.base.geo import Point
from dure.foundations.places import commands, queries
from dure.foundations.places.types import Level, Relation
from dure.kit.importing import Silent, UnreadableFile
from tests import official

pytestmark = pytest.mark.django_db
TOWNS = """code10,name,population_202504,lat,lon
7711051000,가나도 다라시 마동,"1,200",36.5,127.5
7711052000,가나도 다라시  바동,300,,
7711053000,가나도 다라시 사동,many,36.5,127.5
7711054000,가나도 다라시 아동,10,127.5,36.5
7711055000,가나도 다라시 자동,10,36.5,
7711051000,가나도 다라시 마동,1,36.5,127.5
7811051000,하나도 두리시 세동,1,36.5,127.5
"""
DISTRICTS = (
    "code10,name,F_0-9,F_60+,M_0-9,M_60+\n7711000000,가나도 다라시,1,2,3,1494\n7712000000,가나도 라마시,1,2,x,1494\n"
)
PROVINCES = "code10,name,sex,age_band,population\n7700000000,가나도,F,0-9,700\n7700000000,가나도,M,0-9,800\n"
CHANGES = "effective_date,old_prefix,new_prefix,what\n2025-01-01,66,77,invented\n2025-13-01,1,2,wrong\n"
POLYGON = {
    "type": "Feature",
    "properties": {"code": "77110", "name": "다라시", "sido": "가나도", "label_lon": 127.5, "label_lat": 36.5},
    "geometry": {"type": "Polygon", "coordinates": [[[127.0, 36.0], [128.0, 36.0], [127.5, 37.0], [127.0, 36.0]]]},
}
POINT = {**POLYGON, "geometry": {"type": "Point", "coordinates": [127.0, 36.0]}}
OPEN = {
    **POLYGON,
    "properties": {"code": "77120", "name": "라마시"},
    "geometry": {"type": "Polygon", "coordinates": [[[127.0, 36.0], [128.0, 36.0], [127.5, 37.0]]]},
}


@pytest.fixture(params=["utf-8", "utf-8-sig", "cp949"])
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    lists = {"towns.csv": TOWNS, "pop_202504_districts.csv": DISTRICTS, "pop_202504_provinces.csv": PROVINCES}
    for name, text in {**lists, "changes.csv": CHANGES, "markets.csv": "시장명,위도\n가람시장,36\n"}.items():
        (tmp_path / name).write_bytes(text.encode(request.param))
    shapes = json.dumps({"type": "FeatureCollection", "features": [POLYGON, POINT, OPEN]}, ensure_ascii=False)
    (tmp_path / "shapes.geojson").write_bytes(shapes.encode(request.param))
    (tmp_path / "notes.txt").write_text("left alone")
    return tmp_path


def test_files_are_loaded_once_and_bad_rows_are_named(folder: Path) -> None:
    report = commands.import_regions(folder, Silent())
    assert [(row.file, row.line, row.reason) for row in report.bad] == [
        ("changes.csv", 3, "change"),
        ("pop_202504_districts.csv", 3, "population"),
        ("shapes.geojson", 2, "polygon"),
        ("shapes.geojson", 3, "ring"),
        ("towns.csv", 4, "population"),
        ("towns.csv", 5, "swapped"),
        ("towns.csv", 6, "position"),
        ("towns.csv", 7, "twice"),
        ("towns.csv", 8, "parent"),
    ]
    assert report.loaded == 4 + 1  # regions and one change
    assert report.notes == ("markets.csv: no list of regions, left alone",)
    city = queries.region("77110")
    assert (city.path, city.population, city.population_on) == ("가나도 다라시", 1500, date(2025, 4, 30))
    assert queries.region("7711052000").path == "가나도 다라시 바동"
    assert queries.region("7711052000").centre is None
    assert queries.region("7711051000").population == 1200
    assert queries.region("77").valid_from == date(2025, 1, 1)
    again = commands.import_regions(folder, Silent())
    assert (again.loaded, again.skipped, again.bad) == (0, report.loaded, report.bad)


def test_what_cannot_be_imported_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        commands.import_regions(tmp_path / "nothing", Silent())
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableFile):
        commands.import_regions(tmp_path, Silent())
    (tmp_path / "broken.geojson").write_text("{")
    with pytest.raises(UnreadableFile):
        commands.import_regions(tmp_path, Silent())


@pytest.mark.official
def test_the_official_lists_load_whole_and_add_up() -> None:
    folder = official.folder()
    assert folder
    report = commands.import_regions(folder, Silent())
    assert report.bad == ()
    provinces = queries.population([one.code for one in queries.children()])
    towns = _towns(folder)
    assert provinces.total == queries.population(towns).total == 51_175_725
    everything = queries.population([*towns, *(one.code for one in queries.children("41")), "41", "4111000000"])
    assert everything.total == 51_175_725
    assert queries.population(["4111000000", "41111", "41113", "41115", "41117"]).total == 1_190_998
    districts = queries.find("중구", level=Level.SIGUNGU)
    assert [one.path.split()[0] for one in districts.regions] == [
        "서울특별시",
        "부산광역시",
        "대구광역시",
        "인천광역시",
        "대전광역시",
        "울산광역시",
    ]
    assert [one.path for one in queries.find("고성군").regions] == ["경상남도 고성군", "강원특별자치도 고성군"]
    assert [one.level for one in queries.find("세종특별자치시").regions] == [Level.SIDO]  # province and city in one
    assert [one.level for one in queries.widest(17)] == [Level.SIDO] * 17
    assert commands.import_regions(folder, Silent()).loaded == 0


@pytest.mark.official
def test_every_town_is_found_under_its_code_of_before() -> None:
    """3,616 towns, golden: recoded provinces and districts, everything else under its own code."""
    folder = official.folder()
    assert folder
    commands.import_regions(folder, Silent())
    before = {"51": "42", "52": "45", "27720": "47720", "28177": "28170"}
    towns = _towns(folder)
    old = {}
    for code in towns:
        prefix = next((new for new in sorted(before, key=len, reverse=True) if code.startswith(new)), "")
        old[code] = before.get(prefix, "") + code[len(prefix) :]
    found = queries.resolve_many(old.values(), since=date(2018, 6, 30))
    wrong = [
        (asked, code, one.codes)
        for (code, asked), one in zip(old.items(), found, strict=True)
        if not code.startswith("4119") and (one.codes != (code,) or one.relation is not Relation.SAME)
    ]
    assert wrong == []
    assert sum(asked != code for code, asked in old.items()) > 400
    parts = [("41197", ("4119000000",)), ("4119051000", ("4119000000",)), ("43710", ("4311000000",))]
    for asked, codes in parts:
        one = queries.resolve(asked, since=date(2013, 1, 1))
        assert (one.codes, one.relation) == (codes, Relation.WITHIN)


@pytest.mark.official
def test_towns_lie_in_the_polygon_of_their_district() -> None:
    folder = official.folder()
    assert folder
    commands.import_regions(folder, Silent())
    towns = [one for one in queries.regions(_towns(folder)).values() if one.centre][::40]
    inside = [one for one in towns if one.centre and _district(one.centre, one.code)]
    assert len(inside) >= len(towns) * 0.98  # polygons are simplified; a few centres lie on a border


def _district(centre: Point, code: str) -> bool:
    found = queries.region_at(centre)
    return found is not None and code.startswith(found.code[: 4 if found.code.startswith("4119") else 5])


def _towns(folder: Path) -> list[str]:
    with (folder / "kr_haengjeongdong_202504.csv").open(encoding="utf-8") as file:
        return [row["code10"] for row in csv.DictReader(file)]
