"""The whole life of a cause in a real browser, as different people: from a proposal to the last won of its report.

Widths, themes, type sizes and languages are spread over the people, so that every page is looked at by somebody.
"""

import io
import re
from dataclasses import dataclass

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from dure.base import clock
from tests.journeys import looking
from tests.journeys.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = 390
GOAL = 100_000
TITLE = "솔내리 회관 앞 디딤돌"
STORY = (
    "솔내리 마을회관 앞길은 비만 오면 질퍽해서 어르신들이 자주 미끄러지십니다.\n\n"
    "디딤돌 열두 장을 놓고 손잡이를 세우겠습니다. 놓기 전과 뒤의 사진을 올리겠습니다. 체험용 예시입니다."
)
PROOF = b"%PDF-1.4\n% sample proof of an invented county\n%%EOF\n"
PROPOSER, PARTNER, STEWARDS = "강표본", "김예시", ("오예시", "한보기")
AGREEING = ("정가상", "윤예시", "송보기", "조견본", "임시험")


@dataclass(slots=True)
class Walk:
    """One walk through the life of a cause: who opens a browser, and where the cause lives."""

    browser_page: OpenPage
    cause: str = ""

    def visitor(self, name: str, width: int = 390, theme: str = "light", large: bool = False, lang: str = "ko") -> Page:
        """A browser of their own for a sample person, logged in by one tap."""
        page = self.browser_page(width=width, theme=theme, large=large, lang=lang)
        page.goto("/me/demo/")
        page.locator("li.row", has_text=name).get_by_role("button").click()
        page.wait_for_url(re.compile(r"/$"))
        other = page.locator(f"button[name=language][value={lang}]")
        if other.count():  # what a person once chose counts more than what the browser prefers
            other.click()
        expect(page.locator(f"html[lang={lang}]")).to_be_attached()
        return page

    def see(self, page: Page, name: str, address: str = "") -> None:
        """Go where `address` says, below the cause unless it begins at the root, and look at what is there.

        At a phone in both themes, in both sizes of type, and, where an address leads there, in English too.
        """
        if address:
            page.goto(address if address.startswith("/") else self.cause + address)
        if page.viewport_size and page.viewport_size["width"] > PHONE:
            looking.check(page, f"giving-{name}")
            return
        looking.check_in_every_mode(page, f"giving-{name}")
        english = page.locator("button[name=language][value=en]")  # the desk has none
        if address and english.count():
            looking.follow(page, english)
            looking.check(page, f"giving-{name}-en")
            looking.follow(page, page.locator("button[name=language][value=ko]"))

    def desk(self, address: str = "") -> str:
        return self.cause.replace("/giving/", "/giving/desk/") + address

    def press(self, page: Page, action: str) -> None:
        """Press the main button of the form that posts to `action` below the cause."""
        button = page.locator(f'form[action$="{action}"] button').last
        question = page.locator("details.ask:not([open])", has=page.locator(f'form[action$="{action}"]'))
        if question.count():
            question.locator("summary").click()
        looking.follow(page, button)
        expect(page.locator("#notices .note").first).to_be_visible()


def test_a_cause_from_proposal_to_report(browser_page: OpenPage) -> None:
    walk = Walk(browser_page)
    propose(walk)
    accept_as_partner(walk)
    agree_until_the_gate_opens(walk)
    vet_and_open(walk)
    first = give(walk)
    decline_and_try_again(walk)
    cheer_and_take_a_gift_back(walk)
    fill_the_box(walk)
    close_and_plan(walk)
    pay_out(walk)
    report(walk)
    see_what_it_became(walk, first)


