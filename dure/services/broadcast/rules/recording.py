"""A voice as browsers record it: what it is, by its first bytes, and how large it may be. Pure."""

from typing import Final

from dure.base.refusals import BadValue
from dure.services.broadcast.types import Recording

from .studio import RECORDING_SECONDS_MAX

BYTES_MAX: Final = 6_000_000  # three minutes at 256 kbit/s
SECONDS_MIN: Final = 0.5
_MATROSKA = b"\x1a\x45\xdf\xa3"


def sound_of(content: bytes, seconds: float) -> Recording:
    """The recording, by what its bytes say it is: whatever the browser calls it. Raises BadValue."""
    if not 0 < len(content) <= BYTES_MAX:
        raise BadValue(field="recording", reason="size")
    if not SECONDS_MIN <= seconds <= RECORDING_SECONDS_MAX:  # also what is no number
        raise BadValue(field="seconds", reason="range")
    return Recording(content, _type_of(content), round(seconds, 2))


def _type_of(content: bytes) -> str:
    head = content[:12]
    if head.startswith(_MATROSKA):
        return "audio/webm"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head[4:8] == b"ftyp":
        return "audio/mp4"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    raise BadValue(field="recording", reason="kind")
