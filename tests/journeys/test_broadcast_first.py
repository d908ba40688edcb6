"""From the first page to an announcement that goes out, by somebody who was told nothing: by voice, ready sentence or typing.

Run with `-s` it prints the steps and the seconds that the keystroke-level model gives them (tests/journeys/newcomer.py).
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage
from tests.journeys.newcomer import ANY, PACES, Newcomer
from tests.journeys.test_pledges import visitor

pytestmark = pytest.mark.browser
HEAD = "윤예시"
SECONDS_MAX = 60
QUESTION_WORDS = 8  # "Allow this page to use the microphone?" and its answers
SENTENCE_SECONDS = 8.0  # to say "Today at two the bus of the market day leaves", twice breathed


def told(who: Newcomer, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Print what was done, and how long the model says it takes."""
    said = ", ".join(f"{pace.name} {who.seconds(pace):.0f} s" for pace in PACES)
    with capsys.disabled():
        steps = " > ".join(who.steps)
        print(f"\n{how}: {who.taps} taps, {who.keys} keys, {who.words} words read: {said}\n  {steps}")  # noqa: T201  # the figure of this journey is asked for by a person


def at_home(browser_page: OpenPage, **kind: bool) -> tuple[Page, Newcomer]:
    head = visitor(browser_page, HEAD, **kind)
    head.goto("/")
    who = Newcomer(head)
    who.tap(head.get_by_role("main").get_by_role("link", name=re.compile("방송하기")), follows=True)
    return head, who


def sent_and_taken_back(head: Page, who: Newcomer) -> None:
    who.tap(head.get_by_role("button", name="보내기 전에 다시 보기"), follows=True)
    who.tap(head.get_by_role("button", name="방송하기"), follows=True)
    expect(head.get_by_role("button", name="거두기")).to_be_visible()
    assert who.seconds(ANY) < SECONDS_MAX, who
    looking.follow(head, head.get_by_role("button", name="거두기"))
    expect(head.locator("body")).to_contain_text("거둠")


def test_with_a_voice(browser_page: OpenPage, capsys: pytest.CaptureFixture[str]) -> None:
    head, who = at_home(browser_page, whole=True)
    head.context.grant_permissions(["microphone"])
    who.tap(head.get_by_role("button", name="목소리 녹음"))
    who.answer_the_browser(QUESTION_WORDS)
    who.speak(SENTENCE_SECONDS)
    who.tap(head.get_by_role("button", name="녹음 마치기"))
    expect(head.get_by_role("status").filter(has_text="초를 녹음")).to_be_visible()
    looking.check_in_every_mode(head, "broadcast-recorded")
    who.tap(head.get_by_role("button", name="보내기 전에 다시 보기"), follows=True)
    expect(head.get_by_label("말한 내용")).to_be_visible()
    looking.check_in_every_mode(head, "broadcast-draft-of-a-voice")
    who.tap(head.get_by_role("button", name="방송하기"), follows=True)
    told(who, "by voice", capsys)
    assert who.seconds(ANY) < SECONDS_MAX, who
    looking.follow(head, head.get_by_role("button", name="거두기"))


def test_with_a_ready_sentence(browser_page: OpenPage, capsys: pytest.CaptureFixture[str]) -> None:
    head, who = at_home(browser_page)
    who.tap(head.get_by_role("button", name="마을 모임"))
    looking.picture(head, "broadcast-ready-sentence")
    head.get_by_role("button", name="보내기 전에 다시 보기").click()  # too early: it stays, with the blank marked
    marked = (
        "document.querySelector('[name=words]').selectionEnd - document.querySelector('[name=words]').selectionStart"
    )
    looking.until(head, f"{marked} === 3")
    looking.picture(head, "broadcast-blank")
    who.type("7")
    sent_and_taken_back(head, who)
    told(who, "by a ready sentence", capsys)


def test_by_typing(browser_page: OpenPage, capsys: pytest.CaptureFixture[str]) -> None:
    head, who = at_home(browser_page)
    who.tap(head.get_by_label("무엇을 알릴까요?"))
    who.type("오늘 장날 버스는 두 시에 떠납니다.")
    sent_and_taken_back(head, who)
    told(who, "by typing", capsys)
