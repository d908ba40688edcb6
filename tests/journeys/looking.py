"""How a journey looks at a page: pictures under var/screens, accessibility by axe, nothing wider than the screen."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "var" / "screens"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def follow(page: Page, link: Locator) -> None:
    """Press a link or button that leads to another page, and be there: a press alone does not wait for the way."""
    with page.expect_navigation():
        link.click()


def picture(page: Page, name: str, whole: bool = True) -> None:
    """Keep a picture of the page as var/screens/<name>.png: all of it, or what the screen shows."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    screen = page.viewport_size or {"width": 390, "height": 844}
    if whole:  # a taller window, so that bars at its edge stay at the edge
        tall: int = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": screen["width"], "height": min(max(tall, screen["height"]), 12_000)})
    page.screenshot(path=SCREENS / f"{name}.png", animations="disabled")
    if whole:
        page.set_viewport_size(screen)


def violations(page: Page) -> list[str]:
    """What axe finds, one line each; empty when a page is fit for everybody."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )
    return [
        f"{kind['id']}: {kind['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for kind in found["violations"]
        for node in kind["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """Elements beyond the right edge of the screen or of the card they stand in (parts that scroll excepted)."""
    found: list[str] = page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          const cut = (e) => /(auto|scroll|hidden)/.test(getComputedStyle(e).overflowX);
          const scrolls = (e) => e && e !== document.documentElement && (cut(e) || scrolls(e.parentElement));
          const reaches = (e) => e.getClientRects().length && e.getBoundingClientRect().right > wide + 1;
          const bursts = (e) => e.scrollWidth > e.clientWidth + 1 && !cut(e);
          const cards = [...document.querySelectorAll('.card, .note, .row, .flow li, .field')].filter(bursts);
          return [...cards, ...[...document.body.querySelectorAll('*')]
            .filter((e) => reaches(e) && !scrolls(e.parentElement))
          ].map((e) => e.outerHTML.slice(0, 120));
        }"""
    )
    return found


def check(page: Page, name: str) -> None:
    """Picture, axe and width in one: what every page of a journey has to pass."""
    picture(page, name)
    wrong = violations(page) + [f"wider than the screen: {element}" for element in overflow(page)]
    assert not wrong, "\n".join(wrong)
