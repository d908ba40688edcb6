"""How an announcement sounds: what was made of its words or of its recording, for players, podcasts, loudspeakers, telephones."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .airing import AnnouncementId

__all__ = ["Form", "SoundFile", "Spoken", "Timing", "VoiceFault", "VoiceState", "VoiceWanted"]


class Form(StrEnum):
    """The files in which it is there. The value is the ending of the name."""

    OPUS = "opus"
    MP3 = "mp3"
    WAV = "wav"


class VoiceState(StrEnum):
    """Where the making of it is."""

    MAKING = "making"
    MADE = "made"
    FAILED = "failed"


class VoiceFault(StrEnum):
    """Why there is none. The announcement goes out all the same."""

    NONE = ""
    MISSING = "missing"  # this installation has no voice
    UNREADABLE = "unreadable"  # a recording that only browsers can play; they get it as it came
    UNSAID = "unsaid"  # no Korean in it
    BROKEN = "broken"  # the voice did not speak


@dataclass(frozen=True, slots=True)
class Timing:
    """When the words are heard in the sound, in seconds: from `begins` for `once`; from `again` a second time; None: not."""

    begins: float
    once: float
    again: float | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """The sound of an announcement as far as it is made. `sizes`: bytes of each form."""

    announcement: AnnouncementId
    state: VoiceState
    fault: VoiceFault
    again_at: datetime | None  # failed: when it is tried once more; None: no more
    timing: Timing
    seconds: float
    sizes: dict[Form, int]


@dataclass(frozen=True, slots=True)
class SoundFile:
    """One form of it, with its length."""

    content: bytes
    content_type: str
    seconds: float


@dataclass(frozen=True, slots=True)
class VoiceWanted:
    """A sound that somebody took upon themselves to make: the `nth` try. A recording comes before words."""

    announcement: AnnouncementId
    nth: int
    words: str
    recording: bytes
    first: str  # said around a recording
    last: str
