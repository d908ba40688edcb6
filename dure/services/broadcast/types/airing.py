"""Announcements: what is said, to which villages, and when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId

from .villages import VillageId

__all__ = ["Agreed", "Airing", "AnnouncementId", "Kind", "NewAnnouncement"]

AnnouncementId = NewType("AnnouncementId", UUID)


class Kind(StrEnum):
    """How much an announcement may ask of people."""

    NOTICE = "notice"
    URGENT = "urgent"  # for life and limb: at night as well, before everything else
    DRILL = "drill"  # says so first and last


class Agreed(StrEnum):
    """What stands behind an urgent announcement beside its author."""

    NOBODY = "nobody"
    SECOND = "second"  # another person with an office
    PIN = "pin"  # the village's own number, where nobody else can be reached


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnnouncement:
    """What somebody wants to say. `seconds`: how long a recording is; 0: the words are spoken by the machine."""

    author: PersonId
    villages: frozenset[VillageId]
    confirmed: frozenset[VillageId]  # as the author read them back
    kind: Kind
    words: str  # also of a recording: whoever does not hear reads it
    seconds: float = 0.0
    airs: datetime | None = None  # None: now
    repeats: str = ""  # RRULE of RFC 5545
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Airing:
    """An announcement on its way to listeners, from `at` on and never after `expires`."""

    kind: Kind
    at: datetime
    expires: datetime
