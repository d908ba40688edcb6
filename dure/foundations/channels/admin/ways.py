"""How people are reached, to look at when somebody asks why nothing comes: of an address no more than its end."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dure.foundations.channels import models, queries
from dure.foundations.channels.names import ROUTES
from dure.foundations.channels.types import Gone
from dure.kit.labels import label, label_codes
from dure.kit.shown import Shown

GONE = {Gone.REFUSED: _("no such address, says the dealer"), Gone.MOVED: _("proved by somebody else")}


@admin.register(models.Reach)
class ReachAdmin(Shown):
    list_display = ("person", "route", "shown", "proved_at", "aloud", "gone_at", "why")
    list_filter = ("route", "why")
    list_select_related = ("person",)
    exclude = ("sealed", "hash")
    fields = ("person", "route", "shown", "proved_at", "aloud", "gone_at", "why")
    readonly_fields = ("shown",)
    ordering = ("-proved_at",)

    @admin.display(description=_("address"))
    def shown(self, row: models.Reach) -> str:
        """Enough to compare with what somebody says, too little to write to."""
        return queries.masked_address(row.id)


label(
    models.Reach,
    _("way to a person"),
    _("ways to people"),
    {
        "person": _("person"),
        "route": _("route"),
        "proved_at": _("proved at"),
        "aloud": _("read aloud by a call"),
        "gone_at": _("leads nowhere since"),
        "why": _("why"),
    },
)
label_codes(models.Reach, {"route": ROUTES, "why": GONE})
