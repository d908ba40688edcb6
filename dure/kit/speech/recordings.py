"""A person's recording, opened: one channel at the rate in which everything is put together. Ogg and WAV as they are, WebM by
way of Ogg; what else browsers make (MP4) nobody here can read.
"""

import io

import numpy as np
import soundfile

from dure.kit.speech.sound import SPOKEN_RATE, Sound, resampled
from dure.kit.speech.voices import RecordingUnread
from dure.kit.speech.webm import to_ogg

SECONDS_MAX = 190.0  # three minutes, and what a browser rounds
_WEBM, _OGG, _WAV = b"\x1a\x45\xdf\xa3", b"OggS", b"RIFF"
_RATES = (8_000, 96_000)
_CHANNELS_MAX = 8


def opened(content: bytes) -> Sound:
    """What is heard in it. Raises RecordingUnread: unreadable, empty, longer than `SECONDS_MAX`."""
    if content.startswith(_WEBM):
        content = to_ogg(content)
    if not content.startswith((_OGG, _WAV)):
        raise RecordingUnread(voice="recording", why="its kind cannot be read here")
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            rate = file.samplerate
            if not _RATES[0] <= rate <= _RATES[1] or file.channels > _CHANNELS_MAX:
                raise RecordingUnread(voice="recording", why=f"{rate} samples a second, {file.channels} channels")
            samples = file.read(frames=round(SECONDS_MAX * rate) + 1, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise RecordingUnread(voice="recording", why=f"it cannot be read: {error.error_string}"[:200]) from error
    if len(samples) > SECONDS_MAX * rate:
        raise RecordingUnread(voice="recording", why=f"it lasts longer than {SECONDS_MAX:g} s")
    if not len(samples):
        raise RecordingUnread(voice="recording", why="there is nothing in it")
    mono = np.nan_to_num(samples.mean(axis=1)).astype(np.float32)
    return resampled(Sound(rate, np.clip(mono, -1, 1)), SPOKEN_RATE)
