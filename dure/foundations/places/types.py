"""What places talks about: regions with their codes in time, points, distances, outlines."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.geo import Point
from dure.base.refusals import Refusal

PointId = NewType("PointId", UUID)
SAMPLE_PREFIX = "99"  # no official code begins like this, so nothing invented can be taken for real


class System(StrEnum):
    """Whose code it is. The same digits mean other places in other systems: 25 is Daejeon to KOSTAT, nothing to MOIS."""

    MOIS = "mois"  # 행정기관코드, Ministry of the Interior and Safety, 10 digits
    LEGAL = "legal"  # 법정동코드, 10 digits
    KOSTAT = "kostat"  # Statistics Korea: 2, 5 or 8 digits


class Level(StrEnum):
    """From wide to narrow."""

    SIDO = "sido"  # province, metropolitan city
    SIGUNGU = "sigungu"  # city, county, autonomous district
    GU = "gu"  # district inside a city: the city's residents are counted in it once more
    DONG = "dong"  # eup, myeon, dong
    RI = "ri"  # village
    OFFICE = "office"  # 출장소 of a city or county: an address of its own, no residents of its own


@dataclass(frozen=True, slots=True)
class Region:
    """One region as one code system knows it, for as long as it bears this code and name."""

    code: str
    system: System
    level: Level
    name: str  # 종로구
    path: str  # 서울특별시 종로구
    parent: str = ""  # code of the region around it
    centre: Point | None = None
    population: int | None = None
    population_on: date | None = None
    valid_from: date | None = None  # None: since before our lists begin
    valid_to: date | None = None  # the first day on which it is no more

    @property
    def is_sample(self) -> bool:
        """Whether it was invented, for the sample town."""
        return self.code.startswith(SAMPLE_PREFIX)


@dataclass(frozen=True, slots=True)
class RegionChange:
    """From `effective` on, what began with one of `old` begins with one of `new`. An x stands for any digit."""

    effective: date
    old: tuple[str, ...]
    new: tuple[str, ...]
    what: str
    system: System = System.MOIS


class Relation(StrEnum):
    """How the region that was asked for relates to the answer."""

    SAME = "same"  # it is this one
    WITHIN = "within"  # it lies inside this one; a finer answer would be a guess
    AMONG = "among"  # it lies in these together; which part lies where would be a guess


@dataclass(frozen=True, slots=True)
class Resolution:
    """What an old code is called on a later day."""

    asked: str
    codes: tuple[str, ...]
    relation: Relation
    changes: tuple[RegionChange, ...] = ()  # what happened on the way

    @property
    def certain(self) -> bool:
        """Whether figures of the old code may be joined to the new one as they are."""
        return self.relation is Relation.SAME


@dataclass(frozen=True, slots=True)
class Population:
    """A sum of residents in which nobody is counted twice."""

    total: int
    counted: tuple[str, ...]
    covered: tuple[str, ...]  # left out, because a region around them is counted
    unknown: tuple[str, ...]  # no figure
    on: date | None  # the day of the figures; None when they are of different days or there are none


@dataclass(frozen=True, slots=True)
class PointDraft:
    """A point that another house wants on the map. `ref` is its own id of the thing, one point for each kind and ref."""

    kind: str  # "box", "clinic": a short word of the house that owns it
    ref: UUID
    name: str
    at: Point
    region: str = ""  # MOIS code


@dataclass(frozen=True, slots=True)
class Placed:
    """A point on the map."""

    id: PointId
    kind: str
    ref: UUID
    name: str
    at: Point
    region: str


@dataclass(frozen=True, slots=True)
class Near:
    """A point and how far it is, as the crow flies."""

    point: Placed
    distance_m: float


@dataclass(frozen=True, slots=True)
class Rate:
    """What a map may shade: a share or density, never a bare count (a map of counts shows where people live)."""

    numerator: int
    denominator: int  # 0: there is nothing to relate to, the region stays without a shade
    per: int = 1  # "per 1,000 residents"


@dataclass(frozen=True, slots=True)
class Outlined:
    """One region as it is drawn. `path` is SVG path text in the units of the picture."""

    code: str
    name: str
    path: str
    x: float  # where its label or marker goes
    y: float
    tiny: bool  # too small to see: drawn with a marker


@dataclass(frozen=True, slots=True)
class Outline:
    """A drawing of regions, north up. `missing` have no polygon and stand only in the list."""

    width: float = 0
    height: float = 0
    regions: tuple[Outlined, ...] = ()
    missing: tuple[str, ...] = ()


type MultiPolygon = list[list[list[list[float]]]]
"""GeoJSON coordinates as published: (lon, lat), the one place where that order is kept."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a published list, before it is known whether it fits. `path` is the full name."""

    code: str
    path: str
    file: str
    line: int
    population: int | None = None
    population_on: date | None = None
    centre: Point | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """One region's polygons as published."""

    code: str
    name: str
    file: str
    line: int  # for polygons: which of the features, from 1
    shape: MultiPolygon = field(hash=False)
    label: Point | None = None


@dataclass(frozen=True, slots=True)
class RegionDraft:
    """A region as the lists together describe it, ready to be written."""

    region: Region
    shape: MultiPolygon | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class Unfit:
    """A row or polygon that was left out: where it stands, a short code for why, and what was found there."""

    file: str
    line: int
    reason: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Shades:
    """Classes of a map of rates: `breaks` are the upper ends of all classes but the last."""

    breaks: tuple[float, ...]
    values: dict[str, float] = field(hash=False)  # code: rate
    classes: dict[str, int] = field(hash=False)  # code: class, from 0 (low)
    hidden: frozenset[str] = frozenset()  # so few that a figure could point at a person


@dataclass(frozen=True, slots=True)
class PictureRegion:
    """One region of a picture. `shade` counts from 0 (low); None has no figure."""

    code: str
    name: str
    path: str
    x: float
    y: float
    tiny: bool
    shade: int | None


@dataclass(frozen=True, slots=True)
class Picture:
    """What the template `places/map.html` draws. The same figures must stand beside it as a list."""

    width: float = 0
    height: float = 0
    regions: tuple[PictureRegion, ...] = ()
    missing: tuple[str, ...] = ()
    ranges: tuple[tuple[int, float, float], ...] = ()  # (shade, lowest, highest rate in it), low to high
    labelled: bool = False  # few enough for their names to fit in


@dataclass(frozen=True, slots=True)
class Found:
    """Regions whose name fits, best first, never one picked for you. `total` may be more than are listed."""

    regions: tuple[Region, ...]
    total: int


class NoSuchRegion(Refusal):
    """No list has this code on that day; nothing was guessed."""

    region: str
    system: str


class BadCode(Refusal):
    """These digits are no code of that system."""

    region: str
    system: str


class NoSuchPoint(Refusal):
    """There is no such point."""

    point: UUID


class BadPlace(Refusal):
    """Not a usable position; `reason` is range, or swapped when it would be one with lat and lon exchanged."""

    reason: str


class AlreadyPlaced(Refusal):
    """This thing has a point already, elsewhere or under another name: move it instead."""

    kind: str
    ref: UUID


class OlderList(Refusal):
    """A newer list is loaded already; nothing was changed."""

    given: date
    loaded: date
