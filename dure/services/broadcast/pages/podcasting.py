"""A village in one's podcast app: the private address, made, made anew, ended."""

import io

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.base.refusals import NotFound
from dure.kit import faces
from dure.services.broadcast import actions, queries
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import PodcastAddress

from .common import actor


@require_safe
def mine(request: HttpRequest, code: str) -> HttpResponse:
    """The address of my podcast of this village, if I have one."""
    by, found = actor(request), queries.village_by_code(code)
    if not any(one.village.id == found.id for one in queries.memberships(permits.somebody(by))):
        raise NotFound(what="membership")
    kept = queries.podcast_address(by, found.id)
    context = {"village": found, "address": address_of(kept) if kept else ""}
    if kept:
        context["drawing"] = qr_drawing(address_of(kept), gettext("The address of the podcast as a QR code"))
    return render(request, "broadcast/podcast.html", context)


@require_POST
def renew(request: HttpRequest, code: str) -> HttpResponse:
    """Have an address, or another one."""
    found = queries.village_by_code(code)
    actions.renew_podcast(actor(request), found.id, key=faces.form_key(request))
    return faces.hx_redirect(
        request, "broadcast:my_podcast", code, toast=gettext("Here is the address of your podcast.")
    )


@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    """End the address."""
    actions.end_podcast(actor(request), queries.village_by_code(code).id)
    return faces.hx_redirect(request, "broadcast:my_podcast", code, toast=gettext("The podcast's address is no more."))


def address_of(found: PodcastAddress) -> str:
    """Where a podcast app reads it."""
    return f"{settings.DURE.origin}{reverse('broadcast:podcast', args=[found.key, found.seal])}"


def qr_drawing(text: str, label: str) -> SafeString:
    """The QR code as a drawing that grows with the page. `label` is read out instead."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        border=4,
        svgclass="qr-code",
        lineclass=None,
        title=label,
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 - segno escapes the title; the rest are numbers
