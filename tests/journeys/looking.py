"""How a journey looks at a page: pictures under var/screens, accessibility by axe, nothing wider than the screen."""

import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "var" / "screens"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LOOK_MS = 250
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def follow(page: Page, link: Locator) -> None:
    """Press a link or button that leads to another page, and be there: a press alone does not wait for the way."""
    with page.expect_navigation():
        link.click()


def until(page: Page, expression: str, arg: object = None, timeout_ms: int = 15_000) -> None:
    """Wait until an expression is true, also one whose answer comes later: `wait_for_function` takes every promise for a yes."""
    ends = time.monotonic() + timeout_ms / 1_000
    while not page.evaluate(expression, arg):
        if time.monotonic() > ends:
            raise AssertionError(f"not true within {timeout_ms} ms: {expression}")
        page.wait_for_timeout(LOOK_MS)


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


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds, one line each; empty when a page is fit for everybody. `rules`: only these."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "([type, values]) => axe.run(document, {runOnly: {type, values}, resultTypes: ['violations']})",
        ["rule", rules] if rules else ["tag", TAGS],
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


def check_in_every_mode(page: Page, name: str) -> None:
    """As `check`; then the same page, as it stands, in the other theme and in the other size of type.

    The other theme changes colours only, the other size of type only places: each is asked for what it can break.
    """
    check(page, name)
    was = page.evaluate("[document.documentElement.dataset.theme, document.documentElement.className]")
    other = "light" if was[0] == "dark" else "dark"
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", other)
    picture(page, f"{name}-{other}")
    wrong = [f"{other}: {problem}" for problem in violations(page, ["color-contrast"])]
    size = page.evaluate("document.documentElement.classList.toggle('large') ? 'large' : 'ordinary'")
    picture(page, f"{name}-{other}-{size}")
    wrong += [f"wider than the screen, {size} type: {element}" for element in overflow(page)]
    page.evaluate(
        "([theme, names]) => { document.documentElement.dataset.theme = theme; document.documentElement.className = names }",
        was,
    )
    assert not wrong, "\n".join(wrong)
