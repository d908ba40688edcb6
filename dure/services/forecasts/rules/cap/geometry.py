"""Polygons: whether a line of one crosses or touches another of its own. Exact, in whole numbers; the work is counted."""

from itertools import pairwise

from dure.services.forecasts.types import Point, Polygon

STEPS_MAX = 300_000  # pairs of lines looked at, for all polygons of an alert together
_SCALE = 12  # decimal places that a coordinate may have

type _Spot = tuple[int, int]
type _Line = tuple[_Spot, _Spot]


def crosses_itself(polygon: Polygon, steps_left: int) -> tuple[bool | None, int]:
    """Whether the ring does, and how many pairs it took to know; None when `steps_left` did not suffice."""
    ring = [_spot(point) for point in corners(polygon)]
    lines: list[_Line] = list(pairwise(ring))
    count = len(lines)
    order = sorted(range(count), key=lambda place: min(lines[place][0][0], lines[place][1][0]))
    near: list[int] = []  # lines that reach as far east as the one at hand begins
    steps = 0
    for place in order:
        west = min(lines[place][0][0], lines[place][1][0])
        near = [other for other in near if max(lines[other][0][0], lines[other][1][0]) >= west]
        steps += len(near) + 1
        if steps > steps_left:
            return None, steps_left
        for other in near:
            if _meet_wrongly(lines[place], lines[other], _are_neighbours(place, other, count)):
                return True, steps
        near.append(place)
    return False, steps


def corners(polygon: Polygon) -> tuple[Point, ...]:
    """The points of the ring, without those that only repeat the one before."""
    points = polygon.points
    return tuple(point for place, point in enumerate(points) if place == 0 or point != points[place - 1])


def _spot(point: Point) -> _Spot:
    return int(point.lon.scaleb(_SCALE)), int(point.lat.scaleb(_SCALE))


def _are_neighbours(one: int, other: int, count: int) -> bool:
    return (one - other) % count in (1, count - 1)


def _meet_wrongly(one: _Line, other: _Line, are_neighbours: bool) -> bool:
    """Neighbours share one corner, and may share no more; all others share nothing."""
    if not are_neighbours:
        return _touch(one, other)
    shared = {*one} & {*other}
    if len(shared) != 1:
        return True  # there and back
    corner = shared.pop()
    ends = [spot for spot in (*one, *other) if spot != corner]
    (ax, ay), (bx, by) = ((end[0] - corner[0], end[1] - corner[1]) for end in ends)
    return ax * by - ay * bx == 0 and ax * bx + ay * by > 0


def _touch(one: _Line, other: _Line) -> bool:
    (a, b), (c, d) = one, other
    sides = (_side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b))
    if sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0:
        return True
    return any(
        side == 0 and _within(line, spot)
        for side, line, spot in zip(sides, (one, one, other, other), (c, d, a, b), strict=True)
    )


def _side(a: _Spot, b: _Spot, c: _Spot) -> int:
    turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (turn > 0) - (turn < 0)


def _within(line: _Line, spot: _Spot) -> bool:
    (a, b), (x, y) = line, spot
    return min(a[0], b[0]) <= x <= max(a[0], b[0]) and min(a[1], b[1]) <= y <= max(a[1], b[1])
