"""Section 3 of the standard, of resources and areas."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dure.services.forecasts.types import Area, Finding, FindingCode, Point, Polygon, Resource

from . import geometry

_DIGEST = re.compile(r"[0-9a-fA-F]{40}", re.ASCII)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}:\S+", re.ASCII)
_URI = re.compile(r"[^\s<>\"{}|\\^`]+")


@dataclass(slots=True)
class Budget:
    """What all polygons of one alert may cost together."""

    spent: int = 0


def is_absolute_uri(text: str) -> bool:
    """Whether it names a scheme and something in it."""
    return bool(_ABSOLUTE.fullmatch(text) and _URI.fullmatch(text))


def check_resource(resource: Resource, where: str) -> Iterator[Finding]:
    """What is wrong with one resource."""
    if resource.uri is not None and not _URI.fullmatch(resource.uri):
        yield Finding(FindingCode.URI_INVALID, f"{where}/uri")
    elif resource.uri is not None and not is_absolute_uri(resource.uri) and resource.deref_uri is None:
        yield Finding(FindingCode.RELATIVE_URI_MISSING_DEREF_URI, f"{where}/uri")
    if resource.digest is not None and not _DIGEST.fullmatch(resource.digest):
        yield Finding(FindingCode.DIGEST_INVALID, f"{where}/digest")
    if resource.size is not None and resource.size < 0:
        yield Finding(FindingCode.SIZE_INVALID, f"{where}/size")
    if resource.deref_uri is None:
        return
    try:
        content = base64.b64decode("".join(resource.deref_uri.split()), validate=True)
    except (binascii.Error, ValueError):
        yield Finding(FindingCode.DEREF_URI_INVALID, f"{where}/derefUri")
        return
    made = hashlib.sha1(
        content, usedforsecurity=False
    ).hexdigest()  # the standard's own; a signature guards it, not this
    if resource.digest is not None and _DIGEST.fullmatch(resource.digest) and resource.digest.lower() != made:
        yield Finding(FindingCode.DIGEST_MISMATCH, f"{where}/digest")
    if resource.size is not None and resource.size != len(content):
        yield Finding(FindingCode.SIZE_INVALID, f"{where}/size")


def check_area(area: Area, where: str, budget: Budget) -> Iterator[Finding]:
    """What is wrong with one area."""
    if not (area.polygons or area.circles or area.geocodes):
        yield Finding(FindingCode.AREA_WITHOUT_PLACE, where)
    for number, polygon in enumerate(area.polygons, 1):
        yield from _check_polygon(polygon, f"{where}/polygon[{number}]", budget)
    for number, circle in enumerate(area.circles, 1):
        if not _is_on_earth(circle.centre):
            yield Finding(FindingCode.POINT_OUT_OF_RANGE, f"{where}/circle[{number}]")
        if circle.radius < 0:
            yield Finding(FindingCode.RADIUS_NEGATIVE, f"{where}/circle[{number}]")
    if area.ceiling is not None and (area.altitude is None or area.altitude > area.ceiling):
        yield Finding(FindingCode.INVALID_ALTITUDE_CEILING_RANGE, f"{where}/ceiling")


def _check_polygon(polygon: Polygon, where: str, budget: Budget) -> Iterator[Finding]:
    is_short = len(geometry.corners(polygon)) < 4
    if is_short:
        yield Finding(FindingCode.POLYGON_TOO_SHORT, where)
    if not polygon.points or polygon.points[0] != polygon.points[-1]:
        yield Finding(FindingCode.POLYGON_OPEN, where)
        return
    if not all(_is_on_earth(point) for point in polygon.points):
        yield Finding(FindingCode.POINT_OUT_OF_RANGE, where)
    if is_short:
        return
    crosses, steps = geometry.crosses_itself(polygon, geometry.STEPS_MAX - budget.spent)
    budget.spent += steps
    if crosses is None:
        yield Finding(FindingCode.POLYGON_UNCHECKED, where)
    elif crosses:
        yield Finding(FindingCode.POLYGON_SELF_INTERSECTION, where)


def _is_on_earth(point: Point) -> bool:
    return abs(point.lat) <= Decimal(90) and abs(point.lon) <= Decimal(180)
