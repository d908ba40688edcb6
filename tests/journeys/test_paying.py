"""Paying in every way a town offers, in a real browser: by the providers' twins, in time and too late, and all the way back.

The town is a demo, so the twins are there; what a form leads to on another host must not be stopped by the content policy.
"""

import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Page, expect

from dure.base import clock
from dure.site.cli.twin import SECRET
from tests.journeys import looking
from tests.journeys.conftest import OpenPage, Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CAUSE = "나루리 물난리 긴급 모금"
DONOR, STEWARDS = "정가상", ("오예시", "한보기")
WORKER_SECONDS_MAX = 40  # the worker asks providers every ten seconds
TWIN = re.compile(r"^http://127\.0\.0\.1:\d+/(v1/payments|pay)/")
HOME = re.compile(r"/giving/")


def become(page: Page, name: str) -> Page:
    page.goto("/me/demo/")
    page.locator("li.row", has_text=name).get_by_role("button").click()
    page.wait_for_url(re.compile(r"/$"))
    return page


def go_to_pay(page: Page, won: int, provider: str) -> str:
    """From the list of causes to the provider's page; answers the address of the twin."""
    page.goto("/giving/")
    looking.follow(page, page.get_by_role("link", name=CAUSE).first)
    page.goto(re.sub(r"[?#].*", "", page.url) + "give/")
    page.locator("[name=amount]").fill(str(won))
    page.locator(f"[name=provider][value={provider}]").check()
    page.locator("main form button.btn").last.click()
    page.wait_for_url(TWIN)
    return re.sub(r"(?<=\d)/.*", "/", page.url)


def decide(page: Page, choice: str) -> None:
    """Press a button at the twin, and be back."""
    page.get_by_role("button", name=choice).click()
    page.wait_for_url(HOME)


def until(page: Page, words: str) -> None:
    """Load the page again until it says so."""
    for _ in range(WORKER_SECONDS_MAX):
        if page.locator("main", has_text=words).count():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    expect(page.locator("main")).to_contain_text(words)


def see(page: Page, name: str) -> None:
    looking.check_in_every_mode(page, f"paying-{name}")


def test_by_card_refused_turned_back_and_paid(browser_page: OpenPage) -> None:
    page = become(browser_page(), DONOR)
    for provider, no in (("toss", "카드사 거절"), ("kakaopay", "결제하지 않고 돌아가기")):
        go_to_pay(page, 7_000, provider)
        looking.check(page, f"paying-twin-{provider}")
        decide(page, no)
        see(page, f"not-paid-{provider}")
        looking.follow(page, page.get_by_role("link", name="다시 결제하기"))
        expect(page.locator("[name=amount]")).to_have_value("7000")
        fill_the_box = page.locator("[name=sum]").last
        fill_the_box.evaluate(
            "button => { button.textContent = button.textContent.replace(/[0-9,]+/, '99,999,999,999') }"
        )
        see(page, f"again-{provider}")
        expect(page.locator(f"[name=provider][value={provider}]")).to_be_checked()
        page.locator("main form button.btn").last.click()
        page.wait_for_url(TWIN)
        decide(page, "결제하기")
        expect(page.locator("#notices")).to_contain_text("7,000원")
    page.goto("/giving/mine/")
    expect(page.locator("main")).to_contain_text("7,000원")
    see(page, "my-giving")


def test_a_closed_window_takes_nothing_and_the_order_can_still_be_paid(browser_page: OpenPage) -> None:
    page = become(browser_page(), DONOR)
    twin = go_to_pay(page, 3_000, "toss")
    page.goto("/giving/mine/")
    expect(page.locator("main")).not_to_contain_text("3,000원 가람")
    page.goto(twin)
    looking.follow(page, page.get_by_role("link", name="결제 화면으로").first)
    decide(page, "결제하기")
    expect(page.locator("#notices")).to_contain_text("3,000원")


def test_by_transfer_in_time_too_late_and_back_to_an_account(browser_page: OpenPage) -> None:
    page = become(browser_page(), DONOR)
    bank = go_to_pay(page, 8_000, "toss-account")
    decide(page, "입금 계좌 받기")
    see(page, "send-the-money")
    page.goto("/pay/transfers/")
    see(page, "transfers")
    page.goto("/giving/mine/")
    see(page, "my-giving-while-a-transfer-waits")
    looking.follow(page, page.get_by_role("link", name="계좌이체"))
    looking.follow(page, page.get_by_role("link", name="쌍둥이 은행"))
    looking.check(page, "paying-twin-bank")
    looking.follow(page, page.get_by_role("button", name="입금하기").first)
    page.goto("/pay/transfers/")
    until(page, "보낼 돈도, 돌려받기를 기다리는 돈도 없습니다")  # its webhook said so; nobody asked

    go_to_pay(page, 9_000, "toss-account")
    decide(page, "입금 계좌 받기")
    here = page.url
    page.goto(bank)
    looking.follow(page, page.get_by_role("button", name="기한이 지나게").first)
    looking.follow(page, page.get_by_role("button", name="늦게 입금하기").first)
    expect(page.locator("main")).to_contain_text("은행이 받지 않았습니다")
    looking.check(page, "paying-twin-bank-too-late")
    page.goto(here)
    until(page, "결제 시간이 지났습니다")
    see(page, "too-late")

    page.goto("/giving/mine/")
    looking.follow(page, page.locator("li.row", has_text="8,000원").get_by_role("link").first)
    looking.follow(page, page.get_by_role("link", name="돌려받고"))
    see(page, "take-back")
    looking.follow(page, page.locator("main form button.btn").last)
    see(page, "refund-account")
    page.locator("[name=number]").fill("12")
    page.locator("main form button.btn").last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[name=number]")).to_have_value("12")
    see(page, "refund-account-turned-back")
    page.locator("[name=bank]").select_option("12")
    page.locator("[name=number]").fill("351-1234-567890")
    looking.follow(page, page.locator("main form button.btn").last)
    page.goto(bank)
    until(page, "3511234567890")


