"""To say something: by a voice alone, by a ready sentence, once more; and nothing that was recorded or typed is lost silently."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from dure.base import clock
from dure.kit.visiting import browser, form, text
from dure.services.broadcast import actions, queries
from dure.services.broadcast.pages.starters import BLANK, starters
from dure.services.broadcast.rules import studio
from dure.services.broadcast.types import Announcement, Kind

from . import making
from .making import Ground, key, later

pytestmark = pytest.mark.django_db
SPEAK = "broadcast:speak"
LEFT_BEHIND, LOST = "그때 녹음한 목소리는 따라오지 않습니다", "녹음한 소리가 이 화면에 남지 않았습니다"
FILM = b"\0\0\0\x18ftypmp42" + bytes(60)


@pytest.fixture
def ground(db: None) -> Ground:
    return making.ground()


def voice() -> SimpleUploadedFile:
    return SimpleUploadedFile("voice", making.VOICE.content, "audio/ogg")


def said_by_voice(ground: Ground, words: str = "") -> Announcement:
    typed = form(words=words, villages=[str(ground.village.id)], kind="notice", voice=voice(), seconds="20")
    answer = browser(ground.head).post(reverse(SPEAK), typed)
    assert answer.status_code == 303, answer.content.decode()
    return queries.spoken_by(ground.head)[0]


def test_a_microphone_is_permitted_where_one_speaks_and_nowhere_else(ground: Ground) -> None:
    head, draft = browser(ground.head), said_by_voice(ground)
    for name, args, may in (
        (SPEAK, [], True),
        ("broadcast:change", [draft.id], True),
        ("broadcast:studio", [], False),
        ("broadcast:look", [draft.id], False),
    ):
        said = head.get(reverse(name, args=args))["Permissions-Policy"]
        assert ("microphone=(self)" in said) is may, name
        assert ("microphone=()" in said) is not may, name


def test_a_voice_alone_is_enough_and_its_words_are_wanted(ground: Ground) -> None:
    draft = said_by_voice(ground)
    assert draft.seconds > 0
    assert ground.head.name in draft.words
    assert queries.words_wanted([draft.id]) == {draft.id}
    page = text(browser(ground.head), "broadcast:look", draft.id)
    assert reverse("broadcast:words", args=[draft.id]) in page


def test_neither_voice_nor_words_is_refused(ground: Ground) -> None:
    head = browser(ground.head)
    answer = head.post(reverse(SPEAK), form(words="  ", villages=[str(ground.village.id)], kind="notice"))
    assert answer.status_code == 422
    assert queries.spoken_by(ground.head) == ()


def test_a_draft_of_a_voice_is_changed_and_stays_one(ground: Ground) -> None:
    head, draft = browser(ground.head), said_by_voice(ground)
    page = text(head, "broadcast:change", draft.id)
    assert draft.words not in page
    same = form(words="", villages=[str(ground.village.id)], kind="drill")
    assert head.post(reverse("broadcast:change", args=[draft.id]), same).status_code == 303
    [changed] = queries.spoken_by(ground.head)
    assert (changed.kind, changed.seconds, changed.words) == (Kind.DRILL, draft.seconds, draft.words)
    assert queries.words_wanted([changed.id]) == {changed.id}
    typed = form(words=making.WORDS, villages=[str(ground.village.id)], kind="drill")
    assert head.post(reverse("broadcast:change", args=[changed.id]), typed).status_code == 303
    [written] = queries.spoken_by(ground.head)
    assert (written.words, written.seconds) == (making.WORDS, draft.seconds)
    assert not queries.words_wanted([written.id])


def test_pressed_twice_it_is_written_once(ground: Ground) -> None:
    head = browser(ground.head)
    same = form(words="", villages=[str(ground.village.id)], kind="notice", seconds="20")
    for _time in range(2):
        assert head.post(reverse(SPEAK), {**same, "voice": voice()}).status_code == 303
    assert len(queries.spoken_by(ground.head)) == 1


def test_who_is_turned_back_reads_that_the_recording_is_gone(ground: Ground) -> None:
    head = browser(ground.head)
    blank = form(
        words=f"오늘 {BLANK}시에 모입니다.",
        villages=[str(ground.village.id)],
        kind="notice",
        voice=voice(),
        seconds="20",
    )
    answer = head.post(reverse(SPEAK), blank)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "빈칸(___)이 남아 있습니다" in page
    assert LOST in page
    assert queries.spoken_by(ground.head) == ()


def test_who_is_refused_later_reads_it_as_well(ground: Ground) -> None:
    """What only the action says no to: words that offer something for sale."""
    head = browser(ground.head)
    offer = form(words="참기름 할인", villages=[str(ground.village.id)], kind="notice", voice=voice(), seconds="20")
    answer = head.post(reverse(SPEAK), offer)
    assert answer.status_code == 422
    assert LOST in answer.content.decode()


@pytest.mark.parametrize(("content", "kind"), [(FILM, "notice"), (making.VOICE.content, "urgent")])
def test_a_voice_alone_is_not_enough_where_calls_cannot_play_it_or_people_are_woken(
    ground: Ground, content: bytes, kind: str
) -> None:
    head = browser(ground.head)
    for words, status in (("", 422), (making.WORDS, 303)):
        recorded = SimpleUploadedFile("voice", content, "audio/mp4")
        typed = form(words=words, villages=[str(ground.village.id)], kind=kind, voice=recorded, seconds="20")
        assert head.post(reverse(SPEAK), typed).status_code == status


def test_what_was_urgent_is_said_again_as_urgent(ground: Ground) -> None:
    sent = making.sent(ground, making.VOICE, kind=Kind.URGENT)
    page = browser(ground.head).get(f"{reverse(SPEAK)}?again={sent.id}").content.decode()
    assert re.search(r'value="urgent"[^>]*checked', page)
    assert '<details class="ask" open>' in page
    assert LEFT_BEHIND in page


def test_names_with_circles_are_no_blanks(ground: Ground) -> None:
    draft = said_by_voice(ground, "김○○ 님께 감사드립니다.")
    assert draft.words == "김○○ 님께 감사드립니다."


def test_ready_sentences_fit_and_have_blanks(ground: Ground) -> None:
    page = text(browser(ground.head), SPEAK)
    ready = starters()
    assert len({one.words for one in ready}) == len(ready) == 8
    for one in ready:
        studio.demand_words(one.words)
        assert BLANK in one.words
        assert re.search("[가-힣]", one.words), "the village reads Korean, whatever its head reads"
        assert one.words in page


def test_one_village_is_named_and_several_are_ticked(ground: Ground) -> None:
    head = browser(ground.head)
    draft = said_by_voice(ground)
    page = text(head, "broadcast:look", draft.id)
    assert f'type="hidden" name="confirmed" value="{ground.village.id}"' in page
    other = actions.open_village(ground.owner, ground.organisation, "버들리 (예시)", key=key())
    making.join(ground.head, other.id)
    making.appointed(ground.owner, other.id, ground.head)
    page = text(head, "broadcast:look", draft.id)
    assert f'type="checkbox" name="confirmed" value="{ground.village.id}"' in page
    both = text(head, SPEAK)
    assert other.name in both
    assert 'type="checkbox" name="villages"' in both


def test_it_is_said_again_with_its_words(ground: Ground) -> None:
    with making.at(clock.now() - timedelta(minutes=1)):
        sent = making.sent(ground)
    making.aired()
    head = browser(ground.head)
    again = f"{reverse(SPEAK)}?again={sent.id}"
    assert again in text(head, "broadcast:look", sent.id)
    assert making.WORDS in head.get(again).content.decode()
    assert browser(ground.listeners[0]).get(again).status_code in (302, 303, 403, 404)
    assert head.get(f"{reverse(SPEAK)}?again=x").status_code == 422


def test_of_a_voice_nothing_is_typed_when_it_is_said_again(ground: Ground) -> None:
    draft = said_by_voice(ground)
    page = browser(ground.head).get(f"{reverse(SPEAK)}?again={draft.id}").content.decode()
    assert draft.words not in page
    assert LEFT_BEHIND in page


@pytest.mark.parametrize("typed", [False, True])
def test_a_call_asks_for_a_key_only_where_it_says_what_was_said(ground: Ground, typed: bool) -> None:
    making.numbered(ground.listeners[0], "+821000000001")
    with later():
        draft = making.sent(ground, making.VOICE, typed=typed)
    for minutes in (1, 12, 43):
        with later(minutes=minutes):
            making.aired()
    calls = [content for _, only, content, _ in making.told() if only == "voice"]
    assert len(calls) == 2
    assert [making.WORDING.key in content for content in calls] == [typed, typed]
    with connection.cursor() as cursor:
        cursor.execute("SELECT s.keyed FROM channels_sending s WHERE s.about = %s AND s.only = 'voice'", [draft.id])
        assert [row[0] for row in cursor.fetchall()] == [typed, typed]


def test_the_way_to_speak_waits_at_home_for_who_may(ground: Ground) -> None:
    assert f'href="{reverse(SPEAK)}"' in text(browser(ground.head), "home")
    assert f'href="{reverse(SPEAK)}"' not in text(browser(ground.listeners[0]), "home")
