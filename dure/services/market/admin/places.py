"""Markets, associations and shops, to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dure.kit.labels import label, label_codes
from dure.kit.shown import Shown
from dure.services.market import models
from dure.services.market.names import ASSOCIATIONS, PLACES, RHYTHMS, SHOP_STATES

__all__ = ["MarketAdmin"]


@admin.register(models.Market)
class MarketAdmin(Shown):
    list_display = ("name", "lot_address", "rhythm", "stalls", "listed_on")
    list_filter = ("rhythm",)
    search_fields = ("name", "road_address", "lot_address", "code")
    ordering = ("name",)


@admin.register(models.Association)
class AssociationAdmin(Shown):
    list_display = ("organisation", "market", "state", "asked_at", "decided_at", "ended_at")
    list_filter = ("state",)
    list_select_related = ("organisation", "market")
    search_fields = ("organisation__name", "market__name")
    ordering = ("-asked_at",)


@admin.register(models.Shop)
class ShopAdmin(Shown):
    list_display = ("name", "sells", "market", "place", "state", "opened_at")
    list_filter = ("state", "place")
    list_select_related = ("market",)
    search_fields = ("name", "sells", "code")
    ordering = ("-opened_at",)


label(
    models.Market,
    _("market"),
    _("markets"),
    {
        "key": _("digest of name and addresses"),
        "code": _("code"),
        "name": _("name"),
        "rhythm": _("when it is held"),
        "road_address": _("road address"),
        "lot_address": _("lot address"),
        "days": _("days that end in"),
        "lat": _("latitude"),
        "lon": _("longitude"),
        "region": _("region"),
        "stalls": _("stalls"),
        "sells": _("what one buys"),
        "toilet": _("toilet"),
        "parking": _("parking"),
        "since": _("since"),
        "listed_on": _("day of the list"),
    },
)
label(
    models.Association,
    _("association"),
    _("associations"),
    {
        "market": _("market"),
        "organisation": _("organisation"),
        "channel": _("channel"),
        "state": _("state"),
        "asked_by": _("asked by"),
        "asked_at": _("asked at"),
        "decided_by": _("decided by"),
        "decided_at": _("decided at"),
        "ended_by": _("ended by"),
        "ended_at": _("ended at"),
    },
)
label(
    models.Shop,
    _("shop"),
    _("shops"),
    {
        "code": _("code"),
        "organisation": _("organisation"),
        "channel": _("channel"),
        "name": _("name"),
        "sells": _("what one buys"),
        "about": _("about the shop"),
        "contact": _("telephone"),
        "market": _("market"),
        "place": _("place in the market"),
        "stall": _("stall"),
        "state": _("state"),
        "opened_at": _("opened at"),
        "closed_at": _("closed at"),
    },
)
label(
    models.Closure,
    _("time a shop was closed"),
    _("times a shop was closed"),
    {"shop": _("shop"), "closed_at": _("closed at"), "opened_at": _("opened again at")},
)
label_codes(models.Market, {"rhythm": RHYTHMS})
label_codes(models.Association, {"state": ASSOCIATIONS})
label_codes(models.Shop, {"place": PLACES, "state": SHOP_STATES})
