"""Joining, logging in and out, one's own pages: in a real browser, with a passkey that is made and used for real."""

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Page, expect

from tests.journeys import looking
from tests.journeys.conftest import OpenPage, Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TASTES = [(390, "light", False, "ko"), (390, "dark", True, "ko"), (1280, "light", False, "en")]
GUEST = [
    *("/me/", "/me/demo/", "/me/letters/", "/accounts/login/", "/accounts/signup/", "/accounts/signup/passkey/"),
    *("/accounts/login/code/", "/accounts/password/reset/", "/accounts/inactive/"),
]
OWNER = [
    *("/me/", "/me/profile/", "/me/consents/", "/me/security/", "/me/export/", "/me/close/", "/me/organisations/new/"),
    *("/accounts/email/", "/accounts/password/change/", "/accounts/logout/", "/accounts/sessions/"),
    *("/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/", "/accounts/2fa/totp/activate/"),
    *("/accounts/3rdparty/", "/accounts/reauthenticate/"),
]
STEWARD = ["/me/", "/desk/people/organisations/", "/desk/people/organisations/?state=verified", "/desk/people/roles/"]
BECOME = {"ko": "{name} 님으로 로그인", "en": "Log in as {name}"}


@pytest.fixture
def here(town: Town) -> str:
    """The town under a name: passkeys belong to names, not to numbers."""
    return town.url.replace("127.0.0.1", "localhost")


def become(page: Page, name: str, lang: str = "ko") -> None:
    page.goto("/me/demo/")
    page.get_by_role("button", name=BECOME[lang].format(name=name)).click()
    expect(page.locator("#notices")).to_contain_text(name)


def pictured(address: str, width: int, theme: str, large: bool) -> str:
    plain = re.sub("[^a-z0-9]+", "-", address).strip("-")
    return f"people-{plain}-{width}-{theme}{'-large' if large else ''}"


@pytest.mark.parametrize(("width", "theme", "large", "lang"), TASTES)
def test_pages_of_people_are_fit_for_everybody(
    browser_page: OpenPage, width: int, theme: str, large: bool, lang: str
) -> None:
    page = browser_page(width=width, theme=theme, large=large, lang=lang)
    for address in GUEST:
        page.goto(address)
        looking.check(page, "guest-" + pictured(address, width, theme, large))
    become(page, "김예시", lang)
    for address in OWNER:
        page.goto(address)
        looking.check(page, pictured(address, width, theme, large))
    page.goto("/me/")
    looking.follow(page, page.get_by_role("link", name="가람 이웃손").first)
    looking.check(page, pictured("organisation", width, theme, large))
    for part in ("edit/", "bank/"):
        page.goto(page.url.split("?")[0].removesuffix("edit/") + part)
        looking.check(page, pictured(part, width, theme, large))
    become(page, "한보기", lang)
    for address in STEWARD:
        page.goto(address)
        looking.check(page, "steward-" + pictured(address, width, theme, large))
    page.goto("/desk/people/organisations/")
    looking.follow(page, page.get_by_role("link", name="솔내 푸른들"))
    looking.check(page, pictured("check", width, theme, large))


def fill_in(page: Page, name: str, email: str) -> None:
    page.get_by_label("이름").fill(name)
    page.get_by_label("이메일", exact=True).fill(email)
    for title in ("이용약관", "개인정보 수집과 이용", "만 14세 이상입니다"):
        page.get_by_label(title).check()


