"""The loudspeaker of a village hall: a device that plays by itself what is said, and what it has to play."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID

from .airing import AiringId, Announcement
from .villages import Village
from .voices import Spoken

__all__ = ["Due", "Hall", "HallPlay", "Loudspeaker", "LoudspeakerId", "PlayedInHall"]

LoudspeakerId = NewType("LoudspeakerId", UUID)


@dataclass(frozen=True, slots=True)
class Loudspeaker:
    """A device. `seal` is what only this installation can make of its id: both together are its address."""

    id: LoudspeakerId
    village: Village
    name: str
    seal: str
    made_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Due:
    """What a loudspeaker plays: from `at` on, never at `expires` or later. `played`: it said already that it did."""

    airing: AiringId
    announcement: Announcement
    at: datetime
    expires: datetime
    spoken: Spoken | None
    played: bool


@dataclass(frozen=True, slots=True)
class Hall:
    """Everything that a loudspeaker has to know for the next days, the earliest first."""

    loudspeaker: Loudspeaker
    due: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class HallPlay:
    """What a device says that it played."""

    airing: AiringId
    at: datetime


@dataclass(frozen=True, slots=True)
class PlayedInHall:
    """What became of an announcement in one hall; None: not played yet."""

    name: str
    played_at: datetime | None
    seen_at: datetime | None
