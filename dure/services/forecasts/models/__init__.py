"""Tables of forecasts. No behaviour."""

from .alerts import Alert, AlertSource, Pin, SourceItem
from .feeds import Feed, FeedAnswer, Moved, Standing
from .issuing import Certificate, Issue
from .places import Zone, ZoneTable
from .reading import Letter, LetterSubject, Notice, Place, Reader, Told
from .watching import Call, Watch

__all__ = [
    "Alert",
    "AlertSource",
    "Call",
    "Certificate",
    "Feed",
    "FeedAnswer",
    "Issue",
    "Letter",
    "LetterSubject",
    "Moved",
    "Notice",
    "Pin",
    "Place",
    "Reader",
    "SourceItem",
    "Standing",
    "Told",
    "Watch",
    "Zone",
    "ZoneTable",
]
