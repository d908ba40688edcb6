"""Giving every month by a card at the twin, and a payout that two stewards take to the bank, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage
from tests.journeys.test_paying import CAUSE, STEWARDS, become, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DONOR = "송보기"
WINDOW = re.compile(r"^http://127\.0\.0\.1:\d+/billing")
MINE = re.compile(r"/giving/mine/regular/[0-9a-f-]{36}/$")
DESK = "/desk/ledger/payouts/"


def see(page: Page, name: str) -> None:
    looking.check_in_every_mode(page, name)


def promise(page: Page, provider: str) -> None:
    """From the box to the provider's window."""
    page.goto("/giving/")
    looking.follow(page, page.get_by_role("link", name=CAUSE).first)
    looking.follow(page, page.get_by_role("link", name="매달 기부하기").first)
    looking.follow(page, page.get_by_role("button", name="10,000원"))
    page.locator(f"[name=provider][value={provider}]").check()
    see(page, "regular-new")
    page.get_by_role("button", name="카드 등록하러 가기").click()


def test_every_month_by_a_card_at_the_twin_until_it_is_stopped(browser_page: OpenPage) -> None:
    page = become(browser_page(), DONOR)
    page.goto("/giving/mine/regular/")
    see(page, "regular-none")
    promise(page, "toss")
    page.wait_for_url(WINDOW)
    looking.check(page, "regular-twin")
    page.get_by_role("button", name="등록하지 않고 돌아가기").click()
    page.wait_for_url(re.compile(r"/card/"))
    expect(page.locator("main")).to_contain_text("빠져나간 돈은 없습니다")
    see(page, "regular-no-card")
    promise(page, "toss")
    page.wait_for_url(WINDOW)
    page.get_by_role("button", name="카드 등록하기").click()
    page.wait_for_url(MINE)
    for _ in range(8):  # the worker charges once a minute
        if page.locator("main", has_text="결제 중").count() or page.locator("li.row", has_text=CAUSE).count():
            break
        page.wait_for_timeout(10_000)
        page.reload()
    until(page, CAUSE)
    see(page, "regular-running")
    page.get_by_text("금액이나 날짜 바꾸기").click()
    page.locator("[name=amount]").fill("20000")
    looking.follow(page, page.get_by_role("button", name="고치기"))
    expect(page.locator("main")).to_contain_text("20,000원")
    looking.follow(page, page.get_by_role("button", name="쉬기"))
    see(page, "regular-paused")
    looking.follow(page, page.get_by_role("button", name="이어 가기"))
    looking.follow(page, page.get_by_role("button", name="그만두기"))
    expect(page.locator("main")).to_contain_text("그만둠")
    page.goto("/giving/mine/regular/")
    see(page, "regular-mine")


def test_two_stewards_take_a_payout_to_the_bank(browser_page: OpenPage) -> None:
    one, two = (become(browser_page(), name) for name in STEWARDS)
    one.goto(DESK)
    see(one, "payouts-waiting")
    looking.follow(one, one.get_by_role("button", name="파일 준비하기"))
    see(one, "payout-file-own")
    two.goto(one.url)
    two.get_by_text("내보내기", exact=True).last.click()
    see(two, "payout-file-to-release")
    looking.follow(two, two.get_by_role("button", name="네, 내보냅니다"))
    see(two, "payout-file-released")
    with two.expect_download() as download:
        two.get_by_role("button", name="내려받기").first.click()
    content = download.value.path().read_bytes()
    rows = [
        line.split(",") for line in content.decode("cp949").splitlines()[1:]
    ]  # another journey may have paid out, too
    assert {len(row) for row in rows} == {6}
    two.reload()
    expect(two.locator("aside, main").last).to_contain_text("내려받음")
    two.locator("[name=amount]").fill("1")
    two.locator("[name=reference]").fill("KB-1")
    two.get_by_role("button", name="맞춰 보고 확인하기").click()
    expect(two.get_by_role("alert")).to_be_visible()
    see(two, "payout-file-other-sum")
    two.locator("[name=amount]").fill(str(sum(int(row[2]) for row in rows)))
    looking.follow(two, two.get_by_role("button", name="맞춰 보고 확인하기"))
    expect(two.locator("main")).to_contain_text("도착함")
    two.goto(f"{DESK}?q=KB-1")
    see(two, "payout-files")
    two.goto(f"{DESK}?q=nothing")
    see(two, "payout-files-none")
