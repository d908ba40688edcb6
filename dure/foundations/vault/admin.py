"""Dated keys and public logs for stewards and auditors to look at. The keys themselves are not in the database."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dure.foundations.vault import models
from dure.kit.labels import label, label_house
from dure.kit.shown import Shown


@admin.register(models.DatedKey)
class DatedKeyAdmin(Shown):
    """Shows, never changes: keys are made and destroyed by actions only."""

    list_display = ("party", "purpose", "day", "ends_on", "destroyed_on")
    list_filter = ("party", "purpose")
    ordering = ("-day",)
    exclude = ("commitment", "public")


@admin.register(models.Log)
class LogAdmin(Shown):
    """The heads of the public logs."""

    list_display = ("name", "origin", "size", "signed_at")
    exclude = ("public", "root")


label_house("vault", _("Keys and public logs"))
label(
    models.DatedKey,
    _("dated key"),
    _("dated keys"),
    {
        "party": _("party"),
        "purpose": _("purpose of the key"),
        "day": _("day of the key"),
        "part": _("half hour of the day"),
        "ends_on": _("first day without it"),
        "ends_minute": _("minute of that day"),
        "told_in": _("log that tells of it"),
        "made_on": _("made on"),
        "destroyed_on": _("destroyed on"),
        "original": _("key of which it is a copy"),
    },
)
label(
    models.Log,
    _("public log"),
    _("public logs"),
    {
        "name": _("name"),
        "origin": _("origin"),
        "size": _("entries"),
        "note": _("signed head"),
        "signed_at": _("signed"),
    },
)
