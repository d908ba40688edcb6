"""The frame of the app, the kit's components and the roof's own pages, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage, Town

pytestmark = pytest.mark.browser
PAGE_BYTES_MAX = 60_000  # compressed, all of a first visit without pictures
TASTES = [
    (390, "light", False),
    (390, "dark", False),
    (390, "light", True),
    (1280, "light", False),
    (1280, "dark", True),
]


@pytest.mark.parametrize(("width", "theme", "large"), TASTES)
@pytest.mark.parametrize(("name", "address"), [("home", "/"), ("kit", "/kit/"), ("desk", "/kit/?desk=1")])
def test_pages_are_fit_for_everybody(
    browser_page: OpenPage, name: str, address: str, width: int, theme: str, large: bool
) -> None:
    page = browser_page(width=width, theme=theme, large=large)
    page.goto(address)
    looking.check(page, f"{name}-{width}-{theme}{'-large' if large else ''}")


@pytest.mark.parametrize(
    "address", ["/together/", "/settings/", "/about/", "/map/", "/qr/", "/nowhere/", "/kit/?refusal=1"]
)
@pytest.mark.parametrize(("lang", "width", "large"), [("ko", 390, True), ("en", 1280, False)])
def test_quiet_pages_too(browser_page: OpenPage, address: str, lang: str, width: int, large: bool) -> None:
    page = browser_page(lang=lang, width=width, large=large)
    page.goto(address)
    looking.check(page, f"{re.sub('[^a-z]+', '-', address).strip('-')}-{lang}-{width}")


@pytest.mark.parametrize("address", ["/", "/kit/"])
def test_a_first_visit_is_light(browser_page: OpenPage, address: str) -> None:
    page = browser_page()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    received: list[int] = []
    network.on("Network.loadingFinished", lambda told: received.append(int(told["encodedDataLength"])))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert len(received) > 3
    assert sum(received) < PAGE_BYTES_MAX, f"{sum(received)} bytes in {len(received)} answers"


@pytest.mark.parametrize("scripts", [True, False])
def test_large_type_is_one_tap_and_stays(browser_page: OpenPage, scripts: bool) -> None:
    page = browser_page(scripts=scripts)
    page.goto("/")
    page.get_by_role("button", name="큰 글씨").click()
    expect(page.locator("html.large")).to_be_attached()
    page.goto("/about/")
    expect(page.locator("html.large")).to_be_attached()
    page.goto("/")
    page.get_by_role("button", name="큰 글씨").click()
    expect(page.locator("html:not(.large)")).to_be_attached()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_theme_and_language_are_chosen_in_the_settings(browser_page: OpenPage, scripts: bool) -> None:
    page = browser_page(scripts=scripts)
    page.goto("/settings/")
    page.get_by_role("button", name="어둡게").click()
    expect(page.locator("html[data-theme=dark]")).to_be_attached()
    page.get_by_role("button", name="English").first.click()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    expect(page.locator("html[data-theme=dark]")).to_be_attached()


def test_the_keyboard_reaches_the_content_first(browser_page: OpenPage) -> None:
    page = browser_page()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="본문으로 건너뛰기")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize(
    ("width", "theme", "large"), [(390, "light", False), (390, "dark", True), (1280, "light", False)]
)
def test_a_form_that_is_turned_back_says_why_and_keeps_everything(
    browser_page: OpenPage, width: int, theme: str, large: bool
) -> None:
    page = browser_page(width=width, theme=theme, large=large)
    page.goto("/kit/")
    page.get_by_label("이름", exact=False).first.fill("두레")
    page.get_by_label("금액(원)").fill("3")
    page.get_by_role("button", name="보내기").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page.get_by_label("이름", exact=False).first).to_have_value("두레")
    looking.check(page, f"form-turned-back-{width}-{theme}{'-large' if large else ''}")
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("금액(원)")).to_be_focused()


def test_a_form_that_goes_through_says_so(browser_page: OpenPage) -> None:
    page = browser_page()
    page.goto("/kit/")
    page.get_by_label("이름", exact=False).first.fill("두레")
    page.get_by_label("금액(원)").fill("300")
    page.get_by_label("숨기기").check()
    page.get_by_label("읽었습니다", exact=False).check()
    page.get_by_role("button", name="보내기").click()
    expect(page.get_by_role("status").filter(has_text="저장했습니다")).to_be_visible()


def test_an_address_is_copied_or_shown(browser_page: OpenPage, town: Town) -> None:
    page = browser_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=town.url)
    page.goto("/kit/")
    part = page.locator("[data-share]")
    expect(part.get_by_role("textbox")).to_be_hidden()
    part.get_by_role("button").click()
    expect(part.get_by_role("status")).to_have_text("주소를 복사했습니다")
    assert page.evaluate("navigator.clipboard.readText()") == f"{town.url}/kit/"
    plain = browser_page(scripts=False)
    plain.goto("/kit/")
    expect(plain.locator("[data-share]").get_by_role("textbox")).to_have_value("/kit/")


def test_on_paper_only_the_content_remains(browser_page: OpenPage) -> None:
    page = browser_page(theme="dark")
    page.goto("/kit/")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="주 메뉴")).to_be_hidden()
    expect(page.locator(".sample")).to_be_visible()
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    looking.picture(page, "kit-print")
