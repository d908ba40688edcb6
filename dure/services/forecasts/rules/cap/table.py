"""The table of elements: which there are in what order, how often, and which field of ours each one is.

Written from sections 3.2.1 to 3.2.4 of CAP 1.2; one table serves reading and issuing, so that they cannot drift apart.
"""

from dataclasses import dataclass
from types import MappingProxyType

from dure.services.forecasts.types import (
    Alert,
    Area,
    Category,
    Certainty,
    MsgType,
    Named,
    Resource,
    ResponseType,
    Scope,
    Segment,
    Severity,
    Status,
    Urgency,
    Version,
)

from . import shapes
from .shapes import Shape


@dataclass(frozen=True, slots=True)
class Element:
    """One row: an element, our field, what is in it (text of a shape, or elements of a table), how often it must and may come."""

    name: str
    field: str
    holds: "Shape | Table"
    least: int = 0
    most: int | None = 1  # None: any number
    is_list: bool = False  # one element, several values

    @property
    def is_many(self) -> bool:
        """Whether the field is a tuple with one value an element."""
        return self.most is None


@dataclass(frozen=True, slots=True)
class Table:
    """The elements of one kind of segment, in the order of the standard."""

    kind: type[Alert | Segment | Resource | Area | Named]
    elements: tuple[Element, ...]


NAMED = Table(
    Named,
    (Element("valueName", "value_name", shapes.TEXT, 1), Element("value", "value", shapes.TEXT, 1)),
)
RESOURCE = Table(
    Resource,
    (
        Element("resourceDesc", "resource_desc", shapes.TEXT, 1),
        Element("mimeType", "mime_type", shapes.TEXT, 1),
        Element("size", "size", shapes.SIZE),
        Element("uri", "uri", shapes.TEXT),
        Element("derefUri", "deref_uri", shapes.TEXT),
        Element("digest", "digest", shapes.TEXT),
    ),
)
AREA = Table(
    Area,
    (
        Element("areaDesc", "area_desc", shapes.TEXT, 1),
        Element("polygon", "polygons", shapes.POLYGON, most=None),
        Element("circle", "circles", shapes.CIRCLE, most=None),
        Element("geocode", "geocodes", NAMED, most=None),
        Element("altitude", "altitude", shapes.NUMBER),
        Element("ceiling", "ceiling", shapes.NUMBER),
    ),
)
SEGMENT = Table(
    Segment,
    (
        Element("language", "language", shapes.TEXT),
        Element("category", "categories", shapes.code(Category), 1, None),
        Element("event", "event", shapes.TEXT, 1),
        Element("responseType", "response_types", shapes.code(ResponseType), most=None),
        Element("urgency", "urgency", shapes.code(Urgency), 1),
        Element("severity", "severity", shapes.code(Severity), 1),
        Element("certainty", "certainty", shapes.code(Certainty, {"Very Likely": Certainty.LIKELY}), 1),
        Element("audience", "audience", shapes.TEXT),
        Element("eventCode", "event_codes", NAMED, most=None),
        Element("effective", "effective", shapes.DATE),
        Element("onset", "onset", shapes.DATE),
        Element("expires", "expires", shapes.DATE),
        Element("senderName", "sender_name", shapes.TEXT),
        Element("headline", "headline", shapes.TEXT),
        Element("description", "description", shapes.TEXT),
        Element("instruction", "instruction", shapes.TEXT),
        Element("web", "web", shapes.TEXT),
        Element("contact", "contact", shapes.TEXT),
        Element("parameter", "parameters", NAMED, most=None),
        Element("resource", "resources", RESOURCE, most=None),
        Element("area", "areas", AREA, most=None),
    ),
)
ALERT = Table(
    Alert,
    (
        Element("identifier", "identifier", shapes.TEXT, 1),
        Element("sender", "sender", shapes.TEXT, 1),
        Element("sent", "sent", shapes.DATE, 1),
        Element("status", "status", shapes.code(Status), 1),
        Element("msgType", "msg_type", shapes.code(MsgType), 1),
        Element("source", "source", shapes.TEXT),
        Element("scope", "scope", shapes.code(Scope), 1),
        Element("restriction", "restriction", shapes.TEXT),
        Element("addresses", "addresses", shapes.WORDS, is_list=True),
        Element("code", "codes", shapes.TEXT, most=None),
        Element("note", "note", shapes.TEXT),
        Element("references", "references", shapes.REFERENCES, is_list=True),
        Element("incidents", "incidents", shapes.WORDS, is_list=True),
        Element("info", "segments", SEGMENT, most=None),
    ),
)
# What earlier versions did not ask for.
MAY_BE_MISSING = MappingProxyType(
    {
        Version.CAP_1_0: frozenset({"scope", "category", "mimeType"}),
        Version.CAP_1_1: frozenset({"mimeType"}),
        Version.CAP_1_2: frozenset[str](),
    }
)
ONLY_IN_1_0 = frozenset({"password"})  # read over: it protects nothing
