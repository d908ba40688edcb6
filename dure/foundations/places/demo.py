"""The sample county. It lies in the open sea west of the peninsula and has codes that no list has: nothing in it is real."""

from datetime import date
from uuid import UUID

from dure.base import ids
from dure.base.actors import system
from dure.base.geo import Point
from dure.foundations.places import actions
from dure.foundations.places.types import Level, MultiPolygon, PointDraft, Region, RegionDraft, System
from dure.kit import tx

PROVINCE, COUNTY = "9900000000", "9901000000"
GARAM, SOLNAE = "9901025000", "9901031000"
VILLAGES = {"나루리": "9901025021", "장터리": "9901025022", "새터리": "9901025023"} | {
    "솔내리": "9901031021",
    "윗말": "9901031022",
    "너른들": "9901031023",
}
COUNTED_ON = date(2025, 4, 30)
SEED = UUID("00000000-0000-7000-8000-000000000099")
_WEST, _SOUTH = 124.90, 35.90
# Corners of the drawing in hundredths of a degree east and north of (_SOUTH, _WEST). Neighbours share corners.
_CORNERS = {
    "a": (0.0, 6.2),
    "b": (1.1, 3.4),
    "c": (3.4, 1.3),
    "d": (6.3, 1.8),
    "e": (9.2, 0.2),
    "f": (12.1, 1.7),
    "g": (15.0, 2.3),
    "h": (18.2, 0.8),
    "i": (21.4, 1.6),
    "j": (24.6, 3.9),
    "k": (26.2, 6.1),
    "l": (26.0, 9.4),
    "m": (27.3, 12.2),
    "n": (25.1, 15.2),
    "o": (22.6, 17.1),
    "p": (19.4, 18.3),
    "q": (16.8, 20.2),
    "r": (13.5, 19.1),
    "s": (9.8, 19.6),
    "t": (6.7, 17.8),
    "u": (4.2, 16.1),
    "v": (2.0, 13.6),
    "w": (1.3, 10.4),
    "A": (5.1, 9.1),
    "B": (9.3, 8.2),
    "C": (12.8, 7.1),
    "D": (16.4, 7.4),
    "E": (20.9, 6.2),
    "F": (12.6, 12.3),
    "G": (16.1, 13.2),
    "H": (19.3, 12.1),
    "I": (11.2, 15.8),
    "J": (21.1, 14.6),
    "1": (-3.0, 3.0),
    "2": (-2.0, 2.2),
    "3": (-1.1, 2.7),
    "4": (-1.6, 3.8),
}
_VILLAGE_RINGS = {
    "나루리": ("abcdeBAw", "1234"),  # with an islet
    "장터리": ("efgDCB",),
    "새터리": ("ghijkED",),
    "솔내리": ("BCDEklmnJHGF",),
    "윗말": ("FGHJnopqrI",),
    "너른들": ("wABFIrstuv",),
}
_TOWN_RINGS = {GARAM: ("abcdefghijkEDCBAw", "1234"), SOLNAE: ("wABCDEklmnopqrstuv",)}
_COUNTY_RINGS = ("abcdefghijklmnopqrstuvw", "1234")
_RESIDENTS = {"나루리": 412, "장터리": 1286, "새터리": 537, "솔내리": 184, "윗말": 92, "너른들": 265}
_CENTRES = {
    "나루리": (4.6, 5.2),
    "장터리": (12.4, 4.6),
    "새터리": (19.8, 3.8),
    "솔내리": (19.6, 9.4),
    "윗말": (17.2, 16.4),
    "너른들": (6.8, 13.4),
}


def load() -> None:
    """Load the county and its village halls. Safe to run again."""
    by = system("places.demo")
    with tx.durable():
        actions.load_regions(by, drafts())
        actions.put_points(by, [_hall(name) for name in VILLAGES])


def drafts() -> list[RegionDraft]:
    """The regions of the county, widest first."""
    towns = {GARAM: "가람읍", SOLNAE: "솔내면"}
    made = [
        _draft(PROVINCE, "예시도", "", Level.SIDO, _COUNTY_RINGS),
        _draft(COUNTY, "예시도 가람군", PROVINCE, Level.SIGUNGU, _COUNTY_RINGS),
    ]
    for code, name in towns.items():
        made.append(_draft(code, f"예시도 가람군 {name}", COUNTY, Level.DONG, _TOWN_RINGS[code]))
    for name, code in VILLAGES.items():
        town = code[:8] + "00"
        path = f"예시도 가람군 {towns[town]} {name}"
        made.append(_draft(code, path, town, Level.RI, _VILLAGE_RINGS[name]))
    return made


def _draft(code: str, path: str, parent: str, level: Level, rings: tuple[str, ...]) -> RegionDraft:
    name = path.split()[-1]
    inside = [village for village, at in VILLAGES.items() if at.startswith(code.rstrip("0"))]
    centres = [_CENTRES[village] for village in inside]
    region = Region(
        code=code,
        system=System.MOIS,
        level=level,
        name=name,
        path=path,
        parent=parent,
        centre=_at(
            sum(x for x, _ in centres) / len(centres),
            sum(y for _, y in centres) / len(centres),
        ),
        population=sum(_RESIDENTS[village] for village in inside),
        population_on=COUNTED_ON,
    )
    return RegionDraft(region, _shape(rings))


def _shape(rings: tuple[str, ...]) -> MultiPolygon:
    return [[[_lon_lat(corner) for corner in ring + ring[0]]] for ring in rings]


def _lon_lat(corner: str) -> list[float]:
    at = _at(*_CORNERS[corner])
    return [at.lon, at.lat]


def _at(east: float, north: float) -> Point:
    return Point(round(_SOUTH + north / 100, 5), round(_WEST + east / 100, 5))


def _hall(village: str) -> PointDraft:
    return PointDraft(
        "hall", ids.derived(SEED, village), f"{village} 마을회관", _at(*_CENTRES[village]), VILLAGES[village]
    )
