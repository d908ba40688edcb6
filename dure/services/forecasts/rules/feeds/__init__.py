"""What the authority's answers say and prove: bytes, their type and when they came -> a report."""

from .answers import plain
from .health import SILENT_AFTER, SILENT_SOON, health
from .messages import has_more, read_disaster_messages
from .portal import read_bulletins
from .texts import read_impact, read_warnings
from .zones import table_at, zone_of

__all__ = [
    "SILENT_AFTER",
    "SILENT_SOON",
    "has_more",
    "health",
    "plain",
    "read_bulletins",
    "read_disaster_messages",
    "read_impact",
    "read_warnings",
    "table_at",
    "zone_of",
]
