"""The Common Alerting Protocol as values: alert, its segments (the standard's `info`), resources, areas. The words are the
standard's, in Python's spelling.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

__all__ = [
    "Alert",
    "Area",
    "Category",
    "Certainty",
    "Circle",
    "Identity",
    "MsgType",
    "Named",
    "Point",
    "Polygon",
    "Resource",
    "ResponseType",
    "Scope",
    "Segment",
    "Severity",
    "Status",
    "Urgency",
    "Version",
]


class Version(StrEnum):
    """Versions of the standard, by their namespaces."""

    CAP_1_0 = "http://www.incident.com/cap/1.0"
    CAP_1_1 = "urn:oasis:names:tc:emergency:cap:1.1"
    CAP_1_2 = "urn:oasis:names:tc:emergency:cap:1.2"


class Status(StrEnum):
    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MsgType(StrEnum):
    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Category(StrEnum):
    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class ResponseType(StrEnum):
    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Urgency(StrEnum):
    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Named:
    """A `valueName` and its `value`, as in eventCode, parameter and geocode."""

    value_name: str
    value: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one alert from every other; also one entry of `references`."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True)
class Point:
    lat: Decimal  # degrees, WGS 84
    lon: Decimal


@dataclass(frozen=True, slots=True)
class Polygon:
    points: tuple[Point, ...]  # the last is the first again


@dataclass(frozen=True, slots=True)
class Circle:
    centre: Point
    radius: Decimal  # kilometres


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    resource_desc: str | None = None
    mime_type: str | None = None
    size: int | None = None  # bytes
    uri: str | None = None
    deref_uri: str | None = None  # the thing itself, in base64
    digest: str | None = None  # SHA-1, in hexadecimal digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    area_desc: str | None = None
    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()
    altitude: Decimal | None = None  # feet above mean sea level; the lower end where there is a ceiling
    ceiling: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The standard's `info`: what an alert says in one language, or of one stage of an event."""

    language: str | None = None  # None stands for en-US
    categories: tuple[Category, ...] = ()
    event: str | None = None
    response_types: tuple[ResponseType, ...] = ()
    urgency: Urgency | None = None
    severity: Severity | None = None
    certainty: Certainty | None = None
    audience: str | None = None
    event_codes: tuple[Named, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str | None = None
    headline: str | None = None
    description: str | None = None
    instruction: str | None = None
    web: str | None = None
    contact: str | None = None
    parameters: tuple[Named, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What was read, as far as it could be: None and () where it says nothing that can be used. Findings say why."""

    identifier: str | None = None
    sender: str | None = None
    sent: datetime | None = None
    status: Status | None = None
    msg_type: MsgType | None = None
    source: str | None = None
    scope: Scope | None = None
    restriction: str | None = None
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str | None = None
    references: tuple[Identity, ...] = ()
    incidents: tuple[str, ...] = ()
    segments: tuple[Segment, ...] = ()

    @property
    def identity(self) -> Identity | None:
        """Sender, identifier and sent; None when one of them is missing."""
        if self.sender is None or self.identifier is None or self.sent is None:
            return None
        return Identity(self.sender, self.identifier, self.sent)