def propose(walk: Walk) -> None:
    """Lines that do not add up are refused with everything kept; then it is a draft with a picture, then proposed."""
    page = walk.visitor(PROPOSER, large=True)
    walk.see(page, "new-large", "/giving/new/")
    said = {
        "title": TITLE,
        "beneficiary": "회관에 오시는 어르신 30분",
        "story": STORY,
        "goal": str(GOAL),
    }
    for name, text in said.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=topic]").select_option("elders")
    page.locator("[name=region_name]").fill("솔내리")
    page.locator("[name=partner]").select_option(label="가람 이웃손 (예시)")
    for index, (label, won) in enumerate((("디딤돌 12장", "70000"), ("손잡이", "20000"))):
        page.locator(f"[name=line{index}-label]").fill(label)
        page.locator(f"[name=line{index}-amount]").fill(won)
    keep = page.locator("main form button.btn").last
    keep.click()
    expect(page.get_by_role("alert")).to_contain_text("90,000")
    for name, text in said.items():
        expect(page.locator(f"[name={name}]")).to_have_value(text)
    expect(page.locator("[name=line1-label]")).to_have_value("손잡이")
    walk.see(page, "new-turned-back-large")
    page.locator("[name=line1-amount]").fill("30000")
    page.locator("main form button.btn").last.click()
    page.wait_for_url(re.compile(r"/giving/(?!new)[^/]+/$"))
    walk.cause = re.sub(r"^https?://[^/]+", "", page.url)
    walk.see(page, "draft-large")
    walk.see(page, "pictures-large", "pictures/")
    page.locator("[name=picture]").set_input_files({"name": "돌.png", "mimeType": "image/png", "buffer": _picture()})
    page.locator("[name=alt]").fill("회관 앞 젖은 흙길을 그린 예시 그림")
    looking.follow(page, page.locator("form[enctype] button"))
    expect(page.locator("main img")).to_have_count(1)
    page.goto(walk.cause)
    walk.press(page, "/propose/")
    walk.see(page, "proposed-large")


def accept_as_partner(walk: Walk) -> None:
    """From 나 to the organisation's desk, where the cause waits for an answer."""
    page = walk.visitor(PARTNER)
    walk.see(page, "me-of-a-partner", "/me/")
    looking.follow(page, page.locator('main a[href*="/giving/organisations/"]').first)
    walk.see(page, "organisation-asked")
    looking.follow(page, page.locator("main a.whole", has_text=TITLE).first)
    walk.see(page, "work-asked")
    looking.follow(page, page.locator('form[action$="/answer/"] button[value=yes]'))
    expect(page.locator("main")).to_contain_text("맡겠다고 답했습니다")
    walk.see(page, "accepted")


def agree_until_the_gate_opens(walk: Walk) -> None:
    """The first looks at the page before and after; the fifth yes opens the gate."""
    for number, name in enumerate(AGREEING):
        page = walk.visitor(name, theme="dark" if number == 0 else "light", width=1280 if number == 1 else 390)
        if number == 0:
            walk.see(page, "list-gate-dark", "/giving/?kind=gate")
        page.goto(walk.cause)
        walk.press(page, "/agree/")
        if number in (0, 1, len(AGREEING) - 1):
            walk.see(page, f"agreed-{number + 1}")
        page.context.close()


def vet_and_open(walk: Walk) -> None:
    """Without a tick the box stays shut, and the comment that was typed stays too."""
    page = walk.visitor(STEWARDS[0], width=1280, lang="en")
    walk.see(page, "desk-1280-en", "/giving/desk/")
    page.goto(walk.desk())
    page.locator("[name=comment]").fill("Seen the place, spoken with the partner.")
    page.locator('form[action$="/approve/"] button').click()
    expect(page.locator("[name=comment]")).to_have_value("Seen the place, spoken with the partner.")
    walk.see(page, "vet-turned-back-1280-en")
    for tick in page.locator("[name=marks]").all():
        tick.check()
    walk.press(page, "/approve/")
    walk.see(page, "vetted-1280-en")
    walk.see(page, "agreements-1280-en", walk.desk("agreements/"))
    walk.see(page, "funds-1280-en", "/giving/desk/funds/")
    phone = walk.visitor(STEWARDS[1], theme="dark")
    walk.see(phone, "vet-dark", walk.desk())


