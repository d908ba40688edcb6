"""Geo arithmetic on the sphere. Pure. Degrees WGS84 (EPSG:4326), always (lat, lon); metres."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8  # mean radius, at most 0.5 % off the ellipsoid


@dataclass(frozen=True, slots=True)
class Point:
    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"not a place on earth: lat {self.lat}, lon {self.lon}")


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres (haversine)."""
    lat1, lat2 = radians(a.lat), radians(b.lat)
    half_lat, half_lon = (lat2 - lat1) / 2, radians(b.lon - a.lon) / 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(sin(half_lat) ** 2 + cos(lat1) * cos(lat2) * sin(half_lon) ** 2)))
