"""Pages of market: parse, call, present."""

from django.urls import URLPattern

from . import lesson_ways
from .lesson_ways import desk_entries, me_entries, together
from .words import REASONS, SAYS

__all__ = ["REASONS", "SAYS", "app_name", "desk_entries", "desk_urlpatterns", "me_entries", "together", "urlpatterns"]

app_name = "market"
urlpatterns: list[URLPattern] = [*lesson_ways.urlpatterns]
desk_urlpatterns: list[URLPattern] = [*lesson_ways.desk_urlpatterns]
