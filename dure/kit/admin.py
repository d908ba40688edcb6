"""News and what followed it, for stewards: dead letters come first and can be put back in the queue."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dure.kit import delivery, models
from dure.kit.labels import label, label_codes, label_house
from dure.kit.shown import Shown


@admin.register(models.News)
class NewsAdmin(Shown):
    list_display = ("kind", "at", "fanned_out", "id")
    list_filter = ("fanned_out",)
    search_fields = ("=id", "kind")
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(models.Delivery)
class DeliveryAdmin(Shown):
    """A delivery that failed too often is dead: somebody has to look, put right what was wrong, and replay it."""

    list_display = ("reaction", "state", "attempts", "next_at", "done_at", "last_error")
    list_filter = ("state",)
    list_select_related = ("news",)
    search_fields = ("reaction", "news__kind", "=news__id")
    ordering = ("state", "-id")  # dead, done, waiting
    show_full_result_count = False
    actions = ("replay",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Looking is for auditors too, replaying for stewards."""
        return request.user.has_perm("kit.change_delivery")

    @admin.action(description=_("Put dead letters back in the queue"), permissions=["replay"])
    def replay(self, request: HttpRequest, chosen: QuerySet[models.Delivery]) -> None:
        count = delivery.replay(list(chosen.values_list("id", flat=True)))
        said = ngettext("{n} dead letter is tried again now.", "{n} dead letters are tried again now.", count)
        messages.success(request, said.format(n=count))


label_house("kit", _("News and deliveries"))
label(
    models.News,
    _("piece of news"),
    _("news"),
    {
        "kind": _("kind"),
        "body": _("content"),
        "at": _("time"),
        "fanned_out": _("handed on"),
    },
)
label(
    models.Delivery,
    _("delivery"),
    _("deliveries"),
    {
        "news": _("piece of news"),
        "reaction": _("reaction"),
        "state": _("state"),
        "attempts": _("attempts"),
        "next_at": _("next try at"),
        "done_at": _("done at"),
        "last_error": _("last error"),
    },
)
label_codes(
    models.Delivery,
    {
        "state": {
            models.DeliveryState.WAITING: _("waiting"),
            models.DeliveryState.DONE: _("done"),
            models.DeliveryState.DEAD: _("given up"),
        }
    },
)
