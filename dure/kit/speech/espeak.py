"""The voice of eSpeak NG, which runs as a process of its own: its crash, its memory and its licence stay there."""

import importlib.util
import struct
import subprocess
import sys

import numpy as np

from dure.kit.speech.sound import Sound
from dure.kit.speech.voices import RATE_LEAST, RATE_MOST, SECONDS_MAX, VoiceFailed, VoiceMissing

WORDS_A_MINUTE = 140  # slower than people read: for old ears
WAIT_SECONDS_MAX = 60.0
_HEAD = struct.Struct("<I")
_RATES = (8_000, 48_000)
_NAME = "dure.kit.speech.espeak:Espeak"


class Espeak:
    """Speaks by `python -m dure.kit.speech.espeak_program`, once for each text."""

    def __init__(
        self,
        program: tuple[str, ...] = ("-m", "dure.kit.speech.espeak_program"),
        wait_seconds_max: float = WAIT_SECONDS_MAX,
    ):
        self._program = program
        self._wait_seconds_max = wait_seconds_max

    def synthesise(self, pronounced: str, rate: float) -> Sound:
        """The text spoken, 22,050 samples a second. Raises VoiceMissing, VoiceFailed."""
        if importlib.util.find_spec("espeakng_loader") is None:
            raise VoiceMissing(
                voice=_NAME, why="the package espeakng-loader is not installed: pip install 'dure[speech]'"
            )
        speed = round(WORDS_A_MINUTE * min(max(rate, RATE_LEAST), RATE_MOST))
        try:
            ended = subprocess.run(  # our own interpreter and program; the text goes over a pipe
                [sys.executable, *self._program, str(speed)],
                input=pronounced.encode(),
                capture_output=True,
                timeout=self._wait_seconds_max,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise VoiceFailed(voice=_NAME, why=f"no answer within {self._wait_seconds_max:g} s") from None
        if ended.returncode:
            raise VoiceFailed(voice=_NAME, why=_last_line(ended.stderr) or f"ended with {ended.returncode}")
        return _sound(ended.stdout)


def _last_line(said: bytes) -> str:
    return said.decode(errors="replace").strip().rpartition("\n")[2][:200]


def _sound(answer: bytes) -> Sound:
    if len(answer) < _HEAD.size or len(answer) % 2:
        raise VoiceFailed(voice=_NAME, why="it broke off")
    (rate,) = _HEAD.unpack_from(answer)
    if not _RATES[0] <= rate <= _RATES[1]:
        raise VoiceFailed(voice=_NAME, why=f"{rate} samples a second")
    samples = np.frombuffer(answer, dtype="<i2", offset=_HEAD.size).astype(np.float32) * np.float32(1 / 32_768)
    if len(samples) > SECONDS_MAX * rate:
        raise VoiceFailed(voice=_NAME, why=f"it spoke for more than {SECONDS_MAX:g} s")
    return Sound(rate, samples)
