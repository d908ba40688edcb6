"""What became of a channel's messages, as a table to take away."""

import csv
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dure.base import clock
from dure.foundations.channels import queries
from dure.foundations.channels.names import BROADCAST_STATES, PURPOSES
from dure.foundations.channels.types import Broadcast, Figures
from dure.foundations.people.types import Actor

from .common import worked_on

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a table program would reckon instead of showing
BOM = "\ufeff"  # so that table programs read Korean


@require_safe
def table(request: HttpRequest, channel: UUID) -> HttpResponse:
    """The newest messages with their figures (CSV, UTF-8); empty where fewer than 20 people stand behind a number."""
    by, found, context = worked_on(request, channel)
    answer = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="dure-{context["channel"].opened_at:%Y%m%d}-messages.csv"'
    writer = csv.writer(answer)
    writer.writerow(_heads())
    writer.writerows(_row(by, one) for one in queries.broadcasts_for(by, found))
    return answer


def _heads() -> list[str]:
    return [
        gettext("Title"),
        gettext("What is it?"),
        gettext("Where it stands"),
        gettext("Last change"),
        gettext("For people"),
        gettext("Sent"),
        gettext("Delivered"),
        gettext("Opened"),
        gettext("Button pressed"),
        gettext("Left within three days"),
        gettext("Coupon taken"),
        gettext("Coupon used"),
    ]


def _row(by: Actor, one: Broadcast) -> list[str]:
    at = clock.local(one.changed_at).isoformat(timespec="minutes") if one.changed_at else ""
    said = [_plain(one.title), str(PURPOSES[one.purpose]), str(BROADCAST_STATES[one.state][0]), at]
    return said + _told(queries.figures(by, one))


def _told(figures: Figures | None) -> list[str]:
    if figures is None:
        return [""] * 8
    told = (
        *(figures.queued, figures.sent, figures.delivered, figures.opened, figures.clicked, figures.left),
        *(figures.coupons_taken, figures.coupons_used),
    )
    return ["" if count is None else str(count) for count in told]


def _plain(title: str) -> str:
    return f"'{title}" if title.startswith(FORMULA) else title


urlpatterns = [path("<uuid:channel>/messages/figures.csv", table, name="figures")]
