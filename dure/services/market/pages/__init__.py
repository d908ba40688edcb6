"""Pages of market: parse, call, present."""

from django.urls import URLPattern

from .words import REASONS, SAYS

__all__ = ["REASONS", "SAYS", "app_name", "desk_urlpatterns", "urlpatterns"]

app_name = "market"
urlpatterns: list[URLPattern] = []
desk_urlpatterns: list[URLPattern] = []
