"""Regions, changes and points for stewards to look at. They are written by lists and by the houses, not by hand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from dure.foundations.places import models


class ReadOnly(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Shows, never changes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.Region)
class RegionAdmin(ReadOnly):
    list_display = ("code", "path", "system", "level", "population", "population_on", "valid_from", "valid_to")
    list_filter = ("system", "level")
    search_fields = ("code", "path")
    ordering = ("system", "code")
    exclude = ("shape",)


@admin.register(models.RegionChange)
class RegionChangeAdmin(ReadOnly):
    list_display = ("effective", "system", "old", "new", "what")
    ordering = ("-effective",)


@admin.register(models.Point)
class PointAdmin(ReadOnly):
    list_display = ("name", "kind", "region", "lat", "lon")
    list_filter = ("kind",)
    search_fields = ("name", "region")
    ordering = ("kind", "name")
