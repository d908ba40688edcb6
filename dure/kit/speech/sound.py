"""A sound: one channel of samples between -1 and 1, with its rate; putting sounds together and changing their rate."""

from dataclasses import dataclass
from math import ceil, gcd

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
SPOKEN_RATE = 24_000  # samples a second of everything that is put together here
CROSSINGS = 16  # of the sinc, to each side
_BETA = 8.6  # of the Kaiser window: what is folded back lies 80 dB below


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """One channel of sound."""

    rate: int
    samples: Samples

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate


def silence(seconds: float, rate: int = SPOKEN_RATE) -> Sound:
    """Nothing, for a while."""
    return Sound(rate, np.zeros(round(seconds * rate), dtype=np.float32))


def joined(*parts: Sound) -> Sound:
    """One after the other; all have the same rate."""
    rates = {part.rate for part in parts}
    if len(rates) != 1:
        raise ValueError(f"sounds of different rates: {sorted(rates)}")
    return Sound(rates.pop(), np.concatenate([part.samples for part in parts]))


def resampled(sound: Sound, rate: int) -> Sound:
    """The same sound with another rate; what is above half of the lower one is taken out."""
    if rate == sound.rate:
        return sound
    common = gcd(rate, sound.rate)
    up, down = rate // common, sound.rate // common
    out = np.zeros(ceil(len(sound.samples) * up / down), dtype=np.float32)
    for phase in range(min(up, len(out))):
        out[phase::up] = interpolated(sound.samples, phase / up * down, down, min(1.0, up / down), len(out[phase::up]))
    return Sound(rate, out)


def interpolated(samples: Samples, start: float, step: int, band: float, count: int) -> Samples:
    """`count` values of the wave at start, start + step, ...: a windowed sinc that lets `band` of the frequencies through."""
    reach = ceil(CROSSINGS / band)
    first = int(start) - reach + 1
    away = np.arange(2 * reach) - (reach - 1) - (start - int(start))
    weights = (
        band * np.sinc(band * away) * np.i0(_BETA * np.sqrt(np.clip(1 - (away / reach) ** 2, 0, 1))) / np.i0(_BETA)
    )
    padded = np.concatenate([np.zeros(reach, np.float32), samples, np.zeros(reach + step, np.float32)])
    total = np.zeros(count, dtype=np.float32)
    for tap, weight in enumerate(weights / weights.sum()):
        part = padded[first + reach + tap :: step][:count]
        total[: len(part)] += np.float32(weight) * part
    return total
