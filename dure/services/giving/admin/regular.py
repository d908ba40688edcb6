"""Regular gifts, to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from dure.kit.labels import label, label_codes
from dure.kit.show import money
from dure.kit.shown import ReadOnly, Shown
from dure.services.giving import models
from dure.services.giving import types as t

__all__ = ["RegularAdmin"]


class RegularChargeInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold ships no types
    model = models.RegularCharge
    fields = ("month", "amount", "state", "tries", "try_on", "gift")


@admin.register(models.Regular)
class RegularAdmin(Shown):
    list_display = ("id", "donor", "partner", "sum", "day", "state", "next_on")
    list_filter = ("state", "reach")
    search_fields = ("id",)
    ordering = ("-at",)
    inlines = (RegularChargeInline,)

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, row: models.Regular) -> str:
        return money(row.amount)


label(
    models.Regular,
    _("regular gift"),
    _("regular gifts"),
    {
        "donor": _("donor"),
        "box": _("box"),
        "partner": _("partner"),
        "reach": _("when the box closes"),
        "amount": _("amount"),
        "day": _("day of the month"),
        "name_shown": _("name is shown"),
        "mandate": _("card"),
        "state": _("state"),
        "why": _("reason"),
        "next_on": _("next charge"),
        "at": _("time"),
        "ended_at": _("ended at"),
    },
)
label(
    models.RegularCharge,
    _("month of a regular gift"),
    _("months of regular gifts"),
    {
        "month": _("month"),
        "amount": _("amount"),
        "state": _("state"),
        "tries": _("tries"),
        "try_on": _("tried on"),
        "gift": _("gift"),
        "at": _("time"),
    },
)
label_codes(
    models.Regular,
    {
        "state": {
            t.RegularState.ASKED: _("waits for a card"),
            t.RegularState.RUNNING: _("every month"),
            t.RegularState.PAUSED: _("rests"),
            t.RegularState.ENDED: _("stopped"),
        },
        "reach": {t.Reach.PARTNER: _("on with the next box of the organisation"), t.Reach.BOX: _("it ends")},
    },
)
label_codes(
    models.RegularCharge,
    {
        "state": {
            t.ChargeState.DUE: _("is charged soon"),
            t.ChargeState.CHARGING: _("is being charged"),
            t.ChargeState.GIVEN: _("given"),
            t.ChargeState.FAILED: _("card refused"),
            t.ChargeState.SKIPPED: _("left out"),
        }
    },
)
