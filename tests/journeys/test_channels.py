"""A channel in a real browser: a guest scans its code, joins, chooses about ads, leaves and comes back."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage

pytestmark = pytest.mark.browser
CHANNEL = "/channels/@이웃손/?by=qr"


def become(page: Page, name: str) -> Page:
    page.goto("/me/demo/")
    looking.follow(page, page.get_by_role("button", name=f"{name} 님으로 로그인"))
    return page


def test_a_friend_comes_chooses_goes_and_comes_back(browser_page: OpenPage) -> None:
    page = become(browser_page(), "최시험")
    page.goto(CHANNEL)
    for box in page.get_by_role("checkbox").all():
        expect(box).not_to_be_checked()
    looking.follow(page, page.get_by_role("button", name="친구 되기"))
    expect(page.get_by_role("heading", name="친구입니다")).to_be_visible()
    page.locator("summary", has_text="광고 받기").first.click()
    looking.follow(page, page.get_by_role("button", name="동의합니다"))
    page.locator("summary", has_text="밤에도 광고 받기").click()
    looking.follow(page, page.get_by_role("button", name="동의합니다"))
    looking.check(page, "channel-friend")
    looking.follow(page, page.get_by_role("button", name="그만 받기: 광고 받기"))
    expect(page.get_by_role("button", name="그만 받기: 밤에도 광고 받기")).to_have_count(0)
    looking.follow(page, page.get_by_role("button", name="친구 그만하기"))
    looking.check(page, "channel-left")
    looking.follow(page, page.get_by_role("button", name="되돌리기"))
    expect(page.get_by_role("heading", name="친구입니다")).to_be_visible()
    looking.follow(page, page.get_by_role("button", name="친구 그만하기"))
