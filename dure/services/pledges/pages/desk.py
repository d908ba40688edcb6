"""At the desk: a leader's projects and late proofs; for stewards projects to look at, appeals, seasons."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.foundations.people import queries as people
from dure.foundations.people.types import PersonId
from dure.kit import faces, unsent
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import days, permits
from dure.services.pledges.types import ProjectState, ProjectVerdict, ProofId, SeasonPhase

from .common import actor, project_of, proofs_of, season_of
from .forms import ProjectForm, SeasonForm, WhyForm

both = require_http_methods(["GET", "HEAD", "POST"])
ORGANISATIONS_MAX = 100
EDITABLE = (ProjectState.PROPOSED, ProjectState.RETURNED)


@unsent.waits
@both
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose a project for a season."""
    by, season = actor(request), queries.season_by_code(code)
    permits.somebody(by)
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            made = actions.propose_project(by, form.said(season.id), key=faces.form_key(request))
            said = gettext("Proposed. A steward looks at it; then it is open.")
            return faces.hx_redirect(request, "pledges:project", made.code, toast=said)
    return faces.form_page(request, "pledges/propose.html", form, **season_of(season))


@unsent.waits
@both
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a project that is not open yet."""
    by = actor(request)
    found = queries.project_by_code(code, by)
    permits.may_lead(by, found.leader)
    season = queries.season(found.season)
    before = {
        "title": found.title,
        "promise": found.promise,
        "how": found.how,
        "proof": found.proof.value,
        "unit": found.unit,
        "capacity": found.capacity,
        "days_a_week": found.days_a_week,
        "start": _clock(found.window.start),
        "end": _clock(found.window.until),
    }
    form = ProjectForm(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.edit_project(by, found.id, form.said(season.id), key=faces.form_key(request))
            said = gettext("Changed. A steward looks at it; then it is open.")
            return faces.hx_redirect(request, "pledges:project", found.code, toast=said)
    return faces.form_page(request, "pledges/propose.html", form, **project_of(found), **season_of(season))


@require_safe
def lead(request: HttpRequest, code: str) -> HttpResponse:
    """A leader's page: late proofs that wait, and who is in."""
    by = actor(request)
    found = queries.project_by_code(code, by)
    if not (by.is_steward or by.is_auditor):
        permits.may_lead(by, found.leader)
    season = queries.season(found.season)
    inside = queries.holding(found.id)
    names = people.persons({one.person for one in inside})
    context = {
        **project_of(found),
        **season_of(season),
        "waiting": proofs_of(queries.proofs_waiting(by, found), season),
        "feed": proofs_of(queries.feed(by, found, judging=True), season),
        "inside": [(one, names[one.person].name) for one in inside if one.person in names],
        "may_edit": found.state in EDITABLE,
        "may_judge": by.is_steward or by.person == found.leader,
        "person": by.person,
        "why_form": WhyForm(auto_id=False),
    }
    return render(request, "pledges/lead.html", context)


@require_POST
def judge(request: HttpRequest, proof: UUID) -> HttpResponse:
    """Whether a proof counts."""
    by, found = actor(request), ProofId(proof)
    if request.POST.get("answer") == "yes":
        judged = actions.accept_proof(by, found, key=faces.form_key(request))
    else:
        judged = actions.reject_proof(by, found, request.POST.get("why", ""), key=faces.form_key(request))
    project = queries.project(queries.pledge(judged.pledge).project)
    return faces.hx_redirect(request, "pledges-desk:lead", project.code, toast=gettext("Decided."))


@require_POST
def hand_over(request: HttpRequest, code: str, person: UUID) -> HttpResponse:
    """Somebody who is in leads it from now on."""
    by = actor(request)
    found = queries.project_by_code(code, by)
    actions.replace_leader(by, found.id, PersonId(person), key=faces.form_key(request))
    return faces.hx_redirect(request, "pledges:project", found.code, toast=gettext("The project has another leader."))


@unsent.waits
@both
def stewards(request: HttpRequest) -> HttpResponse:
    """For stewards: projects to look at, appeals, seasons; and a season to open."""
    by = actor(request)
    (permits.may_steward if request.method == "POST" else permits.may_look)(by)
    organisations = people.find_organisations(verified=True, limit=ORGANISATIONS_MAX)
    form = SeasonForm(organisations, queries.open_boxes(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.open_season(by, form.said(), key=faces.form_key(request))
            return faces.hx_redirect(request, "pledges-desk:stewards", toast=gettext("The season is open."))
    waiting = queries.proofs_waiting(by)
    context = {
        "to_review": [project_of(one) for one in queries.projects_to_review(by)],
        "waiting": [
            {**one, "project": queries.project(queries.pledge(one["proof"].pledge).project)}
            for proof in waiting
            for one in proofs_of([proof], queries.season(queries.season_of_proof(proof.id)))
        ],
        "seasons": [
            {
                **season_of(one),
                "figures": queries.figures(one.id),
                "sums": queries.receiver_sums(one.id),
                "undecided": queries.count_undecided(one.id),
                "settles_from": days.settles_from(one.starts_on),
                "in_review": one.phase is SeasonPhase.REVIEW,
            }
            for one in queries.seasons()
        ],
        "complaints": queries.count_complaints(),
        "disputes": queries.count_disputes(),
        "may_change": by.is_steward,
        "why_form": WhyForm(auto_id=False),
    }
    return faces.form_page(request, "pledges/stewards.html", form, **context)


@require_POST
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Open a project, ask for a change, or decline it."""
    by, said = actor(request), request.POST.get("answer", "")
    permits.may_steward(by)
    found = queries.project_by_code(code, by)
    verdict = ProjectVerdict(said) if said in set(ProjectVerdict) else ProjectVerdict.RETURN
    actions.decide_project(by, found.id, verdict, request.POST.get("why", ""), key=faces.form_key(request))
    return faces.hx_redirect(request, "pledges-desk:stewards", toast=gettext("Decided."))


@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """A project does not go on; everybody gets everything back."""
    by = actor(request)
    found = queries.project_by_code(code, by)
    actions.cancel_project(by, found.id, request.POST.get("why", ""), key=faces.form_key(request))
    said = gettext("Cancelled. All deposits go back whole.")
    return faces.hx_redirect(request, "pledges:project", found.code, toast=said)


@require_POST
def hear(request: HttpRequest, proof: UUID) -> HttpResponse:
    """Decide an appeal for good."""
    by, why = actor(request), request.POST.get("why", "")
    upheld = request.POST.get("answer") == "yes"
    actions.hear_appeal(by, ProofId(proof), upheld, why, key=faces.form_key(request))
    return faces.hx_redirect(request, "pledges-desk:stewards", toast=gettext("Decided."))


@require_POST
def settle(request: HttpRequest, code: str) -> HttpResponse:
    """Have the books of a season made."""
    season = queries.season_by_code(code)
    actions.begin_settlement(actor(request), season.id, key=faces.form_key(request))
    said = gettext("The season is being settled. Its sums appear here within minutes.")
    return faces.hx_redirect(request, "pledges-desk:stewards", toast=said)


def _clock(minutes: int) -> str:
    return "" if minutes in (0, 1_440) else f"{minutes // 60:02}:{minutes % 60:02}"
