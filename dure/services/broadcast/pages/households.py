"""Who has no account: entered by who speaks to the village, and how it stands with their word."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from dure.kit import faces
from dure.services.broadcast import actions, queries
from dure.services.broadcast.names import HOUSEHOLDS
from dure.services.broadcast.types import HouseholdId, HouseholdState

from .common import actor, shown_number
from .forms import HouseholdForm
from .parents import waiting_at

both = require_http_methods(["GET", "HEAD", "POST"])
TONES: Mapping[HouseholdState, str] = {HouseholdState.LISTENING: "quiet", HouseholdState.ASKED: "sun"}


@both
def households(request: HttpRequest, code: str) -> HttpResponse:
    """The telephones of a village that listen or were asked, and one more."""
    by, found = actor(request), queries.village_by_code(code)
    known = queries.households(by, found.id)
    form = HouseholdForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            said = form.cleaned_data
            actions.enter_household(by, found.id, said["name"], said["telephone"], key=faces.form_key(request))
            done = gettext("Entered. We call and ask; nothing else is said before they agree.")
            return faces.hx_redirect(request, "broadcast:households", code, toast=done)
    rows = [
        {
            "one": one,
            "state": HOUSEHOLDS[one.state],
            "tone": TONES.get(one.state, "grey"),
            "number": shown_number(one.number),
        }
        for one in known
    ]
    context = {"village": found, "rows": rows, "asked": waiting_at(by, found)}
    return faces.form_page(request, "broadcast/households.html", form, **context)


@require_POST
def take_out(request: HttpRequest, code: str, household: UUID) -> HttpResponse:
    """Call a number no more."""
    actions.take_household_out(actor(request), HouseholdId(household))
    return faces.hx_redirect(request, "broadcast:households", code, toast=gettext("Taken out. Nobody calls there."))
