"""A merchant who never saw it opens a shop, is joined by the printed code and takes a coupon; a customer leaves without a
log-in; a steward sees why a message did not arrive. Telephone width, large type, partly without script. Then a certificate.
"""

import io
import re
import subprocess
import sys

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from dure.foundations.people.rules import business_check_digit
from tests.journeys import looking
from tests.journeys.conftest import ROOT, OpenPage, Town
from tests.journeys.test_paying import become, until

pytestmark = pytest.mark.browser
MERCHANT, CUSTOMER, PLAIN, STEWARD = "정가상", "임시험", "윤예시", "오예시"
SHOP, HANDLE = "새벽 두부 (예시)", "새벽두부"
FIRST_NINE = "777820007"
LOOKS_MAX = 90  # what is due is sent at the next full minute
LINK = (
    "from dure.foundations.channels import queries as c; from dure.foundations.channels.types import Purpose;"
    "from dure.foundations.people import queries as p;"
    "print(c.leave_link(c.channel_by_handle('{handle}').id, p.find_persons('{name}')[0].id, Purpose.{purpose}))"
)


def opened_shop(page: Page) -> str:
    """From nothing to a shop with its channel; answers the address of its desk."""
    page.goto("/desk/market/")
    looking.check(page, "first-shop-nothing")
    looking.follow(page, page.get_by_role("link", name="단체 등록하기"))
    expect(page.get_by_label("종류")).to_have_value("shop")
    page.get_by_label("단체 이름").fill(SHOP)
    page.get_by_label("등록번호").fill(f"{FIRST_NINE}{business_check_digit(FIRST_NINE)}")
    page.get_by_label("대표자").fill(MERCHANT)
    page.get_by_label("연락 이메일").fill("shop@sample.invalid")
    page.get_by_label("주소", exact=True).fill("가람군 가람읍 장터리 12")
    looking.follow(page, page.get_by_role("button", name="등록", exact=True))
    looking.follow(page, page.locator("main a.whole", has_text=SHOP))
    page.get_by_label("무엇을 파나요?").fill("두부, 콩국수")
    page.get_by_label("어느 시장인가요?").fill("어디에도 없는 시장")
    looking.follow(page, page.get_by_role("button", name="가게 열기"))
    expect(page.locator("main")).to_contain_text("이런 시장을 찾지 못했습니다")
    looking.check(page, "first-shop-no-such-market")
    page.get_by_label("어느 시장인가요?").fill("장터시장")  # words are enough where they fit one only
    looking.follow(page, page.get_by_role("button", name="가게 열기"))
    expect(page.locator("main")).to_contain_text("상인회")
    looking.check(page, "first-shop-open")
    desk = page.url
    looking.follow(page, page.get_by_role("link", name="채널 열기"))
    page.get_by_label("채널 이름표").fill(HANDLE)
    looking.check(page, "first-shop-channel")
    looking.follow(page, page.get_by_role("button", name="채널 열기"))
    page.goto(desk)
    until(page, "QR 안내문 뽑기")
    looking.check(page, "first-shop-next")
    return desk


def poster_address(page: Page) -> str:
    """What the code on the printed poster says, read from the paper as a telephone reads it."""
    poster = page.request.get(str(page.get_by_role("link", name="QR 안내문 뽑기").get_attribute("href")))
    assert poster.headers["content-type"] == "application/pdf"
    sheet = pypdfium2.PdfDocument(poster.body())[0].render(scale=2).to_pil()
    kept = io.BytesIO()
    sheet.save(kept, "png")
    (looking.SCREENS / "first-shop-poster.png").write_bytes(kept.getvalue())
    [code] = zxingcpp.read_barcodes(sheet)
    return code.text


def welcome_coupon(page: Page, desk: str) -> None:
    page.goto(f"{desk}coupons/new/")
    expect(page.get_by_label("무엇을 덤으로 주나요?")).to_be_hidden()
    page.get_by_label("얼마인가요?").fill("1000")
    looking.follow(page, page.get_by_role("button", name="다음"))
    page.get_by_label("쿠폰 이름").fill("새 단골 고맙습니다")
    expect(page.get_by_label("며칠 동안 오지 않은")).to_be_hidden()
    page.get_by_label("새 단골에게").check()
    looking.follow(page, page.get_by_role("button", name="다음"))
    looking.follow(page, page.get_by_role("button", name="쿠폰 내놓기"))
    looking.check(page, "first-shop-coupons")


def write_ad(page: Page, desk: str) -> None:
    """Without script, as on an old telephone."""
    page.goto(desk)
    looking.follow(page, page.get_by_role("link", name="단골에게 소식 보내기"))
    page.get_by_label("광고", exact=True).check()
    page.get_by_label("글", exact=True).fill("오늘 순두부가 반값입니다.")
    page.get_by_label("우리끼리 보는 제목").fill("순두부 반값")
    looking.follow(page, page.get_by_role("button", name="초안으로 두기"))
    looking.follow(page, page.get_by_role("button", name="보내기", exact=True))


def leave_link(town: Town, name: str, purpose: str) -> str:
    """The address that messages outside the inbox end with. A mail program has it; the town sends no mail."""
    code = LINK.format(handle=HANDLE, name=name, purpose=purpose)
    said = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", code],
        env=town.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return said.stdout.split()[-1]


