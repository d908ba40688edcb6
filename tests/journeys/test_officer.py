"""The authority of check-in: an officer files, a colleague decides, both follow it to its end; an auditor reads; anybody reads
the report. The authority runs as a process of its own, as it does everywhere; the two others are stand-ins that answer signed.
"""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import msgspec
import psycopg
import pytest
from playwright.sync_api import Page, expect

from dure.base import clock
from dure.kit import database
from dure.services.checkin.rules import calendar, report
from dure.services.checkin.tests.other_two import PLACE, Others
from dure.services.checkin.types import Epoch, Party
from dure.site import serving
from tests.journeys import looking
from tests.journeys.conftest import DURE, ROOT, OpenPage, _forget, _free_port

pytestmark = pytest.mark.browser
START_SECONDS_MAX, STOP_SECONDS_MAX, FOLLOW_MS_MAX = 90, 20, 30_000
KIM, LEE, AUDITOR = "하예시", "남보기", "도표본"


@dataclass(frozen=True, slots=True)
class Authority:
    """A running authority and who answers it."""

    url: str
    others: Others
    database: str


@contextmanager
def answering(others: Others, party: str) -> Iterator[str]:
    """One of the two stand-ins on a port of its own; its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            address = f"http://{party}.example.org{self.path}"
            said = others.answer(httpx.Request("POST", address, headers=dict(self.headers), content=body))
            self.send_response(said.status_code)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said.content)

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    server, name, port = os.environ["DATABASE_URL"], f"officer_{os.getpid()}", _free_port()
    url = f"http://127.0.0.1:{port}"

    def half(purpose: str, epoch: Epoch) -> bytes:
        said = httpx.get(f"{url}/checkin/keys/{epoch}/", trust_env=False).json()
        return bytes.fromhex(said["halves"][purpose]["public"])

    others = Others(half)
    _forget(server, name)
    with answering(others, "identity") as identity, answering(others, "visits") as visits:
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("DURE_", "PYTEST"))}
        peers = {f"DURE_{party.upper()}_KEY": peer.key for party, peer in others.peers()}
        peers |= {"DURE_IDENTITY_URL": identity, "DURE_VISITS_URL": visits}
        own = {"DURE_ROLE": "authority", "DURE_VAR": str(tmp_path), "DURE_ENV_FILE": "", "DURE_DEMO": "1"}
        there = database.ensure_database(server, name)
        own |= {"DATABASE_URL": there, "DURE_ORIGIN": url}
        with (tmp_path / "authority.log").open("w") as log:
            process = subprocess.Popen(
                [str(DURE), "demo", "--role", "authority", "--port", str(port)],
                env=clean | own | peers,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _wait(process, port)
            yield Authority(url, others, there)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS_MAX)
            _forget(server, name)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while not serving.answers("127.0.0.1", port):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.2)


def become(page: Page, authority: Authority, name: str) -> None:
    page.goto(f"{authority.url}/me/demo/")
    looking.follow(page, page.get_by_role("button", name=f"{name} 님으로 로그인"))


def test_two_officers_an_auditor_and_anybody(authority: Authority, browser_page: OpenPage) -> None:
    now = clock.local(clock.now())
    day = now.date() if now.hour else now.date() - timedelta(days=1)
    if now.hour:  # an hour of today is over: somebody was there
        authority.others.write(calendar.epoch_on(day), 0, 7)
    kim = browser_page()
    kim.goto(f"{authority.url}/accounts/login/")
    looking.check_in_every_mode(kim, "authority-log-in")
    become(kim, authority, KIM)
    kim.goto(f"{authority.url}/desk/checkin/")
    looking.check(kim, "officer-empty")
    looking.follow(kim, kim.get_by_role("link", name="담당관"))
    expect(kim.locator("main")).to_contain_text(LEE)
    looking.check_in_every_mode(kim, "officer-officers")
    kim.goto(f"{authority.url}/desk/checkin/")
    looking.follow(kim, kim.get_by_role("link", name="조회 요청하기"))
    kim.get_by_role("searchbox").fill("빵집")
    with kim.expect_navigation():
        kim.keyboard.press("Enter")
    looking.check(kim, "officer-places")
    looking.follow(kim, kim.get_by_role("link", name=PLACE))
    kim.get_by_label("날짜").fill(day.isoformat())
    kim.get_by_label("사건 번호").fill("2026-감염-0001")
    looking.check_in_every_mode(kim, "officer-file")
    looking.follow(kim, kim.get_by_role("button", name="조회 요청하기"))
    looking.check(kim, "officer-filed")
    query = kim.url
    expect(kim.get_by_role("button", name="승인하기")).to_have_count(0)

    lee = browser_page(width=1280, theme="dark")
    become(lee, authority, LEE)
    lee.goto(query)
    looking.check(lee, "officer-decides")
    looking.follow(lee, lee.get_by_role("button", name="승인하기"))
    expect(lee.get_by_role("button", name="조회 닫기")).to_be_visible(timeout=FOLLOW_MS_MAX)  # it follows by itself
    looking.check(lee, "officer-told")
    kim.goto(query)
    looking.check_in_every_mode(kim, "officer-follows")
    looking.follow(kim, kim.get_by_role("button", name="조회 닫기"))
    looking.check(kim, "officer-closed")

    look_on(authority, browser_page)


def look_on(authority: Authority, browser_page: OpenPage) -> None:
    """An auditor reads every file and decides nothing; anybody reads the log, and the report once there is one."""
    auditor = browser_page()
    become(auditor, authority, AUDITOR)
    auditor.goto(f"{authority.url}/desk/checkin/")
    looking.check(auditor, "auditor-queries")
    expect(auditor.get_by_role("link", name="조회 요청하기")).to_have_count(0)
    looking.follow(auditor, auditor.get_by_role("link", name=re.compile(PLACE)))
    expect(auditor.get_by_role("button", name="조회 닫기")).to_have_count(0)
    anybody = browser_page(large=True)
    anybody.goto(f"{authority.url}/log/authority/entries/")
    expect(anybody.get_by_text("조회가")).not_to_have_count(0)
    looking.check(anybody, "authority-log")
    anybody.goto(f"{authority.url}/checkin/report/")
    looking.check(anybody, "report-none")


def keep(authority: Authority, on: date, odd: tuple[report.Odd, ...] = ()) -> None:
    """A report as the worker keeps one, of a day: 28 days that are over, 28 that live."""
    today = calendar.epoch_on(on)
    first = Epoch(today - 2 * calendar.DAYS_KEPT + 1)
    whole = sum(len(uses) for uses in report.KEYS.values())
    days = tuple(
        report.Day(
            Epoch(first + at), whole, whole if at < calendar.DAYS_KEPT - len(odd) else 0, at < calendar.DAYS_KEPT
        )
        for at in range(2 * calendar.DAYS_KEPT)
    )
    said = report.Report(first, today, days, 12, 1, 11, 27, 145, odd)
    made = report.Made(said, tuple(report.Head(party, 4_000, "a1b2c3d4" * 8) for party in Party))
    with psycopg.connect(authority.database) as connection:
        connection.execute(
            'INSERT INTO checkin_report ("on", made_at, body) VALUES (%s, now(), %s)'
            ' ON CONFLICT ("on") DO UPDATE SET body = EXCLUDED.body',
            (on, msgspec.json.encode(made)),
        )


def test_anybody_reads_the_report_and_sees_every_day_at_a_glance(authority: Authority, browser_page: OpenPage) -> None:
    today = clock.today()
    for ago in (2, 1):
        keep(authority, today - timedelta(days=ago))
    page = browser_page()
    page.goto(f"{authority.url}/checkin/report/")
    expect(page.get_by_role("img", name="28일")).to_be_visible()
    expect(page.locator(".kept-days .kept-day-gone")).to_have_count(28)
    expect(page.locator(".kept-days .kept-day-open")).to_have_count(28)
    looking.check_in_every_mode(page, "report-well")
    paper = httpx.get(f"{authority.url}{page.get_by_role('link', name='PDF').get_attribute('href')}", trust_env=False)
    assert paper.content[:5] == b"%PDF-"
    keep(authority, today, (report.Odd("not_destroyed", f"visits shares {today - timedelta(days=28)}"),))
    wide = browser_page(width=1280, theme="dark", lang="en")
    wide.goto(f"{authority.url}/checkin/report/")
    expect(wide.locator(".kept-days .kept-day-left")).to_have_count(1)
    looking.check_in_every_mode(wide, "report-odd")
    expect(wide.get_by_role("heading", name="Older reports")).to_be_visible()
