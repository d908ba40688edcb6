"""The back office of village broadcast: to look at. Who heard what is for who speaks to them, and stands nowhere here."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dure.kit.labels import label_house
from dure.kit.shown import Shown
from dure.services.broadcast import models


@admin.register(models.Village)
class VillageAdmin(Shown):
    list_display = ("name", "code", "organisation", "opened_at")
    list_select_related = ("organisation",)
    search_fields = ("name", "code")
    ordering = ("name", "id")


@admin.register(models.Tenure)
class TenureAdmin(Shown):
    list_display = ("village", "person", "office", "begins", "ends")
    list_filter = ("office",)
    list_select_related = ("village", "person")
    ordering = ("-begins", "-id")


@admin.register(models.Listener)
class ListenerAdmin(Shown):
    list_display = ("village", "person", "tie", "joined_at", "left_at")
    list_filter = ("tie",)
    list_select_related = ("village", "person")
    ordering = ("-joined_at", "-id")


@admin.register(models.Announcement)
class AnnouncementAdmin(Shown):
    list_display = ("author", "kind", "state", "sent_at")
    list_filter = ("kind", "state")
    list_select_related = ("author",)
    exclude = ("words", "recording")  # what is said to a village is for its people
    ordering = ("-written_at", "-id")


@admin.register(models.Airing)
class AiringAdmin(Shown):
    list_display = ("announcement", "at", "expires_at", "opened_at")
    ordering = ("-at", "-id")


label_house("broadcast", _("Broadcasts of the village"))
