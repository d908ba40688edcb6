"""A villager names a telephone number, proves it with its code, is reached there, and takes it back. What a dealer would have got
is read on the page of the sample town.
"""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from dure.base import clock
from dure.foundations.channels.rules import law
from tests.journeys import looking
from tests.journeys.conftest import OpenPage
from tests.journeys.test_paying import become

pytestmark = [pytest.mark.browser, pytest.mark.slow]
VILLAGER, STAFF, STEWARD = "윤예시", "이견본", "오예시"
NUMBER, SHOWN = "010 0000 0707", "010-0000-0707"
WAYS, TEXTS = "/channels/notifications/", "/channels/sample-texts/"
TITLE, NOTICE = "수도 점검", "내일 아침 열 시부터 열두 시까지 마을 수도를 잠급니다. (예시)"
MINUTES_MAX = 3


def wait_for_text(page: Page, words: str) -> str:
    """The newest message to the number with these words, once the worker has handed it over."""
    until = time.monotonic() + MINUTES_MAX * 60
    while time.monotonic() < until:
        page.goto(TEXTS)
        found = page.locator("article.card", has_text=SHOWN).filter(has_text=words)
        if found.count():
            return found.first.inner_text()
        page.wait_for_timeout(1_000)
    pytest.fail(f"no message with {words!r} came to {SHOWN}")


def ask_code(page: Page) -> str:
    page.goto(WAYS)
    page.locator("[name=number]").fill(NUMBER)
    looking.follow(page, page.get_by_role("button", name="인증번호 받기", exact=True))
    expect(page.get_by_text("인증번호를 보내고 있습니다").first).to_be_visible()
    looking.check_in_every_mode(page, "ways-asked")
    said = re.search(r"인증번호 (\d{6})", wait_for_text(page, "인증번호"))
    assert said is not None
    return said[1]


def type_code(page: Page, code: str) -> None:
    page.goto(WAYS)
    page.locator("[name=code]").fill(code)
    looking.follow(page, page.get_by_role("button", name="인증하기"))


def send_notice(page: Page) -> str:
    """Write to the regulars; answers the address of the message."""
    page.goto("/desk/channels/")
    looking.follow(page, page.get_by_role("link", name="가람 이웃손 소식").first)
    looking.follow(page, page.get_by_role("link", name="친구에게 쓰기").first)
    page.locator("[name=text]").fill(NOTICE)
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=segment]").fill("꼬리표:단골")
    looking.follow(page, page.get_by_role("button", name="초안으로 두기"))
    looking.follow(page, page.get_by_role("button", name="보내기", exact=True))
    return page.url


def test_a_number_is_proved_reached_and_taken_back(browser_page: OpenPage) -> None:
    page = become(browser_page(), VILLAGER)
    page.goto("/channels/inbox/")
    looking.follow(page, page.get_by_role("link", name="알림", exact=True))
    looking.check_in_every_mode(page, "ways")
    page.locator("[name=number]").fill("02-123-4567")
    looking.follow(page, page.get_by_role("button", name="인증번호 받기", exact=True))
    expect(page.get_by_text("휴대전화 번호를 적어 주세요").first).to_be_visible()

    code = ask_code(page)
    looking.check(page, "ways-sample-texts")
    type_code(page, f"{(int(code) + 1) % 1_000_000:06}")
    expect(page.get_by_text("4번 더 적어 볼 수 있습니다").first).to_be_visible()
    looking.check_in_every_mode(page, "ways-wrong-code")
    type_code(page, code)
    expect(page.get_by_text("번호를 인증했습니다")).to_be_visible()
    expect(page.locator("#telephone")).to_contain_text(SHOWN)
    looking.check_in_every_mode(page, "ways-proved")

    send_notice(become(browser_page(width=1280, scripts=False), STAFF))  # the preview would be cut short by going on
    if law.is_night(clock.now()):
        _is_held_until_the_morning(become(browser_page(), STEWARD))
    else:
        assert NOTICE in wait_for_text(page, "수도를 잠급니다")

    page.goto(WAYS)
    looking.follow(page, page.get_by_role("button", name="이 번호 지우기"))
    expect(page.locator("[name=number]")).to_be_visible()
    expect(page.get_by_text(SHOWN)).to_have_count(0)


def _is_held_until_the_morning(page: Page) -> None:
    """At night no telephone rings: a steward reads why."""
    until = time.monotonic() + MINUTES_MAX * 60
    while time.monotonic() < until:
        page.goto("/desk/channels/sendings/")
        if (row := page.get_by_role("link", name=NOTICE[:12])).count():
            looking.follow(page, row.first)
            if page.get_by_text("아침").count():
                return looking.check(page, "ways-held")
        page.wait_for_timeout(2_000)
    pytest.fail("the notice was never queued")
