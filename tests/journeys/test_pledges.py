"""A season of a hundred days in a real browser: look around, join, pay, prove a day, look at the group, decide at the desk."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage

pytestmark = pytest.mark.browser
WALKER, KEEPER, NEWCOMER, LEADER, STEWARD = "정가상", "임시험", "신표본", "강표본", "오예시"


def visitor(browser_page: OpenPage, name: str, *, large: bool = False, whole: bool = False) -> Page:
    """A browser of their own for a sample person, logged in by one tap."""
    page = browser_page(width=390, theme="light", large=large, lang="ko", whole=whole)
    page.goto("/me/demo/")
    page.locator("li.row", has_text=name).get_by_role("button").click()
    page.wait_for_url(re.compile(r"/$"))
    return page


def season(page: Page, name: str) -> None:
    """To the page of a season, from that of the other one."""
    page.goto("/pledges/")
    other = page.get_by_role("link", name=name)
    if other.count():
        looking.follow(page, other.first)


def test_joining_is_a_choice_a_payment_and_a_place(browser_page: OpenPage) -> None:
    steward = visitor(browser_page, STEWARD)
    steward.goto("/desk/pledges/")
    looking.check_in_every_mode(steward, "pledges-stewards")
    looking.follow(steward, steward.get_by_role("button", name="열기", exact=True).first)
    page = visitor(browser_page, NEWCOMER)
    season(page, "둘째 백일")
    looking.check_in_every_mode(page, "pledges-season")
    looking.follow(page, page.get_by_role("link", name="일회용 컵 쓰지 않기"))
    looking.check_in_every_mode(page, "pledges-project")
    looking.follow(page, page.get_by_role("link", name="참여하기"))
    page.get_by_label("기부할게요").check()
    looking.check_in_every_mode(page, "pledges-join")
    looking.follow(page, page.get_by_role("button", name="결제하러 가기"))
    looking.follow(page, page.get_by_role("button", name=re.compile("결제|승인")).first)
    expect(page.get_by_role("heading", level=1)).to_have_text("일회용 컵 쓰지 않기 (예시)")
    expect(page.locator("main")).to_contain_text("10,000원")
    looking.check_in_every_mode(page, "pledges-joined")


def test_a_day_is_proved_in_one_tap_and_seen_by_the_group(browser_page: OpenPage) -> None:
    page = visitor(browser_page, WALKER, large=True)
    looking.follow(page, page.get_by_role("link", name=re.compile("아침 산책")).first)
    looking.check_in_every_mode(page, "pledges-today")
    page.get_by_label("남기는 말").fill("비 갠 뒤 들길을 걸었어요")
    looking.follow(page, page.get_by_role("button", name="이날 인증하기"))
    expect(page.locator("main")).to_contain_text("오늘 인증했어요.")
    looking.check(page, "pledges-proved")
    looking.follow(page, page.get_by_role("link", name="모둠의 인증"))
    expect(page.locator("main")).to_contain_text("비 갠 뒤 들길을 걸었어요")
    looking.check_in_every_mode(page, "pledges-group")


def test_an_hour_is_chosen_at_which_one_is_reminded(browser_page: OpenPage) -> None:
    page = visitor(browser_page, KEEPER)
    page.goto("/pledges/mine/")
    looking.follow(page, page.get_by_role("link", name=re.compile("아침 산책")).first)
    looking.follow(page, page.get_by_role("link", name="알림 받을 시각"))
    expect(page.locator("main")).to_contain_text("이 프로젝트는 알림을 받지 않아요.")
    page.get_by_label("이 프로젝트", exact=True).select_option(label="오전 9시")
    looking.follow(page, page.get_by_role("button", name="저장", exact=True))
    expect(page.locator("main")).to_contain_text("오전 9시까지")
    looking.check_in_every_mode(page, "pledges-reminder")
    looking.follow(page, page.get_by_role("button", name="되돌리기"))
    expect(page.locator("main")).to_contain_text("이 프로젝트는 알림을 받지 않아요.")
    looking.check(page, "pledges-not-reminded")


def test_what_a_leader_said_is_in_ones_inbox(browser_page: OpenPage) -> None:
    page = visitor(browser_page, WALKER)
    page.goto("/channels/inbox/pledges/")
    expect(page.locator("#talk")).to_contain_text("마을회관 앞에서 여섯 시에 만나요")
    looking.check(page, "pledges-inbox")


def test_a_neighbour_is_cheered_with_one_tap_and_a_few_words(browser_page: OpenPage) -> None:
    page = visitor(browser_page, KEEPER)
    page.goto("/pledges/mine/")
    looking.follow(page, page.get_by_role("link", name=re.compile("아침 산책")).first)
    looking.follow(page, page.get_by_role("link", name="모둠의 인증"))
    day = page.locator("article", has_text="정가상").first
    looking.follow(page, day.get_by_role("button", name="고마워요"))
    expect(page.locator("article", has_text="정가상").first.get_by_role("button", name="고마워요")).to_have_attribute(
        "aria-pressed", "true"
    )
    looking.check(page, "pledges-cheered")
    looking.follow(page, page.locator("article", has_text="정가상").first.locator("a.speak"))
    page.get_by_label("하고 싶은 말").fill("길가의 꽃이 예뻤겠어요")
    looking.follow(page, page.get_by_role("button", name="남기기"))
    expect(page.locator("main")).to_contain_text("길가의 꽃이 예뻤겠어요")
    looking.check_in_every_mode(page, "pledges-proof")
    looking.follow(page, page.get_by_role("link", name="신고·차단").first)
    page.get_by_label("무엇이 문제인가요?").fill("다른 사람의 집이 보여요")
    looking.check_in_every_mode(page, "pledges-complain")
    looking.follow(page, page.get_by_role("button", name="운영자에게 보내기"))
    steward = visitor(browser_page, STEWARD)
    steward.goto("/desk/pledges/complaints/")
    expect(steward.locator("main")).to_contain_text("다른 사람의 집이 보여요")
    looking.check_in_every_mode(steward, "pledges-complaints")
    looking.follow(steward, steward.get_by_role("button", name="그대로 두기").first)


def test_a_leader_says_what_does_not_count_and_a_steward_hears_the_appeal(browser_page: OpenPage) -> None:
    leader = visitor(browser_page, LEADER)
    leader.goto("/pledges/mine/")
    looking.check_in_every_mode(leader, "pledges-mine")
    looking.follow(leader, leader.locator(".card").last.get_by_role("link", name="아침 산책"))
    looking.check_in_every_mode(leader, "pledges-lead")
    proof = leader.locator("article", has_text="윤예시").first
    proof.get_by_text("인정하지 않기").click()
    proof.get_by_label("왜 그런가요?").fill("어디를 걸었는지 알 수 없어요")
    looking.follow(leader, proof.get_by_role("button", name="네, 인정하지 않아요"))
    reader = visitor(browser_page, "윤예시")
    reader.goto("/pledges/mine/")
    looking.follow(reader, reader.get_by_role("link", name=re.compile("아침 산책")).first)
    expect(reader.locator("main")).to_contain_text("어디를 걸었는지 알 수 없어요")
    looking.check(reader, "pledges-doubted")
    looking.follow(reader, reader.get_by_role("link", name="운영자에게 살펴봐 달라고 하기"))
    reader.get_by_label("왜 인정해야 하나요?").fill("마을을 한 바퀴 걸었어요")
    looking.check_in_every_mode(reader, "pledges-appeal")
    looking.follow(reader, reader.get_by_role("button", name="보내기"))
    steward = visitor(browser_page, STEWARD)
    steward.goto("/desk/pledges/")
    looking.check(steward, "pledges-appeals")
    looking.follow(steward, steward.get_by_role("button", name="인정하기로 해요").first)
    expect(steward.locator("main")).not_to_contain_text("마을을 한 바퀴 걸었어요")


def test_a_leader_lets_everybody_know(browser_page: OpenPage) -> None:
    leader = visitor(browser_page, LEADER)
    leader.goto("/pledges/mine/")
    looking.follow(leader, leader.get_by_role("link", name=re.compile("아침 산책")).first)
    looking.follow(leader, leader.get_by_role("link", name="모둠의 인증"))
    looking.follow(leader, leader.get_by_role("link", name="모두에게 알리기"))
    leader.get_by_label("모두에게 무엇을 알릴까요?").fill("내일은 비가 온대요. 우산 챙겨서 걸어요.")
    looking.check_in_every_mode(leader, "pledges-notice")
    looking.follow(leader, leader.get_by_role("button", name="알리기", exact=True))
    expect(leader.locator("main")).to_contain_text("우산 챙겨서 걸어요")
    looking.check(leader, "pledges-noticed")


def test_a_project_is_proposed(browser_page: OpenPage) -> None:
    page = visitor(browser_page, KEEPER)
    season(page, "둘째 백일")
    looking.follow(page, page.get_by_role("link", name="프로젝트 제안하기"))
    looking.check_in_every_mode(page, "pledges-propose")
    page.get_by_label("프로젝트 이름은 무엇인가요?").fill("하루 열 번 허리 펴기")
    page.get_by_label("서로 무엇을 약속하나요?").fill("하루에 열 번 허리를 펴요")
    page.get_by_label("확인 표시").check()
    page.get_by_label("하루를 어떻게 인증하나요?").fill("했으면 표시해요")
    looking.follow(page, page.get_by_role("button", name="제안하기", exact=True))
    expect(page.locator("main")).to_contain_text("운영자를 기다림")
    looking.check(page, "pledges-proposed")
