"""The pages of a party's own: which of the three it is, what it knows and what it never learns."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Which party this is."""
    return render(request, "site/party.html", {"role": settings.DURE.role})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The same, under the address that every page's foot links to."""
    return home(request)
