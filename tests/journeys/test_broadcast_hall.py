"""The hall plays by itself, in a real browser, with the line and without; a listener takes the podcast; the head sees both."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage
from tests.journeys.test_broadcast import DEPUTY, HEAD, NEIGHBOUR
from tests.journeys.test_pledges import visitor

pytestmark = pytest.mark.browser
VILLAGE = "솔내리 (예시)"
MADE_MS = 300_000  # the sound is made by a worker that lets everything else go first
HAS_SOUND = "(feed) => fetch(feed).then((answer) => answer.text()).then((said) => said.includes('<enclosure'))"
HAS_IT = """async (words) => {
  const [kept] = Object.keys(localStorage).filter((one) => one.startsWith("hall-")).map((one) => JSON.parse(localStorage[one]));
  const one = kept && kept.due.find((each) => each.words.includes(words));
  return Boolean(one && one.sound && await (await caches.open("hall-sounds-1")).match(one.sound));
}"""
SEOUL = timedelta(hours=9)
AHEAD_MINUTES = 4  # a device is believed up to five minutes ahead of us
ADDRESS = re.compile(r"/broadcast/hall/[0-9a-f-]{36}/[0-9a-f]{32}/")


def device(head: Page, name: str) -> str:
    """The address of a new device, as the head finds it."""
    head.goto("/broadcast/studio/")
    looking.follow(head, head.locator("a[href*='/studio/halls/']").first)
    head.get_by_label("이 기기를 뭐라고 부를까요?").fill(name)
    looking.follow(head, head.get_by_role("button", name="주소 만들기"))
    found = ADDRESS.findall(head.content())
    return str(found[-1])


def opened(browser_page: OpenPage, address: str, *, moved: bool = False) -> Page:
    hall = browser_page(width=1280)
    if moved:
        hall.clock.install()
    hall.goto(address)
    return hall


def switched_on(hall: Page) -> None:
    hall.get_by_role("button", name="방송 켜기").click()


def said_everything(hall: Page) -> None:
    """What was in force before the test is over with: the town of this morning."""
    expect(hall.locator("[data-hall][data-state=playing]")).to_be_visible(timeout=MADE_MS)
    expect(hall.locator("[data-hall][data-state=waiting]")).to_be_visible(timeout=MADE_MS)


def urgent(browser_page: OpenPage, head: Page, words: str, airs: datetime | None = None) -> None:
    """Urgent, so that the hour of the day in which this runs is no matter; the deputy agrees."""
    head.goto("/broadcast/studio/speak/")
    head.get_by_label("무엇을 알릴까요?").fill(words)
    head.get_by_text("긴급 · 훈련 · 나중에 · 반복").click()
    head.get_by_label("긴급", exact=True).check()
    if airs is not None:
        head.get_by_label("언제 보낼까요?").fill((airs + SEOUL).strftime("%Y-%m-%dT%H:%M"))
    looking.follow(head, head.get_by_role("button", name="보내기 전에 다시 보기"))
    looking.follow(head, head.get_by_role("button", name="두 번째 사람에게 묻기"))
    deputy = visitor(browser_page, DEPUTY)
    deputy.goto(head.url)
    looking.follow(deputy, deputy.get_by_role("button", name=re.compile("동의")))
    expect(deputy.get_by_role("button", name="거두기")).to_be_visible()


def test_the_hall_plays_by_itself_and_the_head_sees_it(browser_page: OpenPage) -> None:
    head = visitor(browser_page, HEAD)
    address = device(head, "마을회관")
    looking.check_in_every_mode(head, "broadcast-halls")
    hall = opened(browser_page, address)
    looking.check(hall, "broadcast-hall-start")
    switched_on(hall)
    expect(hall.locator("[data-words]")).to_contain_text("다리를 막았습니다", timeout=MADE_MS)  # it catches up
    looking.check(hall, "broadcast-hall-playing")
    clock_box, screen = hall.locator("[data-clock]").bounding_box(), hall.viewport_size
    assert clock_box is not None
    assert screen is not None
    assert clock_box["height"] < screen["height"] / 3  # on one line
    expect(hall.locator("[data-hall][data-state=waiting]")).to_be_visible(timeout=MADE_MS)

    words = "뒷산에 불이 났습니다. 지금 회관으로 모이세요."
    urgent(browser_page, head, words)
    expect(hall.locator("[data-said][data-playing]")).to_contain_text(words, timeout=MADE_MS)
    expect(hall.locator("[data-hall][data-state=waiting]")).to_be_visible(timeout=MADE_MS)
    expect(hall.locator("[data-which]")).to_have_text("지난 방송", timeout=MADE_MS)
    head.reload()
    expect(head.locator("main")).to_contain_text("에 방송함")
    looking.check_in_every_mode(head, "broadcast-hall-played")


def test_without_a_line_it_opens_again_and_says_so(browser_page: OpenPage) -> None:
    head = visitor(browser_page, HEAD)
    hall = opened(browser_page, device(head, "정류장"), moved=True)
    switched_on(hall)
    said_everything(hall)
    hall.context.set_offline(True)
    hall.reload()  # somebody switched the device off and on again
    expect(hall.locator(".hall-village")).to_contain_text(VILLAGE)
    switched_on(hall)
    hall.clock.fast_forward("06:00")
    expect(hall.locator("[data-line]")).to_contain_text("인터넷이 끊긴 지", timeout=MADE_MS)


def test_without_a_line_it_plays_when_it_is_time_and_tells_afterwards(browser_page: OpenPage) -> None:
    head, words = visitor(browser_page, HEAD), "둑이 넘칩니다. 윗말로 올라가세요."
    address = device(head, "우물가")
    airs = datetime.now(UTC) + timedelta(minutes=AHEAD_MINUTES)
    urgent(browser_page, head, words, airs)
    hall = opened(browser_page, address, moved=True)
    switched_on(hall)
    looking.until(hall, HAS_IT, words, MADE_MS)
    expect(hall.locator("[data-hall][data-state=waiting]")).to_be_visible(timeout=MADE_MS)
    hall.context.set_offline(True)
    left = airs.replace(second=0) - datetime.now(UTC)
    hall.clock.fast_forward(max(0, round(left.total_seconds() * 1_000)) + 1_000)
    expect(hall.locator("[data-said][data-playing]")).to_contain_text(words, timeout=MADE_MS)
    expect(hall.locator("[data-hall][data-state=waiting]")).to_be_visible(timeout=MADE_MS)
    expect(hall.locator("[data-which]")).to_have_text("지난 방송", timeout=MADE_MS)
    head.reload()
    expect(head.locator("main")).not_to_contain_text("에 방송함")
    hall.context.set_offline(False)
    expect(hall.locator("[data-line]")).to_be_hidden(timeout=MADE_MS)
    left = airs - datetime.now(UTC)  # the time of the studio has not jumped
    head.wait_for_timeout(max(0, left.total_seconds() * 1_000))
    head.reload()
    expect(head.locator("li", has_text="우물가")).to_contain_text("에 방송함", timeout=MADE_MS)


def test_a_listener_takes_the_podcast(browser_page: OpenPage) -> None:
    neighbour = visitor(browser_page, NEIGHBOUR, large=True)
    neighbour.goto("/broadcast/")
    looking.follow(neighbour, neighbour.get_by_role("link", name=VILLAGE).last)
    looking.follow(neighbour, neighbour.get_by_role("link", name="팟캐스트 앱으로 듣기"))
    looking.check_in_every_mode(neighbour, "broadcast-podcast-none")
    looking.follow(neighbour, neighbour.get_by_role("button", name="내 주소 만들기"))
    looking.check_in_every_mode(neighbour, "broadcast-podcast")
    address = re.findall(r"/broadcast/podcast/[0-9a-f-]{36}/[0-9a-f]{32}\.xml", neighbour.content())[0]
    stranger = browser_page()  # who has the address needs no more
    stranger.goto("/about/")
    looking.until(stranger, HAS_SOUND, address, MADE_MS)
