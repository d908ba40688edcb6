"""Other languages: typed by who speaks, chosen by who reads, said where there is none, heard as the original is."""

import json

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dure.base.refusals import BadValue
from dure.kit.visiting import browser, form, text
from dure.services.broadcast import actions, queries
from dure.services.broadcast.rules import languages as rules
from dure.services.broadcast.types import AnnouncementState, NotWritten, Part

from . import making
from .making import Ground, later
from .test_pages import on_air

pytestmark = pytest.mark.django_db
VIETNAMESE = "Sáng mai chín giờ họp ở nhà văn hóa."


def languages(ground: Ground, *codes: str) -> None:
    actions.set_languages(ground.head, ground.village.id, codes)


# ----------------------------------------------------------------------------------------------- rules


@given(st.lists(st.sampled_from([*rules.NAMES, "ko"]), max_size=3), st.sets(st.sampled_from([*rules.NAMES])))
def test_what_is_shown_is_there_and_what_is_not_is_said(wished: list[str], there: set[str]) -> None:
    shown, missing = rules.read_in(wished, dict.fromkeys(there, "말"))
    assert shown == "ko" or shown in there
    assert missing == "" or (missing in wished and missing not in there)
    if wished and wished[0] in there:
        assert (shown, missing) == (wished[0], "")


def test_a_village_has_a_few_known_languages() -> None:
    assert rules.check_languages(["vi", "en", "vi"]) == ("en", "vi")
    for bad in (["xx"], ["ko"], list(rules.NAMES)):
        with pytest.raises(BadValue):
            rules.check_languages(bad)
    for part in (Part(-1, 2), Part(3, 2), Part(0, 99), Part(float("nan"), 1)):
        with pytest.raises(BadValue):
            rules.of_original([part], 10, 20.0)


# --------------------------------------------------------------------------------------------- actions


def test_who_speaks_types_it_and_takes_it_away(ground: Ground) -> None:
    languages(ground, "vi")
    with later():
        said = making.sent(ground)
        actions.translate(ground.deputy, said.id, "vi", f"  {VIETNAMESE}\r\n")
        actions.translate(ground.head, said.id, "vi", VIETNAMESE)
        assert queries.translations_of(said.id) == {"vi": VIETNAMESE}
        for language, words in (("en", "Hello there."), ("vi", "x"), ("vi", "x" * 801)):
            with pytest.raises(BadValue):
                actions.translate(ground.head, said.id, language, words)
        actions.translate(ground.head, said.id, "vi", " ")
        assert queries.translations_of(said.id) == {}
        actions.take_back(ground.head, said.id)
        with pytest.raises(NotWritten):
            actions.translate(ground.head, said.id, "vi", VIETNAMESE)


def test_a_draft_that_is_changed_keeps_translations_of_the_same_words(ground: Ground) -> None:
    languages(ground, "vi")
    with later():
        draft = making.written(ground)
        actions.translate(ground.head, draft.id, "vi", VIETNAMESE)
        again = actions.write_announcement(ground.head, making.new(ground), None, key=making.key(), instead_of=draft.id)
        assert queries.translations_of(again.id) == {"vi": VIETNAMESE}
        other = actions.write_announcement(
            ground.head, making.new(ground, words="다른 말입니다."), None, key=making.key(), instead_of=again.id
        )
        assert queries.translations_of(other.id) == {}
        assert other.state is AnnouncementState.DRAFT


def test_a_translation_that_was_heard_is_the_announcement_that_was_heard(ground: Ground) -> None:
    languages(ground, "vi")
    said = on_air(ground)
    actions.translate(ground.head, said.id, "vi", VIETNAMESE)
    by = ground.listeners[0]
    half = actions.note_played(by, said.id, [Part(0, len(VIETNAMESE) / 2)], language="vi")
    assert half is not None
    assert half.share == pytest.approx(0.5, abs=0.01)
    whole = actions.note_played(by, said.id, [Part(0, len(VIETNAMESE))], language="vi")
    assert whole is not None
    assert whole.share == pytest.approx(1)


# ----------------------------------------------------------------------------------------------- pages


def test_a_listener_reads_in_their_language_and_is_told_where_there_is_none(ground: Ground) -> None:
    said = on_air(ground)
    client, code = browser(ground.listeners[0]), ground.village.code
    assert "?in=" not in text(client, "broadcast:announcement", said.id)
    head = browser(ground.head)
    assert head.post(reverse("broadcast:languages", args=[code]), form(languages=["vi", "zh"])).status_code == 303
    assert client.post(reverse("broadcast:languages", args=[code]), form(languages=[])).status_code == 403
    assert client.post(reverse("broadcast:choose_language", args=[code]), form(language="vi")).status_code == 303
    assert client.post(reverse("broadcast:choose_language", args=[code]), form(language="xx")).status_code == 422
    page = text(client, "broadcast:announcement", said.id)
    assert "Tiếng Việt" in page
    assert "번역이 아직 없습니다" in page
    assert making.WORDS.split(".", maxsplit=1)[0] in page
    write = reverse("broadcast:translate", args=[said.id, "vi"])
    assert head.post(write, form(words=VIETNAMESE)).status_code == 303
    assert client.post(write, form(words="Khác.")).status_code in (403, 404)
    page = text(client, "broadcast:announcement", said.id)
    assert 'data-lang="vi"' in page
    assert "번역이 아직 없습니다" not in page
    assert making.WORDS in page  # the original stays below
    answer = client.get(reverse("broadcast:announcement", args=[said.id]), {"in": "ko"}).content.decode()
    assert "data-lang" not in answer
    assert VIETNAMESE in text(head, "broadcast:look", said.id)
    played = reverse("broadcast:played", args=[said.id])
    told = {"parts": [[0, len(VIETNAMESE)]], "of": "vi"}
    assert client.post(played, json.dumps(told), content_type="application/json").json()["heard"] is True
    told["of"] = "zh"
    assert client.post(played, json.dumps(told), content_type="application/json").status_code == 404
