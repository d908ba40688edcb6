"""The desk of an owner whose places scan: one place, many places, long names, a search, a scanner, and taking them away."""

import pytest
from playwright.sync_api import Page, expect

from dure.services.checkin.types.register import NAME_LENGTH_MAX
from tests.journeys import looking
from tests.journeys.conftest import OpenPage

pytestmark = pytest.mark.browser
OWNER = "김예시"
LONG = "가람군다문화가족지원센터별관" * (NAME_LENGTH_MAX // 14)
MANY = 11


def register(page: Page, name: str) -> None:
    page.goto("/desk/checkin/")
    page.get_by_label("장소 이름").last.fill(name)
    looking.follow(page, page.get_by_role("button", name="장소 등록"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_an_owner_finds_a_place_among_many_and_takes_it_away(browser_page: OpenPage) -> None:
    page = browser_page()
    page.goto("/me/demo/")
    looking.follow(page, page.get_by_role("button", name=f"{OWNER} 님으로 로그인"))
    page.goto("/desk/checkin/")
    looking.check_in_every_mode(page, "places-one")
    looking.follow(page, page.get_by_role("button", name="장소 등록"))
    looking.check(page, "places-nothing-said")
    register(page, LONG)
    looking.check_in_every_mode(page, "places-long-name")
    looking.follow(page, page.get_by_role("button", name="스캐너 추가"))
    looking.check(page, "places-scanner")
    for number in range(1, MANY):
        register(page, f"가람 예시 {number}호점")
    page.goto("/desk/checkin/")
    looking.check(page, "places-many")
    page.get_by_role("searchbox").fill("7호점")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("main .row")).to_have_count(1)
    looking.follow(page, page.get_by_role("link", name="가람 예시 7호점"))
    page.locator("summary", has_text="장소 등록 취소").click()
    looking.check(page, "places-taking-away")
    looking.follow(page, page.get_by_role("button", name="네, 취소합니다"))
    page.goto("/desk/checkin/?q=7호점")
    expect(page.locator("main")).to_contain_text("그런 이름의 장소가 없습니다")
    looking.check(page, "places-none-found")
    wide = browser_page(width=1280, theme="dark", lang="en")
    wide.goto("/me/demo/")
    looking.follow(wide, wide.get_by_role("button", name=OWNER))
    wide.goto("/desk/checkin/")
    looking.check_in_every_mode(wide, "places-wide")
