"""Saying that a settled count is not right, and the desk at which two stewards decide."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.base.refusals import BadValue
from dure.foundations.people import queries as people
from dure.foundations.people.types import PersonCard, PersonId
from dure.kit import faces, unsent
from dure.services.pledges import actions, queries
from dure.services.pledges.names import DISPUTES, PROOFS
from dure.services.pledges.rules import days, permits
from dure.services.pledges.rules import disputes as rules
from dure.services.pledges.types import (
    Dispute,
    DisputedDay,
    DisputeId,
    DisputeState,
    NewDispute,
    Pledge,
    PledgeId,
    ProofState,
    Season,
)

from .common import actor, pledge_of, season_of

both = require_http_methods(["GET", "HEAD", "POST"])
TONES = {
    DisputeState.OPEN: "sun",
    DisputeState.PROPOSED: "sun",
    DisputeState.UPHELD: "",
    DisputeState.DISMISSED: "warn",
}


class DisputeForm(forms.Form):
    """Which days should have counted, and why."""

    def __init__(self, choices: Sequence[tuple[int, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["days"] = forms.TypedMultipleChoiceField(
            label=_("Which days should have counted?"),
            choices=list(choices),
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["why"] = forms.CharField(
            label=_("Why? Two stewards read it."),
            min_length=permits.WHY_LENGTH[0],
            max_length=permits.WHY_LENGTH[1],
            widget=forms.Textarea(attrs={"rows": 4}),
        )


@unsent.waits
@both
def dispute(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """Say that days of my settled pledge should have counted."""
    by, found = actor(request), queries.pledge(PledgeId(pledge))
    permits.may_touch(by, found.person)
    project = queries.project(found.project)
    season = queries.season(project.season)
    before = queries.disputes_of(by, found.id)
    form = DisputeForm(_choices(found, season, before), request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with faces.refusals_on(form):
            new = NewDispute(found.id, tuple(said["days"]), said["why"])
            actions.dispute_settlement(by, new, key=faces.form_key(request))
            told = gettext("Two stewards look at it. You hear what they decide.")
            return faces.hx_redirect(request, "pledges:dispute", found.id, toast=told)
    context = {
        **pledge_of(found, project),
        **season_of(season),
        "disputes": [dispute_of(one, season) for one in before],
        "may_dispute": may_dispute(found, season, before),
        "until": rules.disputed_until(season.settled_at) if season.settled_at else None,
    }
    return faces.form_page(request, "pledges/dispute.html", form, **context)


@require_safe
def disputes(request: HttpRequest) -> HttpResponse:
    """For stewards: what is in dispute, and what another steward proposes."""
    by = actor(request)
    found = queries.disputes_waiting(by)
    names = people.persons(
        {one.person for one in found} | {one.proposal.by for one in found if one.proposal and one.proposal.by}
    )
    projects = queries.projects_of({each.project for each in found})
    seasons = {one: queries.season(one) for one in {each.season for each in projects.values()}}
    pledges = queries.pledges_of({one.pledge for one in found})
    items = [
        {
            **dispute_of(one, seasons[projects[one.project].season]),
            "project": projects[one.project],
            "pledge": pledges[one.pledge],
            "name": names[one.person].name if one.person in names else "",
            "proposer": _proposer(one, names),
            "is_mine": one.proposal is not None and one.proposal.by == by.person,
        }
        for one in found
    ]
    return render(request, "pledges/disputes.html", {"items": items, "may_change": by.is_steward})


@require_POST
def propose(request: HttpRequest, dispute: UUID) -> HttpResponse:
    """Say which of the days count after all."""
    why, counting = request.POST.get("why", ""), [_number(one) for one in request.POST.getlist("days")]
    key = faces.form_key(request)
    proposed = actions.propose_verdict(actor(request), DisputeId(dispute), counting, why, key=key)
    return _back(request, proposed)


@require_POST
def decide(request: HttpRequest, dispute: UUID) -> HttpResponse:
    """Say the same as another steward, or send it back."""
    by, key, proposal = actor(request), faces.form_key(request), _proposal(request)
    if request.POST.get("answer") == "yes":
        decided = actions.confirm_verdict(by, DisputeId(dispute), proposal, key=key)
    else:
        why = request.POST.get("why", "")
        decided = actions.send_back_dispute(by, DisputeId(dispute), proposal, why, key=key)
    return _back(request, decided)


def dispute_of(one: Dispute, season: Season) -> Mapping[str, Any]:
    """A dispute with its words."""
    return {
        "dispute": one,
        "state": DISPUTES[one.state],
        "tone": TONES[one.state],
        "is_open": one.state is DisputeState.OPEN,
        "is_proposed": one.state is DisputeState.PROPOSED,
        "days": [_day(day, season) for day in one.days],
        "counting": [_day(day, season) for day in one.days if day.counts],
    }


def _proposer(one: Dispute, names: Mapping[PersonId, PersonCard]) -> str:
    by = one.proposal.by if one.proposal else None
    return names[by].name if by is not None and by in names else ""


def may_dispute(pledge: Pledge, season: Season, before: Sequence[Dispute]) -> bool:
    """Whether something of a settled pledge can be disputed today."""
    if pledge.settled is None or season.settled_at is None or pledge.settled.kept >= days.SEASON_DAYS:
        return False
    is_in_time = clock.today() <= rules.disputed_until(season.settled_at)
    return is_in_time and not any(one.state in rules.UNDECIDED for one in before)


def _choices(pledge: Pledge, season: Season, before: Sequence[Dispute]) -> list[tuple[int, str]]:
    """The days that do not count and were not in dispute, with what stands for each."""
    states = queries.days_of(pledge.id)
    spent = {day.day for one in before for day in one.days}
    return [
        (day, _said(day, season, states.get(day)))
        for day in range(1, days.SEASON_DAYS + 1)
        if states.get(day) not in days.COUNTING and day not in spent
    ]


def _day(one: DisputedDay, season: Season) -> Mapping[str, Any]:
    return {"day": one.day, "said": _said(one.day, season, one.state), "counts": one.counts}


def _said(day: int, season: Season, state: ProofState | None) -> str:
    on = days.date_of(season.starts_on, day)
    said = gettext("Day {day} ({month}/{on})").format(day=day, month=on.month, on=on.day)
    return f"{said}: {PROOFS[state]}" if state else said


def _back(request: HttpRequest, dispute: Dispute) -> HttpResponse:
    said = {
        DisputeState.OPEN: gettext("Sent back. A steward looks at it again."),
        DisputeState.PROPOSED: gettext("Noted. Another steward has to say the same."),
        DisputeState.UPHELD: gettext("Decided. The books are put right."),
        DisputeState.DISMISSED: gettext("Decided. It stays as it was settled."),
    }
    told = said[dispute.state]
    if dispute.state is DisputeState.UPHELD and dispute.change is None:
        told = gettext("Decided. The days count, and the number of kept days stays the same.")
    return faces.hx_redirect(request, "pledges-desk:disputes", toast=told)


def _number(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) <= len(str(days.SEASON_DAYS))):
        raise BadValue(field="days", reason="malformed")
    return int(said)


def _proposal(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("proposal", ""))
    except ValueError:
        raise BadValue(field="proposal", reason="malformed") from None
