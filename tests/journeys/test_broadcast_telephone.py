"""A deputy calls from the field and speaks; a neighbour calls back and hears it; the words are typed afterwards. The telephone is
the twin that a demo brings along.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys import looking
from tests.journeys.by_telephone import DEPUTY, NEIGHBOUR
from tests.journeys.conftest import ROOT, START_SECONDS_MAX, OpenPage, Town
from tests.journeys.test_broadcast import AIRED_MS
from tests.journeys.test_broadcast import DEPUTY as DEPUTY_NAME
from tests.journeys.test_pledges import visitor

pytestmark = pytest.mark.browser
CHILD, MOTHER, MOTHER_NUMBER = "문가상", "문예시", "+821000001777"
DIGITS, WORDS = "395172", "트랙터가 지나가니 오늘 오후에는 논둑길을 비워 주세요."
ANSWER_SECONDS_MAX = 30


class Telephone:
    """A call at the twin of the town."""

    def __init__(self, town: Town, number: str) -> None:
        ports = json.loads((Path(town.environment["DURE_VAR"]) / "twins" / "ports.json").read_text(encoding="utf-8"))
        self._origin = f"http://127.0.0.1:{ports['telephone']}"
        self._call = self._asked("POST", "/twin/calls", {"from": number})["call"]
        self.stands = self._answered()

    def press(self, keys: str, played: float = 0.0) -> str:
        return self._does("keys", {"keys": keys, "played": played})

    def speak(self) -> str:
        return self._does("speech", {})

    @property
    def said(self) -> str:
        return " ".join(one.get("text", "") for one in self.stands["heard"][-1]["says"])

    @property
    def plays(self) -> list[str]:
        return [one["play"] for one in self.stands["heard"][-1]["says"] if "play" in one]

    def _does(self, what: str, how: dict[str, Any]) -> str:
        self._asked("POST", f"/twin/calls/{self._call}/{what}", how)
        self.stands = self._answered()
        return self.said

    def _answered(self) -> dict[str, Any]:
        until = time.monotonic() + ANSWER_SECONDS_MAX
        while time.monotonic() < until:
            stands = self._asked("GET", f"/twin/calls/{self._call}", None)
            if stands["then"] != "waiting":
                assert stands["posts"][-1] == 200, stands
                return stands
            time.sleep(0.1)
        pytest.fail("nobody answers the telephone")

    def _asked(self, method: str, path: str, said: dict[str, Any] | None) -> dict[str, Any]:
        with httpx.Client(trust_env=False, timeout=ANSWER_SECONDS_MAX) as client:
            got = client.request(method, f"{self._origin}{path}", json=said)
        assert got.status_code < 300, got.text
        answer: dict[str, Any] = got.json()
        return answer


def test_a_deputy_speaks_by_telephone_and_a_neighbour_calls_back(town: Town, browser_page: OpenPage) -> None:
    deed = [sys.executable, "-m", "tests.journeys.by_telephone"]
    ran = subprocess.run(
        deed,
        env=town.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=START_SECONDS_MAX,
    )
    assert ran.returncode == 0, ran.stderr

    deputy = visitor(browser_page, DEPUTY_NAME, large=True)
    deputy.goto("/broadcast/studio/")
    looking.follow(deputy, deputy.get_by_role("link", name="전화로 방송하기"))
    expect(deputy.locator("main")).to_contain_text("1001")
    deputy.get_by_label("숫자 여섯 자리").fill(DIGITS)
    looking.follow(deputy, deputy.get_by_role("button", name="전화 비밀번호 정하기"))
    looking.check_in_every_mode(deputy, "broadcast-telephone")

    call = Telephone(town, DEPUTY)
    assert "1번" in call.said
    call.press("1")
    assert "솔내리" in call.press(f"{DIGITS}#")
    call.speak()
    with httpx.Client(trust_env=False, timeout=ANSWER_SECONDS_MAX) as client:
        assert client.get(call.plays[0]).content.startswith(b"RIFF")
    assert "10초" in call.press("1")
    assert "고맙습니다" in call.press("")

    deputy.goto("/broadcast/studio/")
    looking.check_in_every_mode(deputy, "broadcast-studio-telephone")
    looking.follow(deputy, deputy.get_by_role("link", name=re.compile("전화로 말한 방송")).first)
    expect(deputy.locator("main")).to_contain_text("5명 가운데 0명이 들었습니다", timeout=AIRED_MS)
    looking.check_in_every_mode(deputy, "broadcast-words-missing")

    back = Telephone(town, NEIGHBOUR)
    assert len(back.plays) + ("전화로 말한 방송" in back.said) == 1, back.stands
    assert "들으셨으면 1번" in back.said
    assert "고맙습니다" in back.press("1")
    deputy.reload()
    expect(deputy.locator("main")).to_contain_text("5명 가운데 1명이 들었습니다")
    deputy.get_by_label("말한 내용").fill(WORDS)
    looking.follow(deputy, deputy.get_by_role("button", name="적은 글 저장하기"))
    expect(deputy.locator("main")).to_contain_text(WORDS)
    expect(deputy.locator("main")).not_to_contain_text("글이 없습니다")


def test_who_has_no_account_is_entered_and_waits_for_the_question(browser_page: OpenPage) -> None:
    deputy = visitor(browser_page, DEPUTY_NAME, large=True)
    deputy.goto("/broadcast/studio/")
    looking.follow(deputy, deputy.get_by_role("link", name="전화로 듣는 집"))
    deputy.get_by_label("누구의 전화인가요?").fill("김예시·박예시")
    deputy.get_by_label("몇 번인가요?").fill("031-000-0777")
    looking.follow(deputy, deputy.get_by_role("button", name="전화로 여쭙기"))
    expect(deputy.locator("main")).to_contain_text("김예시·박예시")
    looking.check_in_every_mode(deputy, "broadcast-households")
    deputy.get_by_text("김예시·박예시 빼기").click()
    looking.check(deputy, "broadcast-households-out")
    looking.follow(deputy, deputy.get_by_role("button", name="예, 뺍니다"))
    expect(deputy.locator("main")).not_to_contain_text("김예시·박예시")


def test_a_child_asks_for_a_mother_the_deputy_agrees_and_she_says_yes_herself(
    town: Town, browser_page: OpenPage
) -> None:
    child, deputy = visitor(browser_page, CHILD), visitor(browser_page, DEPUTY_NAME)
    deputy.goto("/broadcast/studio/")
    looking.follow(deputy, deputy.get_by_role("link", name="전화로 듣는 집"))
    code = re.search(r"/telephones/([^/]+)/", deputy.url)
    assert code is not None
    child.goto(f"/broadcast/villages/{code[1]}/")
    looking.follow(child, child.get_by_role("link", name="부모님께 전화로 들려 드리기"))
    looking.check(child, "broadcast-parent-first")
    for number in ("010-0000-1777", "031-000-0778"):
        child.get_by_label("부모님 성함").fill(MOTHER)
        child.get_by_label("부모님 전화번호").fill(number)
        looking.follow(child, child.get_by_role("button", name="이장님께 신청하기"))
    expect(child.locator("main")).to_contain_text("마을에서 보고 있습니다")
    looking.check_in_every_mode(child, "broadcast-parent-waiting")
    assert "등록되지 않은 번호" in Telephone(town, MOTHER_NUMBER).said  # nobody has agreed yet

    deputy.goto("/broadcast/studio/")
    expect(deputy.locator("main")).to_contain_text("신청 2건")
    looking.follow(deputy, deputy.get_by_role("link", name="전화로 듣는 집"))
    looking.check_in_every_mode(deputy, "broadcast-households-asked")
    looking.follow(deputy, deputy.get_by_role("button", name=re.compile("받아들이기 문예시")).first)
    deputy.get_by_text("문예시 님은 받지 않기").click()
    looking.follow(deputy, deputy.get_by_role("button", name="예, 받지 않습니다"))
    child.reload()
    expect(child.locator("main")).to_contain_text("전화로 여쭙는 중입니다")
    expect(child.locator("main")).to_contain_text("마을에서 받지 않았습니다")
    looking.check_in_every_mode(child, "broadcast-parent-calling")

    question = Telephone(town, MOTHER_NUMBER)  # she calls back herself: at night nobody calls her
    assert "1번" in question.said
    assert "이제" in question.press("1")
    child.reload()
    expect(child.locator("main")).to_contain_text("전화로 듣고 계십니다")
    looking.check(child, "broadcast-parent-hearing")
    deputy.reload()
    expect(deputy.locator("main")).to_contain_text("010-0000-1777")
    looking.check(deputy, "broadcast-households-listening")

    again = Telephone(town, MOTHER_NUMBER)
    again.press("9")
    again.press("9")
    child.reload()
    expect(child.locator("main")).to_contain_text("이제 듣지 않으십니다")
    hidden = Telephone(town, "")
    assert "번호가 보이지 않습니다" in hidden.said
