"""Channels, consents and broadcasts for stewards and auditors to look at. What changes them are pages of their own.

Friends are not listed here: who is whose friend is the channel's and the friend's; the log of consents shows what was agreed to.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dure.foundations.channels import models
from dure.foundations.channels.names import ACTS, BROADCAST_STATES, CHANNEL_STATES, CONSENTS, PURPOSES, TEMPLATE_STATES
from dure.kit.labels import label, label_codes, label_house
from dure.kit.shown import Shown


@admin.register(models.Channel)
class ChannelAdmin(Shown):
    list_display = ("name", "handle", "state", "contact", "opened_at", "paused_why")
    list_filter = ("state",)
    search_fields = ("name", "handle")
    ordering = ("name",)


@admin.register(models.ConsentLine)
class ConsentLineAdmin(Shown):
    list_display = ("channel", "person", "kind", "act", "version", "origin", "at")
    list_filter = ("kind", "act", "origin")
    list_select_related = ("channel", "person")
    ordering = ("-id",)


@admin.register(models.Broadcast)
class BroadcastAdmin(Shown):
    list_display = ("title", "channel", "purpose", "state", "at", "changed_at")
    list_filter = ("purpose", "state")
    list_select_related = ("channel",)
    exclude = ("body", "template", "sending")
    fields = (
        "channel",
        "purpose",
        "title",
        "segment",
        "state",
        "at",
        "written_by",
        "approved_by",
        "why",
        "refused",
        "free_only",
        "changed_at",
    )
    ordering = ("-changed_at",)


@admin.register(models.Template)
class TemplateAdmin(Shown):
    list_display = ("name", "version", "channel", "purpose", "state", "at")
    list_filter = ("purpose", "state")
    list_select_related = ("channel",)
    exclude = ("body",)
    fields = ("channel", "name", "version", "purpose", "state", "written_by", "approved_by", "why", "at")
    ordering = ("name", "-version")


label_house("channels", _("Channels and messages"))
label(
    models.Channel,
    _("channel"),
    _("channels"),
    {
        "organisation": _("organisation"),
        "handle": _("handle"),
        "name": _("name"),
        "about": _("what it is about"),
        "contact": _("contact"),
        "state": _("state"),
        "paused_why": _("why it is paused"),
        "discreet": _("answers stand in the inbox only"),
        "opened_at": _("opened at"),
    },
)
label(
    models.ConsentLine,
    _("line of the log of consents"),
    _("log of consents"),
    {
        "channel": _("channel"),
        "person": _("person"),
        "kind": _("consent to"),
        "act": _("what happened"),
        "version": _("version"),
        "origin": _("where"),
        "at": _("time"),
    },
)
label(
    models.Broadcast,
    _("broadcast"),
    _("broadcasts"),
    {
        "channel": _("channel"),
        "purpose": _("purpose of the message"),
        "title": _("title"),
        "segment": _("to whom"),
        "state": _("state"),
        "at": _("goes out at"),
        "written_by": _("written by"),
        "approved_by": _("agreed by"),
        "why": _("why it was sent back"),
        "refused": _("why it did not go out"),
        "free_only": _("by free ways only"),
        "fits_surely": _("friends it surely fitted"),
        "fits_perhaps": _("friends it may have fitted"),
        "changed_at": _("changed at"),
    },
)
label(
    models.Template,
    pgettext_lazy("of a message", "template"),
    pgettext_lazy("of a message", "templates"),
    {
        "channel": _("channel"),
        "name": _("name"),
        "version": _("version"),
        "purpose": _("purpose of the message"),
        "state": _("state"),
        "written_by": _("written by"),
        "approved_by": _("agreed by"),
        "why": _("why it was sent back"),
        "at": _("written at"),
    },
)
label_codes(models.Channel, {"state": {code: word for code, (word, _tone) in CHANNEL_STATES.items()}})
label_codes(models.ConsentLine, {"kind": CONSENTS, "act": {code: word for code, (word, _tone) in ACTS.items()}})
label_codes(
    models.Broadcast,
    {"purpose": PURPOSES, "state": {code: word for code, (word, _tone) in BROADCAST_STATES.items()}},
)
label_codes(
    models.Template,
    {"purpose": PURPOSES, "state": {code: word for code, (word, _tone) in TEMPLATE_STATES.items()}},
)
