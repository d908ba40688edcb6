"""Sounds that people send: known by their first bytes, whatever their name says. Pure. Pictures: kit.photos."""

from dataclasses import dataclass
from datetime import timedelta

from dure.foundations.channels.types import AttachmentUnfit

SOUND_BYTES_MAX = 6_000_000
SOUND_SECONDS_MAX = 600
A_DAY_MAX = 60  # files of one person
WINDOW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sound:
    """A kind of sound that browsers play."""

    media: str
    ending: str


WEBM, OGG, MP3, WAV, MP4 = (
    Sound("audio/webm", "webm"),
    Sound("audio/ogg", "ogg"),
    Sound("audio/mpeg", "mp3"),
    Sound("audio/wav", "wav"),
    Sound("audio/mp4", "m4a"),
)
_MP4_BRANDS = (b"M4A ", b"mp42", b"isom", b"iso5", b"mp41", b"M4B ", b"dash", b"iso6", b"3gp4", b"3gp5", b"qt  ")


def sound(content: bytes) -> Sound | None:
    """The kind of sound, or None when it is none that we play."""
    head = content[:16]
    if head.startswith(b"\x1aE\xdf\xa3"):
        return WEBM
    if head.startswith(b"OggS"):
        return OGG
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return MP3
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return WAV
    if head[4:8] == b"ftyp" and head[8:12] in _MP4_BRANDS:
        return MP4
    return None


def check_sound(size: int, seconds: int) -> None:
    """Refuse what is too much to listen to. Raises AttachmentUnfit."""
    if size > SOUND_BYTES_MAX:
        raise AttachmentUnfit(why="size", limit=SOUND_BYTES_MAX)
    if not 0 < seconds <= SOUND_SECONDS_MAX:
        raise AttachmentUnfit(why="length", limit=SOUND_SECONDS_MAX)
