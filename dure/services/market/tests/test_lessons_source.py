"""The one source of the lessons: whole, short, polite, in our own words."""

import re
from pathlib import Path

import pytest

from dure.services.market.queries.lessons import curriculum, task_order
from dure.services.market.rules import lessons as rules
from dure.services.market.types.lessons import DrawnKind, Task
from scripts import messages

ROOT = Path(__file__).resolve().parents[4]
FOLDER = Path(__file__).resolve().parents[1] / "templates" / "market" / "lessons"
PRESSED = (DrawnKind.PRESS, DrawnKind.BUTTON)
RESERVED = {"mine", "try", "certificates"}  # addresses beside /market/lessons/<key>/
GOOD = """
number = 1
title = "채널 열기"
goal = "채널을 하나 엽니다."
bring = "전화기를 준비하세요."

[[step]]
key = "begin"
title = "시작하기"
do = "「시작」을 누르세요."
see = "글씨가 나옵니다."
say = "시작했습니다."
wrong = "다시 누르세요."
screen = ["head 시작", "press 시작"]
"""
COURSE = """
title = "책"
subtitle = "큰 글씨"
welcome = ["반갑습니다."]
sound = "소리로 들을 수 있습니다."
farewell = ["마쳤습니다."]
word = []
"""


def test_the_source_has_no_faults() -> None:
    assert rules.faults(curriculum()) == ()


def test_it_makes_a_book_of_about_sixty_pages() -> None:
    steps = curriculum().steps
    assert len(steps) >= 45
    assert sum(len("".join(rules.texts_of(step))) for step in steps) > 4_000


def test_every_task_is_taught_once_and_in_an_order_that_can_be_followed() -> None:
    order = task_order()
    assert sorted(order) == sorted(Task)
    for before, after in ((Task.CHANNEL, Task.FRIEND), (Task.FRIEND, Task.MESSAGE), (Task.COUPON, Task.REDEEM)):
        assert order.index(before) < order.index(after)


def test_no_word_of_ours_is_missing_from_the_list_of_words() -> None:
    listed = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    korean = {word for cell in re.findall(r"(?m)^\| [^|]+ \| ([^|]+?) \|", listed) for word in cell.split(", ")}
    missing = [word.said for word in curriculum().words if word.said not in korean]
    assert not missing, missing


def test_what_the_steps_press_is_drawn_or_named_alike() -> None:
    """A button in 「」 is drawn on the screen of its step, or is one of the few that stand on every page."""
    everywhere = {"큰 글씨", "나", "연습해 보기"}
    for step in curriculum().steps:
        drawn = {line.text for line in step.screen}
        named = {label for text in (step.do, step.see, step.wrong) for label in rules.LABEL.findall(text)}
        missing = named - drawn - everywhere
        pressed = [line for line in step.screen if line.kind is DrawnKind.PRESS]
        assert len(pressed) <= 1, step.key
        assert not missing or pressed, f"{step.key}: {missing}"


def test_every_button_that_the_lessons_name_is_in_the_product() -> None:
    """So that the book cannot rot: a button that is called otherwise from now on fails here."""
    said: set[str] = set()
    for po in (ROOT / "dure").rglob("locale/ko/LC_MESSAGES/django.po"):
        for message in messages.read(po):
            said |= set(message.string if isinstance(message.string, tuple | list) else [str(message.string)])
    pressed = {line.text for step in curriculum().steps for line in step.screen if line.kind in PRESSED}
    missing = (rules.labels_of(curriculum()) | pressed) - said
    assert not missing, missing


def test_no_key_of_a_step_is_an_address_of_something_else() -> None:
    assert not {step.key for step in curriculum().steps} & RESERVED


def test_keys_that_stand_in_printed_books_stay() -> None:
    """A book on a counter leads to its page for ever: a key may be added here, never taken away."""
    printed = {"open-channel", "hang-poster", "first-friend", "send", "make-coupon", "take-coupon", "first-reply"}
    assert printed <= {step.key for step in curriculum().steps}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("「시작」을 누르세요.", "", "begin.do: is empty"),
        ("「시작」을 누르세요.", "메뉴를 누르세요.", "jargon"),
        ("「시작」을 누르세요.", "click 하세요.", "is not Korean"),
        ("「시작」을 누르세요.", "「시작」을 눌러", "does not end like a sentence"),
        ("「시작」을 누르세요.", "「시작」을 눌러.", "not said politely"),
        ("「시작」을 누르세요.", "가 나 다 라 마 바 사 아 자 차 누르세요.", "a long sentence"),
        ("글씨가 나옵니다.", "가나다라마바사아자차카타파하 나옵니다.", "a long word"),
        ("글씨가 나옵니다.", "글씨가 나옵니다. " * 9, "letters, at most"),
        ('title = "시작하기"', 'title = "시작하기 시작하기 시작하기 시작"', "letters, at most"),
        ('key = "begin"', 'key = "Begin 1"', "not a key"),
        ('"head 시작", ', "", "a screen of 1 lines"),
    ],
)
def test_each_fault_is_found(old: str, new: str, fault: str) -> None:
    assert old in GOOD
    broken = rules.curriculum_of(COURSE, [GOOD.replace(old, new)])
    assert any(fault in said for said in rules.faults(broken)), rules.faults(broken)


@pytest.mark.parametrize(
    "broken",
    [GOOD.replace("wrong =", "wrongs ="), GOOD.replace("head 시작", "hat 시작"), GOOD + '\ntask = "dance"\n'],
)
def test_a_source_that_cannot_be_read_is_refused(broken: str) -> None:
    with pytest.raises(rules.SourceWrong):
        rules.curriculum_of(COURSE, [broken])


def test_every_file_of_the_source_is_read() -> None:
    found = sorted(path.name for path in FOLDER.iterdir())
    assert found == ["course.toml", *(f"week-{week}.toml" for week in range(1, rules.WEEKS + 1))]
