"""Conversations, to look at: who answers, since when, how many messages. What is said stands in no list here."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dure.foundations.channels import models
from dure.foundations.channels.types import Attended
from dure.kit.labels import label, label_codes
from dure.kit.shown import Shown

ATTENDED = {
    Attended.BOT: _("The bot answers"),
    Attended.WAITING: _("Waits for a person"),
    Attended.STAFF: _("Taken"),
    Attended.CLOSED: _("Closed"),
}


@admin.register(models.Conversation)
class ConversationAdmin(Shown):
    list_display = ("channel", "attended", "waiting_since", "last_position", "at")
    list_filter = ("attended",)
    list_select_related = ("channel",)
    search_fields = ("channel__name", "channel__handle")
    ordering = ("-at",)


@admin.register(models.OwnAnswer)
class OwnAnswerAdmin(Shown):
    list_display = ("channel", "title", "text")
    list_select_related = ("channel",)
    search_fields = ("title", "text", "channel__name")


label(
    models.Conversation,
    _("conversation"),
    _("conversations"),
    {
        "channel": _("channel"),
        "person": _("person"),
        "attended": _("who answers"),
        "assigned_to": _("member of staff"),
        "waiting_since": _("waiting since"),
        "last_position": _("messages"),
        "read_by_person": _("read by the person up to"),
        "read_by_staff": _("read by staff up to"),
        "muted": _("kept quiet"),
        "at": _("time"),
    },
)
label(
    models.OwnAnswer,
    _("answer of a bot"),
    _("answers of bots"),
    {"channel": _("channel"), "title": _("question"), "phrases": _("other words"), "text": _("answer")},
)
label_codes(models.Conversation, {"attended": ATTENDED})
