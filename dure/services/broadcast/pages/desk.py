"""Pages of who answers for villages: opening one, saying who is head, seeing how much is heard."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from dure.base import clock
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationId, PersonId
from dure.kit import faces
from dure.services.broadcast import actions, queries
from dure.services.broadcast.names import OFFICES
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import Office, TenureId

from .common import actor
from .forms import NumberForm, OfficeForm, VillageForm

both = require_http_methods(["GET", "HEAD", "POST"])
BODIES_MAX = 50


def bodies_of(by: Actor) -> Sequence[tuple[str, str]]:
    """(id, name) of the public bodies for which somebody may open a village: their own; for a steward every one."""
    if by.is_steward:
        found = [
            one
            for kind in sorted(permits.PUBLIC_KINDS)
            for one in people.find_organisations(kind=kind, verified=True, limit=BODIES_MAX)
        ]
    else:
        own = people.organisations([organisation for organisation, _ in by.memberships if by.owns(organisation)])
        found = [one for one in own.values() if permits.is_public_body(one.kind, one.verified)]
    return [(str(one.id), one.name) for one in found]


@both
def villages(request: HttpRequest) -> HttpResponse:
    """The villages that somebody answers for, with how much is heard there; and a new one."""
    by = actor(request)
    bodies, rates = bodies_of(by), queries.rates(by)
    if not (bodies or rates or by.is_steward or by.is_auditor):
        raise NotAllowed(needs="member")
    form = VillageForm(bodies, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            said = form.cleaned_data
            body = OrganisationId(UUID(said["organisation"]))
            made = actions.open_village(by, body, said["name"], key=faces.form_key(request))
            done = gettext("{village} is open. Let people join; then say who is head.").format(village=made.name)
            return faces.hx_redirect(request, "broadcast-desk:village", made.code, toast=done)
    return faces.form_page(request, "broadcast/villages.html", form, rates=rates, may_open=bool(bodies))


@both
def village(request: HttpRequest, code: str) -> HttpResponse:
    """A village at the desk: its offices, its code, how much is heard."""
    by, found = actor(request), queries.village_by_code(code)
    rate = next((one for one in queries.rates(by) if one.village.id == found.id), None)
    if rate is None:
        raise NotFound(what="village")
    may_appoint = by.is_steward or by.owns(found.organisation)
    here = queries.listeners_of(by, found.id) if may_appoint else ()
    offices = [one for one in queries.offices(found.id) if one.tenure.ends is None or one.tenure.ends > clock.today()]
    names = people.names([*(one.person for one in here), *(one.tenure.person for one in offices)])
    form = OfficeForm([(str(one.person), names.get(one.person, "")) for one in here], request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            person, office = PersonId(UUID(form.cleaned_data["person"])), Office(form.cleaned_data["office"])
            actions.appoint(by, found.id, person, office, key=faces.form_key(request))
            return faces.hx_redirect(request, "broadcast-desk:village", code, toast=gettext("Noted."))
    context = {
        "village": found,
        "rate": rate,
        "body": people.organisation(found.organisation).name,
        "may_appoint": may_appoint,
        "has_listeners": bool(here),
        "offices": [
            {"one": one, "name": names.get(one.tenure.person, ""), "office": OFFICES[one.tenure.office]}
            for one in offices
        ],
    }
    return faces.form_page(request, "broadcast/village_desk.html", form, **context)


@both
def set_number(request: HttpRequest, code: str) -> HttpResponse:
    """The number that stands in for a second person, or another one."""
    by, found = actor(request), queries.village_by_code(code)
    permits.may_appoint(by, found.organisation)
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.set_village_number(by, found.id, form.cleaned_data["number"], key=faces.form_key(request))
            done = gettext("Noted. Tell it to the head in person, not by message.")
            return faces.hx_redirect(request, "broadcast-desk:village", code, toast=done)
    return faces.form_page(request, "broadcast/number.html", form, village=found)


@require_POST
def end_office(request: HttpRequest, code: str, tenure: UUID) -> HttpResponse:
    """End an office today."""
    actions.end_office(actor(request), TenureId(tenure), key=faces.form_key(request))
    return faces.hx_redirect(request, "broadcast-desk:village", code, toast=gettext("The office is ended."))