def test_what_the_provider_refuses_is_paid_by_two_stewards(browser_page: OpenPage) -> None:
    page = become(browser_page(), DONOR)
    twin = go_to_pay(page, 6_000, "toss")
    decide(page, "결제하기")
    page.goto(twin)
    looking.follow(page, page.get_by_role("button", name="환불을 거절하게").first)
    page.goto("/giving/mine/")
    looking.follow(page, page.locator("li.row", has_text="6,000원").get_by_role("link").first)
    looking.follow(page, page.get_by_role("link", name="돌려받고"))
    looking.follow(page, page.locator("main form button.btn").last)
    page.goto("/pay/transfers/")
    until(page, "결제사가 이 돈을 돌려주지 못했습니다")
    see(page, "owed-to-me")
    looking.follow(page, page.get_by_role("link", name="계좌 알려 주기"))
    page.locator("[name=bank]").select_option("90")
    page.locator("[name=number]").fill("3333-01-1234567")
    looking.follow(page, page.locator("main form button.btn").last)
    first, second = become(browser_page(), STEWARDS[0]), become(browser_page(width=1280), STEWARDS[1])
    first.goto("/desk/ledger/owed/")
    see(first, "owed")
    first.locator("summary", has_text="은행에서 보냈습니다").first.click()
    first.locator("[name=reference]").first.fill("카카오뱅크 77-1")
    looking.follow(first, first.get_by_role("button", name="보낸 내용 적기").first)
    see(first, "owed-entered")
    second.goto("/desk/ledger/owed/")
    looking.follow(second, second.get_by_role("button", name="은행에서 확인").first)
    expect(second.locator("#notices")).to_contain_text("장부에 적었습니다")
    looking.check(second, "paying-owed-paid-wide")


def test_a_refund_at_the_provider_s_own_desk_is_found_asked_and_explained(browser_page: OpenPage, town: Town) -> None:
    """Somebody gave money back there and not here: the nightly comparison names it, and a person says why."""
    page = become(browser_page(), DONOR)
    twin = go_to_pay(page, 4_000, "toss")
    key = page.url.split("/")[-2]
    decide(page, "결제하기")
    with httpx.Client(base_url=twin, auth=(SECRET, ""), trust_env=False) as line:
        assert line.post(f"v1/payments/{key}/cancel", json={"cancelReason": "창구에서"}).status_code == 200
    since, end = (clock.local(clock.now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M") for hours in (-1, 1))
    settings = {"DURE_TOSS_SECRET_KEY": SECRET, "DURE_TOSS_URL": twin.rstrip("/")}
    there = replace(town, environment=town.environment | settings)
    told = there.dure("reconcile", "--provider", "toss", "--since", since, "--until", end)
    assert told.returncode == 1, told.stdout + told.stderr
    steward = become(browser_page(), STEWARDS[0])
    steward.goto("/desk/ledger/differences/")
    see(steward, "differences")
    looking.follow(steward, steward.locator("a.whole", has_text="환불이 서로 다릅니다").first)
    see(steward, "difference")
    looking.follow(steward, steward.get_by_role("button", name="결제사에 다시 묻기"))
    steward.locator("[name=note]").fill("결제사 화면에서 잘못 취소했습니다. 기부자에게 알렸습니다.")
    steward.locator("details.ask summary").last.click()
    looking.follow(steward, steward.get_by_role("button", name="네, 닫습니다"))
    expect(steward.locator("main")).to_contain_text("설명함")
    looking.check(steward, "paying-difference-explained")
    for address, name in (("/desk/ledger/settlements/", "settlements"), ("/giving/desk/funds/", "funds")):
        steward.goto(address)
        see(steward, name)


def test_the_town_says_where_its_twins_are(town: Town) -> None:
    said = town.log.read_text()
    for name in ("Toss Payments", "KakaoPay"):
        found = re.search(rf"The twin of {name}, to pay at: (http://127\.0\.0\.1:\d+/)", said)
        assert found, said[-2_000:]
        assert httpx.get(found[1], trust_env=False).status_code == 200
