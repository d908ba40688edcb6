"""Forecasts on a phone: a place is chosen by typing; a mother reads a warning by one press and her child sees it; a child who
only looks after somebody is asked to call; a closed link names nobody; the desk.
"""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looking
from tests.journeys.conftest import ROOT, OpenPage, Town

pytestmark = pytest.mark.browser
CHILD, MOTHER, OTHER, STEWARD = "정가상", "강표본", "신표본", "오예시"


SECOND = 1_000  # milliseconds


@pytest.fixture(scope="module")
def danger(town: Town) -> None:
    """It is dangerous for three days, and somebody was warned yesterday and has read nothing."""
    deed = [sys.executable, "-m", "tests.journeys.by_weather"]
    done = subprocess.run(deed, env=town.environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def visitor(browser_page: OpenPage, name: str, *, large: bool = False) -> Page:
    """A browser of their own for a sample person, logged in by one tap."""
    page = browser_page(width=390, theme="light", large=large, lang="ko")
    page.goto("/me/demo/")
    page.locator("li.row", has_text=name).get_by_role("button").click()
    page.wait_for_url(re.compile(r"/$"))
    return page


@pytest.mark.usefixtures("danger")
def test_a_mother_reads_and_her_child_sees_it(browser_page: OpenPage) -> None:
    child = visitor(browser_page, CHILD)
    child.goto("/forecasts/family/")
    expect(child.locator("main")).to_contain_text("강표본 님이 동의하셨어요")
    expect(child.locator("main")).to_contain_text("아직 읽지 않으셨어요")
    expect(child.get_by_role("link", name="어머니 (예시)께 전화하기")).to_have_attribute("href", "tel:01000000000")
    looking.check_in_every_mode(child, "forecasts-family")
    mother = visitor(browser_page, MOTHER, large=True)
    mother.goto("/forecasts/")
    expect(mother.locator("main")).to_contain_text("경고")
    expect(mother.locator("main")).to_contain_text("위험")
    expect(mother.locator(".warned").first).to_contain_text("호우경보")
    expect(mother.locator(".message").first).to_contain_text("긴급재난")
    looking.check_in_every_mode(mother, "forecasts-mine")
    looking.follow(mother, mother.get_by_role("link", name=re.compile("이렇게 하세요")).first)
    looking.check_in_every_mode(mother, "forecasts-tips")
    mother.go_back()
    while mother.get_by_role("button", name="읽었어요").count():
        looking.follow(mother, mother.get_by_role("button", name="읽었어요").first)
    child.reload()
    expect(child.locator("main")).to_contain_text("읽으셨어요")
    looking.check(child, "forecasts-family-read")


@pytest.mark.usefixtures("danger")
def test_everybody_sees_warnings_and_what_to_do(browser_page: OpenPage) -> None:
    page = browser_page(width=390, theme="light", lang="ko")
    page.goto("/forecasts/warnings/")
    expect(page.locator("main")).to_contain_text("호우경보")
    expect(page.locator("main")).to_contain_text("강풍 예비특보")
    expect(page.locator("main")).to_contain_text("2줄을 알아보지 못했습니다")
    looking.check_in_every_mode(page, "forecasts-warnings")
    looking.follow(page, page.get_by_role("link", name=re.compile("이렇게 하세요.*호우경보")))
    expect(page.locator("main")).to_contain_text("119")
    expect(page.locator(".tips li")).to_have_count(4)
    looking.check_in_every_mode(page, "forecasts-warning")
    page.goto("/forecasts/warnings/other/")
    expect(page.locator("main")).to_contain_text("산사태")
    looking.check(page, "forecasts-warning-unknown")


def test_somebody_new_chooses_a_place_and_asks_a_parent(browser_page: OpenPage) -> None:
    page = visitor(browser_page, OTHER)
    page.goto("/forecasts/")
    looking.check_in_every_mode(page, "forecasts-empty")
    looking.follow(page, page.get_by_role("link", name="지역 고르기"))
    page.get_by_label("어디인가요?").fill("솔내리")
    page.get_by_label("무엇에 대한 예보인가요?").select_option(label="건강")
    looking.check_in_every_mode(page, "forecasts-places")
    looking.follow(page, page.get_by_role("button", name="이곳 예보 받기"))
    expect(page.locator("main")).to_contain_text("솔내리")
    page.goto("/forecasts/")
    expect(page.locator(".levels li")).to_have_count(3)
    page.goto("/forecasts/hour/")
    looking.check_in_every_mode(page, "forecasts-hour")
    page.goto("/forecasts/family/ask/")
    page.get_by_label("어떻게 부르시나요?").fill("아버지")
    page.get_by_label("어디에 사시나요?").fill("나루리")
    looking.check_in_every_mode(page, "forecasts-ask")
    looking.follow(page, page.get_by_role("button", name="링크 만들기"))
    link = page.get_by_label("공유할 주소").input_value()
    parent = visitor(browser_page, "윤예시")
    parent.goto(link)
    looking.check_in_every_mode(parent, "forecasts-agree")
    looking.follow(parent, parent.get_by_role("button", name="동의합니다"))
    expect(parent.locator("main")).to_contain_text("나루리")
    page.reload()
    expect(page.locator("main")).to_contain_text("윤예시 님이 동의하셨어요")
    stranger = visitor(browser_page, "조견본")
    stranger.goto(link)
    expect(stranger.locator("main")).to_contain_text("더 쓸 수 없어요")
    expect(stranger.locator("body")).not_to_contain_text("신표본")
    looking.check_in_every_mode(stranger, "forecasts-closed")


@pytest.mark.usefixtures("danger")
def test_a_child_who_only_looks_after_somebody_is_asked_to_call(browser_page: OpenPage) -> None:
    child = visitor(browser_page, "임시험")
    expect(child.locator("main")).to_contain_text("큰어머니께 전화해 보세요")
    child.goto("/channels/inbox/forecasts/")
    expect(child.locator("#talk")).to_contain_text("큰어머니께서 아직 예보를 읽지 않으셨어요", timeout=30 * SECOND)
    looking.check(child, "forecasts-call-message")
    child.goto("/forecasts/family/")
    expect(child.get_by_role("link", name="큰어머니께 전화하기")).to_have_attribute("href", "tel:01000000001")
    looking.check_in_every_mode(child, "forecasts-call")
    looking.follow(child, child.get_by_role("button", name="통화했어요"))
    expect(child.locator("main")).to_contain_text("통화하셨어요")
    expect(child.get_by_role("button", name="통화했어요")).to_have_count(0)
    looking.check(child, "forecasts-called")
    mother = visitor(browser_page, "송보기", large=True)
    mother.goto("/forecasts/family/")
    expect(mother.locator("main")).to_contain_text("임시험")
    looking.check_in_every_mode(mother, "forecasts-ours")
    mother.goto("/forecasts/places/")
    looking.follow(mother, mother.get_by_role("button", name=re.compile("지우기.*건강")).first)
    child.reload()
    expect(child.locator("main")).to_contain_text("이제 받지 않으세요")
    looking.check(child, "forecasts-dropped")


@pytest.mark.usefixtures("danger")
def test_the_desk_says_how_the_feeds_do(browser_page: OpenPage) -> None:
    page = visitor(browser_page, STEWARD)
    page.goto("/desk/forecasts/")
    expect(page.locator("main")).to_contain_text("폭염 영향예보")
    expect(page.locator("main")).to_contain_text("산사태주의보")
    expect(page.locator("main")).to_contain_text("2줄을 알아보지 못했습니다")
    looking.check_in_every_mode(page, "forecasts-desk")
