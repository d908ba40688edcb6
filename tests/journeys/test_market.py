"""A merchant makes a coupon and takes it at the counter, with a line and without; a customer holds it and shows it.

At a phone's width, in large type, in both themes; the counter's phone loses its line in between.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from dure.base import clock
from tests.journeys import looking
from tests.journeys.conftest import OpenPage

pytestmark = pytest.mark.browser
MERCHANT, CUSTOMER, OTHER, HEAD, STEWARD = "조견본", "신표본", "최시험", "박보기", "오예시"


def visitor(browser_page: OpenPage, name: str, *, large: bool = False) -> Page:
    """A browser of their own for a sample person, logged in by one tap."""
    page = browser_page(width=390, theme="light", large=large, lang="ko")
    page.goto("/me/demo/")
    page.locator("li.row", has_text=name).get_by_role("button").click()
    page.wait_for_url(re.compile(r"/$"))
    return page


def make_coupon(merchant: Page) -> str:
    """Three steps; answers the address at which people take it."""
    merchant.goto("/desk/market/")
    looking.follow(merchant, merchant.locator("main a.whole").first)
    looking.check_in_every_mode(merchant, "market-shop-desk")
    desk = merchant.url
    merchant.goto(f"{desk}coupons/new/")
    looking.check_in_every_mode(merchant, "market-coupon-1")
    merchant.get_by_label("얼마인가요?").fill("1500")
    looking.follow(merchant, merchant.get_by_role("button", name="다음"))
    merchant.get_by_label("쿠폰 이름").fill("비 오는 날 칼국수")
    merchant.get_by_label("한 사람이 몇 장까지 받나요?").fill("2")
    looking.check_in_every_mode(merchant, "market-coupon-2")
    looking.follow(merchant, merchant.get_by_role("button", name="다음"))
    expect(merchant.locator("main")).to_contain_text("많아야 75,000원 듭니다")
    looking.check_in_every_mode(merchant, "market-coupon-3")
    looking.follow(merchant, merchant.get_by_role("button", name="쿠폰 내놓기"))
    looking.check(merchant, "market-coupons-desk")
    card = merchant.locator("article", has_text="비 오는 날 칼국수")
    return str(card.get_by_role("link").get_attribute("href"))


def take(customer: Page, address: str) -> str:
    """Take the coupon; answers the letters that one reads out."""
    customer.goto(address)
    looking.check_in_every_mode(customer, "market-campaign")
    looking.follow(customer, customer.get_by_role("button", name="이 쿠폰 받기"))
    expect(customer.locator(".coupon-state")).to_contain_text("지금 쓸 수 있습니다")
    return str(customer.locator(".coupon-code").inner_text())


def test_a_coupon_from_the_desk_to_the_counter(browser_page: OpenPage) -> None:
    merchant, customer = visitor(browser_page, MERCHANT), visitor(browser_page, CUSTOMER, large=True)
    address = make_coupon(merchant)
    code = take(customer, address)
    looking.check_in_every_mode(customer, "market-coupon")
    counter(merchant)
    merchant.get_by_label("쿠폰 글자").fill(code)
    merchant.get_by_role("button", name="쿠폰 쓰기").click()
    expect(merchant.locator(".verdict.good strong")).to_have_text("1,500원 할인")
    looking.check_in_every_mode(merchant, "market-counter-good")
    merchant.get_by_label("쿠폰 글자").fill(code)
    merchant.get_by_role("button", name="쿠폰 쓰기").click()
    expect(merchant.locator(".verdict.no strong")).to_contain_text("이미 쓴 쿠폰")
    looking.check_in_every_mode(merchant, "market-counter-no")
    customer.reload()
    expect(customer.locator(".coupon-state")).to_have_text("사용했습니다")
    looking.check(customer, "market-coupon-used")
    merchant.reload()
    looking.follow(merchant, merchant.get_by_role("button", name="되돌리기").first)
    customer.reload()
    expect(customer.locator(".coupon-state")).to_contain_text("지금 쓸 수 있습니다")


def test_the_counter_and_the_coupon_work_without_a_line(browser_page: OpenPage) -> None:
    merchant, customer = visitor(browser_page, MERCHANT), visitor(browser_page, OTHER)
    customer.goto("/market/")
    looking.check_in_every_mode(customer, "market-list")
    looking.follow(customer, customer.locator("main a.whole", has_text="장터시장"))
    looking.check_in_every_mode(customer, "market-market")
    looking.follow(customer, customer.locator(".ticket a.whole", has_text="2,000원"))
    looking.follow(customer, customer.get_by_role("button", name="이 쿠폰 받기"))
    token = customer.evaluate("document.querySelector('.qr-sheet').dataset.token")
    kept(customer)
    customer.context.set_offline(True)
    customer.reload()
    expect(customer.locator(".qr-code")).to_be_visible()
    expect(customer.locator("[data-no-line]")).to_be_visible()
    looking.picture(customer, "market-coupon-offline")

    counter(merchant)
    kept(merchant)
    merchant.wait_for_function("Object.keys(localStorage).some((key) => key.startsWith('market-kit-'))")
    merchant.context.set_offline(True)
    button = merchant.get_by_role("button", name="쿠폰 쓰기")
    for read, verdict, says in (
        (token, "good", "2,000원 할인"),
        (token, "no", "여기서 이미 썼습니다"),
        (f"{token[:-1]}{'B' if token[-1] == 'A' else 'A'}", "no", "우리 쿠폰이 아닙니다"),
        ("ACDEFGHJ", "wait", "연결이 필요합니다"),
    ):
        merchant.get_by_label("쿠폰 글자").fill(read)
        button.click()
        expect(merchant.locator(f".verdict.{verdict}")).to_be_visible()  # what was said of the one before is gone
        expect(merchant.locator(f".verdict.{verdict} strong")).to_have_text(says)
    expect(merchant.locator("[data-waiting]")).to_contain_text("1건")
    looking.picture(merchant, "market-counter-offline")
    merchant.context.set_offline(False)
    expect(merchant.locator("[data-waiting]")).to_be_hidden()
    customer.context.set_offline(False)
    customer.reload()
    expect(customer.locator(".coupon-state")).to_have_text("사용했습니다")


def test_the_other_desks(browser_page: OpenPage) -> None:
    head = visitor(browser_page, HEAD)
    head.goto("/desk/market/")
    looking.follow(head, head.locator("main a[href*='/markets/']"))
    looking.check_in_every_mode(head, "market-association")
    steward = visitor(browser_page, STEWARD)
    steward.goto("/desk/market/stewards/")
    looking.check_in_every_mode(steward, "market-stewards")
    merchant = visitor(browser_page, MERCHANT)
    merchant.goto("/desk/market/")
    looking.follow(merchant, merchant.locator("main a.whole").first)
    desk = merchant.url
    for page in ("regulars", "credits", "edit"):
        merchant.goto(f"{desk}{page}/")
        looking.check_in_every_mode(merchant, f"market-{page}")
    merchant.goto(f"{desk}regulars/")
    looking.follow(merchant, merchant.locator("main a.whole").first)
    looking.check_in_every_mode(merchant, "market-regular")


def counter(merchant: Page) -> None:
    merchant.goto("/desk/market/")
    looking.follow(merchant, merchant.locator("main a.whole").first)
    looking.follow(merchant, merchant.get_by_role("link", name="계산대로"))
    looking.check_in_every_mode(merchant, "market-counter")


def kept(page: Page) -> None:
    """Wait until the service worker keeps this page, to its last letter, and has the page's parts."""
    looking.until(
        page,
        "caches.match(location.href, {ignoreVary: true}).then((found) => found?.text())"
        ".then((whole) => Boolean(whole?.includes('</html>')))",
    )
    page.wait_for_function("navigator.serviceWorker.controller?.state === 'activated'")
    page.reload()


