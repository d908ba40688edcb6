"""What other programs read for a listener: a podcast at an address of their own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .airing import Announcement
from .villages import Village
from .voices import Spoken

__all__ = ["Cue", "Episode", "Podcast", "PodcastAddress"]


@dataclass(frozen=True, slots=True)
class PodcastAddress:
    """Where a listener's podcast is: a key, and the seal that only this installation can make of it."""

    key: UUID
    seal: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Episode:
    """An announcement at one time at which it was on the air. `spoken`: None where nobody began to make a sound of it."""

    announcement: Announcement
    at: datetime
    spoken: Spoken | None
    recording_bytes: int


@dataclass(frozen=True, slots=True)
class Podcast:
    """What stands at an address, the newest first."""

    address: PodcastAddress
    village: Village
    episodes: tuple[Episode, ...]


@dataclass(frozen=True, slots=True)
class Cue:
    """Words with when they are heard, in seconds."""

    begins: float
    ends: float
    text: str
