"""A head alone at night sends by the village's number; a neighbour reads in her own language; an office is handed over."""

import pytest
from playwright.sync_api import expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage
from tests.journeys.test_broadcast import HEAD, NEIGHBOUR
from tests.journeys.test_pledges import visitor

pytestmark = pytest.mark.browser
VILLAGE, NUMBER = "솔내리 (예시)", "395172"
VIETNAMESE = "Lũ đang lên. Hãy đến nhà văn hóa ngay."


def test_nobody_else_is_reached_and_the_number_sends_it(browser_page: OpenPage) -> None:
    head = visitor(browser_page, HEAD)  # of the sample town, where the head answers for the village, too
    head.goto("/desk/broadcast/")
    looking.follow(head, head.get_by_role("link", name=VILLAGE))
    looking.follow(head, head.get_by_role("link", name="마을 비밀번호"))
    looking.check_in_every_mode(head, "broadcast-number")
    head.get_by_label("숫자 여섯 자리").fill(NUMBER)
    looking.follow(head, head.get_by_role("button", name="비밀번호 정하기"))

    head.goto("/broadcast/studio/")
    looking.follow(head, head.locator("a[href*='/studio/languages/']").first)
    looking.check_in_every_mode(head, "broadcast-languages")
    head.get_by_label("Tiếng Việt").check()
    looking.follow(head, head.get_by_role("button", name="저장하기"))

    head.goto("/broadcast/studio/speak/")
    head.get_by_label("무엇을 알릴까요?").fill("물이 붇고 있습니다. 지금 회관으로 오세요.")
    head.get_by_text("긴급 · 훈련 · 나중에 · 반복").click()
    head.get_by_label("긴급", exact=True).check()
    looking.follow(head, head.get_by_role("button", name="보내기 전에 다시 보기"))
    looking.follow(head, head.get_by_role("button", name="두 번째 사람에게 묻기"))
    head.get_by_text("Tiếng Việt", exact=True).click()
    head.get_by_label("Tiếng Việt 글").fill(VIETNAMESE)
    looking.follow(head, head.get_by_role("button", name="글 저장하기"))
    head.get_by_text("아무와도 연락이 닿지 않아요").click()
    looking.check_in_every_mode(head, "broadcast-alone")
    head.get_by_label(f"{VILLAGE} 비밀번호").fill(NUMBER)
    looking.follow(head, head.get_by_role("button", name="비밀번호로 보내기"))
    expect(head.get_by_role("button", name="거두기")).to_be_visible()
    said = head.url.rstrip("/").rsplit("/", 1)[1]

    neighbour = visitor(browser_page, NEIGHBOUR, large=True)
    neighbour.goto("/broadcast/")
    looking.follow(neighbour, neighbour.get_by_role("link", name=VILLAGE).last)
    neighbour.get_by_label("어떤 말로 읽으시겠어요?").select_option("vi")
    looking.follow(neighbour, neighbour.get_by_role("button", name="저장하기"))
    expect(head.get_by_text("방송 끝내기", exact=True)).to_be_visible(timeout=60_000)  # on the air
    neighbour.goto(f"/broadcast/announcements/{said}/")
    expect(neighbour.locator(".words").first).to_contain_text(VIETNAMESE)
    looking.check_in_every_mode(neighbour, "broadcast-vietnamese")
    looking.follow(neighbour, neighbour.get_by_role("link", name="한국어"))
    expect(neighbour.locator(".words")).not_to_contain_text("Lũ")


def test_an_office_is_handed_over(browser_page: OpenPage) -> None:
    head = visitor(browser_page, HEAD)
    head.goto("/broadcast/studio/")
    looking.check_in_every_mode(head, "broadcast-studio-whole")
    looking.follow(head, head.get_by_role("link", name="자리 넘겨주기"))
    looking.check_in_every_mode(head, "broadcast-hand-over")
    expect(head.get_by_label("누가 이어서 맡나요?")).to_contain_text("신표본")
