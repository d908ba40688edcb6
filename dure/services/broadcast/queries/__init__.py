"""Reads of village broadcast. They answer frozen values."""

from .announcements import (
    announcement,
    announcement_for,
    archive,
    recording_of,
    spoken_by,
    waiting_for_second,
)
from .hearing import counted, heard_by, rates, to_visit
from .personal import export_of
from .villages import (
    channel_of_broadcast,
    listeners_of,
    memberships,
    offices,
    tenures_of,
    village,
    village_by_code,
    villages,
    villages_spoken_to,
)

__all__ = [
    "announcement",
    "announcement_for",
    "archive",
    "channel_of_broadcast",
    "counted",
    "export_of",
    "heard_by",
    "listeners_of",
    "memberships",
    "offices",
    "rates",
    "recording_of",
    "spoken_by",
    "tenures_of",
    "to_visit",
    "village",
    "village_by_code",
    "villages",
    "villages_spoken_to",
    "waiting_for_second",
]
