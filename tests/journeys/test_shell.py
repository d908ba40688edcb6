"""The frame of the app, the kit's components and the roof's own pages, in a real browser."""

import pytest

from tests.journeys import looking
from tests.journeys.conftest import OpenPage

pytestmark = pytest.mark.browser
TASTES = [
    (390, "light", False),
    (390, "dark", False),
    (390, "light", True),
    (1280, "light", False),
    (1280, "dark", True),
]


@pytest.mark.parametrize(("width", "theme", "large"), TASTES)
@pytest.mark.parametrize(
    ("name", "address"),
    [("home", "/"), ("kit", "/kit/"), ("together", "/together/"), ("settings", "/settings/"), ("about", "/about/")],
)
def test_pages_are_fit_for_everybody(
    browser_page: OpenPage, name: str, address: str, width: int, theme: str, large: bool
) -> None:
    page = browser_page(width=width, theme=theme, large=large)
    page.goto(address)
    looking.check(page, f"{name}-{width}-{theme}{'-large' if large else ''}")


@pytest.mark.parametrize("address", ["/map/", "/qr/", "/nowhere/", "/kit/?refusal=1"])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_quiet_pages_too(browser_page: OpenPage, address: str, lang: str) -> None:
    page = browser_page(lang=lang)
    page.goto(address)
    looking.check(page, f"{address.strip('/?=1').replace('/', '-').replace('?', '-')}-{lang}")
