"""The log of counts for stewards and auditors to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dure.foundations.impact import models
from dure.foundations.impact.types import Counter
from dure.kit.labels import label, label_codes, label_house
from dure.kit.shown import Shown


@admin.register(models.Count)
class CountAdmin(Shown):
    """Shows, never changes: a correction is a count of its own."""

    list_display = ("id", "counter", "n", "day", "region", "house", "event", "counted_at")
    list_filter = ("counter", "house")
    search_fields = ("event",)
    ordering = ("-id",)
    exclude = ("who",)


label_house("impact", _("What it comes to"))
label(
    models.Count,
    _("count"),
    _("counts"),
    {
        "counter": _("counter"),
        "event": _("concerns"),
        "n": _("number"),
        "at": _("time"),
        "day": _("day"),
        "region": _("region"),
        "house": _("house"),
        "counted_at": _("counted at"),
    },
)
label_codes(
    models.Count,
    {
        "counter": {
            Counter.TAKING_PART: _("People taking part"),
            Counter.WON_GIVEN: _("Given by people"),
            Counter.WON_MATCHED: _("Added by matching funds"),
            Counter.WON_PAID_OUT: _("Paid out to partners"),
            Counter.WON_SPENT: _("Spent, with proof"),
            Counter.GIFTS: _("Gifts"),
            Counter.GIFTS_REFUNDED: _("Gifts given back"),
            Counter.CAUSES_PROPOSED: _("Causes proposed"),
            Counter.BOXES_OPENED: _("Donation boxes opened"),
            Counter.REPORTS_DUE: _("Reports due"),
            Counter.REPORTS_ON_TIME: _("Reports that came in time"),
            Counter.SHOPS_OPENED: _("Shops that take part"),
            Counter.SHOPPING: _("People who used a coupon"),
            Counter.COUPONS_USED: _("Coupons used"),
            Counter.COUPON_WON: _("Taken off by coupons"),
            Counter.CAME_BACK: _("Uses by somebody who came back"),
            Counter.COURSES_COMPLETED: _("Shops that completed the course"),
            Counter.KEEPING: _("People who kept days of a hundred"),
            Counter.DAYS_KEPT: _("Days kept"),
            Counter.DEPOSITS_GIVEN: _("Given from deposits"),
            Counter.DEPOSITS_RETURNED: _("Returned from deposits"),
            Counter.DEPOSITS_SETTLED: _("Deposits settled"),
            Counter.KEPT_ON: _("Deposits kept on to the end"),
        }
    },
)