def give(walk: Walk) -> str:
    """A gift of 60,000 won through the practice checkout. Answers the address of the gift."""
    page = walk.visitor(AGREEING[0])
    walk.see(page, "box-empty", walk.cause)
    looking.follow(page, page.locator('main a[href$="/give/"]').first)
    page.locator("[name=message]").fill("빗길에 넘어지지 않으시길 바랍니다.")
    page.locator("main form button.btn").last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[name=message]")).to_have_value("빗길에 넘어지지 않으시길 바랍니다.")
    walk.see(page, "give-turned-back")
    _pay(walk, page, 60_000, "checkout")
    page.wait_for_url(re.compile("/giving/gifts/"))
    walk.see(page, "gift")
    return page.url


def decline_and_try_again(walk: Walk) -> None:
    """A refused card costs nothing, says so, and leads back to giving."""
    page = walk.visitor(AGREEING[1], lang="en", theme="dark", large=True)
    page.goto(walk.cause + "give/")
    walk.see(page, "give-en-dark-large")
    page.locator("[name=message]").fill("Mind your step")
    page.locator("[name=name_shown][value=no]").check()
    looking.follow(page, page.locator("button[name=sum][value='10000']"))
    expect(page.locator("[name=message]")).to_have_value("Mind your step")
    page.locator("[name=amount]").fill("20000")
    page.locator("[name=provider][value=sandbox]").check()
    page.locator("main form button.btn").last.click()
    page.locator("details.ask summary").click()
    walk.see(page, "checkout-en-dark-large")
    page.locator("button[value=card_refused]").click()
    page.wait_for_url(re.compile("/paid/"))
    walk.see(page, "not-paid-en-dark-large")
    looking.follow(page, page.locator('main a[href*="/give/?again="]'))
    expect(page.locator("[name=amount]")).to_have_value("20000")
    expect(page.locator("[name=message]")).to_have_value("Mind your step")
    expect(page.locator("[name=name_shown][value=no]")).to_be_checked()
    _pay(walk, page, 20_000)
    page.wait_for_url(re.compile("/giving/gifts/"))
    expect(page.locator("h1")).to_contain_text("20,000")


def cheer_and_take_a_gift_back(walk: Walk) -> None:
    """A word adds a hundred won from the fund; a gift taken back leaves the total and stays readable to its giver."""
    page = walk.visitor(AGREEING[2], width=1280)
    page.goto(walk.cause)
    page.locator("[name=text]").fill("우리 마을 최고!")
    walk.press(page, "/comment/")
    page.goto(walk.cause + "give/?amount=10000")
    _pay(walk, page, 10_000)
    page.wait_for_url(re.compile("/giving/gifts/"))
    mine = page.url
    page.goto(walk.cause)
    expect(page.locator("main")).to_contain_text("90,100")
    walk.see(page, "box-1280")
    page.goto(mine)
    looking.follow(page, page.locator('main a[href$="/back/"]'))
    walk.see(page, "take-back-1280")
    page.locator("[name=why]").fill("다음 달에 다시 할게요")
    page.locator("main form button.btn").last.click()
    page.wait_for_url(re.compile("/giving/mine/"))
    walk.see(page, "mine-1280")
    page.goto(mine)
    walk.see(page, "gift-taken-back-1280")
    page.goto(walk.cause)
    expect(page.locator("main")).to_contain_text("80,100")


def fill_the_box(walk: Walk) -> None:
    """The last giver takes the offer to give exactly what is missing."""
    page = walk.visitor(AGREEING[3])
    page.goto(walk.cause)
    looking.follow(page, page.locator('main a[href*="give/?amount="]').first)
    expect(page.locator("[name=amount]")).to_have_value("19900")
    _pay(walk, page, 19_900)
    page.wait_for_url(re.compile("/giving/gifts/"))
    walk.see(page, "box-full", walk.cause)


def close_and_plan(walk: Walk) -> None:
    page = walk.visitor(PARTNER, width=390)
    walk.see(page, "work-open", "partner/")
    looking.follow(page, page.locator('a[href*="/giving/organisations/"]').first)
    walk.see(page, "organisation")
    page.goto(walk.cause + "partner/")
    walk.press(page, "/partner/close/")
    page.locator("[name=line1-amount]").fill("25000")
    page.locator('form[action$="/partner/plan/"] button.btn').last.click()
    expect(page.get_by_role("alert")).to_contain_text("95,000")
    expect(page.locator("[name=line1-amount]")).to_have_value("25000")
    walk.see(page, "plan-turned-back")
    page.locator("[name=line2-label]").fill("모래")
    page.locator("[name=line2-amount]").fill("5000")
    walk.press(page, "/partner/plan/")
    walk.see(page, "planned")


