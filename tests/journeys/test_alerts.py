"""Alerts in a real browser: an officer writes, looks, sends, updates and ends one; a second person stands behind the worst; a
villager reads it in large type.
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from dure.services.forecasts.pages.forms import ABROAD
from tests.journeys import looking
from tests.journeys.conftest import OpenPage
from tests.journeys.test_pledges import visitor

pytestmark = pytest.mark.browser
OFFICER, SECOND, VILLAGER, STEWARD = "윤예시", "임시험", "조견본", "오예시"
HEADLINE = "윗말 호우경보 (예시)"
RISING, WORSE, OVER = "윗말 홍수주의보 (예시)", "윗말 냇물 넘침, 바로 대피 (예시)", "윗말 홍수 상황 끝 (예시)"
LATEST = 19  # o'clock: an hour later it is not yet night
LEFT_MS = 45_000  # ten seconds to take it back, and the worker


def until(hours: int) -> str:
    """So many hours from now, as the form has it."""
    return (datetime.now(ZoneInfo("Asia/Seoul")) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def written(page: Page, headline: str, **chosen: str) -> None:
    """From the desk to the look at it."""
    page.goto("/desk/forecasts/issue/new/")
    page.get_by_label("무슨 경보인가요?").select_option(label="호우경보")
    for label, value in chosen.items():
        page.locator(f"[name={label}]").select_option(value)
    page.locator("#id_headline").fill(headline)
    page.locator("#id_description").fill("비가 많이 와 냇물이 붇습니다. (예시)")
    page.locator("#id_instruction").fill("냇가와 다리에 가지 마세요.")
    page.locator("[name=region_names]").fill("윗말")
    page.get_by_label("언제까지 유효한가요?").fill(until(3))
    looking.follow(page, page.get_by_role("button", name="살펴보기"))
    expect(page.locator("main")).to_contain_text("표준을 지켰습니다")


def resident(browser_page: OpenPage) -> Page:
    """A villager in large type who wants to hear of the village; by the clocks of a country where it is day while this runs."""
    page = visitor(browser_page, VILLAGER, large=True)
    page.goto("/forecasts/places/")
    page.get_by_label("어디인가요?").fill("윗말")
    looking.follow(page, page.get_by_role("button", name="이곳 예보 받기"))
    page.goto("/forecasts/hour/")
    by_day = next(name for name, _word in ABROAD if 9 <= datetime.now(ZoneInfo(name)).hour < LATEST)
    page.locator("[name=time_zone]").select_option(by_day)
    looking.follow(page, page.get_by_role("button", name="저장", exact=True))
    return page


def told(page: Page, what: str, headline: str) -> None:
    """The message has come into the inbox."""
    page.goto("/channels/inbox/forecasts/")
    expect(page.locator("#talk")).to_contain_text(f"[{what}] {headline}", timeout=LEFT_MS)


def left(page: Page, headline: str) -> None:
    """It leaves by itself, and its page opens."""
    expect(page).to_have_url(re.compile(r"/forecasts/alerts/[0-9a-f-]+/$"), timeout=LEFT_MS)
    expect(page.locator("h1")).to_contain_text(headline)


def test_an_officer_issues_updates_and_ends_an_alert(browser_page: OpenPage) -> None:
    villager, officer = resident(browser_page), visitor(browser_page, OFFICER)
    officer.goto("/desk/forecasts/issue/")
    looking.check_in_every_mode(officer, "alerts-issues")
    officer.goto("/desk/forecasts/issue/new/")
    looking.check_in_every_mode(officer, "alerts-write")
    written(officer, HEADLINE)
    looking.check_in_every_mode(officer, "alerts-draft")
    looking.follow(officer, officer.get_by_role("button", name="지금 발령하기"))
    expect(officer.get_by_role("button", name="경보 거두기")).to_be_visible()
    looking.picture(officer, "alerts-undo", whole=False)  # the page goes on in ten seconds
    left(officer, HEADLINE)

    told(villager, "경보", HEADLINE)
    villager.goto("/forecasts/")
    expect(villager.locator("main")).to_contain_text(HEADLINE)
    looking.check_in_every_mode(villager, "alerts-told")
    looking.follow(villager, villager.get_by_role("link", name="모두 읽기").first)
    expect(villager.locator("main")).to_contain_text("냇가와 다리에 가지 마세요")
    expect(villager.get_by_role("button", name="가족에게 보내기")).to_be_visible()
    looking.check_in_every_mode(villager, "alerts-read")
    villager.goto("/forecasts/alerts/")
    looking.check_in_every_mode(villager, "alerts-in-force")

    officer.goto("/desk/forecasts/issue/")
    looking.follow(officer, officer.get_by_role("link", name="변경", exact=True).first)
    officer.locator("#id_headline").fill(f"{HEADLINE} 약해짐")
    officer.locator("[name=severity]").select_option("Minor")
    looking.follow(officer, officer.get_by_role("button", name="살펴보기"))
    looking.follow(officer, officer.get_by_role("button", name="지금 발령하기"))
    left(officer, "약해짐")
    officer.goto("/desk/forecasts/issue/")
    looking.follow(officer, officer.get_by_role("link", name="상황 끝", exact=True).first)
    officer.locator("#id_headline").fill("윗말 호우 상황 끝 (예시)")
    looking.check_in_every_mode(officer, "alerts-all-clear")
    looking.follow(officer, officer.get_by_role("button", name="살펴보기"))
    looking.follow(officer, officer.get_by_role("button", name="지금 발령하기"))
    left(officer, "상황 끝")
    villager.goto("/forecasts/")
    expect(villager.locator("main")).to_contain_text("윗말 호우 상황 끝 (예시)", timeout=LEFT_MS)


def test_a_reader_sees_it_getting_worse_and_its_end(browser_page: OpenPage) -> None:
    """A county warns of a flood, sees it worsen and asks a second person, and says that it is over: a phone in large type."""
    villager, officer = resident(browser_page), visitor(browser_page, OFFICER)
    written(officer, RISING, severity="Moderate")
    looking.follow(officer, officer.get_by_role("button", name="지금 발령하기"))
    left(officer, RISING)
    told(villager, "경보", RISING)
    looking.check_in_every_mode(villager, "alerts-inbox-first")
    villager.goto("/")
    expect(villager.locator("main")).to_contain_text(RISING)
    looking.check(villager, "alerts-home-card")

    officer.goto("/desk/forecasts/issue/")
    row = officer.locator("li.row", has=officer.get_by_role("link", name=RISING, exact=True))
    looking.follow(officer, row.get_by_role("link", name="변경", exact=True))
    officer.locator("#id_headline").fill(WORSE)
    officer.locator("[name=severity]").select_option("Extreme")
    officer.locator("[name=urgency]").select_option("Immediate")
    officer.locator("[name=headline_en]").fill("Leave the riverside now (sample)")
    officer.locator("[name=polygon]").fill("33.02,122.02 3")
    looking.check_in_every_mode(officer, "alerts-update")
    looking.follow(officer, officer.get_by_role("button", name="살펴보기"))
    looking.check_in_every_mode(officer, "alerts-update-draft")
    looking.follow(officer, officer.get_by_role("button", name="두 번째 사람에게 묻기"))
    second = visitor(browser_page, SECOND)
    second.goto("/desk/forecasts/issue/")
    looking.follow(second, second.get_by_role("link", name=WORSE))
    looking.follow(second, second.get_by_role("button", name="동의합니다. 발령하세요"))
    left(second, WORSE)

    told(villager, "더 위험해졌습니다", WORSE)
    looking.check_in_every_mode(villager, "alerts-inbox-worse")
    looking.follow(villager, villager.get_by_role("link", name="경보 읽기").last)
    expect(villager.locator("h1")).to_contain_text(WORSE)
    looking.check_in_every_mode(villager, "alerts-worse")
    abroad = browser_page(lang="en")
    abroad.goto(villager.url)
    expect(abroad.locator("h1")).to_contain_text("Leave the riverside now")
    looking.check(abroad, "alerts-worse-english")

    officer.goto("/desk/forecasts/issue/")
    row = officer.locator("li.row", has=officer.get_by_role("link", name=WORSE, exact=True))
    looking.follow(officer, row.get_by_role("link", name="상황 끝", exact=True))
    officer.locator("#id_headline").fill(OVER)
    looking.follow(officer, officer.get_by_role("button", name="살펴보기"))
    looking.follow(officer, officer.get_by_role("button", name="지금 발령하기"))
    left(officer, OVER)
    officer.goto("/desk/forecasts/issue/")
    looking.check_in_every_mode(officer, "alerts-issued")
    told(villager, "끝났습니다", OVER)
    looking.check_in_every_mode(villager, "alerts-inbox-over")
    looking.follow(villager, villager.get_by_role("link", name="경보 읽기").last)
    looking.check_in_every_mode(villager, "alerts-over")


def test_a_second_person_stands_behind_the_worst_and_it_can_be_taken_back(browser_page: OpenPage) -> None:
    officer = visitor(browser_page, OFFICER)
    written(officer, "윗말 대피 (예시)", severity="Extreme", urgency="Immediate")
    looking.follow(officer, officer.get_by_role("button", name="두 번째 사람에게 묻기"))
    expect(officer.locator("main")).to_contain_text("아직 아무에게도 알리지 않았습니다")
    looking.check_in_every_mode(officer, "alerts-asked")
    second = visitor(browser_page, SECOND)
    second.goto("/desk/forecasts/issue/")
    looking.follow(second, second.get_by_role("link", name="윗말 대피 (예시)"))
    looking.follow(second, second.get_by_role("button", name="동의합니다. 발령하세요"))
    looking.follow(second, second.get_by_role("button", name="경보 거두기"))
    expect(second.locator("body")).to_contain_text("거두었습니다")
    looking.check(second, "alerts-taken-back")


def test_the_desk_shows_alerts_pins_and_sources(browser_page: OpenPage) -> None:
    page = visitor(browser_page, STEWARD)
    for name in ("alerts", "pins", "sources"):
        page.goto(f"/desk/forecasts/{name}/")
        looking.check_in_every_mode(page, f"alerts-desk-{name}")
