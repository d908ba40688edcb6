"""The admin works under its own content policy: nothing is blocked, its menus open, inline script stays forbidden."""

import os
import subprocess
import sys

import pytest

from tests.journeys import looking
from tests.journeys.conftest import ROOT, OpenPage, Town

pytestmark = pytest.mark.browser
EMAIL, PASSWORD = "admin@sample.invalid", "Sample-Admin-2026"


@pytest.fixture(scope="module")
def staff(town: Town) -> None:
    """Somebody who may open the admin."""
    given = {"DJANGO_SUPERUSER_EMAIL": EMAIL, "DJANGO_SUPERUSER_PASSWORD": PASSWORD, "DJANGO_SUPERUSER_NAME": "Admin"}
    subprocess.run(
        [sys.executable, "manage.py", "createsuperuser", "--noinput"],
        cwd=ROOT,
        env=os.environ | town.environment | given,
        check=True,
        capture_output=True,
    )


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("width", [390, 1280])
def test_the_admin_opens_under_its_policy(browser_page: OpenPage, width: int) -> None:
    page = browser_page(width=width, lang="en")
    answer = page.goto("/admin/")
    assert answer
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self' 'unsafe-eval';" in policy
    page.locator("[name=username]").fill(EMAIL)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form [type=submit]").first.click()
    page.wait_for_url("**/admin/")
    looking.picture(page, f"admin-{width}", whole=False)
    page.goto("/admin/kit/news/")
    page.wait_for_load_state("networkidle")


def test_no_other_page_has_the_looser_policy(browser_page: OpenPage) -> None:
    answer = browser_page().goto("/")
    assert answer
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
