"""Which towns lie in an area that is drawn and names no region. Pure.

A list of regions knows the centre of each town, and not its border. So a town is reached when its centre lies in the shape, or
when it is the town nearest to a point on the shape's border: rather one town too many than one too few. What is drawn in more
detail than can be looked at reaches nobody here, and the desk says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from math import cos, radians
from typing import Final

from dure.base import geo
from dure.foundations.places.types import Region
from dure.services.forecasts.types import Alert, Area, Circle, Point, Polygon

from . import keeping, korea

NEAR_METRES_MAX: Final = 10_000  # a point farther than this from every town lies at sea, or abroad
STEPS_MAX: Final = 2_000_000  # towns times corners, for all shapes of an alert together
SPOTS_MAX: Final = 200  # on the border of one shape
STEP_METRES: Final = 500
SHAPES_MAX: Final = 50
METRES_A_DEGREE: Final = 111_195.0
_KILOMETRE: Final = 1_000.0
_TURN: Final = 16  # corners of a circle's border
_LAT_MAX: Final = 89.0

type Drawn = Polygon | Circle


def drawn(alert: Alert) -> tuple[Drawn, ...]:
    """The shapes of its areas that name no region code, each once; none when there are too many."""
    areas = [area for segment in alert.segments for area in segment.areas if not _names_region(area)]
    shapes: list[Drawn] = [shape for area in areas for shape in area.polygons]
    shapes += [shape for area in areas for shape in area.circles]
    found = tuple(dict.fromkeys(shape for shape in shapes if _is_on_earth(shape)))
    return found if len(found) <= SHAPES_MAX else ()


def box(shapes: Sequence[Drawn]) -> geo.Bounds | None:
    """Where to look for towns: around all of them; None: nowhere."""
    corners = [corner for shape in shapes for corner in _corners(shape)]
    if not corners:
        return None
    lats, lons = [one.lat for one in corners], [one.lon for one in corners]
    more = NEAR_METRES_MAX / METRES_A_DEGREE
    wider = more / cos(radians(min(_LAT_MAX, max(map(abs, lats)) + more)))
    return geo.Bounds(
        max(-180.0, min(lons) - wider),
        max(-90.0, min(lats) - more),
        min(180.0, max(lons) + wider),
        min(90.0, max(lats) + more),
    )


def reached(shapes: Sequence[Drawn], towns: Sequence[Region]) -> Mapping[Drawn, tuple[str, ...]]:
    """Of each shape the beginnings of the codes of the towns that it reaches; where that is too many, of the counties around."""
    centres = [(one, one.centre) for one in towns if one.centre is not None]
    steps = sum(len(centres) * (_weight(shape) + SPOTS_MAX) for shape in shapes)
    if not centres or steps > STEPS_MAX:
        return {}
    found = {
        shape: {town.code: town for town in (*_inside(shape, centres), *_beside(shape, centres))} for shape in shapes
    }
    are_too_many = len({code for some in found.values() for code in some}) > keeping.REGIONS_MAX
    return {
        shape: tuple(sorted({keeping.beginning(_said(town, are_too_many)) for town in some.values()}))
        for shape, some in found.items()
    }


def _said(town: Region, is_county: bool) -> str:
    return (town.parent or town.code) if is_county else town.code


def _names_region(area: Area) -> bool:
    return any(one.value_name == korea.GEOCODE for one in area.geocodes)


def _is_on_earth(shape: Drawn) -> bool:
    points = (shape.centre,) if isinstance(shape, Circle) else shape.points
    fits = all(abs(one.lat) <= Decimal(90) and abs(one.lon) <= Decimal(180) for one in points)
    return fits and bool(points) and (not isinstance(shape, Circle) or shape.radius >= 0)


def _weight(shape: Drawn) -> int:
    return 1 if isinstance(shape, Circle) else len(shape.points)


def _corners(shape: Drawn) -> Iterator[geo.Point]:
    """The corners of a polygon, or of a ring around a circle."""
    if isinstance(shape, Polygon):
        yield from map(_point, shape.points)
        return
    centre, up = _point(shape.centre), float(shape.radius) * _KILOMETRE / METRES_A_DEGREE
    across = up / cos(radians(min(_LAT_MAX, abs(centre.lat))))
    for number in range(_TURN + 1):
        turn = radians(360 * number / _TURN)
        yield geo.Point(
            _within(centre.lat + up * cos(turn), 90.0), _within(centre.lon + across * cos(turn - radians(90)), 180.0)
        )


def _inside(shape: Drawn, centres: Sequence[tuple[Region, geo.Point]]) -> Iterator[Region]:
    if isinstance(shape, Circle):
        centre, metres = _point(shape.centre), float(shape.radius) * _KILOMETRE
        yield from (town for town, at in centres if geo.distance_m(centre, at) <= metres)
        return
    ring = [[float(one.lon), float(one.lat)] for one in shape.points]
    yield from (town for town, at in centres if geo.inside([[ring]], at))


def _beside(shape: Drawn, centres: Sequence[tuple[Region, geo.Point]]) -> Iterator[Region]:
    """The town nearest to each spot of the border."""
    for spot in _spots(list(_corners(shape))):
        metres, town = min(
            ((geo.distance_m(spot, at), one) for one, at in centres), key=lambda pair: (pair[0], pair[1].code)
        )
        if metres <= NEAR_METRES_MAX:
            yield town


def _spots(corners: Sequence[geo.Point]) -> Iterable[geo.Point]:
    """Spots along a border, at most so many of them, evenly."""
    spots = [corners[0]]
    length = sum(geo.distance_m(one, other) for one, other in pairwise(corners))
    step = max(STEP_METRES, length / (SPOTS_MAX / 2))
    for one, other in pairwise(corners):
        count = max(1, round(geo.distance_m(one, other) / step))
        spots += [_between(one, other, number / count) for number in range(1, count + 1)]
    return spots if len(spots) <= SPOTS_MAX else [spots[place * len(spots) // SPOTS_MAX] for place in range(SPOTS_MAX)]


def _between(one: geo.Point, other: geo.Point, share: float) -> geo.Point:
    return geo.Point(one.lat + (other.lat - one.lat) * share, one.lon + (other.lon - one.lon) * share)


def _point(point: Point) -> geo.Point:
    return geo.Point(float(point.lat), float(point.lon))


def _within(value: float, most: float) -> float:
    return max(-most, min(most, value))
