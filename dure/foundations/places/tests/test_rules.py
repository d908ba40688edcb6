"""Codes, changes, sums, names and drawings: properties first, then the golden cases of Korea."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.geo import Point
from dure.foundations.places import rules
from dure.foundations.places.types import (
    BadCode,
    BadPlace,
    Drawn,
    Level,
    Listed,
    NoSuchRegion,
    Rate,
    RegionChange,
    Relation,
    System,
)

MOIS = System.MOIS
RECODED = RegionChange(date(2023, 6, 11), ("42",), ("51",), "Gangwon")
MERGED = RegionChange(date(2016, 7, 4), ("41195", "41197", "41199"), ("41190",), "Bucheon's districts abolished")
SPLIT = RegionChange(date(2024, 1, 1), ("41190",), ("41192", "41194", "41196"), "Bucheon's districts restored")
ABSORBED = RegionChange(date(2014, 7, 1), ("43710", "4311x"), ("4311x",), "Cheongwon merged into Cheongju")
LISTED = {
    "5100000000": "",
    "5111000000": "5100000000",
    "5111025000": "5111000000",
    "4100000000": "",
    "4119000000": "4100000000",
    "4119200000": "4119000000",
    "4119400000": "4119000000",
    "4119600000": "4119000000",
    "4119251000": "4119200000",
    "4300000000": "",
    "4311000000": "4300000000",
    "4311100000": "4311000000",
    "4311200000": "4311000000",
    "4311300000": "4311000000",
    "4311400000": "4311000000",
}
digits = st.text("0123456789", min_size=1, max_size=12)


@given(digits, st.sampled_from(System))
def test_a_code_is_made_canonical_once(code: str, system: System) -> None:
    try:
        once = rules.canonical(code, system)
    except BadCode:
        return
    assert rules.canonical(once, system) == once
    assert once.startswith(code.strip())


@pytest.mark.parametrize("code", ["", "1", "111", "11110a0000", "１１１１０", "11110000000"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(BadCode):
        rules.canonical(code, MOIS)


def test_statistics_korea_codes_are_not_padded() -> None:
    assert rules.canonical("25", System.KOSTAT) == "25"
    assert rules.canonical("30", MOIS) == "3000000000"


@pytest.mark.parametrize(
    ("code", "path", "level"),
    [
        ("1100000000", "서울특별시", Level.SIDO),
        ("1111000000", "서울특별시 종로구", Level.SIGUNGU),
        ("4111100000", "경기도 수원시 장안구", Level.GU),
        ("2811400000", "인천광역시 중구영종출장소", Level.OFFICE),
        ("1111051500", "서울특별시 종로구 청운효자동", Level.DONG),
        ("2771025400", "대구광역시 달성군 논공읍공단출장소", Level.DONG),
        ("9901031021", "예시도 가람군 솔내면 솔내리", Level.RI),
    ],
)
def test_levels(code: str, path: str, level: Level) -> None:
    assert rules.level_of(code, path) is level


@given(st.sampled_from(sorted(LISTED)))
def test_without_changes_a_listed_code_is_itself(code: str) -> None:
    found = rules.follow(code, MOIS, [], LISTED)
    assert (found.codes, found.relation, found.changes) == ((code,), Relation.SAME, ())


@given(st.sampled_from(sorted(LISTED)), st.permutations([RECODED, MERGED, SPLIT, ABSORBED]))
def test_an_answer_is_listed_and_never_finer_than_it_may_be(code: str, changes: list[RegionChange]) -> None:
    found = rules.follow(code, MOIS, changes, LISTED)
    assert set(found.codes) <= set(LISTED)
    assert found.certain == (found.relation is Relation.SAME)
    if len(found.codes) > 1:
        assert found.relation is Relation.AMONG


@pytest.mark.parametrize(
    ("code", "changes", "codes", "relation"),
    [
        ("4200000000", [RECODED], ("5100000000",), Relation.SAME),
        ("4211000000", [RECODED], ("5111000000",), Relation.SAME),
        ("4211025000", [RECODED], ("5111025000",), Relation.SAME),
        (
            "4211099900",
            [RECODED],
            ("5111000000",),
            Relation.WITHIN,
        ),  # that town is in no list: its city surely holds it
        ("4119700000", [MERGED, SPLIT], ("4119000000",), Relation.WITHIN),
        ("4119000000", [SPLIT], ("4119000000",), Relation.SAME),  # the city stands; it was divided inside
        ("4119051000", [SPLIT], ("4119000000",), Relation.WITHIN),  # which district it went to is in no table
        ("4371000000", [ABSORBED], ("4311000000",), Relation.WITHIN),
        ("4311000000", [ABSORBED], ("4311000000",), Relation.WITHIN),  # the old city is a part of the new one
    ],
)
def test_golden_changes(code: str, changes: list[RegionChange], codes: tuple[str, ...], relation: Relation) -> None:
    found = rules.follow(code, MOIS, changes, LISTED)
    assert (found.codes, found.relation) == (codes, relation)


def test_a_split_into_provinces_of_their_own_is_among_them() -> None:
    split = RegionChange(date(2030, 1, 1), ("77",), ("41", "51"), "invented")
    found = rules.follow("7711000000", MOIS, [split], LISTED)
    assert (found.codes, found.relation) == (("4100000000", "5100000000"), Relation.AMONG)


def test_a_code_that_nothing_knows_is_refused() -> None:
    with pytest.raises(NoSuchRegion):
        rules.follow("4200000000", MOIS, [], LISTED)


def test_how_prefixes_are_written() -> None:
    assert rules.prefixes_of("43710/4311x") == ("43710", "4311x")
    for wrong in ("", "x", "43710,4311", "4", "43710/"):
        with pytest.raises(ValueError, match=f"^{wrong}$"):
            rules.prefixes_of(wrong)


def test_since_when_a_code_is_written_like_this() -> None:
    changes = [RECODED, MERGED, SPLIT, ABSORBED]
    assert rules.valid_from_of("5111000000", changes) == date(2023, 6, 11)
    assert rules.valid_from_of("4119251000", changes) == date(2024, 1, 1)
    assert rules.valid_from_of("4119000000", changes) is None
    assert rules.valid_from_of("4311100000", changes) is None


@given(st.lists(st.sampled_from(sorted(LISTED)), max_size=20))
def test_nobody_is_counted_twice(codes: list[str]) -> None:
    counted, covered = rules.without_covered(codes, LISTED)
    assert set(counted) | set(covered) == set(codes)
    assert not set(counted) & set(covered)
    for code in counted:
        around = LISTED[code]
        while around:
            assert around not in counted
            around = LISTED[around]


def test_everyday_names_of_provinces() -> None:
    assert rules.alternatives("경남 고성") == (("경남", "경상남도"), ("고성",))
    assert rules.alternatives("  ") == ()


@pytest.mark.parametrize(
    ("lat", "lon", "reason"), [(127.0, 37.5, "swapped"), (91.0, 181.0, "range"), (37.0, 200.0, "range")]
)
def test_a_wrong_position_is_named_not_repaired(lat: float, lon: float, reason: str) -> None:
    with pytest.raises(BadPlace) as refused:
        rules.checked_point(lat, lon)
    assert refused.value.values() == {"reason": reason}


rates = st.dictionaries(
    st.text("0123456789", min_size=2, max_size=4),
    st.builds(Rate, st.integers(0, 1000), st.integers(0, 1000), st.just(1000)),
    max_size=30,
)


@given(rates, st.integers(0, 20))
def test_shades_sort_like_rates_and_hide_the_few(given_rates: dict[str, Rate], floor: int) -> None:
    shades = rules.shade(given_rates, floor)
    for code, rate in given_rates.items():
        assert (code in shades.hidden) == (0 < rate.numerator < floor)
        assert (code in shades.values) == (rate.denominator > 0 and code not in shades.hidden)
    ordered = sorted(shades.values, key=lambda code: shades.values[code])
    classes = [shades.classes[code] for code in ordered]
    assert classes == sorted(classes)
    assert len(shades.breaks) == max(len(set(classes)) - 1, 0)


def test_an_outline_keeps_small_islands_and_names_what_it_cannot_draw() -> None:
    land = [[[[127.0, 36.0], [128.0, 36.0], [128.0, 37.0], [127.0, 37.0], [127.0, 36.0]]]]
    islet = [[[[130.9, 37.5], [130.9001, 37.5], [130.9001, 37.5001], [130.9, 37.5]]]]
    drawing = rules.outline(
        [Drawn("10", "land", "", 0, land), Drawn("20", "islet", "", 0, islet, Point(37.5, 130.9))], missing=["30"]
    )
    by_code = {one.code: one for one in drawing.regions}
    assert by_code["20"].tiny
    assert not by_code["10"].tiny
    assert by_code["20"].path.endswith("h1v1h-1z")
    assert by_code["10"].path.startswith("M")
    assert 0 < by_code["20"].x <= drawing.width
    assert by_code["20"].y < by_code["10"].y  # north is up
    assert drawing.missing == ("30",)
    assert rules.outline([], ["30"]).regions == ()


def test_rows_that_do_not_fit_are_named_with_their_line() -> None:
    listed = [
        Listed("4100000000", "경기도", "a.csv", 2),
        Listed("4111000000", "경기도  수원시", "a.csv", 3),
        Listed("4111100000", "경기도 수원시 장안구", "a.csv", 4),
        Listed("4111156000", "경기도 수원시 장안구 파장동", "a.csv", 5, population=10, population_on=date(2025, 4, 30)),
        Listed("411115600", "경기도 수원시 장안구 파장동", "a.csv", 6),
        Listed("4111156000", "경기도 수원시 장안구 파장동", "a.csv", 7),
        Listed("4211056000", "강원도 춘천시 효자동", "a.csv", 8),
        Listed("4111157000", "", "a.csv", 9),
        Listed("4113100000", "경기도 성남시 수정구", "a.csv", 10),
    ]
    drawn = [Drawn("4111000000", "수원시", "b.geojson", 1, [[[[127.0, 37.0], [127.1, 37.0], [127.0, 37.0]]]])]
    made = rules.assemble(listed, drawn, [])
    assert {one.region.code: one.region.parent for one in made.drafts} == {
        "4100000000": "",
        "4111000000": "4100000000",
        "4111100000": "4111000000",
        "4111156000": "4111100000",
    }
    assert {(one.line, one.reason) for one in made.unfit if one.file == "a.csv"} == {
        (6, "code"),
        (7, "twice"),
        (8, "parent"),
        (9, "name"),
        (10, "parent"),
    }
    assert [(one.line, one.reason) for one in made.unfit if one.file == "b.geojson"] == [(1, "ring")]
    assert made.drafts[1].region.path == "경기도 수원시"
