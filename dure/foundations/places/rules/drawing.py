"""Regions as a drawing: polygons on a plane, north up, and classes of rates to shade them with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dure.base.geo import Bounds, Point, Ring, bounds, on_plane, rings
from dure.foundations.places.types import Drawn, Outline, Outlined, Picture, PictureRegion, Rate, Shades

WIDTH = 1000  # units; paths have whole units, half a pixel on a phone
MARGIN = 8
TINY = 14  # a region smaller than this in both directions gets a marker, so that small islands are not lost
CLASSES = 5
LABELS_MAX = 12


@dataclass(frozen=True, slots=True)
class _Frame:
    """How metres on the plane become units of the picture."""

    centre: Point
    west: float
    north: float
    scale: float

    def place(self, point: Point) -> tuple[int, int]:
        east, north = on_plane(point, self.centre)
        return round((east - self.west) * self.scale) + MARGIN, round((self.north - north) * self.scale) + MARGIN


def outline(drawn: Iterable[Drawn], missing: Iterable[str] = ()) -> Outline:
    """The drawing of all regions together. `missing` are regions without polygon."""
    shapes = [one for one in drawn if one.shape]
    if not shapes:
        return Outline(missing=tuple(missing))
    frame, height = _frame([bounds(one.shape) for one in shapes])
    return Outline(WIDTH, height, tuple(_outlined(one, frame) for one in shapes), tuple(missing))


def _frame(boxes: list[Bounds]) -> tuple[_Frame, int]:
    whole = Bounds(
        min(box.west for box in boxes),
        min(box.south for box in boxes),
        max(box.east for box in boxes),
        max(box.north for box in boxes),
    )
    centre = whole.centre
    # on this plane parallels bend: the extremes lie at the corners or in the middle of a side
    edge = [
        on_plane(Point(lat, lon), centre)
        for lat in (whole.south, centre.lat, whole.north)
        for lon in (whole.west, centre.lon, whole.east)
    ]
    west, east = min(x for x, _ in edge), max(x for x, _ in edge)
    south, north = min(y for _, y in edge), max(y for _, y in edge)
    scale = (WIDTH - 2 * MARGIN) / max(east - west, 1.0)
    return _Frame(centre, west, north, scale), round((north - south) * scale) + 2 * MARGIN


def _outlined(one: Drawn, frame: _Frame) -> Outlined:
    box = bounds(one.shape)
    left, top = frame.place(Point(box.north, box.west))
    right, bottom = frame.place(Point(box.south, box.east))
    x, y = frame.place(one.label or box.centre)
    path = "".join(_ring_path(ring, frame) for ring in rings(one.shape))
    return Outlined(one.code, one.name, path, x, y, tiny=right - left < TINY and bottom - top < TINY)


def _ring_path(ring: Ring, frame: _Frame) -> str:
    """One closed line in relative steps. A ring that shrinks to nothing stays as a dot of one unit."""
    corners: list[tuple[int, int]] = []
    for lon, lat, *_ in ring:
        corner = frame.place(Point(lat, lon))
        if not corners or corner != corners[-1]:
            corners.append(corner)
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    (x, y), *further = corners
    if len(further) < 2:
        return f"M{x} {y}h1v1h-1z"
    steps = [f"M{x} {y}l"]
    for next_x, next_y in further:
        steps.append(f"{_spaced(next_x - x, first=len(steps) == 1)}{_spaced(next_y - y)}")
        x, y = next_x, next_y
    return "".join(steps) + "z"


def _spaced(step: int, *, first: bool = False) -> str:
    """A number with the blank that path text needs before it; a minus sign needs none."""
    return str(step) if step < 0 or first else f" {step}"


def shade(rates: Mapping[str, Rate], floor: int = 0) -> Shades:
    """Classes with about the same number of regions each. A numerator above 0 and below `floor` stays hidden."""
    hidden = frozenset(code for code, rate in rates.items() if 0 < rate.numerator < floor)
    values = {
        code: rate.numerator * rate.per / rate.denominator
        for code, rate in rates.items()
        if rate.denominator > 0 and code not in hidden
    }
    ordered = sorted(set(values.values()))
    count = min(CLASSES, len(ordered))
    breaks = tuple(ordered[len(ordered) * step // count - 1] for step in range(1, count))
    classes = {code: sum(value > upper for upper in breaks) for code, value in values.items()}
    return Shades(breaks, values, classes, hidden)


def picture(drawing: Outline, shades: Shades) -> Picture:
    """A drawing with its shades, and the range of rates that each shade really holds."""
    regions = tuple(
        PictureRegion(one.code, one.name, one.path, one.x, one.y, one.tiny, shades.classes.get(one.code))
        for one in drawing.regions
    )
    held: dict[int, list[float]] = {}
    for code, shade_class in shades.classes.items():
        held.setdefault(shade_class, []).append(shades.values[code])
    ranges = tuple((number, min(values), max(values)) for number, values in sorted(held.items()))
    labelled = len(regions) <= LABELS_MAX
    return Picture(drawing.width, drawing.height, regions, drawing.missing, ranges, labelled)
