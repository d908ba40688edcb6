"""What every page knows: is this sample data, how does the reader want it to look."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"
LARGE_COOKIE = "large"
COOKIE_SECONDS = 365 * 24 * 3600


def theme(request: HttpRequest) -> str:
    """ "auto", "light" or "dark", as chosen in this browser."""
    chosen = request.COOKIES.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def large(request: HttpRequest) -> bool:
    """Whether this browser asked for large type."""
    return request.COOKIES.get(LARGE_COOKIE) == "1"


def look(request: HttpRequest) -> dict[str, Any]:
    """A context processor: `demo`, `chosen_theme`, `large`."""
    return {"demo": settings.DURE.demo, "chosen_theme": theme(request), "large": large(request)}
