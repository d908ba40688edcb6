"""What every page knows: is this sample data, how does the reader want it to look."""

import hmac
import re
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from dure.kit import keys

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"
LARGE_COOKIE = "large"
MAIL = re.compile(r"[^@\s/:]+@[^@\s/:]+")
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,18}")
NOT_DIALLED = re.compile(r"[^+0-9]")
COOKIE_SECONDS = 365 * 24 * 3600
WHOSE = "kit.whose.v1"
WHOSE_LENGTH = 16


def theme(request: HttpRequest) -> str:
    """ "auto", "light" or "dark", as chosen in this browser."""
    chosen = request.COOKIES.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def large(request: HttpRequest) -> bool:
    """Whether this browser asked for large type."""
    return request.COOKIES.get(LARGE_COOKIE) == "1"


def look(request: HttpRequest) -> dict[str, Any]:
    """A context processor: `demo`, `chosen_theme`, `large`, and who runs this place."""
    return {
        "demo": settings.DURE.demo,
        "origin": settings.DURE.origin,
        "chosen_theme": theme(request),
        "large": large(request),
        "whose": partial(whose, request),
        "operator": settings.DURE.operator_name,
        "operator_address": settings.DURE.operator_address,
        "operator_contact": settings.DURE.operator_contact,
        "operator_contact_href": contact_href(settings.DURE.operator_contact),
    }


def whose(request: HttpRequest) -> str:
    """A word for whoever is logged in, that says nothing but whether it is the same person as before in this browser."""
    number = str(request.user.pk).encode()
    return hmac.digest(keys.derived(WHOSE), number, "sha256").hex()[:WHOSE_LENGTH]


def contact_href(contact: str) -> str:
    """Where a press on the contact leads; empty when it is neither an address nor a number."""
    if contact.startswith("https://"):
        return contact
    if MAIL.fullmatch(contact):
        return f"mailto:{contact}"
    return f"tel:{NOT_DIALLED.sub('', contact)}" if PHONE.fullmatch(contact) else ""
