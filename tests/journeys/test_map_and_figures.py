"""The map of the sample county, and the page of figures, in a real browser, with and without script."""

import pytest
from playwright.sync_api import expect

from tests import official
from tests.journeys import looking
from tests.journeys.conftest import OpenPage, Town

pytestmark = pytest.mark.browser
TASTES = [(390, "light", False), (390, "dark", True), (1280, "light", False)]


@pytest.mark.parametrize(("width", "theme", "large"), TASTES)
@pytest.mark.parametrize(
    ("name", "address"),
    [("map-county", "/map/?in=99010"), ("map-search", "/map/?q=솔내&in=9901031000"), ("figures", "/impact/")],
)
def test_map_and_figures_are_fit_for_everybody(
    browser_page: OpenPage, name: str, address: str, width: int, theme: str, large: bool
) -> None:
    page = browser_page(width=width, theme=theme, large=large)
    page.goto(address)
    looking.check(page, f"{name}-{width}-{theme}{'-large' if large else ''}")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_county_to_the_nearest_village_hall(browser_page: OpenPage, scripts: bool) -> None:
    page = browser_page(scripts=scripts)
    page.goto("/map/?in=99010")
    looking.follow(page, page.get_by_role("table").get_by_role("link", name="솔내면"))
    looking.follow(page, page.get_by_role("table").get_by_role("link", name="윗말"))
    expect(page.get_by_role("heading", level=1)).to_have_text("윗말")
    expect(page.locator(".rows .row").first).to_contain_text("윗말 마을회관")
    looking.follow(page, page.get_by_role("navigation", name="상위 지역").get_by_role("link", name="가람군"))
    page.get_by_role("searchbox").fill("솔내")
    page.keyboard.press("Enter")
    for name in ("솔내면", "솔내리"):  # causes of the village may be found beside its regions
        expect(page.locator("a.whole", has_text=name).first).to_be_visible()


@pytest.mark.official
def test_official_regions_are_loaded_while_the_town_is_open(browser_page: OpenPage, town: Town) -> None:
    folder = official.folder()
    said = town.dure("import", "regions", "--from", str(folder))
    assert said.returncode == 0, said.stdout + said.stderr
    page = browser_page()
    page.goto("/map/?q=중구")
    for city in ("서울특별시", "부산광역시", "대구광역시", "인천광역시", "대전광역시", "울산광역시"):
        expect(page.get_by_role("link", name=f"{city} 중구", exact=True)).to_be_visible()
    page.goto("/map/?in=41")
    expect(page.get_by_role("table").get_by_role("link", name="수원시 장안구")).to_be_visible()
    looking.check_in_every_mode(page, "map-gyeonggi")
    page.goto("/map/")  # the whole country has the longest names and the largest numbers
    looking.check_in_every_mode(page, "map-country")
