import sys

import numpy as np
import pytest

from dure.kit.speech import chime, espeak, files, speaking, voices
from dure.kit.speech.espeak import Espeak
from dure.kit.speech.loudness import PEAK_DBTP_MAX, TARGET_LUFS, integrated, true_peak
from dure.kit.speech.tests.hum import Hum, Mute

TEXT = "내일 오전 10시, 마을회관 2층에서 독감 예방접종이 있습니다."
HUM = "dure.kit.speech.tests.hum:Hum"


@pytest.fixture(scope="module")
def spoken():
    return speaking.announce(TEXT, voices.load())


def test_espeak_says_it_twice_at_one_loudness(spoken):
    once = speaking.announce(TEXT, voices.load(), twice=False)
    assert spoken.normalised == "내일 오전 열 시, 마을회관 이 층에서 독감 예방접종이 있습니다."
    assert spoken.pronounced == "내일 오전 열 씨, 마을회관 이 층에서 독깜 예방접쫑이 읻씀니다."
    assert 4 < spoken.sound.seconds - once.sound.seconds < 15  # the text and a pause
    for made in (spoken, once):
        assert made.lufs == pytest.approx(TARGET_LUFS, abs=0.2)
        assert made.peak_dbtp <= PEAK_DBTP_MAX
        assert np.abs(made.sound.samples).max() < 1


@pytest.mark.parametrize("kind", files.FileKind)
def test_a_file_is_listened_to_by_measurement(spoken, kind):
    body = files.encoded(spoken.sound, kind)
    heard = files.decoded(body)
    assert body[:4] == {files.FileKind.OPUS: b"OggS", files.FileKind.WAV: b"RIFF"}.get(kind, body[:4])
    assert heard.rate == kind.rate
    assert heard.seconds == pytest.approx(spoken.sound.seconds, abs=0.15)
    assert integrated([heard.samples], heard.rate) == pytest.approx(TARGET_LUFS, abs=1)
    assert true_peak(heard) <= PEAK_DBTP_MAX
    bits = len(body) * 8 / spoken.sound.seconds
    least, most = {
        files.FileKind.OPUS: (15e3, 32e3),
        files.FileKind.MP3: (24e3, 48e3),
        files.FileKind.WAV: (127e3, 130e3),
    }[kind]
    assert least < bits < most


def test_espeak_speaks_faster_when_asked_and_says_different_things():
    slow, fast, other = (
        Espeak().synthesise(*asked) for asked in (("감사함니다", 0.7), ("감사함니다", 1.8), ("안녕하세요", 0.7))
    )
    assert slow.seconds > 1.5 * fast.seconds
    assert integrated([slow.samples], slow.rate) > -60
    assert len(slow.samples) != len(other.samples) or (slow.samples != other.samples).any()


def test_two_thousand_letters_are_spoken_and_one_more_is_refused():
    text = ("마을 청소를 합니다. " * 200)[: voices.SPOKEN_LETTERS_MAX]
    once = Espeak().synthesise(text, 1.0)
    assert 120 < once.seconds < voices.SECONDS_MAX
    with pytest.raises(voices.TooMuchToSay) as refused:
        speaking.announce(text + "가", Hum())
    assert refused.value.letters_max == voices.SPOKEN_LETTERS_MAX


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import time; time.sleep(30)", "no answer within"),
        ("import os; os.abort()", "ended with"),
        ("raise SystemExit('has no Korean')", "has no Korean"),
        ("pass", "broke off"),
        ("import sys; sys.stdout.buffer.write(b'\\x22\\x56\\0\\0abc')", "broke off"),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xff\\xff\\xff')", "samples a second"),
        (
            "import sys; sys.stdout.buffer.write((8000).to_bytes(4, 'little') + bytes(2 * 8000 * 901))",
            "more than 900 s",
        ),
    ],
)
def test_an_engine_that_goes_wrong_is_told_and_takes_nobody_along(program, why):
    with pytest.raises(voices.VoiceFailed) as failed:
        Espeak(("-c", program), wait_seconds_max=10.0 if "sleep" not in program else 0.5).synthesise("가", 1.0)
    assert why in failed.value.why


def test_the_engine_is_no_part_of_this_process(spoken):
    assert "espeakng_loader" not in sys.modules
    assert espeak.__name__ in sys.modules


@pytest.mark.parametrize(
    "path", ["no.such:Voice", "dure.kit.speech.espeak:Nobody", "dure", "", "dure.kit.speech.tests.hum:Silent"]
)
def test_a_voice_that_is_not_there_is_named(path):
    with pytest.raises(voices.VoiceMissing) as missing:
        voices.load(path)
    assert missing.value.voice == path


def test_an_operator_puts_in_another_voice():
    made = speaking.announce("안녕하세요", voices.load(HUM))
    assert made.lufs == pytest.approx(TARGET_LUFS, abs=0.2)


@pytest.mark.parametrize(("text", "voice"), [("☔", Hum()), ("", Hum()), ("?!", Hum())])
def test_nothing_to_say_is_refused(text, voice):
    with pytest.raises(voices.VoiceFailed):
        speaking.announce(text, voice)


def test_a_voice_that_answers_silence_is_refused():
    with pytest.raises(voices.VoiceFailed) as failed:
        speaking.announce("안녕하세요", Mute())
    assert failed.value.why == "it answered silence"


def test_the_chime_is_the_same_each_time_and_does_not_click():
    first, second = chime.chime(), chime.chime()
    assert (first.samples == second.samples).all()
    assert 1.5 < first.seconds < 2.5
    assert np.abs(first.samples).max() < 0.5
    assert np.abs(first.samples[[0, -1]]).max() < 0.01
    assert np.abs(np.diff(first.samples)).max() < 0.15
