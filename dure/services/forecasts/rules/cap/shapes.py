"""How the values of an alert are written in text, both ways: read tolerantly, written in one form only."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any

from dure.services.forecasts.types import Circle, FindingCode, Identity, Point, Polygon

POINTS_MAX = 20_000  # of one polygon
LIST_MAX = 1_000  # references, addresses, incidents
YEARS = range(
    1900, 3000
)  # at the ends of the calendar an instant has no date on other clocks, and a table cannot hold it

type Codes = tuple[FindingCode, ...]
type Read = tuple[Any, Codes]  # the value, or None when there is nothing to be used; and what is wrong with it

_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,12}(\.\d{1,12})?", re.ASCII)
_COORDINATE = re.compile(r"[+-]?\d{1,3}(\.\d{1,12})?", re.ASCII)
_SIZE = re.compile(r"\d{1,12}", re.ASCII)
_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of text: how to read it, how to write it."""

    read: Callable[[str], Read]
    write: Callable[[Any], str]


def read_text(text: str) -> Read:
    """Any text, without the white space around it."""
    return text, ()


def read_date(text: str) -> Read:
    """An instant. Without an offset nobody knows which, so that there is none."""
    found = _DATE.fullmatch(text)
    if not found:
        return None, (FindingCode.DATE_INVALID,)
    wall, fraction, offset = found.groups()
    if offset is None:
        return None, (FindingCode.DATE_WITHOUT_OFFSET,)
    codes: list[FindingCode] = []
    if fraction:
        codes.append(FindingCode.DATE_FRACTION)
    if offset == "Z":
        codes.append(FindingCode.DATE_ZULU)
    elif offset == "+00:00":
        codes.append(FindingCode.DATE_PLUS_ZERO)
    try:
        at = datetime.fromisoformat(wall).replace(tzinfo=_zone(offset))
    except ValueError:
        return None, (FindingCode.DATE_INVALID,)
    return (at, tuple(codes)) if at.year in YEARS else (None, (FindingCode.DATE_INVALID,))


def _zone(offset: str) -> timezone:
    if offset in ("Z", "-00:00", "+00:00"):
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if hours > 14 or minutes > 59:
        raise ValueError(offset)
    length = timedelta(hours=hours, minutes=minutes)
    return timezone(-length if offset[0] == "-" else length)


def write_date(at: datetime) -> str:
    """Seconds and an offset, "-00:00" for UTC (section 3.3.2 of the standard)."""
    offset = at.utcoffset()
    if offset is None:
        raise ValueError("an instant without an offset")
    text = at.replace(microsecond=0).isoformat()
    return f"{text[:19]}-00:00" if not offset else text


def is_writable_date(at: datetime) -> bool:
    """Whether the standard has a form for this instant: whole seconds, an offset in whole minutes."""
    offset = at.utcoffset()
    return offset is not None and at.microsecond == 0 and not offset % timedelta(minutes=1)


def read_number(text: str) -> Read:
    """A decimal number."""
    return (Decimal(text), ()) if _DECIMAL.fullmatch(text) else (None, (FindingCode.NUMBER_INVALID,))


def read_size(text: str) -> Read:
    """A number of bytes."""
    return (int(text), ()) if _SIZE.fullmatch(text) else (None, (FindingCode.SIZE_INVALID,))


def write_number(number: Decimal) -> str:
    """Digits and a point, never an exponent."""
    return format(number, "f")


def code(kind: type[StrEnum], old: dict[str, StrEnum] | None = None) -> Shape:
    """One of the words of `kind`; `old` are words of earlier versions."""
    spelling = {member.value.lower(): member for member in kind}
    earlier = {word.lower(): member for word, member in (old or {}).items()}

    def read(text: str) -> Read:
        if member := spelling.get(text.lower()):
            return member, () if member.value == text else (FindingCode.CODE_SPELLING,)
        if member := earlier.get(text.lower()):
            return member, (FindingCode.CODE_OLD,)
        return None, (FindingCode.CODE_UNKNOWN,)

    return Shape(read, lambda member: str(member.value))


def read_point(text: str) -> Point | None:
    """ "lat,lon" """
    lat, comma, lon = text.partition(",")
    if not (comma and _COORDINATE.fullmatch(lat) and _COORDINATE.fullmatch(lon)):
        return None
    return Point(Decimal(lat), Decimal(lon))


def read_polygon(text: str) -> Read:
    """Pairs of "lat,lon" with space between them. Nothing of it is used when one of them cannot be read."""
    pairs = text.split()
    points = [read_point(pair) for pair in pairs] if len(pairs) <= POINTS_MAX else [None]
    if not points or None in points:
        return None, (FindingCode.POINTS_INVALID,)
    return Polygon(tuple(point for point in points if point)), ()


def read_circle(text: str) -> Read:
    """ "lat,lon radius", in kilometres."""
    parts = text.split()
    point = read_point(parts[0]) if len(parts) == 2 else None
    if point is None or not _DECIMAL.fullmatch(parts[1]):
        return None, (FindingCode.POINTS_INVALID,)
    return Circle(point, Decimal(parts[1])), ()


def write_point(point: Point) -> str:
    """ "lat,lon" """
    return f"{write_number(point.lat)},{write_number(point.lon)}"


def read_references(text: str) -> Read:
    """ "sender,identifier,sent" with space between them; those that can be read."""
    found: list[Identity] = []
    codes: dict[FindingCode, None] = {}
    for part in text.split()[: LIST_MAX + 1]:
        fields = part.split(",")
        sent, said = read_date(fields[2]) if len(fields) == 3 else (None, ())
        codes |= dict.fromkeys(said)
        if sent is None or not fields[0] or not fields[1] or len(found) == LIST_MAX:
            codes[FindingCode.REFERENCE_INVALID] = None
        else:
            found.append(Identity(fields[0], fields[1], sent))
    return tuple(dict.fromkeys(found)), tuple(codes)


def write_references(references: Iterable[Identity]) -> str:
    """ "sender,identifier,sent" with a space between them."""
    return " ".join(f"{one.sender},{one.identifier},{write_date(one.sent)}" for one in references)


def read_words(text: str) -> Read:
    """Words with space between them; one with space in it stands in quotes."""
    codes: Codes = (FindingCode.QUOTES_INVALID,) if _WORD.sub("", text).strip() else ()
    words = tuple(quoted or plain for quoted, plain in _WORD.findall(text) if quoted or plain)
    if len(words) > LIST_MAX:
        codes = (FindingCode.QUOTES_INVALID,)
    return words[:LIST_MAX], codes


def write_words(words: Iterable[str]) -> str:
    """Words with a space between them, in quotes where they have one themselves."""
    return " ".join(f'"{word}"' if re.search(r"\s", word) else word for word in words)


def is_writable_word(word: str) -> bool:
    """Whether `read_words` would answer this word."""
    return bool(word) and '"' not in word


TEXT = Shape(read_text, str)
DATE = Shape(read_date, write_date)
NUMBER = Shape(read_number, write_number)
SIZE = Shape(read_size, str)
POLYGON = Shape(read_polygon, lambda polygon: " ".join(map(write_point, polygon.points)))
CIRCLE = Shape(read_circle, lambda circle: f"{write_point(circle.centre)} {write_number(circle.radius)}")
REFERENCES = Shape(read_references, write_references)
WORDS = Shape(read_words, write_words)