def test_from_nothing_to_a_regular_who_used_a_coupon(browser_page: OpenPage, town: Town) -> None:
    merchant = become(browser_page(large=True), MERCHANT)
    desk = opened_shop(merchant)
    address = poster_address(merchant)
    assert address == f"{town.url}/channels/@{HANDLE}/?by=qr"
    welcome_coupon(merchant, desk)

    customer = become(browser_page(large=True), CUSTOMER)
    customer.goto(address)
    looking.check(customer, "first-shop-join")
    looking.follow(customer, customer.get_by_role("button", name="친구 되기"))
    customer.goto("/market/coupons/")
    until(customer, "1,000원 할인")
    looking.follow(customer, customer.locator("a.whole", has_text="1,000원").first)
    letters = customer.locator(".coupon-code").inner_text()

    merchant.goto(f"{desk}counter/")
    merchant.get_by_label("쿠폰 글자").fill(letters)
    merchant.get_by_role("button", name="쿠폰 쓰기").click()
    expect(merchant.locator(".verdict.good")).to_contain_text("까지 되돌릴 수 있습니다")
    looking.check(merchant, "first-shop-counter")
    merchant.reload()
    expect(merchant.get_by_role("button", name="되돌리기")).to_be_visible()
    looking.check(merchant, "first-shop-counter-later")
    customer.reload()
    expect(customer.locator(".coupon-state")).to_have_text("사용했습니다")

    plain = become(browser_page(scripts=False), PLAIN)  # joins, agrees to ads and takes its coupon without script
    plain.goto(address)
    for box in plain.get_by_role("checkbox").all():
        box.check()
    looking.follow(plain, plain.get_by_role("button", name="친구 되기"))
    plain.goto("/market/coupons/")
    until(plain, "1,000원 할인")
    looking.picture(plain, "first-shop-plain-coupons")

    write_ad(become(browser_page(scripts=False), MERCHANT), desk)
    why_not(become(browser_page(), STEWARD))

    guest = browser_page(large=True)  # nobody is logged in here
    guest.goto(leave_link(town, CUSTOMER, "INFO"))
    looking.check(guest, "first-shop-leave")
    looking.follow(guest, guest.get_by_role("button", name="친구 그만하기"))
    expect(guest.locator("main")).to_contain_text("이제 아무것도 오지 않습니다")
    looking.check(guest, "first-shop-left")
    merchant.goto(f"{desk}regulars/")
    expect(merchant.locator("main")).to_contain_text(PLAIN)
    expect(merchant.locator("main")).not_to_contain_text(CUSTOMER)


def why_not(steward: Page) -> None:
    """A steward looks up why an ad did not reach somebody who never agreed to ads."""
    for _ in range(LOOKS_MAX):
        steward.goto("/desk/channels/sendings/")
        if steward.locator("main a", has_text="순두부").count():
            break
        steward.wait_for_timeout(1_000)
    looking.follow(steward, steward.locator("main a", has_text="순두부").first)
    until(steward, "보내면 안 됨")
    steward.locator("input[name=q]").fill(CUSTOMER)
    with steward.expect_navigation():
        steward.locator("input[name=q]").press("Enter")
    looking.follow(steward, steward.locator("main a", has_text=CUSTOMER).first)
    expect(steward.locator("main")).to_contain_text("광고 수신에 동의하지 않았습니다")
    looking.check(steward, "first-shop-why-not")


def test_a_certificate_after_the_course_is_checked_by_a_stranger(browser_page: OpenPage, town: Town) -> None:
    code = finished_course(town)
    owner = become(browser_page(large=True), "조견본")
    owner.goto("/market/lessons/mine/")
    looking.check(owner, "certificate-mine")
    paper = owner.request.get(str(owner.get_by_role("link", name="수료증 (PDF)").get_attribute("href")))
    sheet = pypdfium2.PdfDocument(paper.body())[0].render(scale=2).to_pil()
    [read] = zxingcpp.read_barcodes(sheet)
    stranger = browser_page(large=True)
    stranger.goto(read.text)
    expect(stranger.locator("h1")).to_have_text(re.compile("수료증"))
    expect(stranger.locator("main")).to_contain_text("장터 칼국수")
    looking.check(stranger, "certificate-true")
    badge = stranger.request.get(str(stranger.get_by_role("link", name="오픈 배지").get_attribute("href")))
    assert badge.headers["content-type"] == "application/vc+jwt"
    assert len(badge.text().split(".")) == 3
    stranger.goto("/market/lessons/certificates/")
    stranger.get_by_label("수료증 번호").fill("없는번호")
    looking.follow(stranger, stranger.get_by_role("button", name="확인하기"))
    expect(stranger.locator("main")).to_contain_text("이 번호의 수료증이 없습니다")
    looking.check(stranger, "certificate-unknown")
    stranger.get_by_label("수료증 번호").fill(code.lower())
    looking.follow(stranger, stranger.get_by_role("button", name="확인하기"))
    expect(stranger.locator("main")).to_contain_text(code)


FINISH = (
    "from dure.base import clock, ids; from dure.foundations.people.types import system;"
    "from dure.services.market import actions, queries; from dure.services.market.types.lessons import Seen;"
    "from dure.services.market.demo.market import SHOPS, _actor;"
    "shop=[s for s in queries.shops_of(_actor(SHOPS[0].owner)) if s.name==SHOPS[0].name][0].organisation;"
    "actions.see_tasks(system('journey'), [Seen(shop, t, clock.now(), ids.new()) for t in queries.task_order()]);"
    "print(queries.learning(_actor(SHOPS[0].owner), shop).pupil.certificate)"
)


def finished_course(town: Town) -> str:
    """The rest of the course, as if the product had seen it done; answers the code of the certificate."""
    said = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", FINISH],
        env=town.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return said.stdout.split()[-1]
