"""A citizen agrees once, sees the code, and sees it without a line, too. The codes are held against the rules, byte for byte.

The town of the journeys has no other parties, so the batch comes from here: made by the same rules, with keys of a day that this
test has. What the page draws is read from its pixels and let in as the visit party would.
"""

import io
import json
from datetime import datetime
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Route, expect

from dure.base import clock
from dure.services.checkin.rules import admitting, batches, calendar, issuing, passes, spoken
from dure.services.checkin.tests import making
from dure.services.checkin.tests.other_party import OtherParty
from dure.services.checkin.types import Batch, Epoch, Party, Pass
from dure.services.checkin.types.batches import IssuedBatch

from . import looking
from .conftest import OpenPage

pytestmark = pytest.mark.browser
VISITS = OtherParty(Party.VISITS, "", {"letters": making.LETTERS, "shares": b"\x0b" * 32})
FETCHED = "**/checkin/batch/*/"
READY_MS_MAX = 1_000  # from opening the kept page to the code on it, on this machine


def batch_of(epoch: Epoch) -> Batch:
    person = "r"
    sealed = making.sealed(person, epoch)
    return issuing.batch(making.ISSUER, epoch, making.subject(person, epoch), sealed, making.TO_VISITS, clock.now())


def codes_of(person: str, epoch: Epoch) -> tuple[str, ...]:
    """What this person can read out on a day."""
    own = making.subject(person, epoch)
    return tuple(spoken.code_of(making.ISSUER.passes, epoch, own, number) for number in range(spoken.CODES_A_DAY))


def answer(route: Route) -> None:
    """What the identity party says to a telephone."""
    epoch = Epoch(int(route.request.url.rstrip("/").rpartition("/")[2]))
    halves = VISITS.halves(epoch)
    issued = IssuedBatch(batch_of(epoch), halves.halves["letters"].told, halves.log, codes_of("r", epoch))
    route.fulfill(json=json.loads(json.dumps(batches.message(issued, clock.now()))))


def let_in(text: str, at: datetime, challenge: str = "") -> Pass:
    """The pass in a code, taken by the visit party."""
    scan = making.scanned(at, challenge=challenge)
    return admitting.admit(making.VISITS, making.by_visits, passes.decode(text), frozenset(), scan).shown


def become(page: Page, name: str) -> None:
    page.goto("/me/demo/")
    looking.follow(page, page.get_by_role("button", name=f"{name} 님으로 로그인"))


def read(page: Page) -> str:
    """What a scanner reads on the screen."""
    sheet = page.locator("[data-sheet]")
    expect(sheet).to_be_visible()
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(sheet.screenshot())))
    return str(found.text)


def take_back(page: Page) -> None:
    page.locator("summary", has_text="동의 거두기").click()
    looking.follow(page, page.get_by_role("button", name="네, 동의를 거둡니다"))


@pytest.fixture
def citizen(browser_page: OpenPage) -> Page:
    """Somebody who has not agreed yet, or no more, before the page that asks."""
    page = browser_page()
    page.route(FETCHED, answer)
    become(page, "윤예시")
    page.goto("/checkin/")
    if page.locator("summary", has_text="동의 거두기").count():
        take_back(page)
    return page


def test_a_citizen_agrees_and_shows_a_code_with_and_without_a_line(citizen: Page) -> None:
    page = citizen
    looking.check(page, "checkin-start")
    page.get_by_role("button", name="동의하고").click()
    first = read(page)
    looking.check(page, "checkin-code")
    shown = let_in(first, clock.now())
    assert shown.epoch == calendar.epoch_of(clock.now())
    codes = ["".join(one[at : at + 4] for at in (0, 4, 8)) for one in codes_of("r", shown.epoch)]
    aloud = page.locator("[data-spoken-code]")
    page.get_by_text("불러 줄 코드 보기").click()
    expect(aloud).to_have_text(codes[0])
    looking.check(page, "checkin-read-out")
    page.get_by_role("button", name="다음 코드 보기").click()
    expect(aloud).to_have_text(codes[1])
    looking.until(page, "navigator.serviceWorker.controller && caches.match('/checkin/code/').then(Boolean)")
    page.context.set_offline(True)
    page.reload()
    page.get_by_text("불러 줄 코드 보기").click()
    expect(aloud).to_have_text(codes[1])
    second = read(page)
    assert second != first
    assert let_in(second, clock.now()).nonce
    assert page.evaluate("performance.getEntriesByName('checkin-shown')[0].startTime") < READY_MS_MAX
    page.locator("[data-challenge-part] summary").click()
    page.get_by_label("가게 화면의 네 글자").fill("a4km")
    page.wait_for_function("(before) => document.querySelector('[data-code]').dataset.text !== before", arg=second)
    assert let_in(read(page), clock.now(), "A4KM")
    page.context.set_offline(False)
    asked: list[str] = []
    page.on("response", lambda answer: asked.append(answer.url) if not answer.from_service_worker else None)
    page.clock.install()
    page.reload()
    read(page)
    assert asked == [], "opening a code asks nobody, also where there is a line"
    page.clock.fast_forward("03:30")
    expect(page.locator("[data-status]")).to_contain_text("잠시 접어 두었습니다")
    expect(page.locator("[data-sheet]")).to_be_hidden()
    page.get_by_role("button", name="내 코드 보기").click()
    expect(page.locator("[data-sheet]")).to_be_visible()


def test_where_a_browser_hides_what_was_left_the_next_person_shows_none_of_it(citizen: Page) -> None:
    """An older browser does not say which databases there are, so nothing takes them away when somebody else logs in."""
    page = citizen
    page.get_by_role("button", name="동의하고").click()
    read(page)
    page.evaluate("dureCheckin.write('whose', 'somebody else').then(() => dureCheckin.write('left', 1))")
    page.reload()
    read(page)
    assert page.evaluate("dureCheckin.read('left')") is None
    whose = page.evaluate("dureCheckin.read('whose')")
    assert whose
    assert whose == page.evaluate("document.documentElement.dataset.whose")
    page.reload()
    read(page)
    assert page.evaluate("dureCheckin.read('shown').then((shown) => shown.used)") >= 1, "one's own stays"


def test_a_citizen_prints_a_slip_and_chooses_to_call(citizen: Page) -> None:
    page = citizen
    page.get_by_role("button", name="동의하고").click()
    read(page)
    page.goto("/checkin/")
    looking.follow(page, page.get_by_role("link", name="종이에 인쇄한 코드"))
    expect(page.get_by_role("link", name="인쇄하기")).to_have_count(2)
    looking.check(page, "checkin-slip")
    page.goto("/checkin/calls/")
    expect(page.locator("main")).to_contain_text("아직 걸 수 있는 번호가 마련되지 않았습니다")
    looking.check(page, "checkin-calls")


@pytest.mark.parametrize("goes", ["another person", "the consent"])
def test_nothing_stays_on_the_telephone_for_the_next_person_or_without_a_yes(citizen: Page, goes: str) -> None:
    page = citizen
    page.get_by_role("button", name="동의하고").click()
    read(page)
    kept: Any = page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")
    assert "own-checkin" in kept
    if goes == "another person":
        become(page, "정가상")
    else:
        page.goto("/checkin/")
        take_back(page)
        expect(page.get_by_role("button", name="동의하고")).to_be_visible()
    looking.until(page, "indexedDB.databases().then((all) => !all.some((one) => one.name === 'own-checkin'))")
    looking.until(page, "caches.has('checkin-pages-1').then((has) => !has)")
