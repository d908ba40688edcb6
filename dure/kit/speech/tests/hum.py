"""A voice for tests: hums as long as the text is, the same each time, without an engine."""

import numpy as np

from dure.kit.speech.sound import Sound

RATE = 16_000


class Hum:
    """A syllable is a fifth of a second of a low tone that swells and falls."""

    def synthesise(self, pronounced: str, rate: float) -> Sound:
        at = np.arange(round(len(pronounced) * RATE / 5 / rate)) / RATE
        return Sound(RATE, (0.2 * np.sin(2 * np.pi * 220 * at) * np.abs(np.sin(5 * np.pi * at))).astype(np.float32))


class Mute:
    """Answers silence."""

    def synthesise(self, pronounced: str, rate: float) -> Sound:
        return Sound(RATE, np.zeros(len(pronounced) * RATE, dtype=np.float32))


class Silent:
    """No voice at all."""
