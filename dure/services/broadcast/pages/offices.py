"""Who holds an office hands it over: to whom, and from which day on."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from dure.base import clock
from dure.base.refusals import NotAllowed
from dure.foundations.people import queries as people
from dure.foundations.people.types import PersonId
from dure.kit import faces
from dure.services.broadcast import actions, queries
from dure.services.broadcast.names import OFFICES
from dure.services.broadcast.rules import permits

from .common import actor
from .forms import HandOverForm

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """My office of this village, and who follows me. What was said stays the village's."""
    by, found, today = actor(request), queries.village_by_code(code), clock.today()
    person = permits.somebody(by)
    mine = next(
        (one for one in queries.offices(found.id) if one.tenure.person == person and one.tenure.holds(today)), None
    )
    if mine is None:
        raise NotAllowed(needs="office")
    others = [one.person for one in queries.listeners_of(by, found.id) if one.person != person]
    names = people.names(others)
    form = HandOverForm(
        [(str(one), names.get(one, "")) for one in others],
        request.POST or None,
        initial={"on": max(today, mine.tenure.begins) + timedelta(days=1)},
    )
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            to, on = PersonId(UUID(form.cleaned_data["person"])), form.cleaned_data["on"]
            actions.hand_over(by, mine.id, to, on, key=faces.form_key(request))
            done = gettext("Noted. From that day on {name} speaks to the village.").format(name=names.get(to, ""))
            return faces.hx_redirect(request, "broadcast:studio" if on > today else "broadcast:home", toast=done)
    context = {"village": found, "office": OFFICES[mine.tenure.office], "ends": mine.tenure.ends}
    return faces.form_page(request, "broadcast/hand_over.html", form, has_listeners=bool(others), **context)
