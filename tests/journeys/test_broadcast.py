"""The village hears, in a real browser: the head types and sends, a neighbour hears and says so, who did not is to be visited."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage
from tests.journeys.test_pledges import visitor

pytestmark = pytest.mark.browser
HEAD, DEPUTY, NEIGHBOUR, STRANGER, AUDITOR = "윤예시", "임시험", "신표본", "조견본", "구표본"
WORDS = "오늘 저녁 여섯 시에 마을 회관에서 국수를 삶습니다. 숟가락을 챙겨 오세요."
AIRED_MS = 45_000  # ten seconds to take it back, and the worker


def written(page: Page, words: str) -> None:
    """From the first page to the last look."""
    page.goto("/broadcast/")
    looking.follow(page, page.get_by_role("link", name="방송하기"))
    page.get_by_label("무엇을 알릴까요?").fill(words)
    looking.follow(page, page.get_by_role("button", name="보내기 전에 다시 보기"))


def test_the_head_speaks_and_a_neighbour_hears(browser_page: OpenPage) -> None:
    head = visitor(browser_page, HEAD)
    head.goto("/broadcast/studio/")
    looking.check_in_every_mode(head, "broadcast-studio")
    looking.follow(head, head.get_by_role("link", name="새 방송"))
    looking.check_in_every_mode(head, "broadcast-speak")
    written(head, WORDS)
    looking.check_in_every_mode(head, "broadcast-draft")
    looking.follow(head, head.get_by_role("button", name="방송하기"))
    expect(head.get_by_role("button", name="거두기")).to_be_visible()
    looking.picture(head, "broadcast-undo", whole=False)  # the page goes on in ten seconds

    neighbour = visitor(browser_page, NEIGHBOUR, large=True)
    expect(head.locator("main")).to_contain_text("5명 가운데 0명이 들었습니다", timeout=AIRED_MS)
    neighbour.goto("/broadcast/")
    looking.check_in_every_mode(neighbour, "broadcast-home")
    looking.follow(neighbour, neighbour.get_by_role("link", name=re.compile("오늘 저녁 여섯 시")).first)
    expect(neighbour.locator(".words")).to_contain_text("숟가락을 챙겨 오세요")
    looking.check_in_every_mode(neighbour, "broadcast-hear")
    looking.follow(neighbour, neighbour.get_by_role("button", name="들었어요"))
    expect(neighbour.locator("main")).to_contain_text("들으셨습니다")
    head.reload()
    expect(head.locator("main")).to_contain_text("5명 가운데 1명이 들었습니다")
    looking.check_in_every_mode(head, "broadcast-progress")


def test_a_mistake_reaches_nobody(browser_page: OpenPage) -> None:
    head = visitor(browser_page, HEAD)
    written(head, "잘못 쓴 방송입니다. 내일이 아닙니다.")
    looking.follow(head, head.get_by_role("button", name="방송하기"))
    looking.follow(head, head.get_by_role("button", name="거두기"))
    expect(head.locator("body")).to_contain_text("거둠")
    looking.check(head, "broadcast-taken-back")


def test_who_was_not_reached_is_visited(browser_page: OpenPage) -> None:
    """Of this morning's announcement of the sample town."""
    deputy = visitor(browser_page, DEPUTY)
    deputy.goto("/broadcast/studio/")
    looking.follow(deputy, deputy.get_by_role("link", name="솔내리 (예시)"))
    expect(deputy.locator("main")).to_contain_text("강표본")
    looking.check_in_every_mode(deputy, "broadcast-visits")
    visits, undone = (deputy.get_by_role("button", name=f"{what} 강표본") for what in ("다녀왔습니다", "되돌리기"))
    left, done = visits.count(), undone.count()  # another journey's announcement may be on the list by now as well
    looking.follow(deputy, visits.first)
    expect(visits).to_have_count(left - 1)
    expect(undone).to_have_count(done + 1)


def test_a_stranger_joins_by_the_code_and_leaves_with_one_tap(browser_page: OpenPage) -> None:
    head = visitor(browser_page, HEAD)
    head.goto("/broadcast/studio/")
    said = head.locator("main").get_by_text(re.compile("마을 번호 [0-9A-Z]{6}")).first.inner_text()
    code = said.split()[-1]
    page = visitor(browser_page, STRANGER, large=True)
    page.goto("/broadcast/")
    page.get_by_label("우리 마을 번호").fill(code)
    looking.follow(page, page.get_by_role("button", name="마을로 가기"))
    looking.check_in_every_mode(page, "broadcast-village")
    looking.follow(page, page.get_by_role("button", name="네, 듣겠습니다"))
    expect(page.locator("main")).to_contain_text("솔내리 (예시) 방송을 듣고 있습니다.")
    looking.check(page, "broadcast-joined")
    looking.follow(page, page.get_by_role("button", name="이제 듣지 않기"))
    expect(page.get_by_role("button", name="네, 듣겠습니다")).to_be_visible()


def test_the_county_sees_rates(browser_page: OpenPage) -> None:
    auditor = visitor(browser_page, AUDITOR)
    auditor.goto("/desk/broadcast/")
    expect(auditor.locator("main")).to_contain_text("솔내리 (예시)")
    looking.check_in_every_mode(auditor, "broadcast-rates")
    looking.follow(auditor, auditor.get_by_role("link", name="솔내리 (예시)"))
    expect(auditor.locator("main")).not_to_contain_text("강표본")
    looking.check(auditor, "broadcast-village-desk")
