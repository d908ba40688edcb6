"""The back office of forecasts: to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dure.kit.labels import label, label_codes, label_house
from dure.kit.shown import Shown
from dure.services.forecasts import models
from dure.services.forecasts.names import (
    ALERT_KINDS,
    DEGREES,
    FEEDS,
    FIELDS,
    GRADES,
    HAZARDS,
    KINDS,
    LEVELS,
    ROLES,
    SCOPES,
    STATUSES,
    TELLINGS,
    UNTRUSTED,
)


@admin.register(models.Feed)
class FeedAdmin(Shown):
    list_display = ("name", "asked_at", "good_at", "failures", "next_at")
    ordering = ("name",)


@admin.register(models.FeedAnswer)
class FeedAnswerAdmin(Shown):
    list_display = ("feed", "at", "status", "size", "rows", "why")
    list_filter = ("feed", "why")
    ordering = ("-at",)


@admin.register(models.Standing)
class StandingAdmin(Shown):
    list_display = ("zone", "hazard", "field", "day", "level", "issued", "role")
    list_filter = ("hazard", "field", "level")
    search_fields = ("zone",)
    ordering = ("-day", "zone", "field")


@admin.register(models.Warned)
class WarnedAdmin(Shown):
    list_display = ("zone", "kind", "degree", "issued", "effective", "since", "role")
    list_filter = ("kind", "degree")
    search_fields = ("zone",)
    ordering = ("-since", "zone")


@admin.register(models.Message)
class MessageAdmin(Shown):
    list_display = ("number", "created", "grade", "kind", "text", "regions")
    list_filter = ("grade", "kind")
    search_fields = ("text", "regions")
    ordering = ("-created",)


@admin.register(models.ZoneTable)
class ZoneTableAdmin(Shown):
    list_display = ("version", "since", "is_sample", "at")
    ordering = ("-since",)


@admin.register(models.Zone)
class ZoneAdmin(Shown):
    list_display = ("zone", "name", "table")
    list_select_related = ("table",)
    search_fields = ("zone", "name")
    ordering = ("table", "zone")


@admin.register(models.Letter)
class LetterAdmin(Shown):
    list_display = ("sending", "at", "expires_at", "stopped_at")
    ordering = ("-at",)


@admin.register(models.AlertSource)
class AlertSourceAdmin(Shown):
    list_display = ("name", "url", "asked_at", "good_at", "failures", "why", "ended_at")
    ordering = ("name",)


@admin.register(models.SourceItem)
class SourceItemAdmin(Shown):
    list_display = ("url", "source", "at")
    list_select_related = ("source",)
    ordering = ("-at",)


@admin.register(models.Pin)
class PinAdmin(Shown):
    list_display = ("sender", "fingerprint", "heard_from", "pinned_at", "withdrawn_from", "unpinned_at")
    search_fields = ("sender", "fingerprint")
    ordering = ("-pinned_at",)
    exclude = ("certificate",)


@admin.register(models.AlertRegion)
class AlertRegionAdmin(Shown):
    list_display = ("alert", "region", "by", "at")
    list_select_related = ("alert", "by")
    search_fields = ("region",)
    ordering = ("-at",)


@admin.register(models.Alert)
class AlertAdmin(Shown):
    list_display = ("identifier", "sender", "sent", "status", "msg_type", "untrusted", "ends_at", "ended_at")
    list_filter = ("status", "msg_type", "untrusted")
    search_fields = ("sender", "identifier")
    ordering = ("-arrived_at",)
    exclude = ("content", "findings", "placed", "tell_at", "tell_after")


@admin.register(models.BrokenNight)
class BrokenNightAdmin(Shown):
    list_display = ("at", "alert", "telling", "level", "role", "readers")
    list_filter = ("role", "telling")
    ordering = ("-at",)


label_house("forecasts", _("Impact forecasts"))
label(
    models.Feed,
    _("feed"),
    _("feeds"),
    {
        "name": _("name"),
        "next_at": _("asked again at"),
        "asked_at": _("asked at"),
        "good_at": _("last good answer"),
        "failures": _("failures in a row"),
        "etag": _("mark of the last answer"),
        "modified": _("date of the last answer"),
        "unclear": _("rows that were not understood"),
    },
)
label(
    models.FeedAnswer,
    _("answer of a feed"),
    _("answers of feeds"),
    {
        "feed": _("feed"),
        "at": _("time"),
        "status": _("status"),
        "size": _("bytes"),
        "rows": _("rows"),
        "why": _("why it proves nothing"),
        "unclear": _("rows that were not understood"),
        "error": _("kind of error"),
    },
)
label(
    models.Standing,
    _("standing"),
    _("standings"),
    {
        "zone": _("zone"),
        "hazard": _("hazard"),
        "field": _("field"),
        "day": _("day"),
        "level": _("level"),
        "issued": _("issued"),
        "number": _("number"),
        "since": pgettext_lazy("level of a forecast", "since"),
        "expires": pgettext_lazy("level of a forecast", "until"),
        "role": pgettext_lazy("level of a forecast", "by"),
    },
)
label(
    models.Warned,
    _("weather warning"),
    _("weather warnings"),
    {
        "zone": _("zone"),
        "kind": pgettext_lazy("weather warning", "kind"),
        "degree": pgettext_lazy("weather warning", "degree"),
        "issued": _("issued"),
        "effective": _("in force from"),
        "ends": pgettext_lazy("level of a forecast", "until"),
        "since": pgettext_lazy("level of a forecast", "since"),
        "role": pgettext_lazy("level of a forecast", "by"),
        "words": _("degree in its own word"),
        "place": _("zone in its own word"),
        "missed": _("left out since"),
        "returns": _("how often it came back"),
    },
)
label(
    models.Message,
    _("disaster message"),
    _("disaster messages"),
    {
        "number": _("number"),
        "created": _("sent"),
        "text": _("text"),
        "grade": pgettext_lazy("disaster message", "grade"),
        "kind": _("kind"),
        "regions": _("regions"),
        "role": pgettext_lazy("level of a forecast", "by"),
        "arrived_at": _("arrived at"),
    },
)
label(
    models.ZoneTable,
    _("table of zones"),
    _("tables of zones"),
    {"version": _("version"), "since": _("holds from"), "is_sample": _("sample"), "at": _("loaded at")},
)
label(
    models.Zone,
    _("warning zone"),
    _("warning zones"),
    {"table": _("table"), "zone": _("number"), "name": _("name"), "regions": _("regions")},
)
label(
    models.Letter,
    _("message about a forecast"),
    _("messages about forecasts"),
    {
        "sending": _("sending"),
        "at": _("time"),
        "expires_at": _("ends at"),
        "stopped_at": _("stopped at"),
        "retold_at": _("looked at what it did not reach"),
    },
)
label(
    models.AlertSource,
    _("source of alerts"),
    _("sources of alerts"),
    {
        "name": _("name"),
        "url": _("address"),
        "next_at": _("asked again at"),
        "asked_at": _("asked at"),
        "good_at": _("last good answer"),
        "failures": _("failures in a row"),
        "why": _("why it proves nothing"),
        "etag": _("mark of the last answer"),
        "modified": _("date of the last answer"),
        "ended_at": _("ended at"),
        "error": _("kind of error"),
    },
)
label(
    models.SourceItem,
    _("fetched address"),
    _("fetched addresses"),
    {"source": _("source of alerts"), "url": _("address"), "at": _("time")},
)
label(
    models.Pin,
    _("pinned certificate"),
    _("pinned certificates"),
    {
        "sender": _("sender"),
        "certificate": _("certificate"),
        "fingerprint": _("fingerprint"),
        "heard_from": _("read by"),
        "pinned_at": _("pinned at"),
        "pinned_by": _("pinned by"),
        "withdrawn_from": _("not believed from"),
        "unpinned_at": _("taken away at"),
        "unpinned_by": _("taken away by"),
    },
)
label(
    models.Alert,
    _("alert"),
    _("alerts"),
    {
        "sender": _("sender"),
        "identifier": _("number"),
        "sent": _("sent"),
        "status": _("status"),
        "msg_type": _("kind"),
        "scope": _("scope"),
        "references": _("refers to"),
        "content": _("bytes"),
        "findings": _("findings"),
        "arrived_at": _("arrived at"),
        "source": _("source of alerts"),
        "organisation": _("issued by"),
        "role": _("by"),
        "untrusted": _("why it is not believed"),
        "reaches_people": _("for people"),
        "begins_at": _("begins at"),
        "ends_at": _("ends at"),
        "ended_at": _("ended at"),
        "regions": _("regions"),
        "placed": _("regions of each part"),
        "tell_at": _("told next at"),
        "tell_after": _("told up to"),
    },
)
label(
    models.AlertRegion,
    _("region added to an alert"),
    _("regions added to alerts"),
    {"alert": _("alert"), "region": _("region"), "by": _("added by"), "at": _("time")},
)
label(
    models.BrokenNight,
    _("broken night"),
    _("broken nights"),
    {
        "alert": _("alert"),
        "at": _("time"),
        "telling": _("what it was to them"),
        "level": _("level"),
        "role": _("by"),
        "readers": _("readers"),
    },
)
label_codes(
    models.BrokenNight,
    {"telling": TELLINGS, "role": ROLES, "level": {level.value: word for level, word in LEVELS.items()}},
)
label_codes(
    models.Alert, {"status": STATUSES, "msg_type": ALERT_KINDS, "scope": SCOPES, "role": ROLES, "untrusted": UNTRUSTED}
)
label_codes(models.Feed, {"name": FEEDS})
label_codes(models.Message, {"grade": GRADES, "role": ROLES})
label_codes(models.Warned, {"kind": KINDS, "degree": DEGREES, "role": ROLES})
label_codes(
    models.Standing,
    {
        "hazard": HAZARDS,
        "field": FIELDS,
        "role": ROLES,
        "level": {level.value: word for level, word in LEVELS.items()},
    },
)
