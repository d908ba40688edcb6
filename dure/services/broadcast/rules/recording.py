"""A voice as browsers record it: what it is, by its first bytes, and how large it may be. Pure."""

import struct
from typing import Final

from dure.base.refusals import BadValue
from dure.services.broadcast.types import Recording

from .studio import RECORDING_SECONDS_MAX

BYTES_MAX: Final = 6_000_000  # three minutes at 256 kbit/s
SECONDS_MIN: Final = 0.5
WAV: Final = "audio/wav"
HEAD_BYTES: Final = 12
_MATROSKA = b"\x1a\x45\xdf\xa3"


def sound_of(content: bytes, seconds: float) -> Recording:
    """The recording, by what its bytes say it is: whatever the browser calls it. Raises BadValue."""
    if not 0 < len(content) <= BYTES_MAX:
        raise BadValue(field="recording", reason="size")
    if not SECONDS_MIN <= seconds <= RECORDING_SECONDS_MAX:  # also what is no number
        raise BadValue(field="seconds", reason="range")
    return Recording(content, _type_of(content), round(seconds, 2))


def is_film(head: bytes) -> bool:
    """Whether a recording begins as the films of one maker's telephones do, which nothing here opens."""
    return head[4:8] == b"ftyp"


def _type_of(content: bytes) -> str:
    head = content[:HEAD_BYTES]
    if head.startswith(_MATROSKA):
        return "audio/webm"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if is_film(head):
        return "audio/mp4"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return WAV
    raise BadValue(field="recording", reason="kind")


def seconds_of_wav(content: bytes) -> float:
    """How long a WAV file sounds, by what stands in it: of a file from a telephone nobody else says it. Raises BadValue."""
    if not (len(content) <= BYTES_MAX and content[:4] == b"RIFF" and content[8:12] == b"WAVE"):
        raise BadValue(field="recording", reason="kind")
    at, bytes_a_second = 12, 0
    while at + 8 <= len(content):
        name, size = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        if name == b"fmt " and at + 20 <= len(content):
            bytes_a_second = struct.unpack_from("<I", content, at + 16)[0]
        if name == b"data" and bytes_a_second:
            return float(min(size, len(content) - at - 8) / bytes_a_second)  # also of one that was never closed
        at += 8 + size + size % 2
    raise BadValue(field="recording", reason="kind")
