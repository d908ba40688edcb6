"""My projects: today's proof, my hundred days, my deposit; and what my group proves."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.kit import faces, leaving, show, unsent
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import days, permits, steps
from dure.services.pledges.types import (
    Pledge,
    PledgeId,
    PledgeState,
    Project,
    ProofId,
    ProofState,
    Season,
    SeasonPhase,
    SeasonState,
)

from .account import line_of, receiver_of
from .cheering import lively
from .common import (
    actor,
    calendar_of,
    group_calendar,
    pledge_of,
    project_of,
    proof_of,
    proofs_of,
    provable,
    season_of,
)
from .disputes import dispute_of, may_dispute
from .forms import ConsentForm, ProofForm, WhyForm
from .meetings import next_of
from .telling import notices_of
from .voting import may_see_vote
from .waiting import may_wake, proving_of, said_of

both = require_http_methods(["GET", "HEAD", "POST"])
CHANGEABLE = (*steps.HOLDING_A_PLACE, PledgeState.WAITING)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """All projects that I am in, was in, wait for or lead."""
    person = permits.somebody(actor(request))
    pledges = queries.my_pledges(person)
    items = [pledge_of(one, queries.project(one.project)) for one in pledges]
    led = [project_of(one) for one in queries.led_by(person)]
    blocks, now = bool(queries.blocked_by(person)), clock.now().timestamp()
    return render(request, "pledges/mine.html", {"items": items, "led": led, "blocks": blocks, "now": now})


@unsent.waits
@both
def pledge(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """One project of mine: prove today, see my hundred days, read my deposit's account."""
    found, project, season = _own(request, pledge)
    states = queries.days_of(found.id)
    open_days = provable(season, project.window, states) if found.state is PledgeState.JOINED else []
    form = _proof_form(request, project, open_days)
    asleep = ProofForm(project, [(1, "")]) if form is None and may_wake(found, season) else None
    if request.method == "POST" and form is not None and form.is_valid():
        with faces.refusals_on(form):
            sent = actions.send_proof(actor(request), form.proof(found.id), key=faces.form_key(request))
            return faces.hx_redirect(request, "pledges:pledge", found.id, toast=said_of(sent.state))
    receiver = receiver_of(found, season)
    disputes = queries.disputes_of(actor(request), found.id) if found.settled else ()
    states = {**states, **dict.fromkeys(queries.granted_days(found.id) if disputes else (), ProofState.ACCEPTED)}
    today = days.day_number(season.starts_on, clock.today())
    sent_today = queries.day_of(found.id, today)
    kept = {day for day, state in states.items() if state in days.COUNTING}
    context = {
        **pledge_of(found, project),
        **project_of(project),
        **season_of(season),
        "state": pledge_of(found, project)["state"],
        "proving": proving_of(found, season, project.window, states, open_days),
        "now": clock.now().timestamp(),
        "sent_today": lively(actor(request), [proof_of(sent_today, season)], project, season)[0]
        if sent_today
        else None,
        "calendar": calendar_of(states, season),
        "kept": days.kept_of(kept, project.days_a_week),
        "notices": notices_of(project)[:1] if found.state in steps.HELD else [],
        "next_meeting": next_of(actor(request), project) if found.state in steps.HELD else None,
        "streak": queries.streaks(project, season, [found.id])[found.id],
        "doubted": [proof_of(one, season) for one in queries.doubted(found.id)],
        "lines": [line_of(one, receiver) for one in queries.statement(actor(request), found.id)],
        "receiver": receiver,
        "votes": may_see_vote(found, season),
        "may_change": season.state is SeasonState.OPEN and found.state in CHANGEABLE,
        "disputes": [dispute_of(one, season) for one in disputes],
        "may_dispute": may_dispute(found, season, disputes),
        "may_leave": _may_leave(found, season),
        "has_stream": found.state is PledgeState.SETTLED and queries.stream_of(actor(request), found.id) is not None,
        "before": season.phase in (SeasonPhase.PROPOSING, SeasonPhase.JOINING, SeasonPhase.READY),
    }
    if form is None:
        return render(request, "pledges/pledge.html", {**context, "form": asleep, "asleep": True})
    return faces.form_page(request, "pledges/pledge.html", form, **context)


