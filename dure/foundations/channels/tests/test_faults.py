"""The lint of what goes to many is asked once, and remembers no words."""

import gc

import pytest

from dure.foundations.channels.actions import faults
from dure.foundations.channels.rules.sending import OFFERS
from dure.foundations.channels.types import Content, Purpose, Text

from . import sending_world as worlds

PRIVATE = Content((Text("검사 결과가 나왔습니다. 창구에서 말씀드리겠습니다."),))


def of(kept: faults.Faults, content: Content, purpose: Purpose = Purpose.INFO) -> str:
    return kept.of(purpose, content, worlds.NAME, worlds.CONTACT)


def test_the_same_words_get_the_same_answer_and_other_words_their_own() -> None:
    kept = faults.Faults()
    for _ in range(2):
        assert of(kept, PRIVATE) == ""
        assert of(kept, worlds.AD) == OFFERS
        assert of(kept, worlds.AD, Purpose.AD) == ""


def test_no_word_of_a_message_stays_in_memory() -> None:
    kept = faults.Faults()
    of(kept, PRIVATE)
    assert [type(one) for one in kept._kept] == [bytes]
    assert not [one for one in gc.get_referrers(PRIVATE) if one is kept or one is kept._kept]


def test_it_remembers_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "KEPT_MAX", 3)
    kept = faults.Faults()
    for number in range(5):
        of(kept, Content((Text(f"{number}번 손님"),)))
    assert len(kept._kept) == 3
