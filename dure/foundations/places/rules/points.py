"""Positions and their order by distance."""

from collections.abc import Iterable

from dure.base.geo import Point, distance_m
from dure.foundations.places.types import BadPlace, Near, Placed


def checked_point(lat: float, lon: float) -> Point:
    """The position. Raises BadPlace; exchanged coordinates are named as what they are, not repaired."""
    try:
        return Point(lat, lon)
    except ValueError:
        swapped = -180 <= lat <= 180 and -90 <= lon <= 90
        raise BadPlace(reason="swapped" if swapped else "range") from None


def nearest_first(origin: Point, points: Iterable[Placed]) -> list[Near]:
    """All `points` by distance from `origin`; within the same millimetre by id, so that the order is always the same."""
    near = [Near(point, distance_m(origin, point.at)) for point in points]
    return sorted(near, key=lambda one: (round(one.distance_m, 3), one.point.id))
