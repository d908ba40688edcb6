"""The back office of village broadcast: to look at. Who heard what is for who speaks to them, and stands nowhere here."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dure.kit.labels import label, label_codes, label_house
from dure.kit.shown import Shown
from dure.services.broadcast import models
from dure.services.broadcast.names import AGREED, KINDS, OFFICES, STATES, TIES


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
label(
    models.Village,
    _("village"),
    _("villages"),
    {
        "code": _("code of the village"),
        "name": _("name"),
        "organisation": _("organisation"),
        "languages": _("languages beside Korean"),
        "opened_by": _("opened by"),
        "opened_at": _("opened at"),
    },
)
label(
    models.Tenure,
    _("office of a village"),
    _("offices of villages"),
    {
        "village": _("village"),
        "person": _("person"),
        "office": _("office"),
        "begins": _("first day"),
        "ends": _("no more from"),
        "noted_by": _("noted by"),
        "noted_at": _("noted at"),
    },
)
label(
    models.Listener,
    _("listener of a village"),
    _("listeners of villages"),
    {
        "village": _("village"),
        "person": _("person"),
        "tie": _("tie to the village"),
        "zone": _("time zone"),
        "language": _("language in which it is read"),
        "consent": _("version of the consent"),
        "joined_at": _("joined at"),
        "left_at": _("left at"),
    },
)
label(
    models.Announcement,
    _("broadcast of a village"),
    _("broadcasts of villages"),
    {
        "author": _("who spoke"),
        "kind": _("kind"),
        "state": _("state"),
        "airs": _("asked to air at"),
        "expires": _("asked to end at"),
        "repeats": _("comes again by"),
        "agreed": _("who stands behind it"),
        "second": _("second person"),
        "written_at": _("written at"),
        "sent_at": _("sent at"),
        "ended_at": _("ended at"),
        "ended_by": _("ended by"),
    },
)
label(
    models.Airing,
    _("time on the air"),
    _("times on the air"),
    {
        "announcement": _("broadcast of a village"),
        "at": _("on the air from"),
        "expires_at": _("on the air until"),
        "opened_at": _("listeners noted at"),
    },
)
label_codes(models.Tenure, {"office": OFFICES})
label_codes(models.Listener, {"tie": TIES})
label_codes(models.Announcement, {"kind": KINDS, "state": STATES, "agreed": AGREED})
