"""Tables of forecasts. No behaviour."""

from .alerts import Alert, AlertRegion, AlertSource, BrokenNight, Pin, SourceItem
from .feeds import Feed, FeedAnswer, Moved, Standing
from .issuing import Certificate, Issue
from .messages import Message, MessageRegion
from .places import Zone, ZoneTable
from .reading import Letter, LetterSubject, Notice, Place, Reader, Told
from .warned import Warned, WarnedMoved, WarnedTold
from .watching import Call, Watch

__all__ = [
    "Alert",
    "AlertRegion",
    "AlertSource",
    "BrokenNight",
    "Call",
    "Certificate",
    "Feed",
    "FeedAnswer",
    "Issue",
    "Letter",
    "LetterSubject",
    "Message",
    "MessageRegion",
    "Moved",
    "Notice",
    "Pin",
    "Place",
    "Reader",
    "SourceItem",
    "Standing",
    "Told",
    "Warned",
    "WarnedMoved",
    "WarnedTold",
    "Watch",
    "Zone",
    "ZoneTable",
]
