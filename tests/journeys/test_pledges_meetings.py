"""People of a project meet, in a real browser: a leader calls a meeting, a neighbour says yes, the place changes."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from dure.base import clock
from tests.journeys import looking
from tests.journeys.conftest import OpenPage
from tests.journeys.test_pledges import KEEPER, LEADER, visitor

pytestmark = pytest.mark.browser
MEETING = "장터 한 바퀴 돌기"


def to_meetings(page: Page) -> None:
    """From my projects to the meetings of the walk."""
    page.goto("/pledges/mine/")
    looking.follow(page, page.get_by_role("link", name=re.compile("아침 산책")).first)
    looking.follow(page, page.get_by_role("link", name="모둠의 인증"))
    looking.follow(page, page.get_by_role("link", name="모임", exact=True))


def test_a_meeting_from_the_call_to_another_place(browser_page: OpenPage) -> None:
    leader = visitor(browser_page, LEADER)
    to_meetings(leader)
    looking.check_in_every_mode(leader, "pledges-meetings")
    looking.follow(leader, leader.get_by_role("link", name="모임 열기"))
    day = clock.today() + timedelta(days=6)
    leader.get_by_label("무엇을 하나요?").fill(MEETING)
    leader.get_by_label("어느 날인가요?").fill(day.isoformat())
    leader.get_by_label("몇 시에 시작하나요?").fill("10:00")
    leader.get_by_label("몇 시에 끝나나요?").fill("11:30")
    leader.get_by_label("어디서 만나나요?").fill("예시장터 동문 앞")
    leader.get_by_label("정원은 몇 명인가요?").fill("6")
    leader.get_by_label("며칠까지 답을 받나요?").fill((day - timedelta(days=1)).isoformat())
    leader.get_by_label("알아 두거나 가져올 것이 있나요?").fill("물 한 병")
    looking.check_in_every_mode(leader, "pledges-meeting-call")
    looking.follow(leader, leader.get_by_role("button", name="모임 열기"))
    page = visitor(browser_page, KEEPER, large=True)
    to_meetings(page)
    looking.follow(page, page.get_by_role("link", name=MEETING))
    page.get_by_label("몇 분과 함께 가세요?").select_option("1")
    looking.follow(page, page.get_by_role("button", name="참석해요"))
    expect(page.get_by_role("button", name="참석해요")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("main")).to_contain_text("2명 참석")
    looking.check_in_every_mode(page, "pledges-meeting")
    looking.follow(leader, leader.get_by_role("link", name="모임 바꾸기"))
    leader.get_by_label("어디서 만나나요?").fill("예시장터 서문 앞")
    looking.check(leader, "pledges-meeting-edit")
    looking.follow(leader, leader.get_by_role("button", name="저장"))
    expect(leader.locator("main")).to_contain_text("예시장터 서문 앞")
    page.reload()
    expect(page.locator("main")).to_contain_text("시간이나 장소가 바뀌었어요. 참석 여부를 다시 알려 주세요.")
    looking.check(page, "pledges-meeting-moved")
    looking.follow(page, page.get_by_role("button", name="못 가요"))
    expect(page.locator("main")).to_contain_text("0명 참석")
    leader.get_by_text("모임 취소하기").click()
    leader.get_by_label("까닭을 적어 주세요. 오려던 분들이 읽어요.").fill("비가 많이 온대요")
    looking.follow(leader, leader.get_by_role("button", name="네, 취소할게요"))
    looking.check(leader, "pledges-meeting-cancelled")
    page.reload()
    expect(page.locator("main")).to_contain_text("비가 많이 온대요")


def test_after_a_meeting_the_leader_notes_who_came(browser_page: OpenPage) -> None:
    leader = visitor(browser_page, LEADER)
    to_meetings(leader)
    looking.follow(leader, leader.get_by_role("link", name="첫 모임 (예시)"))
    looking.follow(leader, leader.get_by_role("link", name="누가 왔는지 적기"))
    leader.get_by_label(re.compile("정가상")).check()
    looking.check_in_every_mode(leader, "pledges-meeting-came")
    looking.follow(leader, leader.get_by_role("button", name="저장"))
    page = visitor(browser_page, "정가상")
    to_meetings(page)
    looking.follow(page, page.get_by_role("link", name="첫 모임 (예시)"))
    expect(page.locator("main")).to_contain_text("길잡이가 오신 것으로 적었어요.")
    looking.check(page, "pledges-meeting-past")
