"""Sound files: Opus in Ogg for listeners, MP3 for old players and podcasts, 8 kHz WAV for telephones and loudspeakers."""

import io
from dataclasses import dataclass
from enum import Enum

import numpy as np
import soundfile

from dure.kit.speech.loudness import PEAK_DBTP_MAX, true_peak
from dure.kit.speech.sound import Sound, resampled

_SOFTER_MAX, _SOFTER_DB = 4, 0.1
_BLOCK_SECONDS = 1  # the Ogg writer takes large blocks badly


@dataclass(frozen=True, slots=True)
class _Kind:
    rate: int
    container: str
    codec: str
    compression: float | None
    media_type: str


class FileKind(Enum):
    """The files that are made. The value is the ending of the name."""

    OPUS = "opus"
    MP3 = "mp3"
    WAV = "wav"

    @property
    def media_type(self) -> str:
        """As HTTP and feeds name it."""
        return _KINDS[self].media_type

    @property
    def rate(self) -> int:
        """Samples a second in the file."""
        return _KINDS[self].rate


_KINDS = {  # compression: from 0 (256 kbit/s of Opus, best of MP3) to 1; chosen for about 24 and 40 kbit/s
    FileKind.OPUS: _Kind(24_000, "OGG", "OPUS", 0.928, "audio/ogg; codecs=opus"),
    FileKind.MP3: _Kind(24_000, "MP3", "MPEG_LAYER_III", 0.8, "audio/mpeg"),
    FileKind.WAV: _Kind(8_000, "WAV", "PCM_16", None, "audio/wav"),
}


def encoded(sound: Sound, kind: FileKind) -> bytes:
    """The bytes of the file. A codec that throws its peaks too high gets a sound that is a little softer."""
    fitting = resampled(sound, _KINDS[kind].rate)
    body = _written(fitting, kind)
    for _ in range(_SOFTER_MAX):
        over = true_peak(decoded(body)) - PEAK_DBTP_MAX
        if over <= 0:
            break
        fitting = Sound(fitting.rate, fitting.samples * np.float32(10 ** (-(over + _SOFTER_DB) / 20)))
        body = _written(fitting, kind)
    return body


def _written(fitting: Sound, kind: FileKind) -> bytes:
    made = _KINDS[kind]
    buffer = io.BytesIO()
    mode = "CONSTANT" if kind is FileKind.MP3 else None
    with soundfile.SoundFile(
        buffer,
        "w",
        samplerate=made.rate,
        channels=1,
        format=made.container,
        subtype=made.codec,
        compression_level=made.compression,
        bitrate_mode=mode,
    ) as file:
        for start in range(0, len(fitting.samples), _BLOCK_SECONDS * made.rate):
            file.write(fitting.samples[start : start + _BLOCK_SECONDS * made.rate])
    return buffer.getvalue()


def decoded(file: bytes) -> Sound:
    """The sound of a file of one channel, for listening by measurement."""
    samples, rate = soundfile.read(io.BytesIO(file), dtype="float32", always_2d=True)
    return Sound(rate, samples[:, 0])
