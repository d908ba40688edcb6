"""A place that scans: a device becomes its scanner, lets guests in by camera, by a scanner that types and by hand, goes on
without a line, is opened anew without one, and brings what it took when that is back. The visit party runs as a process of its
own, as it does everywhere.
"""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
import segno
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect

from dure.base import clock
from dure.kit import database
from dure.services.checkin.rules import calendar
from dure.services.checkin.types import Epoch
from dure.site import serving
from dure.site.trials import guests
from tests import browser as chromium
from tests.journeys import looking
from tests.journeys.conftest import DURE, ROOT, Browsers, OpenPage, _free_port
from tests.journeys.visit_party import NAME

pytestmark = pytest.mark.browser
START_SECONDS_MAX, STOP_SECONDS_MAX = 60, 20
BACK_MS_MAX = 60_000  # a scanner without a line tries again each twenty seconds
# Those of this half hour, and those of a half hour that was written meanwhile.
SPENT = "SELECT (SELECT count(*) FROM checkin_spent_new) + (SELECT count(*) FROM checkin_spent)"
WIDTH, HEIGHT, GREY = 640, 480, 96  # of what the camera sees


# BarcodeDetector as a browser has it; its answers are made by the same decoder, since the browsers of a test have none.
DETECTOR = """() => {
  const decoder = document.querySelector("[data-door]").dataset.decoder;
  document.querySelector("[data-door]").dataset.decoder = "/nowhere.js";
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["ean_13", "qr_code"]; }
    async detect(video) {
      const { BarcodeDetector } = await import(decoder);
      return new BarcodeDetector({ formats: ["qr_code"] }).detect(video);
    }
  };
}"""


@dataclass(frozen=True, slots=True)
class Party:
    """A running visit party with a place, and what its guests' telephones have."""

    url: str
    database: str
    code: str
    keys: guests.DayKeys
    process: int  # that began all others
    codes: tuple[str, ...]  # that guests read out: from a screen, from paper, told by telephone

    def guest(self) -> str:
        """The code on somebody's screen now."""
        _, slot = calendar.slot_of(clock.now())
        return guests.guest(self.keys, slot).code

    def spent(self) -> int:
        """How many were let in and counted."""
        with psycopg.connect(self.database) as connection:
            row = connection.execute(SPENT).fetchone()
        return int(row[0]) if row else 0


