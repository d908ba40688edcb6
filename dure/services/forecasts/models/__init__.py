"""Tables of forecasts. No behaviour."""

from .feeds import Feed, FeedAnswer, Moved, Standing
from .places import Zone, ZoneTable
from .reading import Letter, LetterSubject, Notice, Place, Reader, Told
from .watching import Call, Watch

__all__ = [
    "Call",
    "Feed",
    "FeedAnswer",
    "Letter",
    "LetterSubject",
    "Moved",
    "Notice",
    "Place",
    "Reader",
    "Standing",
    "Told",
    "Watch",
    "Zone",
    "ZoneTable",
]
