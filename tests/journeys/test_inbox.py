"""Two people talk live in real browsers; one loses the line, writes, comes back, and what was written arrives once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage
from tests.journeys.test_paying import become

pytestmark = pytest.mark.browser
CITIZEN, STAFF = "송보기", "이견본"
TALK = "/channels/inbox/hanmadang/"
FIRST_LOAD_BYTES_MAX = 60_000
SECOND = 1_000


def write(page: Page, words: str) -> None:
    page.locator("#id_text").fill(words)
    page.get_by_role("button", name="보내기", exact=True).click()


def said(page: Page, words: str) -> None:
    """The words stand in the conversation once, and wait nowhere."""
    expect(page.locator("#talk .bubble", has_text=words)).to_have_count(1, timeout=20 * SECOND)
    expect(page.locator("#queue .bubble", has_text=words)).to_have_count(0)


def opened_by_staff(page: Page, person: str) -> Page:
    become(page, STAFF)
    page.goto("/desk/channels/inbox/")
    looking.follow(page, page.get_by_role("link", name="솔내 한마당").first)
    looking.follow(page, page.locator(".chips a", has_text="내가 맡은 대화"))
    looking.follow(page, page.locator(".thread a", has_text=person))
    return page


def test_two_talk_live_and_one_loses_the_line(browser_page: OpenPage) -> None:
    person = become(browser_page(), CITIZEN)
    person.goto("/")
    looking.check(person, "inbox-home")
    person.goto("/channels/inbox/")
    looking.check_in_every_mode(person, "inbox-list")
    person.goto(TALK)
    staff = opened_by_staff(browser_page(width=1280), CITIZEN)

    write(person, "목요일에 갈 수 있나요?")
    said(person, "목요일에 갈 수 있나요?")
    said(staff, "목요일에 갈 수 있나요?")  # without asking: it came by the stream
    write(staff, "네, 오후 두 시에 뵙겠습니다.")
    said(person, "네, 오후 두 시에 뵙겠습니다.")
    looking.check_in_every_mode(person, "inbox-talk")
    looking.check(staff, "inbox-desk-talk")

    person.context.set_offline(True)
    write(person, "지하라서 잘 안 됩니다")
    expect(person.locator("#queue .bubble", has_text="지하라서")).to_have_count(1)
    looking.picture(person, "inbox-offline")
    write(person, "올라가서 다시 볼게요")
    expect(person.locator("#queue .bubble")).to_have_count(2)
    person.context.set_offline(False)
    for words in ("지하라서 잘 안 됩니다", "올라가서 다시 볼게요"):
        said(person, words)
        said(staff, words)
    person.reload()
    said(person, "지하라서 잘 안 됩니다")
    own = person.locator("#talk .own .bubble").all_inner_texts()
    assert own.index("지하라서 잘 안 됩니다") < own.index("올라가서 다시 볼게요"), (
        "in the order in which they were written"
    )


def test_the_line_breaks_after_the_server_took_it(browser_page: OpenPage) -> None:
    """The answer is lost on the way: the page sends again, and the message is there once."""
    page = become(browser_page(), CITIZEN)
    page.goto(TALK)
    lost = {"left": 1}

    def lose(route: object) -> None:
        if route.request.method == "POST" and lost["left"]:  # type: ignore[attr-defined]  # a route of Playwright
            lost["left"] -= 1
            route.fetch()  # type: ignore[attr-defined]  # the server takes it
            route.abort()  # type: ignore[attr-defined]  # and nobody hears that it did
        else:
            route.continue_()  # type: ignore[attr-defined]  # as above

    page.route(re.compile(re.escape(TALK)), lose)
    write(page, "두 번 보내도 한 번입니다")
    said(page, "두 번 보내도 한 번입니다")
    page.reload()
    said(page, "두 번 보내도 한 번입니다")
    assert lost["left"] == 0


def test_the_bot_answers_and_calls_a_person_and_staff_takes_over(browser_page: OpenPage) -> None:
    person = become(browser_page(large=True), "조견본")
    person.goto(TALK)
    looking.check_in_every_mode(person, "inbox-new")
    person.get_by_role("button", name="영업시간").click()
    expect(person.locator("#talk")).to_contain_text("아침 9시부터", timeout=20 * SECOND)
    write(person, "사과는 몇 개 들었나요")
    said(person, "사과는 몇 개 들었나요")
    person.get_by_role("button", name="사람 부르기").last.click()
    expect(person.locator("#talk")).to_contain_text("사람을 불렀습니다", timeout=20 * SECOND)
    looking.check(person, "inbox-asked-large")
    staff = become(browser_page(), STAFF)
    staff.goto("/desk/channels/inbox/")
    looking.follow(staff, staff.get_by_role("link", name="솔내 한마당").first)
    looking.check_in_every_mode(staff, "inbox-desk")
    looking.follow(staff, staff.locator(".thread a", has_text="조견본"))
    looking.follow(staff, staff.get_by_role("button", name="맡기", exact=True))
    looking.check_in_every_mode(staff, "inbox-desk-taken")
    write(staff, "다섯 개 들었습니다")
    said(person, "다섯 개 들었습니다")
    looking.follow(staff, staff.get_by_role("button", name="닫기", exact=True))
    expect(staff.locator("main")).to_contain_text("닫힘")


def test_without_scripts_it_is_a_plain_form(browser_page: OpenPage) -> None:
    page = become(browser_page(scripts=False), "임시험")
    page.goto(TALK)
    page.locator("#id_text").fill("스크립트 없이 씁니다")
    looking.follow(page, page.get_by_role("button", name="보내기", exact=True))
    expect(page.locator("#talk .bubble", has_text="스크립트 없이 씁니다")).to_have_count(1)
    looking.follow(page, page.get_by_role("button", name="영업시간").last)
    expect(page.locator("#talk")).to_contain_text("아침 9시부터")


def test_the_first_load_is_light(browser_page: OpenPage) -> None:
    page = become(browser_page(), CITIZEN)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda told: sizes.append(int(told["encodedDataLength"])))
    page.goto(TALK)
    page.wait_for_timeout(SECOND)
    assert 0 < sum(sizes) < FIRST_LOAD_BYTES_MAX, sizes


def test_ringing_is_asked_for_only_after_a_tap(browser_page: OpenPage) -> None:
    page = become(browser_page(whole=True), CITIZEN)
    asked = []
    page.add_init_script("Notification.requestPermission = async () => { window.asked = true; return 'denied'; }")
    page.goto("/channels/notifications/")
    looking.check_in_every_mode(page, "inbox-notifications")
    asked.append(page.evaluate("window.asked === true"))
    page.get_by_role("button", name="알림 받기").click()
    page.wait_for_function("window.asked === true")
    assert asked == [False]