@pytest.fixture
def party(tmp_path: Path) -> Iterator[Party]:
    server, name, port = os.environ["DATABASE_URL"], f"venue_{os.getpid()}", _free_port()
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DURE_", "PYTEST"))}
    environment = clean | {
        "DATABASE_URL": database.ensure_database(server, name),
        "DURE_ROLE": "visits",
        "DURE_VAR": str(tmp_path),
        "DURE_ENV_FILE": "",
        "DURE_DEMO": "1",
        "DURE_SECRET_KEY": "journey-" * 6,
        "DURE_ORIGIN": f"http://127.0.0.1:{port}",
    }
    with (tmp_path / "visits.log").open("w") as log:
        process = subprocess.Popen(
            [str(DURE), "demo", "--role", "visits", "--port", str(port)],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        deadline = clock.now().timestamp() + START_SECONDS_MAX
        while not serving.answers("127.0.0.1", port):
            assert process.poll() is None, (tmp_path / "visits.log").read_text()
            assert clock.now().timestamp() < deadline
        told = subprocess.run(
            [sys.executable, "-m", "tests.journeys.visit_party"],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stderr
        said = json.loads(told.stdout.splitlines()[-1])
        halves = (bytes.fromhex(said[name]) for name in ("passes", "letters", "authority"))
        keys = guests.DayKeys(Epoch(said["epoch"]), *halves)
        codes = tuple(said["codes"])
        yield Party(environment["DURE_ORIGIN"], environment["DATABASE_URL"], said["code"], keys, process.pid, codes)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS_MAX)
        with psycopg.connect(server, autocommit=True) as keeper:
            keeper.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def says(page: Page, word: str) -> None:
    """The verdict that is seen: the page holds the words of all of them, and hides all but one."""
    expect(page.get_by_role("status")).to_contain_text(word, use_inner_text=True)


def scanned(page: Page, code: str) -> None:
    """As a scanner that types: no field is chosen, letters come fast, then a line end."""
    page.evaluate("document.activeElement.blur()")
    page.keyboard.type(code[0])
    page.keyboard.insert_text(code[1:])
    page.keyboard.press("Enter")


def test_a_place_lets_guests_in_with_a_line_and_without(party: Party, browser_page: OpenPage) -> None:
    page = browser_page()
    page.goto(f"{party.url}/checkin/door/")
    expect(page.locator("main")).to_contain_text("아직 어느 곳의 스캐너도 아닙니다", use_inner_text=True)
    page.goto(f"{party.url}/checkin/scanner/#{party.code}")
    looking.check(page, "venue-set-up")
    page.get_by_role("button", name="이 기기를 스캐너로").click()
    expect(page.locator("main")).to_contain_text(NAME, use_inner_text=True)
    looking.follow(page, page.get_by_role("link", name="스캔 시작하기"))
    says(page, "스캔할 준비가 되었습니다")
    looking.check(page, "venue-ready")

    code = party.guest()
    scanned(page, code)
    says(page, "어서 오세요")
    looking.picture(page, "venue-welcome-now", whole=False)
    looking.check_in_every_mode(page, "venue-welcome")
    page.get_by_label("코드 직접 입력 또는 스캔").fill("hello")
    page.get_by_role("button", name="코드 확인").click()
    says(page, "체크인 코드가 아닙니다")
    looking.picture(page, "venue-not-ours", whole=False)
    assert party.spent() == 1

    page.context.set_offline(True)
    scanned(page, party.guest())
    says(page, "받아 두었습니다")
    looking.picture(page, "venue-noted", whole=False)
    expect(page.locator("main")).to_contain_text("연결되면 보낼 코드", use_inner_text=True)
    assert party.spent() == 1
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert party.spent() == 2

    page.reload()
    expect(page.locator("[data-count]")).to_have_text("0")  # two guests came; it counts in fives
    page.get_by_role("button", name="카메라로 스캔").click()  # this browser has none
    expect(page.get_by_role("alert").filter(has_text="카메라를 쓸 수 없습니다")).to_be_visible()
    page.goto(f"{party.url}/checkin/places/")
    expect(page.locator("main")).to_contain_text(NAME, use_inner_text=True)
    for asked, found in (("나눔", NAME), ("빵집", "이름의 일부만")):
        page.get_by_role("searchbox").fill(asked)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text(found, use_inner_text=True)
        looking.check_in_every_mode(page, f"venue-places-{asked}")
    page.goto(f"{party.url}/checkin/places/")
    looking.follow(page, page.get_by_role("link", name=NAME))
    looking.check(page, "venue-place")


def test_who_reads_a_code_out_is_let_in_and_those_inside_are_counted(party: Party, browser_page: OpenPage) -> None:
    page = browser_page()
    set_up(page, party)
    inside, leaves = page.locator("[data-inside]"), page.get_by_role("button", name="한 사람 나감")
    expect(inside).to_have_text("0")
    expect(leaves).to_be_disabled()
    screen, paper, called = party.codes
    typed(page, f"{screen[:4].lower()}-{screen[4:8]} {screen[8:]}")
    says(page, "어서 오세요")
    looking.check(page, "venue-read-out")
    typed(page, paper[:-1] + ("A" if paper[-1] != "A" else "C"))
    says(page, "다시 보여 주세요")
    page.context.set_offline(True)
    typed(page, f"{called[:4]} {called[4:8]} {called[8:]}")
    says(page, "받아 두었습니다")
    expect(inside).to_have_text("2")
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert party.spent() == 2
    leaves.click()
    expect(inside).to_have_text("1")
    page.get_by_role("button", name="되돌리기").click()
    expect(inside).to_have_text("2")
    leaves.click()
    leaves.click()
    expect(inside).to_have_text("0")
    expect(leaves).to_be_disabled()
    scanned(page, paper)  # from a slip, with its picture
    says(page, "어서 오세요")
    expect(inside).to_have_text("1")
    page.reload()
    expect(inside).to_have_text("1")
    page.get_by_text("안에 있는 사람").scroll_into_view_if_needed()
    looking.check_in_every_mode(page, "venue-inside")
    page.goto(f"{party.url}/checkin/places/")
    looking.follow(page, page.get_by_role("link", name=NAME))
    expect(page.locator("main")).to_contain_text("안에 있는 사람 수를 셉니다")


def typed(page: Page, code: str) -> None:
    """By hand."""
    page.get_by_label("코드 직접 입력 또는 스캔").fill(code)
    page.get_by_role("button", name="코드 확인").click()


def set_up(page: Page, party: Party) -> None:
    """The device becomes the scanner of the place, and is ready."""
    page.goto(f"{party.url}/checkin/scanner/#{party.code}")
    page.get_by_role("button", name="이 기기를 스캐너로").click()
    looking.follow(page, page.get_by_role("link", name="스캔 시작하기"))
    says(page, "스캔할 준비가 되었습니다")


def until_kept(page: Page) -> None:
    """Until the page lies on the device. Asked from outside: the page's own policy lets nothing be evaluated in it."""
    deadline = time.monotonic() + BACK_MS_MAX / 1000
    while not page.evaluate(
        "caches.match('/checkin/door/').then((kept) => !!kept && !!navigator.serviceWorker.controller)"
    ):
        assert time.monotonic() < deadline
        page.wait_for_timeout(200)


@contextmanager
def cut(party: Party) -> Iterator[None]:
    """Nobody answers: the worst of lines, on which everything waits and nothing fails."""
    began = psutil.Process(party.process)
    every = [began, *began.children(recursive=True)]  # each has a group of its own
    for each in every:
        each.suspend()
    try:
        yield
    finally:
        for each in every:
            each.resume()


def test_a_scanner_is_opened_anew_without_a_line_and_goes_on(party: Party, browser_page: OpenPage) -> None:
    page = browser_page()
    set_up(page, party)
    until_kept(page)
    kept = page.evaluate(
        "caches.open('scanner-door-1').then((all) => all.keys()).then((all) => all.map((one) => one.url))"
    )
    assert all("/static/" in address or address.endswith("/checkin/door/") for address in kept), "nothing of any guest"
    with cut(party):
        page.reload()
        says(page, "스캔할 준비가 되었습니다")
        expect(page.get_by_role("heading", name=NAME)).to_be_visible()
        scanned(page, party.guest())
        says(page, "받아 두었습니다")
        looking.check(page, "venue-opened-without-a-line")
        page.context.set_offline(True)  # no line at all
        page.reload()
        expect(page.locator("[data-notes]")).to_have_text("1")
        scanned(page, party.guest())
        says(page, "받아 두었습니다")
        expect(page.locator("[data-notes]")).to_have_text("2")
        page.context.set_offline(False)
    assert party.spent() == 0
    expect(page.locator("[data-waiting]")).to_be_hidden(timeout=BACK_MS_MAX)
    assert party.spent() == 2


def film(where: Path, code: str) -> None:
    """What a camera sees: first nobody, then a telephone with this code, held a little askew, not quite sharp, in dim light."""
    drawn = io.BytesIO()
    segno.make(code, error="m", micro=False).save(drawn, kind="png", scale=6, border=4)
    screen = Image.open(drawn).convert("L").rotate(4, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    seen = Image.new("L", (WIDTH, HEIGHT), GREY)
    nobody = seen.tobytes()
    seen.paste(screen, ((WIDTH - screen.width) // 2, (HEIGHT - screen.height) // 2))
    somebody = seen.filter(ImageFilter.GaussianBlur(1)).point(lambda light: 30 + light * 3 // 4).tobytes()
    colours = bytes([128]) * (WIDTH * HEIGHT // 2)
    frames = [nobody] * 5 + [somebody] * 45
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    where.write_bytes(head + b"".join(b"FRAME\n" + light + colours for light in frames))


@pytest.fixture
def filmed(chrome: Browsers, tmp_path: Path) -> Iterator[tuple[Page, Path]]:
    """A page of a browser whose camera plays a film, and where the film lies: it is read when the camera is switched on."""
    there = tmp_path / "seen.y4m"
    camera = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    arguments = [*chromium.ARGUMENTS, *camera, f"--use-file-for-fake-video-capture={there}"]
    film(there, "nothing")
    browser = chrome.driver.chromium.launch(executable_path=chromium.light(), args=arguments)
    try:
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="ko-KR", permissions=["camera"])
        yield context.new_page(), there
    finally:
        browser.close()


@pytest.mark.parametrize("reads", ["the page", "the browser"])
def test_a_camera_reads_a_code_and_the_guest_is_let_in_once(
    party: Party, filmed: tuple[Page, Path], reads: str
) -> None:
    """Through the page's own camera code: with the decoder that it loads, and with BarcodeDetector where a browser has one."""
    page, there = filmed
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    set_up(page, party)
    if reads == "the browser":  # a detector that answers as the browsers of telephones do
        page.evaluate(DETECTOR)
    film(there, party.guest())
    page.get_by_role("button", name="카메라로 스캔").click()
    says(page, "어서 오세요")
    looking.check(page, f"venue-camera-{reads.split()[1]}")
    assert party.spent() == 1
    scans = [address for address in asked if address.endswith("/checkin/scan")]
    assert len(scans) == 1, "a camera sees the same screen many times"
    page.get_by_role("button", name="카메라 끄기").click()
    expect(page.locator("video")).to_be_hidden()
    assert page.evaluate("document.querySelector('video').srcObject.active") is False, "the camera is off"