@require_POST
def pay(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """On to the payment of a deposit that was not paid yet."""
    return leaving.leave_for(request, actions.pay_deposit(actor(request), PledgeId(pledge)))


@both
def consent(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """Say anew what becomes of the part that is not earned back."""
    found, project, season = _own(request, pledge)
    said_before = {
        "gives": "group" if found.consent.by_vote else "yes" if found.consent.gives else "no",
        "receiver": str(found.consent.receiver or ""),
    }
    form = ConsentForm(season, request.POST or None, initial=said_before)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.change_consent(actor(request), found.id, form.consent(), key=faces.form_key(request))
            return faces.hx_redirect(request, "pledges:pledge", found.id, toast=gettext("Your word is noted."))
    return faces.form_page(request, "pledges/consent.html", form, **pledge_of(found, project), **season_of(season))


@require_POST
def leave(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """Go: before the first day with the whole deposit, later with what was kept."""
    left = actions.leave(actor(request), PledgeId(pledge), key=faces.form_key(request))
    if left.state is PledgeState.STOPPED:
        said = gettext("You have stopped. What you kept counts.")
    else:
        said = gettext("You have left. What you paid goes back.")
    return faces.hx_redirect(request, "pledges:mine", toast=said)


@require_POST
def withdraw(request: HttpRequest, proof: UUID) -> HttpResponse:
    """Take today's proof back."""
    found = actions.withdraw_proof(actor(request), ProofId(proof), key=faces.form_key(request))
    return faces.hx_redirect(request, "pledges:pledge", found.pledge, toast=gettext("Taken back."))


@unsent.waits
@both
def appeal(request: HttpRequest, proof: UUID) -> HttpResponse:
    """Ask a steward to look at a rejected proof."""
    by, found = actor(request), queries.proof(ProofId(proof))
    permits.may_touch(by, found.person)
    season = queries.season(queries.season_of_proof(found.id))
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.appeal_proof(by, found.id, form.cleaned_data["why"], key=faces.form_key(request))
            said = gettext("A steward will look at it.")
            return faces.hx_redirect(request, "pledges:pledge", found.pledge, toast=said)
    return faces.form_page(request, "pledges/appeal.html", form, **proof_of(found, season))


@require_safe
def group(request: HttpRequest, code: str) -> HttpResponse:
    """What my group proves, the newest first, and how its hundred days go."""
    by = actor(request)
    project = queries.project_by_code(code, by)
    season = queries.season(project.season)
    before = request.GET.get("before", "")
    proofs = queries.feed(by, project, _proof_id(before))
    streaks = dict(queries.streaks(project, season, {one.pledge for one in proofs}))
    shown = lively(by, proofs_of(proofs, season), project, season)
    context = {
        **project_of(project),
        **season_of(season),
        "notices": notices_of(project),
        "next_meeting": next_of(by, project),
        "leads": by.person == project.leader,
        "takes_down": by.is_steward or by.person == project.leader,
        "proofs": [{**one, "streak": streaks.pop(one["proof"].pledge, 0)} for one in shown],  # beside the newest
        "calendar": group_calendar(project, season),
        "last": proofs[-1].id if len(proofs) == queries.FEED_PAGE else None,
    }
    return render(request, "pledges/group.html", context)


@require_safe
def picture(request: HttpRequest, proof: UUID) -> FileResponse:
    """The picture of a proof, for those who may see it."""
    path = queries.picture_of(actor(request), ProofId(proof))
    response = FileResponse(storages["private"].open(path), content_type="image/webp")
    response["Cache-Control"] = "private, no-store"
    return response


def _own(request: HttpRequest, pledge: UUID) -> tuple[Pledge, Project, Season]:
    by, found = actor(request), queries.pledge(PledgeId(pledge))
    permits.may_touch(by, found.person)
    project = queries.project(found.project)
    return found, project, queries.season(project.season)


def _proof_form(request: HttpRequest, project: Project, open_days: Sequence[Mapping[str, Any]]) -> ProofForm | None:
    if not open_days:
        return None
    choices = []
    for one in open_days:
        word = show.day(one["on"])
        choices.append((one["day"], gettext("{day} (late)").format(day=word) if one["is_late"] else str(word)))
    return ProofForm(project, choices, request.POST or None, request.FILES or None)


def _may_leave(found: Pledge, season: Season) -> bool:
    if season.phase is SeasonPhase.RUNNING:
        return found.state is PledgeState.JOINED
    return found.state in CHANGEABLE and season.phase in (
        SeasonPhase.PROPOSING,
        SeasonPhase.JOINING,
        SeasonPhase.READY,
    )


def _proof_id(said: str) -> ProofId | None:
    try:
        return ProofId(UUID(said)) if said else None
    except ValueError:
        return None
