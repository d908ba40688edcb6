"""Pages of pledges: parse, call, present."""

from django.urls import URLPattern

from .words import REASONS, SAYS

__all__ = ["REASONS", "SAYS", "app_name", "urlpatterns"]

app_name = "pledges"
urlpatterns: list[URLPattern] = []
