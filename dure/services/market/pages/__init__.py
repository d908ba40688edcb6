"""Pages of market: parse, call, present."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import URLPattern

from dure.kit.ui.home import Entry

from . import lesson_ways, market
from .market import POINT_KINDS, home_cards
from .words import REASONS, SAYS

__all__ = [
    "POINT_KINDS",
    "REASONS",
    "SAYS",
    "app_name",
    "desk_entries",
    "desk_urlpatterns",
    "home_cards",
    "me_entries",
    "together",
    "urlpatterns",
]

app_name = "market"
urlpatterns: list[URLPattern] = [*market.urlpatterns, *lesson_ways.urlpatterns]
desk_urlpatterns: list[URLPattern] = [*market.desk_urlpatterns, *lesson_ways.desk_urlpatterns]


def together(request: HttpRequest) -> Sequence[Entry]:
    """Ways to take part: markets and their shops, and lessons."""
    return [*market.together(request), *lesson_ways.together(request)]


def me_entries(request: HttpRequest) -> Sequence[Entry]:
    """The person's own lines: coupons, shops, lessons."""
    return [*market.me_entries(request), *lesson_ways.me_entries(request)]


def desk_entries(request: HttpRequest) -> Sequence[Entry]:
    """Pages at the desk for this person."""
    return [*market.desk_entries(request), *lesson_ways.desk_entries(request)]
