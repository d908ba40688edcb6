"""Loudness as ITU-R BS.1770-4 and EBU R 128 measure it, the true peak, and a sound brought to a loudness without clipping."""

from math import log10, pi, tan

import numpy as np
from numpy.typing import NDArray

from dure.kit.speech.sound import CROSSINGS, Samples, Sound, interpolated

TARGET_LUFS = -16.0
PEAK_DBTP_MAX = -1.0
_LIMIT_DBTP = -2.5  # what is made here; the codecs add their overshoot, and stay below PEAK_DBTP_MAX
_TOLERANCE_LU = 0.1
_ROUNDS_MAX = 8
_OFFSET = -0.691
_BLOCK_SECONDS, _HOP_SECONDS = 0.4, 0.1
_ABSOLUTE_LUFS, _RELATIVE_LU = -70.0, -10.0
_OVERSAMPLED = 4
_RING_SECONDS = 0.5  # the high-pass has died away by far
_CHUNK = 1 << 18
_PIECE = 1 << 14
_LOOK_SECONDS = 0.004  # how long before a peak the limiter begins to turn down

Coefficients = tuple[tuple[float, float, float], tuple[float, float, float]]


def weighting(rate: int) -> tuple[Coefficients, Coefficients]:
    """The two filters of BS.1770 (shelf of the head, high-pass), each as (b, a), for any rate.

    The standard lists them for 48 kHz; these are the analogue filters behind that list, warped to `rate`.
    """
    k, quality = tan(pi * 1681.974450955533 / rate), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    whole = 1 + k / quality + k * k
    shelf: Coefficients = (
        (
            (high + band * k / quality + k * k) / whole,
            2 * (k * k - high) / whole,
            (high - band * k / quality + k * k) / whole,
        ),
        (1.0, 2 * (k * k - 1) / whole, (1 - k / quality + k * k) / whole),
    )
    k, quality = tan(pi * 38.13547087602444 / rate), 0.5003270373238773
    whole = 1 + k / quality + k * k
    cut: Coefficients = ((1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / whole, (1 - k / quality + k * k) / whole))
    return shelf, cut


def integrated(channels: list[Samples], rate: int) -> float:
    """Gated loudness in LUFS of one or two channels; minus infinity where nothing is above the absolute gate."""
    hop = round(_HOP_SECONDS * rate)
    hops = np.sum([_hop_powers(samples, rate, hop) for samples in channels], axis=0, dtype=np.float64)
    per_block = round(_BLOCK_SECONDS / _HOP_SECONDS)
    if len(hops) < per_block:
        return float("-inf")
    powers = np.convolve(hops, np.ones(per_block) / per_block, mode="valid")
    loud = powers[_lufs(powers) > _ABSOLUTE_LUFS]
    if not len(loud):
        return float("-inf")
    gate = _OFFSET + 10 * log10(float(loud.mean())) + _RELATIVE_LU
    return _OFFSET + 10 * log10(float(loud[_lufs(loud) > gate].mean()))


