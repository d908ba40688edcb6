"""A merchant of seventy learns two steps by doing and sees them ticked: on a small telephone, in large type."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage
from tests.journeys.test_paying import become, until

pytestmark = pytest.mark.browser
MERCHANT, CUSTOMER, TUTOR, STEWARD = "송보기", "최시험", "신표본", "오예시"
SHOP, HANDLE = "윗말 책방", "윗말책방"


def done(page: Page) -> int:
    return page.locator(".steps li.done").count()


def test_a_merchant_learns_two_steps_by_doing_and_sees_them_ticked(browser_page: OpenPage) -> None:
    page = become(browser_page(width=390, large=True), MERCHANT)
    page.goto("/market/lessons/mine/")
    looking.check_in_every_mode(page, "lessons-mine")
    before = done(page)
    expect(page.locator(".steps li.now")).to_contain_text("QR 안내문으로 온 첫 친구")
    looking.follow(page, page.get_by_role("link", name="어떻게 하는지 보기"))
    expect(page.locator("main")).to_contain_text("계산하는 자리 옆에 붙이세요")
    looking.check_in_every_mode(page, "lessons-step")

    customer = become(browser_page(width=390), CUSTOMER)
    customer.goto(f"/channels/@{HANDLE}/?by=qr")  # where the poster's code leads
    looking.follow(customer, customer.get_by_role("button", name="친구 되기"))
    until(page, "우리 가게가 한 것을 확인했습니다")  # no merchant ticked anything
    page.goto("/market/lessons/mine/")
    assert done(page) == before + 1

    looking.follow(page, page.get_by_role("link", name="우리 가게 숫자").first)
    looking.check(page, "lessons-figures")
    looking.follow(page, page.get_by_role("button", name="다 보았습니다"))
    assert done(page) == before + 2
    looking.check(page, "lessons-mine-ticked")


def test_a_guest_reads_practises_and_prints_without_account_and_script(browser_page: OpenPage) -> None:
    page = browser_page(width=390, scripts=False)
    page.goto("/market/lessons/")
    looking.picture(page, "lessons-list")
    looking.follow(page, page.get_by_role("link", name="연습으로 보내 보기"))
    looking.follow(page, page.get_by_role("link", name="연습해 보기"))
    page.get_by_label("말하듯이 한 줄을 적으세요").fill("햇감자 들어왔습니다")
    looking.follow(page, page.get_by_role("button", name="연습으로 보내기"))
    expect(page.locator("main")).to_contain_text("아무도 받지 않았습니다")
    looking.follow(page, page.get_by_role("link", name="다음 쪽으로"))
    expect(page.locator("h1")).to_have_text("소식 쓰기")
    book = page.request.get("/market/lessons/book.pdf")
    assert book.body().startswith(b"%PDF-1.7")


def test_reading_aloud_says_what_stands_there(browser_page: OpenPage) -> None:
    page = browser_page(width=390)
    page.add_init_script(
        "window.heard = [];"
        "window.speechSynthesis.speak = (said) => { window.heard.push([said.lang, said.text]);"
        " setTimeout(() => said.onend && said.onend(), 0); };"
    )
    page.goto("/market/lessons/large-type/")
    page.get_by_role("button", name="소리로 듣기").click()
    page.wait_for_function("window.heard.length === 5")
    heard = page.evaluate("window.heard")
    assert {language for language, _ in heard} == {"ko-KR"}
    assert heard[0][1] == "글씨를 크게 하기"
    expect(page.get_by_role("button", name="소리로 듣기")).to_be_visible()


def test_a_tutor_and_a_steward_see_who_needs_them(browser_page: OpenPage) -> None:
    tutor = become(browser_page(width=390), TUTOR)
    tutor.goto("/desk/market/tutor/")
    looking.check_in_every_mode(tutor, "lessons-tutor")
    looking.follow(tutor, tutor.locator("a.whole").first)
    tutor.get_by_label("답", exact=True).fill("스무 장이면 좋습니다.")
    looking.check(tutor, "lessons-pupil")
    looking.follow(tutor, tutor.get_by_role("button", name="답하기"))
    expect(tutor.locator("main")).to_contain_text("스무 장이면 좋습니다.")
    steward = become(browser_page(width=1280), STEWARD)
    steward.goto("/desk/market/courses/")
    looking.follow(steward, steward.locator("a.whole").first)
    looking.check_in_every_mode(steward, "lessons-course")
    expect(steward.locator("main")).to_contain_text(SHOP)
