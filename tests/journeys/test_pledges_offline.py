"""Proving a day without a line, in a real browser: kept on the telephone, there once with a line, and a no takes nothing
away. And what stays of a hundred days: figures, a count that anybody checks, a certificate."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage
from tests.journeys.test_pledges import visitor

pytestmark = pytest.mark.browser
KEEPER, READER, WALKER = "임시험", "윤예시", "정가상"


def lunch(side: int = 3_000) -> bytes:
    """A photo as large as a telephone's."""
    out = io.BytesIO()
    Image.effect_noise((side, side * 3 // 4), 40).convert("RGB").save(out, "JPEG", quality=92)
    return out.getvalue()


def project(page: Page, name: str) -> None:
    page.goto("/pledges/mine/")
    looking.follow(page, page.get_by_role("link", name=re.compile(name)).first)


def kept(page: Page) -> None:
    """Wait until the script in the background keeps this page, to its last letter, and opens it the next time."""
    looking.until(
        page,
        "caches.match(location.href, {ignoreVary: true}).then((found) => found?.text())"
        ".then((whole) => Boolean(whole?.includes('</html>')))",
    )
    looking.until(page, "navigator.serviceWorker.ready.then((ready) => ready.active?.state === 'activated')")
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller?.state === 'activated'")


def photograph(page: Page, content: bytes, words: str) -> None:
    page.get_by_label("사진").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": content})
    page.get_by_label("남기는 말").fill(words)
    page.get_by_role("button", name="이날 인증하기").click()


def test_a_photo_is_kept_without_a_line_and_is_there_once_with_it(browser_page: OpenPage) -> None:
    page = visitor(browser_page, KEEPER)
    project(page, "하루 한 끼 채소")
    kept(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("[data-no-line]")).to_be_visible()
    looking.check_in_every_mode(page, "pledges-no-line")
    waiting = page.locator("[data-proofs] li")
    photograph(page, lunch(), "시금치나물을 곁들였어요")
    expect(waiting).to_have_count(1)
    expect(waiting).to_contain_text("시금치나물을 곁들였어요")
    expect(waiting.locator("img")).to_be_visible()
    page.get_by_label("남기는 말").fill("시금치나물과 두부예요")  # said anew: it replaces what waits, the photo stays
    page.get_by_role("button", name="이날 인증하기").click()
    expect(waiting).to_contain_text("시금치나물과 두부예요")
    expect(waiting).to_have_count(1)
    page.reload()  # the telephone was put away in between
    expect(waiting).to_have_count(1)
    expect(waiting.locator("img")).to_be_visible()
    looking.check_in_every_mode(page, "pledges-waiting")
    bytes_kept = page.evaluate(
        "new Promise((done) => { indexedDB.open('pledges-waiting').onsuccess = (event) => {"
        " event.target.result.transaction('proofs').objectStore('proofs').getAll().onsuccess ="
        " (found) => done(found.target.result[0].picture.size); }; })"
    )
    assert 10_000 < bytes_kept < len(lunch()) / 2, "made small on the telephone"
    page.context.set_offline(False)
    expect(page.locator("main")).to_contain_text("오늘 인증했어요.")
    expect(page.locator("main")).to_contain_text("시금치나물과 두부예요")
    expect(waiting).to_have_count(0)
    looking.follow(page, page.get_by_role("link", name="모둠의 인증"))
    expect(page.get_by_text("시금치나물과 두부예요")).to_have_count(1)
    expect(page.locator("img.proof-picture")).to_have_count(1)


def test_an_answer_that_is_lost_leaves_one_proof(browser_page: OpenPage) -> None:
    """The server took it, the answer never came: it is sent again under the same key."""
    page = visitor(browser_page, READER)
    project(page, "책 스무 쪽")
    kept(page)
    sent: list[str] = []

    def lose(route: Route) -> None:
        sent.append(str(route.fetch().status))
        route.abort()

    page.route("**/send/", lose)
    page.get_by_label(re.compile("얼마나|몇")).fill("333")
    with page.expect_event("requestfailed", lambda asked: asked.url.endswith("/send/")):
        page.get_by_role("button", name="이날 인증하기").click()
    assert sent[0] == "201"
    expect(page.locator("[data-proofs] li")).to_have_count(1)
    page.unroute("**/send/")
    page.reload()
    looking.until(page, "dureWaiting.all(document.documentElement.dataset.whose).then((waiting) => !waiting.length)")
    expect(page.locator("main")).to_contain_text("오늘 인증했어요.")
    group = page.context.new_page()  # the first one loads itself anew when its proof was taken
    group.goto(page.get_by_role("link", name="모둠의 인증").get_attribute("href") or "")
    expect(group.locator("article", has_text="333")).to_have_count(1)


def test_what_is_refused_says_why_and_stays(browser_page: OpenPage) -> None:
    page = visitor(browser_page, KEEPER, large=True)
    project(page, "하루 한 끼 채소")
    photograph(page, b"this is no picture", "흐린 사진이에요")
    waiting = page.locator("[data-proofs] li.refused")
    expect(waiting).to_contain_text("흐린 사진이에요")
    expect(waiting).to_contain_text("받지 못했어요")
    looking.check_in_every_mode(page, "pledges-refused")
    page.reload()
    expect(waiting).to_have_count(1)
    waiting.get_by_role("button", name="지우기").click()
    expect(page.locator("[data-proofs]")).to_be_hidden()


def test_without_script_the_form_does_the_same(browser_page: OpenPage) -> None:
    page = browser_page(width=390, theme="light", large=False, lang="ko", scripts=False)
    page.goto("/me/demo/")
    looking.follow(page, page.locator("li.row", has_text=KEEPER).get_by_role("button"))
    project(page, "아침 산책")
    page.get_by_label("남기는 말").fill("스크립트 없이 걸었어요")
    looking.follow(page, page.get_by_role("button", name="이날 인증하기"))
    expect(page.locator("main")).to_contain_text("스크립트 없이 걸었어요")


def test_a_settled_season_its_figures_a_count_and_a_certificate(browser_page: OpenPage) -> None:
    page = visitor(browser_page, WALKER)
    page.goto("/pledges/")
    looking.follow(page, page.get_by_role("link", name="지난 백일"))
    looking.follow(page, page.get_by_role("link", name="시즌을 숫자로"))
    looking.check_in_every_mode(page, "pledges-figures")
    project(page, "아침 체조")
    looking.check_in_every_mode(page, "pledges-settled")
    looking.follow(page, page.get_by_role("link", name="전체 속의 내 날수"))
    page.get_by_role("button", name="이 전화기에서 확인하기").click()
    expect(page.locator("[data-right]")).to_be_visible()
    looking.check_in_every_mode(page, "pledges-count")
    project(page, "아침 체조")
    looking.follow(page, page.get_by_role("link", name="백일 증서"))
    page.get_by_label("첫 글자만").check()
    looking.follow(page, page.get_by_role("button", name="만들기"))
    expect(page.locator("img.certificate")).to_have_js_property("complete", True)
    looking.check_in_every_mode(page, "pledges-my-certificate")
    code = (page.locator("img.certificate").get_attribute("src") or "").rpartition("/")[2].removesuffix(".png")
    somebody = browser_page(large=True)
    somebody.goto("/pledges/certificates/")
    looking.check_in_every_mode(somebody, "pledges-certificates")
    somebody.get_by_label("증서 코드").fill(code.lower())
    looking.follow(somebody, somebody.get_by_role("button", name="확인하기"))
    expect(somebody.locator("main")).to_contain_text("정○○")
    expect(somebody.locator("main")).to_contain_text("63일")
    looking.check_in_every_mode(somebody, "pledges-certificate")
