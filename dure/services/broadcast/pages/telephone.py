"""Speaking by telephone: the digits by which one is known, and the words of what was said."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from dure.base.refusals import NotAllowed
from dure.foundations.channels import queries as ways
from dure.kit import faces
from dure.services.broadcast import actions, queries
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import AnnouncementId

from .common import actor
from .forms import NumberForm

both = require_http_methods(["GET", "HEAD", "POST"])
SHOWN_DIGITS = 4


@both
def telephone(request: HttpRequest) -> HttpResponse:
    """Which number I call, from which one I am known, and my six digits: set, or set anew."""
    by = actor(request)
    person = permits.somebody(by)
    if not queries.villages_spoken_to(person):
        raise NotAllowed(needs="office")
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.set_telephone_secret(by, form.cleaned_data["number"], key=faces.form_key(request))
            done = gettext("Noted. Now you can speak by telephone.")
            return faces.hx_redirect(request, "broadcast:telephone", toast=done)
    own = ways.reachable(by).number
    context = {
        "number": settings.DURE.telephone_number,
        "own": f"•••{own[-SHOWN_DIGITS:]}" if own else "",
        "set_at": queries.telephone_secret_set_at(person),
    }
    return faces.form_page(request, "broadcast/telephone.html", form, **context)


@require_POST
def take_away(request: HttpRequest) -> HttpResponse:
    """Speak by telephone no more."""
    actions.take_telephone_secret_away(actor(request))
    done = gettext("Nobody speaks in your name by telephone any more.")
    return faces.hx_redirect(request, "broadcast:telephone", toast=done)


@require_POST
def words(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Type the words of what was spoken by telephone."""
    typed = request.POST.get("words", "")
    actions.type_words(actor(request), AnnouncementId(announcement), typed, key=faces.form_key(request))
    return faces.hx_redirect(request, "broadcast:look", announcement, toast=gettext("Noted."))
