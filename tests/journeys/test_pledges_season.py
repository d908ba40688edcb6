"""A whole season in a real browser, by a clock that the journey moves: join, prove days and miss some, settle, read it all."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as hour
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dure.base import clock
from dure.site import serving
from dure.site.unmasking import hands
from tests import template
from tests.journeys import looking
from tests.journeys.conftest import ROOT, OpenPage, _forget, _free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow]
START_SECONDS_MAX, STOP_SECONDS_MAX = 120, 20
STARTS_ON, OPENED_ON = date(2031, 3, 24), date(2031, 3, 3)  # both Mondays, in nobody's real season
STEWARD, LEADER, WALKER, FRIEND = "오예시", "강표본", "정가상", "윤예시"
TITLE, SEASON = "하루 만 보 (예시)", "봄 백일 (예시)"
CHEER = "응원해요"
GIVES = "기부할게요"
PROVED = (1, 2, 3, 5)  # of days 1 to 7, all of them asked for
KEPT, REFUND, GIVEN = "4", "400원", "9,600원"  # of 10,000 won; 100 for every day kept


@dataclass(frozen=True, slots=True)
class Moved:
    """A running town and the clock it goes by."""

    url: str
    clock: Path
    environment: dict[str, str]

    def to(self, day: date, at: hour = hour(9)) -> None:
        hands.set_to(self.clock, datetime.combine(day, at, tzinfo=clock.SEOUL))

    def do(self, deed: str) -> None:
        subprocess.run(program(self.clock, deed), env=self.environment, cwd=ROOT, check=True, timeout=START_SECONDS_MAX)


def program(moved: Path, *deed: str) -> list[str]:
    return [sys.executable, "-m", "tests.journeys.by_moved_clock", str(moved), *deed]


def day(number: int) -> date:
    """A day of the season; the first is 1."""
    return STARTS_ON + timedelta(days=number - 1)


@pytest.fixture
def moved(tmp_path: Path) -> Iterator[Moved]:
    server, name, port = os.environ["DATABASE_URL"], f"season_{os.getpid()}", _free_port()
    _forget(server, name)
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DURE_", "PYTEST"))}
    own = {"DATABASE_URL": template.copied(server, name), "DURE_VAR": str(tmp_path), "DURE_ENV_FILE": ""}
    own |= {"DURE_DEMO": "1", "DURE_SECRET_KEY": "journey-" * 6, "DURE_ORIGIN": f"http://127.0.0.1:{port}"}
    town = Moved(own["DURE_ORIGIN"], tmp_path / "clock", clean | own)
    town.to(OPENED_ON)
    town.do("load")
    with (tmp_path / "town.log").open("w") as log:
        process = subprocess.Popen(
            program(town.clock, "serve", str(port)), env=town.environment, cwd=ROOT, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + START_SECONDS_MAX
        while not serving.answers("127.0.0.1", port):
            assert process.poll() is None, (tmp_path / "town.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield town
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS_MAX)
        _forget(server, name)


def visitor(browser_page: OpenPage, town: Moved, name: str, *, large: bool = False) -> Page:
    """A browser of their own for a sample person, logged in by one tap."""
    page = browser_page(large=large)
    page.goto(f"{town.url}/me/demo/")
    looking.follow(page, page.locator("li.row", has_text=name).get_by_role("button"))
    return page


def open_season(steward: Page, town: Moved, receivers: int = 1) -> None:
    steward.goto(f"{town.url}/desk/pledges/")
    steward.get_by_text("시즌 열기", exact=True).first.click()
    form = steward.locator("form", has=steward.locator("[name=starts_on]"))
    said = {
        "name": SEASON,
        "propose_until": (STARTS_ON - timedelta(days=10)).isoformat(),
        "join_until": (STARTS_ON - timedelta(days=2)).isoformat(),
        "starts_on": STARTS_ON.isoformat(),
    }
    for name, value in said.items():
        form.locator(f"[name={name}]").fill(value)
    for number in range(receivers):
        form.locator("[name=receivers]").nth(number).check()
    looking.check(steward, "season-open")
    looking.follow(steward, form.get_by_role("button"))
    expect(steward.locator("main")).to_contain_text(SEASON)


def propose(leader: Page, town: Moved) -> None:
    leader.goto(f"{town.url}/pledges/")
    looking.follow(leader, leader.get_by_role("link", name="프로젝트 제안하기").first)
    leader.get_by_label("프로젝트 이름은 무엇인가요?").fill(TITLE)
    leader.get_by_label("서로 무엇을 약속하나요?").fill("날마다 만 보를 걸어요")
    leader.get_by_label("확인 표시").check()
    leader.get_by_label("하루를 어떻게 인증하나요?").fill("만 보를 걸었으면 표시해요")
    looking.follow(leader, leader.get_by_role("button", name="제안하기", exact=True))


def join(page: Page, town: Moved, word: str = GIVES) -> None:
    page.goto(f"{town.url}/pledges/")
    looking.follow(page, page.get_by_role("link", name=TITLE))
    looking.follow(page, page.get_by_role("link", name="참여하기"))
    page.get_by_label(word).check()
    looking.follow(page, page.get_by_role("button", name="결제하러 가기"))
    looking.follow(page, page.get_by_role("button", name=re.compile("결제|승인")).first)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def prove(page: Page, town: Moved) -> None:
    page.goto(f"{town.url}/pledges/mine/")
    looking.follow(page, page.get_by_role("link", name=TITLE).first)
    looking.follow(page, page.get_by_role("button", name="이날 인증하기"))
    expect(page.locator("main")).to_contain_text("오늘 인증했어요.")


def cheer(page: Page, friend: Page) -> None:
    """Say a word of what the friend proved; the friend finds it there."""
    page.get_by_role("link", name="모둠의 인증").click()
    looking.follow(page, page.get_by_role("button", name=CHEER).first)
    looking.check_in_every_mode(page, "season-cheered")
    friend.get_by_role("link", name="모둠의 인증").click()
    expect(friend.locator("article", has_text=FRIEND).first).to_contain_text(f"{CHEER} 1")


def test_a_season_from_its_opening_to_the_last_won(moved: Moved, browser_page: OpenPage) -> None:
    steward = visitor(browser_page, moved, STEWARD)
    open_season(steward, moved)
    propose(visitor(browser_page, moved, LEADER), moved)
    steward.goto(f"{moved.url}/desk/pledges/")
    looking.follow(steward, steward.get_by_role("button", name="열기", exact=True).first)
    walker = visitor(browser_page, moved, WALKER, large=True)
    friend = visitor(browser_page, moved, FRIEND)
    join(walker, moved)
    join(friend, moved)
    for number in range(1, 8):
        moved.to(day(number))
        if number in PROVED:
            prove(walker, moved)
        if number == 1:
            prove(friend, moved)
            cheer(walker, friend)
    walker.goto(f"{moved.url}/pledges/mine/")
    looking.follow(walker, walker.get_by_role("link", name=TITLE).first)
    looking.check_in_every_mode(walker, "season-days")
    moved.to(day(100))
    walker.reload()
    looking.check(walker, "season-last-day")
    moved.to(day(100) + timedelta(days=15))
    steward.goto(f"{moved.url}/desk/pledges/")
    steward.get_by_text("시즌 정산하기", exact=True).click()
    looking.check(steward, "season-settle")
    looking.follow(steward, steward.get_by_role("button", name="네, 정산할게요"))
    moved.do("settle")
    steward.reload()
    looking.check_in_every_mode(steward, "season-settled-desk")
    walker.reload()
    main = walker.locator("main")
    for said in (KEPT, REFUND, GIVEN):
        expect(main).to_contain_text(said)
    looking.check_in_every_mode(walker, "season-settled")
    walker.goto(f"{moved.url}/pay/receipts/")
    looking.check(walker, "season-receipt")
    expect(walker.locator("main")).to_contain_text(GIVEN)
