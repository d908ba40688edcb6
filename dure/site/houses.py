"""What the roof takes from the houses' `pages` rooms. A house has any of these names, or none:

urlpatterns, app_name           its pages, under /<prefix>/; those of its `feeds` room stand before them
desk_urlpatterns                its pages for people at work, under /desk/<house>/, named "<house>-desk:<name>"
LOG_WORDS                       its words for entries of the public logs -> Mapping[str, told.Words]
SAYS                            its words for refusals; REASONS: its words for BadValue
POINT_KINDS                     what its points on the map are called -> Mapping[str, PointKind]
home_cards(request)             what it shows on the home page -> Sequence[HomeCard]
together(request)               its ways to take part -> Sequence[Entry]
me_entries(request)             its lines on 나 -> Sequence[Entry]
desk_entries(request)           its pages at the desk, for this person -> Sequence[Entry]
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from dure.kit import faces, house
from dure.kit.ui import kinds, told
from dure.kit.ui.home import Entry, HomeCard

HOME_CARDS_MAX = 30
PREFIXES = {"people": "me", "places": "map", "ledger": "pay", "vault": "log"}


@cache
def pages_rooms() -> tuple[tuple[str, ModuleType], ...]:
    """(house, its `pages` room) of every installed house that has one."""
    return tuple(house.rooms("pages"))


def urls() -> Iterator[URLPattern | URLResolver]:
    """The pages of all houses, each under its own prefix. Registers their words on the way."""
    for name, room in pages_rooms():
        faces.register(getattr(room, "SAYS", {}), getattr(room, "REASONS", None))
        kinds.register(getattr(room, "POINT_KINDS", {}))
        told.register(getattr(room, "LOG_WORDS", {}))
        if hasattr(room, "urlpatterns"):
            patterns = [*_feeds_of(room), *room.urlpatterns]
            yield path(f"{PREFIXES.get(name, name)}/", include((patterns, room.app_name)))
        if hasattr(room, "desk_urlpatterns"):
            yield path(f"desk/{name}/", include((room.desk_urlpatterns, f"{name}-desk")))


def _feeds_of(pages: ModuleType) -> Sequence[URLPattern]:
    """The addresses of the house's `feeds` room, which stand before its pages."""
    house = pages.__name__.rpartition(".")[0]
    if module_has_submodule(import_module(house), "feeds"):
        found: Sequence[URLPattern] = getattr(import_module(f"{house}.feeds"), "urlpatterns", ())
        return found
    return ()


def home_cards(request: HttpRequest) -> list[HomeCard]:
    """What the houses show on the home page: marked cards first, of these what has no time (it waits for the reader), then
    the newest.
    """
    cards: list[HomeCard] = _asked("home_cards", request)
    cards.sort(
        key=lambda card: (
            not card.mark,
            card.mark and card.when is not None,
            -(card.when.timestamp() if card.when else 0),
        )
    )
    return cards[:HOME_CARDS_MAX]


def entries(kind: str, request: HttpRequest) -> list[Entry]:
    """The houses' entries of one kind: "together", "me_entries" or "desk_entries"; the page at hand is marked."""
    return marked(_asked(kind, request), request.path)


def marked(asked: Sequence[Entry], at: str) -> list[Entry]:
    """The entries, with the one marked current whose address is the longest beginning of the address `at`."""
    here = max((entry.href for entry in asked if at.startswith(entry.href)), key=len, default="")
    return [replace(entry, current=entry.href == here) for entry in asked]


def _asked(name: str, request: HttpRequest) -> list[Any]:
    found: list[Any] = []
    for _, room in pages_rooms():
        ask: Callable[[HttpRequest], Sequence[Any]] | None = getattr(room, name, None)
        if ask:
            found.extend(ask(request))
    return found
