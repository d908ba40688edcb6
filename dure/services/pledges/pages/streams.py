"""Whether everybody may read, in words, what I prove in a project: closed, unless I open it."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.kit import faces
from dure.services.pledges import actions, queries
from dure.services.pledges.types import PledgeId

from .common import actor


@require_safe
def mine(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """Open or closed, and what that means."""
    found = queries.stream_of(actor(request), PledgeId(pledge))
    project = queries.project(queries.pledge(PledgeId(pledge)).project)
    address = f"{settings.DURE.origin}{reverse('pledges:stream', args=[found.key])}" if found else ""
    context = {"pledge": pledge, "project": project, "stream": found, "address": address}
    return render(request, "pledges/stream.html", context)


@require_POST
def change(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """Open it, or close it."""
    by, found = actor(request), PledgeId(pledge)
    if request.POST.get("answer") == "open":
        actions.open_stream(by, found, key=faces.form_key(request))
        said = gettext("Everybody can read it now.")
    else:
        actions.close_stream(by, found, key=faces.form_key(request))
        said = gettext("Closed. Nobody else reads it any more.")
    return faces.hx_redirect(request, "pledges:my_stream", pledge, toast=said)