def enter_code_from_letter(page: Page, here: str, subject: str) -> None:
    """Read the newest letter in a window of its own, and type its code into the page that stayed open."""
    reading = page.context.new_page()
    reading.goto(f"{here}/me/letters/")
    letter = reading.locator("article", has_text=subject).first
    looking.check(reading, "people-letters-with-one")
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", letter.locator(".prose").inner_text())
    assert code, letter.inner_text()
    reading.close()
    looking.check(page, "people-code")
    page.get_by_role("textbox").first.fill(code[0].lower())
    page.get_by_role("button", name="계속").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_joining_with_a_password_needs_no_script(browser_page: OpenPage, town: Town, scripts: bool) -> None:
    page = browser_page(scripts=scripts)
    name = "새 이웃" if scripts else "옛 전화"
    page.goto("/me/")
    looking.follow(page, page.get_by_role("link", name="가입하기"))
    page.get_by_role("button", name="가입하기").click()  # too early: the browser or the form says what is missing
    fill_in(page, name, f"joining{int(scripts)}@sample.invalid")
    page.get_by_label("비밀번호", exact=True).fill("a quite long secret")
    page.get_by_role("button", name="가입하기").click()
    page.wait_for_url("**/confirm-email/")
    if scripts:
        enter_code_from_letter(page, town.url, "가입 코드")
    else:
        page.get_by_role("textbox").first.fill("WRONG1")
        page.get_by_role("button", name="계속").click()
        expect(page.locator(".errorlist").first).to_be_visible()
        return
    expect(page.locator("#notices")).to_contain_text(f"{name} 님, 반갑습니다.")
    page.goto("/me/consents/")
    looking.follow(page, page.get_by_role("button", name="동의합니다").first)
    looking.follow(page, page.get_by_role("button", name="동의 거두기"))
    expect(page.locator("#notices")).to_contain_text("동의를 거두었습니다")


@pytest.fixture
def with_passkeys(browser_page: OpenPage) -> Iterator[Page]:
    """A page in a browser with a built-in authenticator that says yes."""
    page = browser_page()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    devices.send("WebAuthn.disable")


def test_joining_and_logging_in_with_a_passkey(with_passkeys: Page, here: str) -> None:
    page = with_passkeys
    page.goto(f"{here}/accounts/signup/passkey/")
    fill_in(page, "열쇠 이웃", "passkey@sample.invalid")
    page.get_by_role("button", name="다음").click()
    enter_code_from_letter(page, here, "가입 코드")
    page.wait_for_url("**/2fa/webauthn/signup/")
    looking.check(page, "people-passkey-making")
    page.get_by_role("button", name="패스키 만들기").click()
    expect(page.locator("#notices")).to_contain_text("열쇠 이웃 님, 반갑습니다.")
    page.goto(f"{here}/accounts/2fa/webauthn/")
    expect(page.locator(".rows .row")).to_have_count(1)
    looking.check(page, "people-passkeys-one")
    page.goto(f"{here}/me/")
    looking.follow(page, page.get_by_role("button", name="로그아웃"))
    page.goto(f"{here}/accounts/login/")
    page.get_by_role("button", name="패스키로 로그인").click()
    expect(page.locator("#notices")).to_contain_text("열쇠 이웃 님, 반갑습니다.")


def test_a_passkey_that_does_not_work_says_so(browser_page: OpenPage) -> None:
    page = browser_page()
    page.goto("/accounts/login/")  # under a number no passkey can work
    page.get_by_role("button", name="패스키로 로그인").click()
    expect(page.get_by_role("alert")).to_contain_text("패스키를 쓰지 못했습니다.")


def test_the_second_step_is_asked_and_recovery_codes_are_given(browser_page: OpenPage) -> None:
    page = browser_page()
    become(page, "문가상")  # who takes part in no other journey: the second step stays on
    page.goto("/me/security/")
    looking.follow(page, page.get_by_role("link", name="인증 앱"))
    key = page.locator("code").first.inner_text()
    page.locator("form.stack input[type=text]").fill(_six_digits(key))
    page.get_by_role("button", name="켜기").click()
    page.wait_for_url("**/recovery-codes/")
    looking.check(page, "people-recovery-codes")
    recovery = page.locator("#recovery_codes code").first.inner_text()
    page.goto("/me/")
    looking.follow(page, page.get_by_role("button", name="로그아웃"))
    page.goto("/accounts/login/")
    page.get_by_label("이메일", exact=True).fill("citizen7@sample.invalid")
    page.get_by_label("비밀번호", exact=True).fill("sample-of-garam")
    page.get_by_role("button", name="로그인", exact=True).click()
    page.wait_for_url("**/2fa/authenticate/**")
    looking.check(page, "people-second-step")
    page.locator("form.stack input[type=text]").fill("000000")
    page.get_by_role("button", name="로그인", exact=True).click()
    expect(page.locator(".errorlist").first).to_be_visible()
    page.locator("form.stack input[type=text]").fill(recovery)
    page.get_by_role("button", name="로그인", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("문가상 님, 반갑습니다.")


def _six_digits(key: str) -> str:
    """What an authenticator app would show now."""
    return str(totp.format_hotp_value(totp.hotp_value(key, next(iter(totp.yield_hotp_counters_from_time())))))
