"""The sound of an announcement: made once, by whoever has the lease; tried again when it failed; kept as long as it may be heard.
And what of the words somebody heard in it.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dure.base.refusals import BadValue, NotFound
from dure.kit.speech.making import WAIT_SECONDS_MAX, Made
from dure.kit.visiting import browser, form
from dure.services.broadcast import actions, models, providers, queries
from dure.services.broadcast.rules import hearing, voicing
from dure.services.broadcast.types import (
    Announcement,
    Form,
    Kind,
    Part,
    Standing,
    Timing,
    VoiceFault,
    VoiceState,
    VoiceWanted,
)

from . import making
from .making import BY, NOON, Ground, later
from .test_pages import on_air

FILES = {"opus": b"OggS" + bytes(60), "mp3": b"\xff\xf3" + bytes(90), "wav": b"RIFF" + bytes(120)}
MADE = Made(begins=2.0, once=4.0, again=8.0, seconds=13.0, lufs=-16.0, peak_dbtp=-2.0, files=FILES)


class Maker:
    """Makes what it is told to, and remembers what was wanted."""

    def __init__(self, *answers: Made | VoiceFault) -> None:
        self.answers, self.wanted = list(answers), list[VoiceWanted]()

    def __call__(self, wanted: VoiceWanted) -> Made | VoiceFault:
        self.wanted.append(wanted)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def voiced(announcement: Announcement, made: Made = MADE) -> None:
    maker = Maker(made)
    while actions.make_voice(BY, maker):
        pass
    assert announcement.id in [one.announcement for one in maker.wanted]


# ----------------------------------------------------------------------------------------------- rules


@given(st.lists(st.tuples(st.floats(0, 13), st.floats(0, 13)), max_size=20))
def test_no_part_of_the_sound_is_more_than_the_words(pairs: list[tuple[float, float]]) -> None:
    parts = [Part(*sorted(pair)) for pair in pairs]
    timing = Timing(2.0, 4.0, 8.0)
    found = voicing.of_words(parts, timing, 13.0, 40.0)
    for part in found:
        assert 0 <= part.begins < part.ends <= 40.0
    once = sum(max(0.0, min(one.ends, 6.0) - max(one.begins, 2.0)) for one in parts)
    again = sum(max(0.0, min(one.ends, 12.0) - max(one.begins, 8.0)) for one in parts)
    assert sum(one.ends - one.begins for one in found) == pytest.approx((once + again) * 10, abs=1e-3)


def test_the_first_saying_is_enough_and_the_chime_is_nothing() -> None:
    timing = Timing(2.0, 4.0, 8.0)

    def share(*pairs: tuple[float, float]) -> float:
        parts = voicing.of_words([Part(*pair) for pair in pairs], timing, 13.0, 40.0)
        return hearing.played(hearing.joined(parts, 40.0), 40.0)

    assert share((0, 6)) == pytest.approx(1)
    assert share((8, 12)) == pytest.approx(1)
    assert share((0, 2), (6, 8), (12, 13)) == 0
    assert share((2, 4), (8, 10)) == pytest.approx(0.5)  # the same half twice
    assert share((2, 4), (10, 12)) == pytest.approx(1)
    for pair in ((-1.0, 2.0), (5.0, 3.0), (0.0, 99.0), (float("nan"), 1.0)):
        with pytest.raises(BadValue):
            share(pair)


def test_what_stays_as_it_is_is_not_tried_again() -> None:
    assert voicing.again_at(VoiceFault.UNSAID, 1, NOON) is None
    assert voicing.again_at(VoiceFault.UNREADABLE, 1, NOON) is None
    assert voicing.again_at(VoiceFault.BROKEN, 1, NOON) == NOON + voicing.WAITS[0]
    assert voicing.again_at(VoiceFault.MISSING, 2, NOON) == NOON + voicing.WAITS[1]
    assert voicing.again_at(VoiceFault.BROKEN, voicing.TRIES_MAX, NOON) is None


# --------------------------------------------------------------------------------------------- actions


def test_a_draft_gets_its_sound_and_keeps_it_when_it_is_sent(ground: Ground) -> None:
    with later():
        draft = making.written(ground)
        maker = Maker(MADE)
        assert actions.make_voice(BY, maker)
        assert not actions.make_voice(BY, maker)
        assert maker.wanted[0].words == making.WORDS
        made = queries.spoken_form(draft.id)
        assert made is not None
        assert (made.state, made.timing, set(made.sizes)) == (VoiceState.MADE, Timing(2.0, 4.0, 8.0), set(Form))
        actions.send_announcement(ground.head, draft.id, frozenset({ground.village.id}), key=making.key())
        assert not actions.make_voice(BY, maker)
        assert queries.sound_of(ground.head, draft.id, Form.MP3).content == FILES["mp3"]
        with pytest.raises(NotFound):  # not on the air yet
            queries.sound_of(ground.listeners[0], draft.id, Form.MP3)


def test_a_persons_recording_comes_before_words_and_a_drill_says_so(ground: Ground) -> None:
    with later():
        making.written(ground, voice=making.VOICE, kind=Kind.DRILL)
        maker = Maker(replace(MADE, again=None))
        assert actions.make_voice(BY, maker)
        wanted = maker.wanted[0]
        assert wanted.recording == making.VOICE.content
        assert wanted.first.startswith("훈련입니다")
        assert "훈련 방송" in wanted.last


def test_what_failed_is_tried_again_later_and_not_for_ever(ground: Ground) -> None:
    with later():
        sent = making.sent(ground)
        maker = Maker(VoiceFault.BROKEN)
        assert actions.make_voice(BY, maker)
        assert not actions.make_voice(BY, maker)
    for minutes in (2, 14):
        with later(minutes=minutes):
            assert actions.make_voice(BY, maker)
            assert not actions.make_voice(BY, maker)
    with later(minutes=300):
        assert not actions.make_voice(BY, maker)
        found = queries.spoken_form(sent.id)
        assert found is not None
        assert (found.state, found.fault, found.again_at) == (VoiceState.FAILED, VoiceFault.BROKEN, None)
    with later(minutes=1):
        assert making.aired()  # and nobody missed it for that


def test_who_dies_while_making_it_is_followed_by_another(ground: Ground) -> None:
    with later():
        sent = making.sent(ground)

        class Killed(Exception):
            pass

        def dies(wanted: VoiceWanted) -> Made:
            raise Killed

        with pytest.raises(Killed):
            actions.make_voice(BY, dies)
        assert not actions.make_voice(BY, Maker(MADE))  # the lease is still theirs
    with later(minutes=16):
        assert actions.make_voice(BY, Maker(MADE))
        assert queries.is_audible(queries.spoken_form(sent.id))


def test_who_comes_too_late_changes_nothing(ground: Ground) -> None:
    with later():
        sent = making.sent(ground)

    def slow(wanted: VoiceWanted) -> Made | VoiceFault:
        with later(minutes=16):
            assert actions.make_voice(BY, Maker(MADE))
        return VoiceFault.BROKEN

    with later():
        assert actions.make_voice(BY, slow)
    assert queries.is_audible(queries.spoken_form(sent.id))


def test_a_draft_that_is_thrown_away_meanwhile_leaves_nothing(ground: Ground) -> None:
    with later():
        draft = making.written(ground)

        def meanwhile(wanted: VoiceWanted) -> Made:
            actions.throw_away(ground.head, draft.id)
            return MADE

        assert actions.make_voice(BY, meanwhile)
        assert not models.Voice.objects.exists()
        assert not models.VoiceFile.objects.exists()


def test_what_is_urgent_is_made_first_and_what_is_over_not_at_all(ground: Ground) -> None:
    with later():
        making.sent(ground)
    with later(days=10):
        making.written(ground)
        notice, urgent = making.sent(ground), making.sent(ground, kind=Kind.URGENT)
        maker = Maker(MADE)
        while actions.make_voice(BY, maker):
            pass
        assert [one.announcement for one in maker.wanted][:2] == [urgent.id, notice.id]
        assert len(maker.wanted) == 3


def test_sounds_go_when_nobody_may_hear_them(ground: Ground) -> None:
    with later():
        voiced(making.sent(ground))
    with later(days=29):
        assert actions.forget_voices(BY) == 0
    with later(days=31):
        assert actions.forget_voices(BY) == 1
        assert not models.VoiceFile.objects.exists()


def test_the_sound_that_was_played_is_the_words_that_were_heard(ground: Ground) -> None:
    said = on_air(ground)
    voiced(said)
    listener = ground.listeners[0]
    half = actions.note_played(listener, said.id, [Part(0, 4)], of_sound=True)
    assert half is not None
    assert half.share == pytest.approx(0.5, abs=0.01)
    again = actions.note_played(listener, said.id, [Part(8, 10)], of_sound=True)
    assert again == half  # the same half, said a second time
    rest = actions.note_played(listener, said.id, [Part(10, 12)], of_sound=True)
    assert rest is not None
    assert rest.standing is Standing.HEARD
    without = on_air(ground)
    with pytest.raises(NotFound):
        actions.note_played(listener, without.id, [Part(0, 4)], of_sound=True)


# ----------------------------------------------------------------------------------------------- pages


def test_the_page_plays_what_was_made(ground: Ground) -> None:
    said = on_air(ground)
    address = reverse("broadcast:announcement", args=[said.id])
    client = browser(ground.listeners[0])
    assert "<audio" not in client.get(address).content.decode()
    voiced(said)
    page = client.get(address).content.decode()
    assert 'data-of="sound"' in page
    for one in ("opus", "mp3"):
        assert reverse("broadcast:sound", args=[said.id, one]) in page
    answer = client.get(reverse("broadcast:sound", args=[said.id, "mp3"]), headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer["Content-Type"], answer.content) == (206, "audio/mpeg", b"\xff\xf3")
    assert client.get(reverse("broadcast:sound", args=[said.id, "exe"])).status_code == 404
    assert browser(None).get(reverse("broadcast:sound", args=[said.id, "mp3"])).status_code in (302, 303, 404)


def test_its_author_sees_whether_there_is_a_sound(ground: Ground) -> None:
    with later():
        pass
    draft = making.written(ground)
    head = browser(ground.head)
    look = reverse("broadcast:look", args=[draft.id])
    assert "소리를 만들고 있습니다" in head.get(look).content.decode()
    models.Voice.objects.create(
        announcement_id=draft.id, state="failed", fault="missing", tries=3, at=draft.written_at, until=None
    )
    page = head.get(look).content.decode()
    assert "소리를 만들고 있습니다" not in page
    assert "전화기가 글을 대신 읽어" in page
    models.Voice.objects.all().delete()
    voiced(draft)
    assert "마을 사람들이 듣는 그대로" in head.get(look).content.decode()
    send = reverse("broadcast:send", args=[draft.id])
    assert head.post(send, form(confirmed=[str(ground.village.id)])).status_code == 303


def test_a_voice_that_is_not_there_is_said_and_stops_nothing(ground: Ground, settings: object) -> None:
    with later():
        sent = making.sent(ground)
    wanted = VoiceWanted(sent.id, 1, making.WORDS, b"", "", "")
    settings.DURE = replace(settings.DURE, voice="no.such:Voice")  # type: ignore[attr-defined]  # pytest-django's settings
    assert providers.made_of(wanted) is VoiceFault.MISSING
    settings.DURE = replace(settings.DURE, voice="dure.kit.speech.tests.hum:Hum")  # type: ignore[attr-defined]  # the same
    made = providers.made_of(wanted)
    assert isinstance(made, Made)
    assert made.again is not None
    assert providers.made_of(replace(wanted, words="☔")) is VoiceFault.UNSAID
    assert providers.made_of(replace(wanted, recording=b"\0\0\0\x20ftypmp42" + bytes(90))) is VoiceFault.UNREADABLE


def test_a_lease_is_longer_than_making_may_take() -> None:
    assert timedelta(seconds=WAIT_SECONDS_MAX) < voicing.LEASE