def test_a_counter_without_a_line_knows_what_it_took_and_what_time_it_is(browser_page: OpenPage) -> None:
    """A telephone whose clock is 25 minutes ahead; a coupon that it took with a line, and one that it did not."""
    merchant, customer = browser_page(), visitor(browser_page, "임시험")
    merchant.clock.install(time=clock.now() + timedelta(minutes=25))
    merchant.goto("/me/demo/")
    looking.follow(merchant, merchant.locator("li.row", has_text=MERCHANT).get_by_role("button"))
    tokens, addresses = [], []
    for _ in range(2):
        customer.goto("/market/?q=장터시장")
        looking.follow(customer, customer.locator("main a.whole[href*='/markets/']").first)
        looking.follow(customer, customer.locator(".ticket a.whole", has_text="2,000원"))
        looking.follow(customer, customer.get_by_role("button", name="이 쿠폰 받기"))
        tokens.append(customer.evaluate("document.querySelector('.qr-sheet').dataset.token"))
        addresses.append(customer.url)
    merchant.goto("/desk/market/")
    looking.follow(merchant, merchant.locator("main a.whole").first)
    looking.follow(merchant, merchant.get_by_role("link", name="계산대로"))
    button = merchant.get_by_role("button", name="쿠폰 쓰기")
    merchant.get_by_label("쿠폰 글자").fill(tokens[0])
    button.click()
    expect(merchant.locator(".verdict.good strong")).to_have_text("2,000원 할인")
    kept(merchant)
    merchant.wait_for_function("Object.keys(localStorage).some((key) => key.startsWith('market-kit-'))")
    merchant.route("**/counter/kit/", lambda route: route.fulfill(status=503, body="down"))
    merchant.get_by_label("쿠폰 글자").fill(tokens[0])
    button.click()
    expect(merchant.locator(".verdict.no strong")).to_have_text("여기서 이미 썼습니다")
    merchant.unroute("**/counter/kit/")
    merchant.context.set_offline(True)
    for token, verdict, says in ((tokens[0], "no", "여기서 이미 썼습니다"), (tokens[1], "good", "2,000원 할인")):
        merchant.get_by_label("쿠폰 글자").fill(token)
        button.click()
        expect(merchant.locator(f".verdict.{verdict}")).to_be_visible()  # what was said of the one before is gone
        expect(merchant.locator(f".verdict.{verdict} strong")).to_have_text(says)
    merchant.context.set_offline(False)
    expect(merchant.locator("[data-waiting]")).to_be_hidden()
    expect(merchant.locator("[data-lost]")).to_be_hidden()
    customer.goto(addresses[1])
    expect(customer.locator(".coupon-state")).to_have_text("사용했습니다")
