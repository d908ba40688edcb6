"""Campaigns, coupons and what became of them, to look at. Neither who holds a coupon is shown nor its code: no steward needs
to know.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dure.kit.labels import label, label_codes
from dure.kit.show import money
from dure.kit.shown import Shown
from dure.services.market import models
from dure.services.market.names import CAMPAIGNS, CONFLICTS, GIVEN, OFFERS, PAYERS, REDEMPTIONS

__all__ = ["CampaignAdmin"]


@admin.register(models.Campaign)
class CampaignAdmin(Shown):
    list_display = ("title", "issuer", "payer", "stock", "issued", "state", "valid_until")
    list_filter = ("state", "payer", "given")
    list_select_related = ("shop", "market")
    search_fields = ("title", "code", "shop__name", "market__name")
    ordering = ("-made_at",)

    @admin.display(description=_("shop or market"))
    def issuer(self, campaign: models.Campaign) -> str:
        return str(campaign.shop or campaign.market)


@admin.register(models.Coupon)
class CouponAdmin(Shown):
    list_display = ("campaign", "serial", "issued_at")
    list_select_related = ("campaign",)
    search_fields = ("=code", "campaign__title")  # whoever was told a code finds it; nobody spells one out
    ordering = ("-issued_at",)
    exclude = ("person", "code", "worked_for")  # who reads a code can use the coupon at a counter


@admin.register(models.Redemption)
class RedemptionAdmin(Shown):
    list_display = ("campaign", "shop", "won", "state", "offline", "at")
    list_filter = ("state", "offline")
    list_select_related = ("shop", "coupon__campaign")
    search_fields = ("shop__name", "coupon__campaign__title")
    ordering = ("-at",)

    @admin.display(description=_("campaign"))
    def campaign(self, redemption: models.Redemption) -> str:
        return redemption.coupon.campaign.title

    @admin.display(description=_("taken off"), ordering="won_off")
    def won(self, redemption: models.Redemption) -> str:
        return money(redemption.won_off)


@admin.register(models.Conflict)
class ConflictAdmin(Shown):
    list_display = ("shop", "kind", "at", "noted_at")
    list_filter = ("kind",)
    list_select_related = ("shop",)
    ordering = ("-noted_at",)


label(
    models.Campaign,
    _("campaign"),
    _("campaigns"),
    {
        "code": _("code"),
        "shop": _("shop"),
        "market": _("market"),
        "title": _("title"),
        "terms": _("conditions"),
        "kind": _("kind"),
        "value": _("worth"),
        "thing": _("what is free"),
        "least_won": _("from what purchase on"),
        "most_won": _("at most"),
        "stock": _("stock"),
        "issued": _("given out"),
        "per_person": _("a person"),
        "valid_from": _("good from"),
        "valid_until": _("good until"),
        "given": _("how people get it"),
        "absent_days": _("days not come"),
        "payer": _("who pays"),
        "payer_account": _("account that pays"),
        "budget_account": _("account of the budget"),
        "budget_won": _("budget"),
        "undo_minutes": _("minutes to undo"),
        "friends_only": _("friends only"),
        "carriable": _("may be carried"),
        "carried_at": _("carried since"),
        "state": _("state"),
        "made_by": _("made by"),
        "made_at": _("made at"),
    },
)
label(
    models.Coupon,
    _("coupon"),
    _("coupons"),
    {
        "campaign": _("campaign"),
        "person": _("person"),
        "code": _("code"),
        "serial": _("number in the stock"),
        "nth": _("number of the person"),
        "brought_by": _("message that brought it"),
        "worked_for": _("whom its holder worked for"),
        "issued_at": _("given at"),
    },
)
label(
    models.Redemption,
    _("redemption"),
    _("redemptions"),
    {
        "coupon": _("coupon"),
        "shop": _("shop"),
        "state": _("state"),
        "at": _("time"),
        "taken_at": _("learned at"),
        "undo_until": _("can be undone until"),
        "paid_won": _("sum of the purchase"),
        "won_off": _("taken off"),
        "offline": _("without a line"),
        "by": _("by"),
        "ended_at": _("ended at"),
    },
)
label(
    models.Conflict,
    _("use that does not count"),
    _("uses that do not count"),
    {
        "shop": _("shop"),
        "kind": _("reason"),
        "coupon": _("coupon"),
        "winner": _("the one that counts"),
        "token_hash": _("digest of what was read"),
        "paid_won": _("sum of the purchase"),
        "at": _("time"),
        "noted_at": _("learned at"),
        "by": _("by"),
    },
)
label_codes(models.Campaign, {"kind": OFFERS, "given": GIVEN, "payer": PAYERS, "state": CAMPAIGNS})
label_codes(models.Redemption, {"state": REDEMPTIONS})
label_codes(models.Conflict, {"kind": CONFLICTS})