def _lufs(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    return _OFFSET + 10 * np.log10(np.maximum(powers, 1e-30))


def _hop_powers(samples: Samples, rate: int, hop: int) -> NDArray[np.float64]:
    """Mean square of the weighted sound in each tenth of a second; filtered chunk by chunk, so that memory is bounded."""
    ring = round(_RING_SECONDS * rate)
    size = 1 << (_CHUNK + ring).bit_length()
    response = _response(rate, size)
    squares = np.zeros(len(samples) // hop, dtype=np.float64)
    tail = np.zeros(0)
    kept = np.zeros(0)
    done = 0
    for start in range(0, len(samples), _CHUNK):
        chunk = samples[start : start + _CHUNK]
        filtered = np.fft.irfft(np.fft.rfft(chunk, size) * response, size)
        filtered[: len(tail)] += tail
        tail = filtered[len(chunk) : len(chunk) + ring].copy()
        ready = np.concatenate([kept, filtered[: len(chunk)] ** 2])
        whole = len(ready) // hop
        squares[done : done + whole] = ready[: whole * hop].reshape(whole, hop).mean(axis=1)
        kept, done = ready[whole * hop :], done + whole
    return squares


def _response(rate: int, size: int) -> NDArray[np.complex128]:
    z = np.exp(-2j * pi * np.arange(size // 2 + 1) / size)
    total = np.ones(len(z), dtype=np.complex128)
    for b, a in weighting(rate):
        total *= (b[0] + b[1] * z + b[2] * z * z) / (a[0] + a[1] * z + a[2] * z * z)
    return total


def true_peak(sound: Sound) -> float:
    """The highest point of the wave between the samples too, in dBTP; minus infinity for silence."""
    sampled = float(np.abs(sound.samples).max(initial=0.0))
    highest = float(_envelope(sound.samples, sampled / 2).max(initial=0.0))
    return 20 * log10(highest) if highest else float("-inf")


def _envelope(samples: Samples, floor: float) -> Samples:
    """For each sample the highest absolute value up to the next one, four times oversampled (BS.1770, annex 2).

    In pieces that stay in the processor's cache; a piece that stays below `floor` is not looked at between its samples.
    """
    highest = np.abs(samples)
    for start in range(0, len(samples), _PIECE):
        end = min(start + _PIECE, len(samples))
        around = samples[max(0, start - CROSSINGS) : end + CROSSINGS]
        if float(np.abs(around).max()) < floor:
            continue
        first = start - max(0, start - CROSSINGS)
        for phase in range(1, _OVERSAMPLED):
            between = np.abs(interpolated(around, phase / _OVERSAMPLED, 1, 1.0, first + end - start)[first:])
            np.maximum(highest[start:end], between, out=highest[start:end])
    return highest


def normalised(sound: Sound, target: float = TARGET_LUFS) -> Sound:
    """The sound at `target` LUFS with no peak above the limit. Silence stays silence."""
    for _ in range(_ROUNDS_MAX):
        measured = integrated([sound.samples], sound.rate)
        if measured == float("-inf"):
            return sound
        if abs(measured - target) <= _TOLERANCE_LU and true_peak(sound) <= _LIMIT_DBTP:
            return sound
        louder = sound.samples * np.float32(10 ** ((target - measured) / 20))
        sound = Sound(sound.rate, _limited(louder, round(_LOOK_SECONDS * sound.rate)))
    return sound


def _limited(samples: Samples, look: int) -> Samples:
    """Turned down before and around each peak; chunk by chunk with what reaches over, so that memory is bounded."""
    reach = 4 * look + CROSSINGS
    limited = np.empty_like(samples)
    for start in range(0, len(samples), _CHUNK):
        first, end = max(0, start - reach), min(start + _CHUNK, len(samples))
        around = samples[first : end + reach]
        limited[start:end] = (around * _gain(around, look))[start - first : end - first]
    return limited


def _gain(samples: Samples, look: int) -> NDArray[np.float32]:
    """How far to turn down, softly: the least gain of a window, averaged over the same window."""
    ceiling = 10 ** ((_LIMIT_DBTP - 0.1) / 20)
    envelope = _envelope(samples, ceiling / 2)
    if float(envelope.max(initial=0.0)) <= ceiling:
        return np.ones_like(samples)
    gain = np.minimum(1.0, ceiling / np.maximum(envelope, 1e-9))
    width = 2 * look + 1
    least = _least_around(np.concatenate([np.ones(width), gain, np.ones(width)]), width)
    sums = np.concatenate([[0.0], np.cumsum(least)])
    smooth = (sums[width:] - sums[:-width]) / width
    offset = (len(smooth) - len(samples)) // 2
    return np.asarray(smooth[offset : offset + len(samples)], dtype=np.float32)


def _least_around(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The least value of the window of `width` around each place, by doubling."""
    least, covered = values, 1
    while covered < width:
        step = min(covered, width - covered)
        least = np.minimum(least[:-step], least[step:])
        covered += step
    missing = len(values) - len(least)
    return np.concatenate([np.ones(missing // 2), least, np.ones(missing - missing // 2)])
