"""Announcements: what is said, to which villages, and when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId

from .hearing import Standing
from .villages import Village, VillageId

__all__ = [
    "Agreed",
    "Airing",
    "AiringId",
    "Announcement",
    "AnnouncementId",
    "AnnouncementState",
    "Counted",
    "Heard",
    "Kind",
    "NewAnnouncement",
    "Recording",
]

AnnouncementId = NewType("AnnouncementId", UUID)
AiringId = NewType("AiringId", UUID)


class Kind(StrEnum):
    """How much an announcement may ask of people."""

    NOTICE = "notice"
    URGENT = "urgent"  # for life and limb: at night as well, before everything else
    DRILL = "drill"  # says so first and last


class AnnouncementState(StrEnum):
    """Where an announcement is. Whether it is on the air already, its times say."""

    DRAFT = "draft"
    ASKED = "asked"  # urgent: waits for the word of another person with an office
    SENT = "sent"  # on the air, or will be
    TAKEN_BACK = "taken_back"  # nobody was told of it
    ENDED = "ended"  # nothing more is said from then on


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
    typed: bool = True  # False: the words only say who spoke by telephone


@dataclass(frozen=True, slots=True)
class Airing:
    """An announcement on its way to listeners, from `at` on and never after `expires`."""

    kind: Kind
    at: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Recording:
    """A voice as a browser recorded it."""

    content: bytes
    content_type: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement as it stands."""

    id: AnnouncementId
    author: PersonId
    villages: tuple[Village, ...]
    kind: Kind
    words: str
    seconds: float  # of the recording; 0: there is none
    content_type: str  # of the recording
    state: AnnouncementState
    agreed: Agreed
    airs: datetime | None  # as was asked for; None: as soon as it is sent
    expires: datetime | None  # as was asked for; None: as long as its kind lasts
    repeats: str
    airings: tuple[Airing, ...]  # empty until it was sent
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of the listeners of an announcement, for those who may know: how many stand where."""

    listeners: int
    by_standing: dict[Standing, int]

    @property
    def heard(self) -> int:
        return self.by_standing.get(Standing.HEARD, 0)


@dataclass(frozen=True, slots=True)
class Heard:
    """How far somebody heard an announcement: which share of it was played, and how it stands."""

    share: float
    standing: Standing