def pay_out(walk: Walk) -> None:
    """Two stewards approve; only then the second one can pay out."""
    page = walk.visitor(STEWARDS[0], theme="dark")
    walk.see(page, "plan-at-the-desk-dark", walk.desk())
    walk.press(page, "/approve-plan/")
    expect(page.locator('form[action$="/pay-out/"]')).to_have_count(0)
    second = walk.visitor(STEWARDS[1], width=1280)
    second.goto(walk.desk())
    walk.press(second, "/approve-plan/")
    walk.see(second, "approved-1280")
    walk.press(second, "/pay-out/")
    walk.see(second, "paid-out-1280")


def report(walk: Walk) -> None:
    """Three lines with proofs; the button wakes when both sums are the same."""
    page = walk.visitor(PARTNER, theme="dark", lang="en")
    walk.see(page, "report-empty-dark-en", "partner/")
    day = clock.today().isoformat()
    for payee, purpose, won in (
        ("예시 석재", "디딤돌 12장", 70_000),
        ("예시 철물점", "손잡이", 25_000),
        ("예시 상회", "모래", 5_000),
    ):
        expect(page.get_by_role("button", name="File the report")).to_be_disabled()
        page.locator("[name=spent_on]").fill(day)
        page.locator("[name=payee]").fill(payee)
        page.locator("[name=purpose]").fill(purpose)
        page.locator("[name=amount]").fill(str(won))
        page.locator("[name=proof]").set_input_files(
            {"name": f"{purpose}.pdf", "mimeType": "application/pdf", "buffer": PROOF}
        )
        walk.press(page, "/partner/report/")
    walk.see(page, "report-dark-en")
    walk.press(page, "/partner/file/")
    page.wait_for_url(re.compile(re.escape(walk.cause) + "$"))
    walk.see(page, "reported-dark-en")


def see_what_it_became(walk: Walk, gift: str) -> None:
    """The parts of a gift add up to the gift; receipts and the list of my giving lead there."""
    page = walk.visitor(AGREEING[0], large=True)
    page.goto(gift)
    parts = [int(re.sub(r"\D", "", text)) for text in page.locator("main .end").all_inner_texts()]
    assert sum(parts) == 60_000, parts
    walk.see(page, "gift-became-large")
    walk.see(page, "mine-large", "/giving/mine/")
    year = clock.today().year
    looking.follow(page, page.locator(f'main a[href$="/receipts/{year}/"]'))
    expect(page.locator("main")).to_contain_text("가람 이웃손")
    walk.see(page, "receipts-large")
    for width, lang in ((390, "en"), (1280, "ko")):
        anyone = walk.browser_page(width=width, lang=lang)
        walk.see(anyone, f"reported-{width}-{lang}", walk.cause)
        walk.see(anyone, f"list-{width}-{lang}", "/giving/")


def _pay(walk: Walk, page: Page, won: int, name: str = "") -> None:
    """Fill in the sum, go on to the checkout, and pay there."""
    page.locator("[name=amount]").fill(str(won))
    page.locator("[name=provider][value=sandbox]").check()  # the others: test_paying
    page.locator("main form button.btn").last.click()
    page.wait_for_url(re.compile("/sandbox/"))
    if name:
        walk.see(page, name)
    page.locator("button[value=approve]").click()


def _picture() -> bytes:
    """A drawing made here: a wet path before a hall."""
    drawn = Image.new("RGB", (800, 450), "#d8e6ee")
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, 270, 800, 450), fill="#8a7a5c")
    pen.rectangle((420, 130, 680, 280), fill="#fffdf8")
    pen.polygon(((390, 135), (550, 50), (710, 135)), fill="#1d2320")
    pen.ellipse((80, 330, 260, 380), fill="#6f8796")
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()
