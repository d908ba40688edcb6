"""Words on a wall: hidden by stewards with a way back, objected to by readers; gifts and matches stand whatever was said."""

import re

import pytest

from dure.base.refusals import NotFound
from dure.foundations.people.tests import making as folk
from dure.kit.visiting import browser, form
from dure.services.giving import actions, queries
from dure.services.giving.types import BoxId, MatchKind, WallKind

from . import making
from .making import Town, key
from .test_pages import url

GIFT_WORDS, COMMENT_WORDS = "싸게 팝니다 예시광고", "예시 욕설입니다"


@pytest.fixture
def box(town: Town) -> BoxId:
    box = making.opened(town)
    making.given(folk.person(), box, 5_000, words=(GIFT_WORDS, True))
    actions.cheer(folk.person(), box, MatchKind.COMMENT, COMMENT_WORDS, key=key())
    return box


def read(box: BoxId) -> str:
    return browser().get(url("cause", queries.code_of(box))).content.decode()


@pytest.mark.parametrize(("kind", "words"), [(WallKind.GIFT, GIFT_WORDS), (WallKind.COMMENT, COMMENT_WORDS)])
def test_a_steward_hides_words_and_takes_it_back(town: Town, box: BoxId, kind: WallKind, words: str) -> None:
    (entry,) = [one.id for one in queries.wall(box) if one.kind == kind]
    code, steward = queries.code_of(box), browser(town.stewards[0])
    hide, show = url("hide_words", code, kind, entry), url("show_words", code, kind, entry)
    assert hide in steward.get(url("cause", code)).content.decode()
    answer = steward.post(hide, form())
    assert answer.status_code == 303
    page = steward.get(answer["Location"]).content.decode()
    assert re.search(rf'action="{show}"', page), "the notice carries the way back"
    assert words in page, "those who look after the wall go on reading it"
    assert words not in read(box)
    assert "5,000원" in read(box), "the gift itself stands"
    assert all(one.text != words for one in queries.wall(box))
    assert steward.post(show, form()).status_code == 303
    assert words in read(box)


def test_a_reader_objects_and_a_steward_answers(town: Town, box: BoxId) -> None:
    (entry,) = [one.id for one in queries.wall(box) if one.kind == "comment"]
    code, reader, steward = queries.code_of(box), browser(folk.person()), browser(town.stewards[0])
    address = url("object_to", code, "comment", entry)
    assert address in reader.get(url("cause", code)).content.decode()
    assert reader.post(address, form()).status_code == 303
    assert reader.post(address, form()).status_code == 303, "saying it twice counts once"
    assert COMMENT_WORDS in read(box), "objecting hides nothing by itself"
    assert queries.queue_counts(town.stewards[0]).objections == 1
    assert url("vet", code) in steward.get(url("desk")).content.decode()
    assert COMMENT_WORDS in steward.get(url("vet", code)).content.decode()
    actions.show_words(town.stewards[0], box, WallKind.COMMENT, entry, key=key())
    assert queries.queue_counts(town.stewards[0]).objections == 0
    assert COMMENT_WORDS in read(box)


def test_words_are_found_only_on_their_own_wall(town: Town, box: BoxId) -> None:
    (entry,) = [one.id for one in queries.wall(box) if one.kind == "gift"]
    other = making.opened(town)
    for kind, wall in ((WallKind.GIFT, other), (WallKind.COMMENT, box)):
        with pytest.raises(NotFound):
            actions.hide_words(town.stewards[0], wall, kind, entry, key=key())
    assert (
        browser(town.stewards[0]).post(url("hide_words", queries.code_of(box), "x", entry), form()).status_code == 404
    )
