"""A place that scans: a device becomes its scanner, lets guests in by a scanner that types and by hand, goes on without a
line, and brings what it took when that is back. The visit party runs as a process of its own, as it does everywhere.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from dure.base import clock
from dure.kit import database
from dure.services.checkin.rules import calendar
from dure.services.checkin.types import Epoch
from dure.site import serving
from dure.site.trials import guests
from tests.journeys import looking
from tests.journeys.conftest import DURE, ROOT, OpenPage, _free_port
from tests.journeys.visit_party import NAME

pytestmark = pytest.mark.browser
START_SECONDS_MAX, STOP_SECONDS_MAX = 60, 20


@dataclass(frozen=True, slots=True)
class Party:
    """A running visit party with a place, and what its guests' telephones have."""

    url: str
    database: str
    code: str
    keys: guests.DayKeys

    def guest(self) -> str:
        """The code on somebody's screen now."""
        _, slot = calendar.slot_of(clock.now())
        return guests.guest(self.keys, slot).code

    def spent(self) -> int:
        """How many were let in and counted."""
        with psycopg.connect(self.database) as connection:
            row = connection.execute("SELECT count(*) FROM checkin_spent_new").fetchone()
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
        yield Party(environment["DURE_ORIGIN"], environment["DATABASE_URL"], said["code"], keys)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS_MAX)
        with psycopg.connect(server, autocommit=True) as keeper:
            keeper.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def scanned(page: Page, code: str) -> None:
    """As a scanner that types: no field is chosen, letters come fast, then a line end."""
    page.evaluate("document.activeElement.blur()")
    page.keyboard.type(code[0])
    page.keyboard.insert_text(code[1:])
    page.keyboard.press("Enter")


def test_a_place_lets_guests_in_with_a_line_and_without(party: Party, browser_page: OpenPage) -> None:
    page = browser_page()
    page.goto(f"{party.url}/checkin/door/")
    expect(page.locator("main")).to_contain_text("아직 어느 곳의 스캐너도 아닙니다")
    page.goto(f"{party.url}/checkin/scanner/#{party.code}")
    looking.check(page, "venue-set-up")
    page.get_by_role("button", name="이 기기를 스캐너로").click()
    expect(page.locator("main")).to_contain_text(NAME)
    looking.follow(page, page.get_by_role("link", name="스캔 시작하기"))
    verdict = page.get_by_role("status")
    expect(verdict).to_contain_text("스캔할 준비가 되었습니다")
    looking.check(page, "venue-ready")

    code = party.guest()
    scanned(page, code)
    expect(verdict).to_contain_text("어서 오세요")
    looking.picture(page, "venue-welcome-now", whole=False)
    looking.check_in_every_mode(page, "venue-welcome")
    page.get_by_label("코드 직접 입력 또는 스캔").fill("hello")
    page.get_by_role("button", name="코드 확인").click()
    expect(verdict).to_contain_text("체크인 코드가 아닙니다")
    looking.picture(page, "venue-not-ours", whole=False)
    assert party.spent() == 1

    page.context.set_offline(True)
    scanned(page, party.guest())
    expect(verdict).to_contain_text("받아 두었습니다")
    looking.picture(page, "venue-noted", whole=False)
    expect(page.locator("main")).to_contain_text("연결되면 보낼 코드")
    assert party.spent() == 1
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert party.spent() == 2

    page.reload()
    expect(page.locator("[data-count]")).to_have_text("0")  # two guests came; it counts in fives
    page.goto(f"{party.url}/checkin/places/")
    expect(page.locator("main")).to_contain_text(NAME)
