"""Pages of market: parse, call, present."""

from django.urls import URLPattern

from dure.kit.faces import Says

app_name = "market"
urlpatterns: list[URLPattern] = []
SAYS: Says = {}
