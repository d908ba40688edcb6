import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import korean
from dure.base.korean import letters, lexicon
from dure.base.korean.articles import ORDER
from dure.base.korean.tests import golden

GOLDEN = dict(
    pair.split("=")
    for pair in [
        "국립=궁닙",
        "독립문=동님문",
        "값이=갑씨",
        "같이=가치",
        "넓다=널따",
        "밟는=밤는",
        "신라=실라",
        "칼날=칼랄",
        "물난리=물랄리",
        "합니다=함니다",
        "좋아요=조아요",
        "많고=만코",
        "백화점=배콰점",
        "꽃잎=꼰닙",
        "대관령=대괄령",
        "공권력=공꿘녁",
    ]
) | {"옷 입고": "온닙꼬"}
EXAMPLES = list(golden.pronounced())
hangul = st.text(st.sampled_from([*map(chr, range(0xAC00, 0xD7A4, 7)), " ", " ", ",", "."]), max_size=60)


@pytest.mark.parametrize(("written", "spoken"), GOLDEN.items())
def test_golden_words(written, spoken):
    assert golden.syllables(korean.pronounce(written)) == spoken


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one.rule}-{one.written}")
def test_an_example_sounds_as_its_article_says_and_names_it(example):
    assert korean.pronounce(example.written) == example.spoken or golden.syllables(
        korean.pronounce(example.written)
    ) == golden.syllables(example.spoken)
    if golden.syllables(example.written) != golden.syllables(example.spoken):
        assert example.rule in {change.article for change in korean.explain(example.written)}


def test_there_are_more_than_five_hundred_examples_of_every_article():
    assert len({(one.rule, one.written) for one in EXAMPLES}) > 500
    articles = {"5", *map(str, range(9, 21)), *map(str, range(23, 31))}
    assert {one.rule for one in EXAMPLES} == articles


def test_words_kept_apart_are_right_in_98_of_100_syllables():
    scores = golden.held_out_words()
    assert len(scores) >= 300
    assert golden.share(scores) >= golden.WORDS_LEAST


def test_no_held_out_word_is_an_example():
    examples = {one.written for one in EXAMPLES} | set(GOLDEN)
    assert [one.written for one in golden.held_out_words() if one.written in examples] == []


@given(hangul)
def test_what_is_pronounced_has_seven_finals_and_keeps_its_syllables(text):
    spoken = korean.pronounce(text)
    assert len(golden.syllables(spoken)) == len(golden.syllables(text))
    assert {letters.final_of(char) for char in golden.syllables(spoken)} <= set(letters.FINALS) & {
        "",
        *"ㄱㄴㄷㄹㅁㅂㅇ",
    }
    assert korean.is_spoken(spoken)


@given(st.text(max_size=80))
def test_nothing_at_all_makes_it_raise(text):
    assert korean.is_spoken(korean.pronounce(text))
    korean.explain(text)


@given(hangul)
def test_a_pause_keeps_what_is_beside_it_apart(text):
    breaths = text.replace(".", ",").split(",")
    together = korean.pronounce(",".join(breaths))
    assert golden.syllables(together) == "".join(golden.syllables(korean.pronounce(one)) for one in breaths)


@given(hangul)
def test_what_is_explained_is_what_was_changed(text):
    changed = {change.at for change in korean.explain(text)} | {change.at + 1 for change in korean.explain(text)}
    before, after = golden.syllables(text), golden.syllables(korean.pronounce(text))
    assert {place for place, pair in enumerate(zip(before, after, strict=True)) if len(set(pair)) > 1} <= changed


def test_letters_are_split_and_put_together_as_unicode_does():
    for code in range(0xAC00, 0xD7A4):
        char = chr(code)
        assert str(letters.split(char)) == char
        assert len(unicodedata.normalize("NFD", char)) == 2 + bool(letters.final_of(char))


def test_a_word_stands_in_the_lexicon_once():
    text = lexicon._FILE.read_text(encoding="utf-8")
    forms = [(entry.surface, entry.suffix) for entry in lexicon.parse(text)]
    assert len(forms) > 1000
    assert sorted(form for form in set(forms) if forms.count(form) > 1) == []


@pytest.mark.parametrize("line", ["[28]\n문?고리", "[28]\n-", "[28]\n문**고리", "문*고리", "[28]\ndoor"])
def test_a_lexicon_that_cannot_be_meant_is_refused(line):
    with pytest.raises(lexicon.BadLexicon):
        list(lexicon.parse(line))


def test_the_work_at_one_place_has_a_limit():
    """The lexicon looks for words of so many syllables at each place, the articles at each meeting once: linear."""
    assert lexicon._letters_max() <= 8
    assert len(ORDER) <= 16


def test_a_text_too_long_is_refused():
    korean.pronounce("가" * korean.WORDS_LETTERS_MAX)
    with pytest.raises(korean.TextTooLong) as refused:
        korean.pronounce("가" * (korean.WORDS_LETTERS_MAX + 1))
    assert refused.value.letters_max == korean.WORDS_LETTERS_MAX


@pytest.mark.parametrize("piece", ["½", "㏂", "W", "@", "㎍/㎥ ", "9", "$"])
def test_whatever_was_normalised_is_pronounced(piece):
    words = korean.normalise((piece * korean.TEXT_LETTERS_MAX)[: korean.TEXT_LETTERS_MAX])
    assert len(golden.syllables(korean.pronounce(words))) == len(golden.syllables(words))


@given(st.sampled_from([chr(code) for code in range(0xAC00, 0xD7A4)]))
def test_a_syllable_alone_loses_no_more_than_its_final(char):
    written, spoken = letters.split(char), letters.split(korean.pronounce(char))
    assert spoken.head == written.head
    assert bool(spoken.final) == bool(written.final)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("쌀 이십 포", "쌀 이십 포"),
        ("밤 열 시", "밤 열 씨"),
        ("할 일", "할 릴"),
        ("만 육십", "만 뉵씹"),
        ("이십삼 일 월요일", "이십싸 밀 워료일"),
    ],
)
def test_a_number_is_said_clearly_behind_a_short_word(written, spoken):
    assert korean.pronounce(written) == spoken
