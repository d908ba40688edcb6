"""The desk of an agency: write an alert, look at it as a reader and as XML, send it, take it back, update and end it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from procrastinate.contrib.django import app

from dure.base import clock
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import faces
from dure.services.forecasts import actions, names, queries
from dure.services.forecasts.rules.cap import desk as rules
from dure.services.forecasts.rules.cap import pinning
from dure.services.forecasts.types import AlertStanding, DeskKind, Issue, IssueId, IssueState, KeptAlert, Status

from .alerts import in_other_languages, of_alert, shown
from .common import actor
from .desk_alerts import findings
from .forms_issue import IssueForm, typed_of

both = require_http_methods(["GET", "HEAD", "POST"])
SOON = {"seconds": rules.UNDO_SECONDS + 1}  # when nobody can take it back any more
ENDING = (DeskKind.UPDATE, DeskKind.ALL_CLEAR, DeskKind.CANCEL)
HOLDS = (AlertStanding.AHEAD, AlertStanding.IN_FORCE)


@require_safe
def issues(request: HttpRequest) -> HttpResponse:
    """What my agencies issued and write; what waits for my word; our certificate, to be read aloud."""
    by = actor(request)
    _demand_agency(by)
    found = queries.issues(by)
    own = [shown(one) for one in queries.published() if one.organisation in {one.id for one in queries.agencies_of(by)}]
    context = {
        "issues": [_line(by, one) for one in found if one.state is not IssueState.ISSUED],
        "alerts": own,
        "certificates": [pinning.read_aloud(one) for one in queries.own_fingerprints()],
        "sender": queries.own_sender(),
    }
    return render(request, "forecasts/issues.html", context)


@both
def write(request: HttpRequest) -> HttpResponse:
    """A first alert."""
    return _written(request, DeskKind.ALERT, None, None)


@both
def replace(request: HttpRequest, alert: UUID, kind: str) -> HttpResponse:
    """An update, a cancellation or the all-clear of an alert that was issued here and holds."""
    if kind not in {one.value for one in ENDING}:
        raise NotFound(what="kind")
    found = queries.alert(alert)
    if not found.is_own or found.standing not in HOLDS:
        raise NotFound(what="alert")
    return _written(request, DeskKind(kind), found, None)


@both
def change(request: HttpRequest, issue: UUID) -> HttpResponse:
    """Write a draft anew."""
    found = queries.issue(actor(request), issue)
    if found.state is not IssueState.DRAFT:
        raise NotFound(what="draft")
    replaced = queries.alert(found.new.replaces) if found.new.replaces else None
    return _written(request, found.new.kind, replaced, found)


@require_safe
def look(request: HttpRequest, issue: UUID) -> HttpResponse:
    """A draft as a reader will see it and as XML; or how far one is that was sent."""
    by, now = actor(request), clock.now()
    found = queries.issue(by, issue)
    if found.alert is not None:
        return faces.hx_redirect(request, "forecasts:alert", found.alert)
    said = queries.preview(found.new, now)
    names_of = people.names([found.author])
    left = max(0, round((found.leaves_at - now).total_seconds())) if found.leaves_at else 0
    context = {
        **of_alert(said.alert, found.new.expires),
        **_line(by, found),
        "findings": findings(said.findings),
        "xml": said.xml.decode(),
        "may_send": found.state is IssueState.DRAFT and bool(said.xml),
        "author": names_of.get(found.author, ""),
        "undo_seconds": left,
        "may_agree": found.state is IssueState.ASKED and by.person != found.author,
        "polygon": bool(found.new.polygon),
        "others": in_other_languages(said.alert),
        "concerned": queries.concerned(found.new) if said.alert.status is Status.ACTUAL else None,
    }
    return render(request, "forecasts/issue.html", context)


@require_POST
def send(request: HttpRequest, issue: UUID) -> HttpResponse:
    """Send a draft."""
    return _gone(request, actions.send_issue(actor(request), IssueId(issue), key=faces.form_key(request)))


@require_POST
def agree(request: HttpRequest, issue: UUID) -> HttpResponse:
    """Stand behind what somebody else wrote."""
    return _gone(request, actions.agree_issue(actor(request), IssueId(issue), key=faces.form_key(request)))


@require_POST
def take_back(request: HttpRequest, issue: UUID) -> HttpResponse:
    """Take it back before it leaves."""
    actions.take_issue_back(actor(request), IssueId(issue))
    return faces.hx_redirect(
        request, "forecasts-desk:issue", issue, toast=gettext("Taken back. Nobody was told of it.")
    )


@require_POST
def throw_away(request: HttpRequest, issue: UUID) -> HttpResponse:
    """Throw a draft away."""
    actions.throw_issue_away(actor(request), IssueId(issue))
    return faces.hx_redirect(request, "forecasts-desk:issues", toast=gettext("Thrown away."))


def _written(request: HttpRequest, kind: DeskKind, replaced: KeptAlert | None, draft: Issue | None) -> HttpResponse:
    by = actor(request)
    agencies = _demand_agency(by)
    own = [one for one in agencies if replaced is None or one.id == replaced.organisation]
    if not own:
        raise NotAllowed(needs="owner")
    initial = typed_of(draft.new if draft else None, replaced, clock.now() + timedelta(hours=3), kind)
    form = IssueForm(kind, [(str(one.id), one.name) for one in own], request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            new = form.issue(replaced.id if replaced else None)
            made = actions.write_issue(by, new, key=faces.form_key(request), instead_of=draft.id if draft else None)
            return faces.hx_redirect(request, "forecasts-desk:issue", made.id)
    context = {"kind": kind.value, "title": names.DESK_KINDS[kind], "replaced": shown(replaced) if replaced else None}
    return faces.form_page(request, "forecasts/write.html", form, suggested=form.suggested(), **context)


def _gone(request: HttpRequest, sent: Issue) -> HttpResponse:
    """To the page on which it can be taken back; it leaves by itself when that is over."""
    if sent.state is IssueState.SENT:
        app.configure_task("forecasts.issue_soon", schedule_in=SOON).defer()
    return faces.hx_redirect(request, "forecasts-desk:issue", sent.id)


def _line(by: Actor, one: Issue) -> Mapping[str, Any]:
    return {
        "issue": one,
        "title": names.DESK_KINDS[one.new.kind],
        "state": names.ISSUE_STATES[one.state],
        "is_mine": one.author == by.person,
        "is_draft": one.state is IssueState.DRAFT,
        "is_asked": one.state is IssueState.ASKED,
        "is_sent": one.state is IssueState.SENT,
    }


def _demand_agency(by: Actor) -> tuple[Any, ...]:
    """The agencies for which somebody issues; without one there is no such desk. Raises NotAllowed."""
    found = queries.agencies_of(by)
    if not found and not by.is_steward:
        raise NotAllowed(needs="agency")
    return found
