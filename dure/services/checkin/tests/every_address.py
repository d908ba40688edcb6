"""Every address of the pages of this process, filled in with something that fits, and what each answers to whom."""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

FITS: Final = {"uuid": str(UUID(int=77)), "int": "1", "str": "x", "slug": "x", "path": "x"}
OTHERS: Final = ("/admin/", "/accounts/")  # Django's own and the log-in library's: their tests are elsewhere
_PART: Final = re.compile(r"<(?:(?P<kind>[a-z]+):)?(?P<name>[a-z_]+)>")
SHUT: Final = frozenset({303, 401, 403, 404, 405})  # the log-in, who are you, not you, not here, not so


def addresses(known: Mapping[str, str] | None = None, *begins: str) -> tuple[str, ...]:
    """All of them; `known`: what stands for a name in an address. Only those that begin so, if any is given."""
    found = {_filled(pattern, known or {}) for pattern in _patterns(get_resolver().url_patterns, "/")}
    kept = (one for one in found if not one.startswith(OTHERS) and "^" not in one and "\\" not in one)
    return tuple(sorted(one for one in kept if one.startswith(begins or "/")))


def _patterns(those: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for one in those:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns, here)
        else:
            yield here


def _filled(pattern: str, known: Mapping[str, str]) -> str:
    return _PART.sub(lambda part: known.get(part["name"], FITS.get(part["kind"] or "str", "x")), pattern)


def statuses(by: Client, method: str, addresses: tuple[str, ...]) -> dict[str, int]:
    """What each answers."""
    by.raise_request_exception = False  # a bug answers 500, and every other address is asked still
    said = {"idempotency_key": UUID(int=78).hex} if method == "post" else None
    return {one: getattr(by, method)(one, said).status_code for one in addresses}
