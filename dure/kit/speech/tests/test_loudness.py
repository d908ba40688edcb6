"""Against the numbers of the standards: ITU-R BS.1770-4 (filters, sine) and EBU Tech 3341 (cases 1 to 5)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.kit.speech.loudness import PEAK_DBTP_MAX, TARGET_LUFS, integrated, normalised, true_peak, weighting
from dure.kit.speech.sound import SPOKEN_RATE, Sound, joined, resampled, silence


def sine(dbfs, seconds, rate=48_000, hertz=1000.0, phase=0.0):
    at = np.arange(round(seconds * rate)) / rate
    return (10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * at + phase)).astype(np.float32)


def test_the_filters_at_48_khz_are_those_of_the_standard():
    shelf, cut = weighting(48_000)
    assert shelf[0] == pytest.approx((1.53512485958697, -2.69169618940638, 1.19839281085285), abs=1e-8)
    assert shelf[1] == pytest.approx((1.0, -1.69065929318241, 0.73248077421585), abs=1e-8)
    assert cut[1] == pytest.approx((1.0, -1.99004745483398, 0.99007225036621), abs=1e-8)


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 44_100, 48_000])
def test_a_full_sine_in_one_channel_is_3_01_below(rate):
    assert integrated([sine(0, 5, rate, 997)], rate) == pytest.approx(-3.01, abs=0.08)


@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        ([(-23, 20)], -23),
        ([(-33, 20)], -33),
        ([(-36, 10), (-23, 60), (-36, 10)], -23),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
    ],
    ids=lambda one: str(one),
)
def test_minimum_requirements_of_a_meter(parts, lufs):
    channel = np.concatenate([sine(level, seconds) for level, seconds in parts])
    assert integrated([channel, channel], 48_000) == pytest.approx(lufs, abs=0.1)


def test_silence_and_what_is_shorter_than_a_block_have_no_loudness():
    assert integrated([np.zeros(48_000, np.float32)], 48_000) == float("-inf")
    assert integrated([sine(-3, 0.3)], 48_000) == float("-inf")


@pytest.mark.parametrize(("phase", "samples"), [(45, 0.7071), (0, 1.0)])
def test_a_peak_between_the_samples_is_seen(phase, samples):
    """EBU Tech 3341, cases 15 and following: a sine at a quarter of the rate, whose samples miss its top."""
    wave = sine(-6, 1, hertz=12_000, phase=np.radians(phase))
    assert np.abs(wave).max() == pytest.approx(0.5012 * samples, abs=0.001)
    assert -6.4 <= true_peak(Sound(48_000, wave[100:-100])) <= -5.8


@settings(max_examples=15, deadline=None)
@given(st.floats(-50, 3), st.integers(0, 2**32 - 1), st.floats(1.5, 6), st.booleans())
def test_whatever_it_was_it_is_16_lufs_without_a_high_peak(level, seed, seconds, clicks):
    noise = np.random.default_rng(seed).standard_normal(round(seconds * SPOKEN_RATE)).astype(np.float32)
    if clicks:
        noise[:: SPOKEN_RATE // 7] *= 12
    sound = normalised(Sound(SPOKEN_RATE, (noise * 10 ** (level / 20) / 4).astype(np.float32)))
    assert integrated([sound.samples], sound.rate) == pytest.approx(TARGET_LUFS, abs=0.5)
    assert true_peak(sound) <= PEAK_DBTP_MAX


def test_silence_stays_silence():
    assert not normalised(silence(2)).samples.any()


@pytest.mark.parametrize(
    ("old", "new"), [(22_050, 24_000), (24_000, 8_000), (8_000, 24_000), (16_000, 24_000), (24_000, 24_000)]
)
def test_another_rate_is_the_same_sound(old, new):
    sound = resampled(Sound(old, sine(-6, 1, old, 440)), new)
    assert sound.seconds == pytest.approx(1, abs=0.001)
    inner = slice(new // 10, -new // 10)
    assert np.abs(sound.samples - sine(-6, 1, new, 440)[: len(sound.samples)])[inner].max() < 0.003


def test_what_the_lower_rate_cannot_carry_is_taken_out():
    folded = resampled(Sound(24_000, sine(-6, 1, 24_000, 6_500)), 8_000)
    assert np.abs(folded.samples[800:-800]).max() < 0.001


def test_sounds_of_different_rates_are_not_joined():
    with pytest.raises(ValueError, match="different rates"):
        joined(silence(1, 8_000), silence(1, 24_000))
