"""A merchant writes to friends with a picture and a coupon: sees what it costs, tries it on themselves, sends it; a friend takes
the coupon by one tap. At a phone's width, in large type, in both themes."""

import io
import time

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Page, expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage
from tests.journeys.test_paying import become

pytestmark = pytest.mark.browser
MERCHANT, FRIEND = "임시험", "윤예시"
HANDLE = "솔내건어물"
WORDS, SAYS = "햇멸치가 들어왔습니다. 맛보러 오세요.", "상자에 담긴 멸치 (예시 그림)"
ARRIVES_SECONDS_MAX = 100  # a worker looks once a minute


def picture() -> bytes:
    out = io.BytesIO()
    drawn = Image.new("RGB", (640, 400), "#dfe8df")
    for row in range(8):
        ImageDraw.Draw(drawn).ellipse(
            (60 + row * 60, 120 + row % 3 * 40, 160 + row * 60, 150 + row % 3 * 40), fill="#6f8591"
        )
    drawn.save(out, "JPEG")
    return out.getvalue()


def agree_to_ads(friend: Page) -> None:
    """Also at night: a journey may run at any hour."""
    friend.goto(f"/channels/@{HANDLE}/")
    for kind in ("광고 받기", "밤에도 광고 받기"):
        friend.locator("summary", has_text=kind).first.click()
        looking.follow(friend, friend.get_by_role("button", name="동의합니다"))


def write(merchant: Page) -> None:
    merchant.goto("/desk/channels/")
    looking.follow(merchant, merchant.locator("main a", has_text="솔내 건어물").first)
    looking.follow(merchant, merchant.get_by_role("link", name="친구에게 쓰기").first)
    merchant.get_by_label("광고", exact=True).check()
    merchant.get_by_label("글", exact=True).fill(WORDS)
    merchant.get_by_label("우리끼리 보는 제목").fill("햇멸치")
    merchant.locator("#id_coupon").select_option(index=1)
    photo: FilePayload = {"name": "햇멸치.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    merchant.locator("#id_picture").set_input_files(photo)
    expect(merchant.locator("#preview")).to_contain_text("장 남았습니다")
    keep(merchant)
    expect(merchant.locator("main")).to_contain_text("사진에 무엇이 보이는지 짧게 적어 주세요.")
    looking.check(merchant, "studio-write-no-words")
    merchant.locator("#id_picture_says").fill(SAYS)
    looking.check_in_every_mode(merchant, "studio-write")
    keep(merchant)


def keep(merchant: Page) -> None:
    """When the preview is done: a page that is left gives up what it asks for."""
    merchant.wait_for_timeout(1_000)
    merchant.wait_for_load_state("networkidle")
    looking.follow(merchant, merchant.get_by_role("button", name="초안으로 두기"))


def test_a_message_with_a_picture_and_a_coupon_from_the_studio_to_the_counter(browser_page: OpenPage) -> None:
    friend, merchant = become(browser_page(large=True), FRIEND), become(browser_page(), MERCHANT)
    agree_to_ads(friend)
    write(merchant)
    expect(merchant.get_by_alt_text(SAYS)).to_be_visible()
    expect(merchant.locator("main")).to_contain_text("남은 메시지 지원금")
    expect(merchant.locator("main")).to_contain_text("한 사람이 최대 2장 받습니다.")
    looking.check_in_every_mode(merchant, "studio-message")
    address = merchant.url
    looking.follow(merchant, merchant.get_by_role("button", name="나에게 먼저 보내 보기"))
    merchant.goto(f"/channels/inbox/{HANDLE}/")
    expect(merchant.locator("#talk")).to_contain_text("(광고) 솔내 건어물")
    looking.check(merchant, "studio-trial")
    merchant.goto(address)
    looking.follow(merchant, merchant.get_by_role("button", name="보내기", exact=True))

    arrived(friend)
    expect(friend.get_by_alt_text(SAYS)).to_be_visible()
    looking.check_in_every_mode(friend, "studio-arrived")
    looking.follow(friend, friend.get_by_role("button", name="쿠폰 받기").last)
    expect(friend.locator(".coupon-state")).to_contain_text("지금 쓸 수 있습니다")
    looking.check(friend, "studio-taken")

    merchant.goto(address)
    expect(merchant.locator("main")).to_contain_text("쿠폰 받음")
    expect(merchant.locator("main")).to_contain_text("20명 미만")
    looking.check_in_every_mode(merchant, "studio-figures")


def arrived(friend: Page) -> None:
    """Wait until the message stands in the friend's inbox."""
    deadline = time.monotonic() + ARRIVES_SECONDS_MAX
    while time.monotonic() < deadline:
        friend.goto(f"/channels/inbox/{HANDLE}/")
        if friend.locator("#talk", has_text=WORDS).count():
            return
        friend.wait_for_timeout(3_000)
    pytest.fail("the message did not arrive")
