"""Geo arithmetic on the sphere. Pure. Degrees WGS84 (EPSG:4326), always (lat, lon); metres.

Only the rings of a shape keep GeoJSON's order (lon, lat), because they are stored as they were published (RFC 7946).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, atan2, atanh, cos, pi, radians, sin, sqrt, tan

EARTH_RADIUS_M = 6_371_008.8  # mean radius, at most 0.5 % off the ellipsoid

type Ring = Sequence[Sequence[float]]  # (lon, lat) corners; the last repeats the first
type Shape = Sequence[Sequence[Ring]]  # polygons, each an outer ring followed by its holes


@dataclass(frozen=True, slots=True)
class Point:
    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"not a place on earth: lat {self.lat}, lon {self.lon}")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The box in degrees that holds a shape. Shapes across the 180th meridian are none of ours."""

    west: float
    south: float
    east: float
    north: float

    @property
    def centre(self) -> Point:
        return Point((self.south + self.north) / 2, (self.west + self.east) / 2)

    def holds(self, point: Point) -> bool:
        return self.south <= point.lat <= self.north and self.west <= point.lon <= self.east


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres (haversine)."""
    lat1, lat2 = radians(a.lat), radians(b.lat)
    half_lat, half_lon = (lat2 - lat1) / 2, radians(b.lon - a.lon) / 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(sin(half_lat) ** 2 + cos(lat1) * cos(lat2) * sin(half_lon) ** 2)))


def unit_xyz(point: Point) -> tuple[float, float, float]:
    """The point on the unit sphere. Straight distances between such points sort exactly as great circles do."""
    lat, lon = radians(point.lat), radians(point.lon)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def chord(metres: float) -> float:
    """The straight distance on the unit sphere that belongs to a great circle of `metres`."""
    return 2 * sin(min(metres / EARTH_RADIUS_M, pi) / 2)


def rings(shape: Shape) -> Iterator[Ring]:
    """Every ring of a shape, outer ones and holes."""
    for polygon in shape:
        yield from polygon


def bounds(shape: Shape) -> Bounds:
    """The box that holds `shape`, which has at least one corner."""
    corners = [corner for ring in rings(shape) for corner in ring]
    lons, lats = [corner[0] for corner in corners], [corner[1] for corner in corners]
    return Bounds(min(lons), min(lats), max(lons), max(lats))


def inside(shape: Shape, point: Point) -> bool:
    """Whether `point` lies in `shape` (even-odd rule, so that holes and islands in holes come out right)."""
    odd = False
    for ring in rings(shape):
        for (lon1, lat1, *_), (lon2, lat2, *_) in pairwise(ring):
            if (lat1 > point.lat) != (lat2 > point.lat):
                crossing = lon1 + (point.lat - lat1) / (lat2 - lat1) * (lon2 - lon1)
                odd ^= point.lon < crossing
    return odd


def area_km2(shape: Shape) -> float:
    """The area on the sphere in square kilometres; holes are taken off."""
    total = 0.0
    for polygon in shape:
        outer, *holes = [abs(_ring_area(ring)) for ring in polygon]
        total += outer - sum(holes)
    return total


def _ring_area(ring: Ring) -> float:
    """Spherical excess of a ring (Chamberlain and Duquette 2007), in square kilometres, signed by direction."""
    total = 0.0
    for (lon1, lat1, *_), (lon2, lat2, *_) in pairwise(ring):
        total += radians(lon2 - lon1) * (2 + sin(radians(lat1)) + sin(radians(lat2)))
    return total * (EARTH_RADIUS_M / 1000) ** 2 / 2


def on_plane(point: Point, centre: Point) -> tuple[float, float]:
    """Metres (east, north) of `centre`: transverse Mercator on the sphere, true on the meridian of `centre`.

    Angles stay true, so a village has its shape; 2.5 degrees off the meridian lengths are 0.06 % too long.
    """
    lat, off = radians(point.lat), radians(point.lon - centre.lon)
    east = EARTH_RADIUS_M * atanh(cos(lat) * sin(off))
    north = EARTH_RADIUS_M * (atan2(tan(lat), cos(off)) - radians(centre.lat))
    return east, north
