"""A recording is opened, an announcement is made in all its forms by another program, and what goes wrong there has a name."""

from contextlib import suppress

import numpy as np
import pytest

from dure.kit.speech import files, making, recordings, speaking, webm
from dure.kit.speech.loudness import PEAK_DBTP_MAX, TARGET_LUFS, integrated, true_peak
from dure.kit.speech.tests import browsers
from dure.kit.speech.tests.hum import Hum
from dure.kit.speech.voices import NothingToSay, RecordingUnread, VoiceFailed, VoiceMissing

HUM = "dure.kit.speech.tests.hum:Hum"
MUTE = "dure.kit.speech.tests.hum:Mute"
WORDS = "내일 모입니다."


@pytest.mark.parametrize("made", [browsers.wav, browsers.ogg, browsers.webm])
def test_what_browsers_record_is_opened(made):
    opened = recordings.opened(made(browsers.hum(3)))
    assert opened.seconds == pytest.approx(3, abs=0.1)
    assert integrated([opened.samples], opened.rate) > -40


def test_webm_into_ogg_leaves_the_sound_alone():
    spoken = browsers.hum(2)
    direct = files.decoded(browsers.ogg(spoken))
    by_way = files.decoded(webm.to_ogg(browsers.webm(spoken)))
    length = min(len(direct.samples), len(by_way.samples))
    assert abs(len(direct.samples) - len(by_way.samples)) < 0.1 * direct.rate
    assert np.abs(direct.samples[:length] - by_way.samples[:length]).max() < 0.01


def test_a_recording_that_broke_off_is_opened_as_far_as_it_goes():
    whole = browsers.webm(browsers.hum(4))
    assert 1 < recordings.opened(whole[: len(whole) // 2]).seconds < 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x1a\x45\xdf\xa3",
        b"\x1a\x45\xdf\xa3" + b"\xff" * 400,
        b"OggS" + bytes(60),
        b"RIFF" + bytes(8) + b"WAVE" + bytes(40),
        b"\0\0\0\x20ftypmp42" + bytes(90),
        browsers.webm(browsers.hum(1), laced=2),
        browsers.webm(browsers.hum(1), codec=b"A_VORBIS"),
        browsers.webm(browsers.hum(1))[:60],
    ],
)
def test_what_is_no_recording_is_refused(content):
    with pytest.raises(RecordingUnread):
        recordings.opened(content)


@pytest.mark.parametrize("cut", range(1, 400, 7))
def test_a_broken_webm_is_opened_or_refused(cut):
    content = bytearray(browsers.webm(browsers.hum(0.4)))
    content[cut % len(content)] ^= 0xFF
    with suppress(RecordingUnread):
        recordings.opened(bytes(content))


def test_a_recording_that_is_too_long_is_refused():
    with pytest.raises(RecordingUnread):
        recordings.opened(browsers.silence(recordings.SECONDS_MAX + 2))


def test_a_recording_gets_chime_and_loudness_and_is_said_once():
    quiet = recordings.opened(browsers.wav(browsers.hum(4, level=0.05)))
    made = speaking.announce_recorded(quiet, Hum(), "훈련입니다.", "훈련이었습니다.")
    plain = speaking.announce_recorded(quiet, None)
    assert (made.again, plain.again) == (None, None)
    assert made.begins > plain.begins > 2  # the chime; then what is said before it
    assert plain.once == pytest.approx(4, abs=0.1)
    assert made.sound.seconds > made.begins + made.once + 1
    for one in (made, plain):
        assert one.lufs == pytest.approx(TARGET_LUFS, abs=0.3)
        assert true_peak(one.sound) <= PEAK_DBTP_MAX


def test_the_words_begin_where_it_says():
    made = speaking.announce(WORDS, Hum())
    assert made.again is not None

    def heard(begins, seconds):
        samples = made.sound.samples[round(begins * made.sound.rate) : round((begins + seconds) * made.sound.rate)]
        return float(np.sqrt((samples**2).mean()))

    for begins in (made.begins, made.again):
        assert heard(begins, made.once) > 0.05
        assert heard(begins - 0.5, 0.4) < 0.01  # silence before


def test_another_program_makes_all_forms():
    made = making.make(making.Wanted(WORDS, voice=HUM))
    assert set(made.files) == {"opus", "mp3", "wav"}
    assert files.decoded(made.files["mp3"]).seconds == pytest.approx(made.seconds, abs=0.15)
    recorded = making.make(making.Wanted(voice=HUM), browsers.webm(browsers.hum(2)))
    assert recorded.again is None
    assert recorded.once == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize(
    ("wanted", "recording", "refusal"),
    [
        (making.Wanted(WORDS, voice="no.such:Voice"), b"", VoiceMissing),
        (making.Wanted(WORDS, voice=MUTE), b"", VoiceFailed),
        (making.Wanted("☔", voice=HUM), b"", NothingToSay),
        (making.Wanted(voice=HUM), b"\0\0\0\x20ftypmp42" + bytes(90), RecordingUnread),
        (making.Wanted(voice=HUM), browsers.silence(2), RecordingUnread),
    ],
)
def test_what_goes_wrong_there_has_its_name_here(wanted, recording, refusal):
    with pytest.raises(refusal):
        making.make(wanted, recording)


@pytest.mark.parametrize(
    ("program", "wait", "why"),
    [
        ("import sys; sys.exit('bad luck')", 60, "bad luck"),
        ("print('no')", 60, "broke off"),
        ("import sys; sys.stdout.buffer.write(b'\\x02\\0\\0\\0{')", 60, "broke off"),
        ("while True: pass", 0.5, "no answer"),
    ],
)
def test_a_program_that_fails_is_told(program, wait, why):
    with pytest.raises(VoiceFailed) as failed:
        making.make(making.Wanted(WORDS, voice=HUM), program=("-c", program), wait_seconds_max=wait)
    assert why in failed.value.why
