"""A group votes on whom it gives to, and a settled count is put right, in a real browser by a clock that the journey moves."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage
from tests.journeys.test_pledges_season import (
    FRIEND,
    LEADER,
    STEWARD,
    TITLE,
    WALKER,
    Moved,
    day,
    join,
    moved,
    open_season,
    propose,
    prove,
    visitor,
)

__all__ = ["moved"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
OTHER_STEWARD = "한보기"
BY_GROUP = "기부할게요. 어디에 기부할지는 우리 모둠이 투표로 정해요"
WHY = "나흘째에 서버가 멈춰서 인증을 보내지 못했어요"
LOOKED = "그날 서버가 멈춘 기록이 있어요"


def to_project(page: Page, town: Moved) -> None:
    page.goto(f"{town.url}/pledges/mine/")
    looking.follow(page, page.get_by_role("link", name=TITLE).first)


def vote(page: Page, town: Moved, number: int) -> str:
    """Vote for the receiver of this number; answers its name."""
    to_project(page, town)
    looking.follow(page, page.get_by_role("link", name="우리 모둠의 투표"))
    choice = page.get_by_role("radio").nth(number)
    choice.check()
    looking.check_in_every_mode(page, f"pledges-vote-{number}")
    named: str = choice.evaluate("e => e.closest('label').innerText.trim()")
    looking.follow(page, page.get_by_role("button", name="투표하기"))
    expect(page.get_by_role("radio").nth(number)).to_be_checked()
    return named


def settle(steward: Page, town: Moved) -> None:
    town.to(day(100) + timedelta(days=15))
    steward.goto(f"{town.url}/desk/pledges/")
    steward.get_by_text("시즌 정산하기", exact=True).click()
    looking.follow(steward, steward.get_by_role("button", name="네, 정산할게요"))
    town.do("settle")


def dispute(page: Page, town: Moved) -> None:
    """Say that the fourth day should have counted."""
    to_project(page, town)
    looking.follow(page, page.get_by_role("link", name="지킨 날이 달라요"))
    looking.check_in_every_mode(page, "pledges-dispute")
    page.get_by_label("4일째").first.check()
    page.get_by_label("왜 그런가요? 운영자 두 사람이 읽어요.").fill(WHY)
    looking.follow(page, page.get_by_role("button", name="운영자에게 보내기"))
    expect(page.locator("main")).to_contain_text(WHY)
    looking.check(page, "pledges-dispute-sent")


def test_a_group_votes_and_a_count_is_put_right(moved: Moved, browser_page: OpenPage) -> None:
    moved.do("two")
    steward = visitor(browser_page, moved, STEWARD)
    open_season(steward, moved, receivers=2)
    propose(visitor(browser_page, moved, LEADER), moved)
    steward.goto(f"{moved.url}/desk/pledges/")
    looking.follow(steward, steward.get_by_role("button", name="열기", exact=True).first)
    walker = visitor(browser_page, moved, WALKER, large=True)
    friend = visitor(browser_page, moved, FRIEND)
    for page in (walker, friend):
        join(page, moved, BY_GROUP)
    for number in (1, 2, 3, 5):
        moved.to(day(number))
        prove(walker, moved)
    moved.to(day(95))
    chosen = vote(walker, moved, 1)
    assert vote(friend, moved, 1) == chosen
    settle(steward, moved)
    looking.follow(walker, walker.get_by_role("link", name="뒤로").first)
    looking.follow(walker, walker.get_by_role("link", name="우리 모둠의 투표"))
    expect(walker.locator("main")).to_contain_text(chosen)
    looking.check_in_every_mode(walker, "pledges-vote-decided")
    dispute(walker, moved)
    steward.goto(f"{moved.url}/desk/pledges/disputes/")
    expect(steward.locator("main")).to_contain_text(WHY)
    steward.get_by_label("4일째").check()
    steward.get_by_label("왜 그런가요? 본인이 읽어요.").fill(LOOKED)
    looking.check_in_every_mode(steward, "pledges-disputes-propose")
    looking.follow(steward, steward.get_by_role("button", name="다른 운영자에게 의견 내기"))
    looking.check(steward, "pledges-disputes-mine")
    other = visitor(browser_page, moved, OTHER_STEWARD)
    other.goto(f"{moved.url}/desk/pledges/disputes/")
    other.get_by_text("저도 같은 의견이에요", exact=True).click()
    looking.check_in_every_mode(other, "pledges-disputes-second")
    looking.follow(other, other.get_by_role("button", name="네, 결정해요"))
    to_project(walker, moved)
    expect(walker.locator("main")).to_contain_text("500원")
    looking.check_in_every_mode(walker, "pledges-dispute-decided")
    looking.follow(walker, walker.get_by_role("link", name="전체 내역 보기"))
    main = walker.locator("main")
    for said in ("정가상", "10,000원", "400원", "100원", "9,500원", chosen):
        expect(main).to_contain_text(said)
    looking.check_in_every_mode(walker, "pledges-account")
    walker.emulate_media(media="print")
    looking.picture(walker, "pledges-account-printed")
    expect(walker.get_by_role("link", name="표로 받기")).to_be_hidden()
    walker.emulate_media(media="screen")
    with walker.expect_download() as file:
        walker.get_by_role("link", name="표로 받기").click()
    lines = file.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) > 6
    assert lines[-1].endswith(",0")
