"""For everybody: the season, its projects, a project, joining."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import PaymentDeclined, PaymentExpired, Purpose
from dure.foundations.people import queries as people
from dure.kit import faces, leaving, unsent
from dure.services.pledges import actions, queries
from dure.services.pledges.names import KINDS
from dure.services.pledges.rules import permits
from dure.services.pledges.types import (
    PledgeState,
    ProjectState,
    ProofKind,
    Season,
    SeasonPhase,
    Way,
)

from .common import actor, project_of, season_of
from .forms import JoinForm

SAID_LENGTH_MAX = 60
JOINABLE = (SeasonPhase.PROPOSING, SeasonPhase.JOINING)
both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The season that goes on, or is next, and its projects with search and filters."""
    said = request.GET.get("q", "")[:SAID_LENGTH_MAX].strip()
    season = _season(request.GET.get("season", ""))
    context: dict[str, Any] = {"said": said, "others": [one for one in queries.seasons() if one != season]}
    if season is not None:
        kind, room = request.GET.get("proof", ""), request.GET.get("room") == "1"
        proof = ProofKind(kind) if kind in set(ProofKind) else None
        found = queries.find_projects(season.id, said, proof, room, faces.page_number(request))
        context |= {
            **season_of(season),
            "figures": queries.told_figures(season.id),
            "items": [project_of(one) for one in found],
            "narrowed": bool(said or proof or room),
            "kinds": [(gettext("All"), ""), *((str(word), one.value) for one, word in KINDS.items())],
            "rooms": [(gettext("All"), ""), (gettext("With free places"), "1")],
            "may_propose": season.phase is SeasonPhase.PROPOSING,
        }
    return render(request, "pledges/home.html", context)


@require_safe
def project(request: HttpRequest, code: str) -> HttpResponse:
    """A project: what one promises each other, how a day is proved, how many places are left."""
    by = actor(request)
    found = queries.project_by_code(code, by)
    season = queries.season(found.season)
    mine = queries.live_pledge(found.id, by.person) if by.person else None
    context = {
        **project_of(found),
        **season_of(season),
        "leader": people.person(found.leader).name,
        "mine": mine,
        "leads": by.person == found.leader,
        "can_join": found.state is ProjectState.OPEN
        and season.phase in JOINABLE
        and (mine is None or mine.state in (PledgeState.OFFERED, PledgeState.PAYING)),
    }
    return render(request, "pledges/project.html", context)


@unsent.waits
@both
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Say what becomes of the part that is not earned back, then go on to the payment."""
    by = actor(request)
    permits.somebody(by)
    found = queries.project_by_code(code, by)
    season = queries.season(found.season)
    form = JoinForm(season, ledger.ways_to_pay(by), request.POST or None)
    if request.method == "POST" and form.is_valid():
        way = Way(reverse("pledges:paid"), form.cleaned_data.get("provider", ""))
        with faces.refusals_on(form):
            pledge = actions.join(by, found.id, form.consent(), way, key=faces.form_key(request))
            if pledge.state is not PledgeState.PAYING:
                said = gettext("You are on the waiting list. We keep a place for you when one comes free.")
                return faces.hx_redirect(request, "pledges:pledge", pledge.id, toast=said)
            return leaving.leave_for(request, actions.pay_deposit(by, pledge.id))
    sandbox = settings.DURE.sandbox_payments or settings.DURE.demo
    return faces.form_page(
        request, "pledges/join.html", form, sandbox=sandbox, **project_of(found), **season_of(season)
    )


@require_safe
def paid(request: HttpRequest) -> HttpResponse:
    """Back from the payment provider: the deposit is held once, however often this page is loaded."""
    by = actor(request)
    returned = {name: str(value) for name, value in request.GET.items()}
    context: dict[str, Any] = {}
    try:
        pledge = actions.complete_deposit(by, returned)
    except (PaymentDeclined, PaymentExpired) as refusal:
        spoken = faces.says(refusal)
        return render(request, "pledges/not_paid.html", {"spoken": spoken}, status=spoken.status)
    if pledge.state is PledgeState.JOINED:
        return faces.hx_redirect(
            request, "pledges:pledge", pledge.id, toast=gettext("You are in. Your deposit is held.")
        )
    context = {
        "pledge": pledge,
        "project": queries.project(pledge.project),
        "awaited": book.awaited_deposit(Purpose(actions.PURPOSE, pledge.id)),
    }
    return render(request, "pledges/not_paid.html", context)


def _season(code: str) -> Season | None:
    """The season asked for; else the next one that is not settled; else the newest."""
    if code:
        return queries.season_by_code(code)
    return next(iter((*queries.current_seasons(), *queries.seasons())), None)
