"""My promises in my own calendar: the private address, made, made anew, taken back."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.base.refusals import NotFound
from dure.kit import faces
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import permits
from dure.services.pledges.types import CalendarAddress

from .common import actor


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The address of my calendar, if I have one."""
    by = actor(request)
    permits.somebody(by)
    try:
        found = queries.calendar_address(by)
    except NotFound:
        return render(request, "pledges/calendar.html")
    return render(request, "pledges/calendar.html", {"calendar": found, "address": address_of(found)})


@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Have an address, or another one."""
    actions.renew_calendar(actor(request), key=faces.form_key(request))
    return faces.hx_redirect(request, "pledges:my_calendar", toast=gettext("Here is the address of your calendar."))


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """End the address."""
    actions.close_calendar(actor(request), key=faces.form_key(request))
    return faces.hx_redirect(request, "pledges:my_calendar", toast=gettext("The address is no more."))


def address_of(found: CalendarAddress) -> str:
    """Where a calendar program reads it."""
    return f"{settings.DURE.origin}{reverse('pledges:calendar', args=[found.key, found.seal])}"
