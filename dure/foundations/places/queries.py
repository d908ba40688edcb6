"""Reading places. Regions are asked for by code, system and day; points by what is nearest."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache, reduce
from operator import and_, or_
from uuid import UUID

from django.db import connection
from django.db.models import Case, Count, Max, Q, QuerySet, When

from dure.base import clock, geo
from dure.foundations.places import models, rules
from dure.foundations.places.types import (
    SAMPLE_PREFIX,
    Drawn,
    Found,
    Level,
    MultiPolygon,
    Near,
    NoSuchPoint,
    NoSuchRegion,
    Outline,
    Picture,
    Placed,
    PointId,
    Population,
    Rate,
    Region,
    RegionChange,
    Resolution,
    System,
)
from dure.kit import sqlfiles

FOUND_MAX = 100
NEAREST_MAX = 1000
TIES_SLACK = (
    8  # more than asked for, so that points within a millimetre of the last are ordered by id and not by chance
)
DRAWINGS_KEPT = 64
OUTWARD_FIRST = 50
OUTWARD_MAX = 20_000
MOIS = System.MOIS


def region(code: str, system: System = MOIS, on: date | None = None) -> Region:
    """The region that bears `code` on the day `on` (default today). Raises BadCode, NoSuchRegion."""
    row = _valid(system, on).filter(code=rules.canonical(code, system)).first()
    if row is None:
        raise NoSuchRegion(region=code, system=system)
    return _region(row)


def regions(codes: Iterable[str], system: System = MOIS, on: date | None = None) -> Mapping[str, Region]:
    """Those of `codes` that are listed, by their ten-digit code. What is not listed is not in the answer."""
    wanted = [rules.canonical(code, system) for code in codes]
    return {row.code: _region(row) for row in _valid(system, on).filter(code__in=wanted)}


def resolve(code: str, since: date, system: System = MOIS, on: date | None = None) -> Resolution:
    """What `code`, written down on the day `since`, is on the day `on` (default today), through merges and recodes.

    Where the tables do not say where a part went, the answer is the region that surely holds it, marked WITHIN or AMONG.
    Raises BadCode, NoSuchRegion.
    """
    return resolve_many([code], since, system, on)[0]


def resolve_many(
    codes: Iterable[str], since: date, system: System = MOIS, on: date | None = None
) -> tuple[Resolution, ...]:
    """`resolve` for many codes with two statements."""
    until = on or clock.today()
    changes = [change for change in changes_of(system) if since < change.effective <= until]
    listed = _parents(system, until)
    return tuple(rules.follow(rules.canonical(code, system), system, changes, listed) for code in codes)


def changes_of(system: System = MOIS) -> tuple[RegionChange, ...]:
    """The table of changes, in order of time."""
    return tuple(
        RegionChange(
            row.effective, rules.prefixes_of(row.old), rules.prefixes_of(row.new), row.what, System(row.system)
        )
        for row in models.RegionChange.objects.filter(system=system).order_by("effective", "old")
    )


def find(name: str, system: System = MOIS, level: Level | None = None, on: date | None = None) -> Found:
    """Every region that fits, best first: "중구" answers six districts and more, nobody picks one for you.

    The last word said is part of its name, the words before stand somewhere in its path: "대구 중구".
    """
    words = rules.alternatives(name)
    if not words:
        return Found((), 0)
    *around, last = words
    fits = [reduce(or_, (Q(path__icontains=text) for text in texts)) for texts in around]
    fits.append(reduce(or_, (Q(name__icontains=text) for text in last)))
    rows = _valid(system, on).filter(reduce(and_, fits))
    if level is not None:
        rows = rows.filter(level=level)
    fitting = rules.without_namesakes(sorted((_region(row) for row in rows), key=lambda one: rules.rank(one, name)))
    return Found(tuple(fitting[:FOUND_MAX]), len(fitting))


def children(code: str = "", system: System = MOIS, on: date | None = None) -> tuple[Region, ...]:
    """The regions directly inside `code`; with "" the provinces. In order of code."""
    parent = rules.canonical(code, system) if code else ""
    return tuple(_region(row) for row in _valid(system, on).filter(parent=parent).order_by("code"))


def widest(most: int, system: System = MOIS, on: date | None = None) -> tuple[Region, ...]:
    """The `most` widest regions: provinces, then cities and counties, and so on; what a list of suggestions begins with."""
    order = Case(*(When(level=level, then=place) for place, level in enumerate(Level)), default=len(Level))
    rows = _valid(system, on).exclude(level=Level.OFFICE).order_by(order, "code")[:most]
    return tuple(rules.without_namesakes([_region(row) for row in rows]))


def ancestors(code: str, system: System = MOIS, on: date | None = None) -> tuple[Region, ...]:
    """The regions around `code`, widest first, without itself. Raises NoSuchRegion."""
    found: list[Region] = []
    parent = region(code, system, on).parent
    while parent:
        around = region(parent, system, on)
        found.append(around)
        parent = around.parent
    return tuple(reversed(found))


def label(code: str, system: System = MOIS, on: date | None = None) -> str:
    """The full name, "서울특별시 종로구"; the code itself where no list has it, so that a page never fails on it."""
    try:
        return region(code, system, on).path
    except NoSuchRegion:
        return code


def region_at(point: geo.Point, level: Level = Level.SIGUNGU, system: System = MOIS) -> Region | None:
    """The region of `level` whose polygon holds `point`; near a border as exact as the published polygons. None: none does.

    A district inside a city answers for SIGUNGU too, since polygons are published for either but not for both.
    """
    levels = (Level.SIGUNGU, Level.GU) if level is Level.SIGUNGU else (level,)
    around = _with_shape(system, None).filter(
        level__in=levels, west__lte=point.lon, east__gte=point.lon, south__lte=point.lat, north__gte=point.lat
    )
    found = next((row for row in around.order_by("code") if geo.inside(_shape(row), point)), None)
    return _region(found) if found else None


def towns_inside(box: geo.Bounds, system: System = MOIS, on: date | None = None) -> tuple[Region, ...]:
    """The towns and villages whose centre lies in `box`, in order of code. One whose list names no centre is not among them."""
    rows = _valid(system, on).filter(
        level__in=(Level.DONG, Level.RI), lat__range=(box.south, box.north), lon__range=(box.west, box.east)
    )
    return tuple(_region(row) for row in rows.order_by("code"))


def population(codes: Iterable[str], system: System = MOIS, on: date | None = None) -> Population:
    """Residents of all `codes` together. A region inside another one of them is not counted again."""
    wanted = [rules.canonical(code, system) for code in codes]
    counted, covered = rules.without_covered(wanted, _parents(system, on))
    rows = _valid(system, on).filter(code__in=counted, population__isnull=False)
    figures = {row.code: (row.population or 0, row.population_on) for row in rows}
    days = {day for _, day in figures.values()}
    return Population(
        total=sum(number for number, _ in figures.values()),
        counted=tuple(code for code in counted if code in figures),
        covered=covered,
        unknown=tuple(code for code in counted if code not in figures),
        on=days.pop() if len(days) == 1 else None,
    )


def outline(codes: Iterable[str], system: System = MOIS, on: date | None = None) -> Outline:
    """A drawing of `codes`, north up. Regions without polygon are named in `missing`.

    Drawn once for as long as no list is loaded.
    """
    wanted = tuple(rules.canonical(code, system) for code in codes)
    return _drawing(wanted, system, on or clock.today(), loaded_at())


def picture(codes: Iterable[str], rates: Mapping[str, Rate], floor: int = 0) -> Picture:
    """The drawing of `codes` shaded by `rates` (by code), for the template `places/map.html`.

    A numerator above 0 and below `floor` is hidden, so that no figure points at a person.
    """
    return rules.picture(outline(codes), rules.shade(rates, floor))


def parts(code: str = "", on: date | None = None) -> tuple[Region, ...]:
    """The regions that a map of `code` ("" for the country) shows: its children.

    A city without polygon whose districts have one stands as its districts; offices, which have no residents of their own,
    are left out; and so is the sample county of the country's map where real regions are loaded.
    """
    inside = [one for one in children(code, MOIS, on) if one.level is not Level.OFFICE]
    if not code and any(not one.is_sample for one in inside):
        inside = [one for one in inside if not one.is_sample]
    shaped = set(_with_shape(MOIS, on).filter(code__in=[one.code for one in inside]).values_list("code", flat=True))
    found: list[Region] = []
    for one in inside:
        districts = children(one.code, MOIS, on) if one.level is Level.SIGUNGU and one.code not in shaped else ()
        gu = [district for district in districts if district.level is Level.GU]
        found.extend(gu or [one])
    return tuple(found)


def loaded_at() -> datetime | None:
    """When regions last changed; what is derived from them is fresh until this changes."""
    at: datetime | None = models.Region.objects.aggregate(at=Max("loaded_at"))["at"]
    return at


@lru_cache(maxsize=DRAWINGS_KEPT)
def _drawing(wanted: tuple[str, ...], system: System, on: date, stamp: datetime | None) -> Outline:
    rows = {row.code: row for row in _with_shape(system, on).filter(code__in=wanted)}
    drawn = [Drawn(row.code, row.name, "", 0, _shape(row), _centre(row)) for code in wanted if (row := rows.get(code))]
    return rules.outline(drawn, [code for code in wanted if code not in rows])


def areas_km2(codes: Iterable[str], system: System = MOIS) -> Mapping[str, float]:
    """The area of each of `codes` that has a polygon, in square kilometres, as exact as the polygon."""
    wanted = [rules.canonical(code, system) for code in codes]
    rows = _with_shape(system, None).filter(code__in=wanted)
    return {row.code: geo.area_km2(_shape(row)) for row in rows}


def newest_list(system: System = MOIS) -> date | None:
    """The day of the newest population figures loaded. None: no list is loaded."""
    rows = models.Region.objects.filter(system=system).exclude(code__startswith=SAMPLE_PREFIX)
    day: date | None = rows.aggregate(day=Max("population_on"))["day"]
    return day


def point(point_id: PointId) -> Placed:
    """One point. Raises NoSuchPoint."""
    row = models.Point.objects.filter(id=point_id).first()
    if row is None:
        raise NoSuchPoint(point=point_id)
    return _placed(row)


def point_of(kind: str, ref: UUID) -> Placed | None:
    """The point of a thing, if it has one."""
    row = models.Point.objects.filter(kind=kind, ref=ref).first()
    return _placed(row) if row else None


def nearest(origin: geo.Point, most: int, kind: str, within_m: float | None = None) -> tuple[Near, ...]:
    """The `most` points of `kind` nearest to `origin`, exactly, by great circle; none farther than `within_m`.

    Distances between unit points sort like great circles, so the index answers in the true order at any latitude.
    """
    if not 1 <= most <= NEAREST_MAX:
        raise ValueError(f"ask for 1 to {NEAREST_MAX} points")
    near = _nearest(origin, most + TIES_SLACK, kind, within_m)
    return tuple(near[:most])


def outward(origin: geo.Point, kind: str) -> Iterator[Near]:
    """Points of `kind` from near to far, one by one, at most OUTWARD_MAX: for "nearest and open and in stock".

    The caller takes what fits and stops. Each further statement fetches twice as many.
    """
    given, batch = 0, OUTWARD_FIRST
    while given < OUTWARD_MAX:
        near = _nearest(origin, batch + TIES_SLACK, kind, None)
        whole = len(near) < batch + TIES_SLACK  # fewer than asked for: that is all there is
        yield from near[given : None if whole else batch]
        if whole:
            return
        given, batch = batch, batch * 2


def points_by_region(kind: str) -> Mapping[str, int]:
    """How many points of `kind` each region has, by the code given with the point."""
    rows = models.Point.objects.filter(kind=kind).exclude(region="").values("region").annotate(count=Count("id"))
    return {row["region"]: row["count"] for row in rows}


def points_inside(kind: str, codes: Iterable[str]) -> Mapping[str, int]:
    """How many points of `kind` lie in each of `codes` or in a region inside it."""
    parents, found = _parents(MOIS, None), dict.fromkeys(codes, 0)
    for code, count in points_by_region(kind).items():
        for around in (code, *rules.around(code, parents)):
            if around in found:
                found[around] += count
    return found


def kinds() -> tuple[str, ...]:
    """Every kind of point there is."""
    return tuple(models.Point.objects.order_by("kind").values_list("kind", flat=True).distinct())


def _nearest(origin: geo.Point, most: int, kind: str, within_m: float | None) -> list[Near]:
    x, y, z = geo.unit_xyz(origin)
    # the index compares with a box around the circle; a hair more, then the exact distance decides
    chord_max = None if within_m is None else geo.chord(within_m) * (1 + 1e-9) + 1e-12
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load(__package__, "nearest").text,
            {"kind": kind, "position": f"({x!r},{y!r},{z!r})", "chord_max": chord_max, "most": most},
        )
        rows = cursor.fetchall()
    found = [Placed(PointId(row[0]), row[1], row[2], row[3], geo.Point(row[4], row[5]), row[6]) for row in rows]
    near = rules.nearest_first(origin, found)
    return near if within_m is None else [one for one in near if one.distance_m <= within_m]


def _valid(system: System, on: date | None) -> QuerySet[models.Region]:
    """Regions of one day; without their polygons, which are large."""
    day = on or clock.today()
    since = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    until = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    return models.Region.objects.filter(since, until, system=system).defer("shape")


def _with_shape(system: System, on: date | None) -> QuerySet[models.Region]:
    return _valid(system, on).filter(shape__isnull=False).defer(None)


def _shape(row: models.Region) -> MultiPolygon:
    shape: MultiPolygon = row.shape or []
    return shape


def _parents(system: System, on: date | None) -> Mapping[str, str]:
    return dict(_valid(system, on).values_list("code", "parent"))


def _centre(row: models.Region) -> geo.Point | None:
    return None if row.lat is None or row.lon is None else geo.Point(row.lat, row.lon)


def _region(row: models.Region) -> Region:
    return Region(
        code=row.code,
        system=System(row.system),
        level=Level(row.level),
        name=row.name,
        path=row.path,
        parent=row.parent,
        centre=_centre(row),
        population=row.population,
        population_on=row.population_on,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _placed(row: models.Point) -> Placed:
    return Placed(PointId(row.id), row.kind, row.ref, row.name, geo.Point(row.lat, row.lon), row.region)
