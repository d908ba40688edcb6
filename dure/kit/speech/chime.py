"""The chime before an announcement: three rising tones of our own, made by arithmetic, the same each time."""

import numpy as np

from dure.kit.speech.sound import SPOKEN_RATE, Samples, Sound

_TONES_HZ = (440.0, 587.33, 739.99)  # A, D, F sharp: the chord opens upwards
_EACH_SECONDS, _LAST_SECONDS = 0.42, 1.1
_ATTACK_SECONDS = 0.012  # no click
_DECAY_A_SECOND = 4.2
_OVERTONES = ((1.0, 1.0), (2.0, 0.28), (3.0, 0.09))  # (multiple, strength); low ones, for ears that hear no high ones
_LEVEL = 0.3


def chime(rate: int = SPOKEN_RATE) -> Sound:
    """Three tones, two seconds."""
    tones = [
        _tone(hertz, _LAST_SECONDS if last else _EACH_SECONDS, rate)
        for hertz, last in zip(_TONES_HZ, (0, 0, 1), strict=True)
    ]
    return Sound(rate, np.concatenate(tones))


def _tone(hertz: float, seconds: float, rate: int) -> Samples:
    at = np.arange(round(seconds * rate)) / rate
    wave = sum(strength * np.sin(2 * np.pi * hertz * multiple * at) for multiple, strength in _OVERTONES)
    shape = np.minimum(at / _ATTACK_SECONDS, 1.0) * np.exp(-_DECAY_A_SECOND * at)
    ending = np.minimum((seconds - at) / _ATTACK_SECONDS, 1.0)
    return np.asarray(_LEVEL * wave * shape * ending, dtype=np.float32)
