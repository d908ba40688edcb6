import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import korean
from dure.base.korean import numbers, tables
from dure.base.korean.tests import golden

EXAMPLES = list(golden.normalised())
READERS_MAX = 14  # the most that look at one place
announcements = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "3",
                "~",
                "-",
                ".",
                ":",
                "/",
                ",",
                " ",
                "월",
                "일",
                "시",
                "제",
                "(",
                ")",
                "010",
                "2026",
                "%",
                "℃",
                "만",
                "원",
                "\n",
                "=",
                "+",
            ]
        ),
        st.sampled_from([example.written for example in EXAMPLES]),
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one.rule}-{one.written!r}")
def test_an_example_is_read_as_its_rule_says(example):
    reading = korean.read(example.written)
    assert reading.text == example.spoken
    assert example.rule in {found.rule for found in reading.found}


@pytest.mark.parametrize(
    ("written", "spoken", "sound"),
    [
        ("6·25", "육이오", "유기오"),
        ("14시", "열네 시", "열레 시"),
        ("02-123-4567", "공이에 일이삼에 사오육칠", "공이에 이리사메 사오륙칠"),
    ],
)
def test_golden_numbers(written, spoken, sound):
    assert korean.normalise(written) == spoken
    assert korean.pronounce(spoken) == sound


def test_hours_of_the_afternoon_are_read_as_chosen():
    assert korean.normalise("14시, 21:30, 9시", korean.Hours.SINO) == "십사 시, 이십일 시 삼십 분, 아홉 시"


def test_numbers_kept_apart_are_right_in_995_of_1000_syllables():
    scores = golden.held_out_numbers()
    assert len(scores) >= 200
    assert golden.share(scores) >= golden.NUMBERS_LEAST
    assert golden.share(golden.held_out_sounds()) >= golden.SOUNDS_LEAST


def test_whole_announcements_kept_apart_are_right_in_98_of_100_syllables():
    scores = golden.held_out_sentences()
    assert len(scores) >= 40
    assert golden.share(scores) >= golden.WORDS_LEAST


def test_a_whole_announcement():
    text = (
        "[알림] 11월 23일(월) 오후 2시~4시, 마을회관 2층에서 독감 예방접종이 있습니다.\n"
        "▶ 대상: 만 65세 이상 어르신 120명\n▶ 문의: ☎ 031-770-1234 (내선 5)"
    )
    assert korean.normalise(text) == (
        "알림, 십일월 이십삼 일 월요일 오후 두 시부터 네 시까지, 마을회관 이 층에서 독감 예방접종이 있습니다. "
        "대상, 만 육십오 세 이상 어르신 백이십 명. 문의, 전화 공삼일에 칠칠공에 일이삼사, 내선 오"
    )


@given(st.one_of(st.text(max_size=60), announcements))
def test_only_syllables_and_pauses_are_left_and_reading_again_changes_nothing(text):
    once = korean.normalise(text)
    assert korean.is_spoken(once)
    assert korean.normalise(once) == once


@given(st.one_of(st.text(max_size=60), announcements))
def test_what_was_not_said_is_told(text):
    reading = korean.read(text)
    assert not any("가" <= char <= "힣" or (char.isascii() and char.isalnum()) for char in reading.unsaid)


def test_emoji_and_other_scripts_are_told_as_unsaid():
    assert korean.read("비☔ 조심 Привет").unsaid == ("☔", *"Привет")


@given(
    st.sampled_from(
        [
            "9",
            "9-",
            "1,",
            "3~",
            "2:",
            "1/",
            "a",
            "a.",
            "a@",
            "(",
            "-",
            "~",
            " ",
            ",",
            "ㅋ",
            "월~",
            "1.",
            "만",
            "1만",
            "\n1.",
            "e\u0301",
            "한",
            "½",
        ]
    )
)
def test_the_work_grows_with_the_length_alone(piece):
    """Each place is looked at by a bounded number of readers, whose patterns are bounded themselves."""
    short, long = (korean.read(piece * times) for times in (200, 400))
    assert long.steps <= 2 * short.steps + 3 * READERS_MAX
    assert long.steps <= READERS_MAX * 400 * max(2, len(piece))


def test_a_text_too_long_is_refused():
    with pytest.raises(korean.TextTooLong):
        korean.normalise("1" * (korean.TEXT_LETTERS_MAX + 1))


@given(st.integers(0, 10**20 - 1))
def test_a_number_in_words_says_its_digits(number):
    """Read back by its own small grammar: what is said means the number."""
    assert _meant(numbers.sino(str(number))) == number


def _meant(said: str) -> int:
    total = 0
    for part in said.split(" "):
        group = one = 0
        myriad = 1
        for char in part:
            if char in "만억조경":
                myriad = 10_000 ** ("만억조경".index(char) + 1)
                group, one = (group + one) or 1, 0
            elif char in "십백천":
                group, one = group + (one or 1) * 10 ** ("십백천".index(char) + 1), 0
            else:
                one = "영일이삼사오육칠팔구".index(char)
        total += (group + one) * myriad
    return total


@given(st.integers(1, 99))
def test_native_numbers_are_all_different(number):
    assert [other for other in range(1, 100) if numbers.native(other) == numbers.native(number)] == [number]


def test_no_list_has_a_word_twice_and_all_that_is_said_is_hangul():
    for section in ("units", "per", "letters", "latin", "jamo"):
        assert [word for word in tables.named(section).values() if not korean.is_spoken(word)] == []
    for name in ("native", "native_under_twenty", "sino"):
        assert tables.listed("counters", name)
