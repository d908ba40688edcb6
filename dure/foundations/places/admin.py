"""Regions, changes and points for stewards to look at. They are written by lists and by the houses, not by hand."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dure.foundations.places import models
from dure.foundations.places import types as t
from dure.kit.labels import label, label_codes, label_house
from dure.kit.shown import Shown


@admin.register(models.Region)
class RegionAdmin(Shown):
    list_display = ("code", "path", "system", "level", "population", "population_on", "valid_from", "valid_to")
    list_filter = ("system", "level")
    search_fields = ("code", "path")
    ordering = ("system", "code")
    exclude = ("shape",)


@admin.register(models.RegionChange)
class RegionChangeAdmin(Shown):
    list_display = ("effective", "system", "old", "new", "what")
    ordering = ("-effective",)


@admin.register(models.Point)
class PointAdmin(Shown):
    list_display = ("name", "kind", "region", "lat", "lon")
    list_filter = ("kind",)
    search_fields = ("name", "region")
    ordering = ("kind", "name")


label_house("places", _("Regions and places"))
label(
    models.Point,
    _("point on the map"),
    _("points on the map"),
    {
        "kind": _("kind"),
        "ref": _("concerns"),
        "name": _("name"),
        "lat": _("latitude"),
        "lon": _("longitude"),
        "region": _("region"),
    },
)
label(
    models.Region,
    _("region"),
    _("regions"),
    {
        "system": _("system of regions"),
        "code": _("region code"),
        "level": _("level"),
        "name": _("name"),
        "path": _("full name"),
        "parent": _("belongs to"),
        "lat": _("latitude"),
        "lon": _("longitude"),
        "population": _("population"),
        "population_on": _("population counted on"),
        "valid_from": _("valid from"),
        "valid_to": _("valid to"),
        "west": _("west"),
        "south": _("south"),
        "east": _("east"),
        "north": _("north"),
        "loaded_at": _("loaded at"),
    },
)
label(
    models.RegionChange,
    _("change of regions"),
    _("changes of regions"),
    {
        "system": _("system of regions"),
        "effective": _("effective on"),
        "old": _("old code"),
        "new": _("new code"),
        "what": _("what changed"),
    },
)
SYSTEMS = {
    t.System.MOIS: _("administrative areas (Ministry of the Interior)"),
    t.System.LEGAL: _("legal areas"),
    t.System.KOSTAT: _("areas of Statistics Korea"),
}
label_codes(
    models.Region,
    {
        "system": SYSTEMS,
        "level": {
            t.Level.SIDO: _("province or metropolitan city"),
            t.Level.SIGUNGU: _("city, county or district"),
            t.Level.GU: _("district inside a city"),
            t.Level.DONG: _("town, township or neighbourhood"),
            t.Level.RI: _("village"),
            t.Level.OFFICE: _("branch office"),
        },
    },
)
label_codes(models.RegionChange, {"system": SYSTEMS})
