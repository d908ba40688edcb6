"""The admin works under its own content policy: nothing is blocked, its menus open, inline script stays forbidden."""

import pytest

from tests.journeys import looking
from tests.journeys.conftest import OpenPage

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 1280])
def test_the_admin_opens_under_its_policy(browser_page: OpenPage, width: int) -> None:
    page = browser_page(width=width, lang="en")
    page.goto("/me/demo/")
    looking.follow(page, page.get_by_role("button", name="Log in as 오예시"))
    answer = page.goto("/admin/")
    assert answer
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self' 'unsafe-eval';" in policy
    looking.picture(page, f"admin-{width}", whole=False)
    page.goto("/admin/kit/news/")
    page.wait_for_load_state("networkidle")


def test_no_other_page_has_the_looser_policy(browser_page: OpenPage) -> None:
    answer = browser_page().goto("/")
    assert answer
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_the_admin_opens_by_the_ordinary_log_in(browser_page: OpenPage) -> None:
    """Its own form would know neither the rate limits nor the second step."""
    page = browser_page()
    page.goto("/admin/")
    assert "/accounts/login/" in page.url
