"""Funds for markets, their deposits and grants, and what messages cost, to look at. The won itself stands in the ledger."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dure.kit.labels import label, label_codes
from dure.kit.show import money
from dure.kit.shown import Shown
from dure.services.market import models
from dure.services.market.names import DEPOSITS, GRANTS

__all__ = ["FundAdmin"]


@admin.register(models.Fund)
class FundAdmin(Shown):
    list_display = ("name", "active", "opened_at")
    ordering = ("-opened_at",)


@admin.register(models.Deposit)
class DepositAdmin(Shown):
    list_display = ("fund", "sum_won", "reference", "state", "entered_at", "decided_at")
    list_filter = ("state",)
    list_select_related = ("fund",)
    search_fields = ("reference",)
    ordering = ("-entered_at",)

    @admin.display(description=_("amount"), ordering="won")
    def sum_won(self, deposit: models.Deposit) -> str:
        return money(deposit.won)


@admin.register(models.Grant)
class GrantAdmin(Shown):
    list_display = ("fund", "organisation", "kind", "sum_won", "at")
    list_filter = ("kind",)
    list_select_related = ("fund", "organisation")
    search_fields = ("organisation__name",)
    ordering = ("-at",)

    @admin.display(description=_("amount"), ordering="won")
    def sum_won(self, grant: models.Grant) -> str:
        return money(grant.won)


@admin.register(models.GrantReturn)
class GrantReturnAdmin(Shown):
    list_display = ("grant", "sum_won", "at")
    list_select_related = ("grant",)
    search_fields = ("grant__organisation__name",)
    ordering = ("-at",)

    @admin.display(description=_("amount"), ordering="won")
    def sum_won(self, back: models.GrantReturn) -> str:
        return money(back.won)


@admin.register(models.MessageCost)
class MessageCostAdmin(Shown):
    list_display = ("organisation", "held_won", "spent_won", "at", "ended_at")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name",)
    ordering = ("-at",)

    @admin.display(description=_("held back"), ordering="held")
    def held_won(self, cost: models.MessageCost) -> str:
        return money(cost.held)

    @admin.display(description=_("spent"), ordering="spent")
    def spent_won(self, cost: models.MessageCost) -> str:
        return "" if cost.spent is None else money(cost.spent)


label(
    models.Fund,
    _("fund for markets"),
    _("funds for markets"),
    {"name": _("name"), "account": _("account"), "active": _("active"), "opened_at": _("opened at")},
)
label(
    models.Deposit,
    _("deposit"),
    _("deposits"),
    {
        "fund": _("fund for markets"),
        "won": _("amount"),
        "reference": _("the bank's reference"),
        "state": _("state"),
        "entered_by": _("entered by"),
        "entered_at": _("entered at"),
        "decided_by": _("decided by"),
        "decided_at": _("decided at"),
    },
)
label(
    models.Grant,
    _("grant"),
    _("grants"),
    {
        "fund": _("fund for markets"),
        "organisation": _("organisation"),
        "market": _("market"),
        "kind": _("kind"),
        "won": _("amount"),
        "by": _("by"),
        "at": _("time"),
    },
)
label(
    models.GrantReturn,
    _("grant given back"),
    _("grants given back"),
    {"grant": _("grant"), "won": _("amount"), "at": _("time")},
)
label(
    models.MessageCost,
    _("cost of a message"),
    _("costs of messages"),
    {
        "sending": _("sending"),
        "organisation": _("organisation"),
        "held": _("held back"),
        "spent": _("spent"),
        "open_won": _("still held back"),
        "turn": _("times the ledger was told"),
        "at": _("time"),
        "ended_at": _("ended at"),
    },
)
label_codes(models.Deposit, {"state": DEPOSITS})
label_codes(models.Grant, {"kind": GRANTS})
