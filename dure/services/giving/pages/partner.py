"""The desk of a partner organisation: its causes, extending and closing, the revised plan, the use report."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.base import clock
from dure.foundations.people import queries as people
from dure.foundations.people.types import OrganisationId
from dure.kit import faces, unsent
from dure.services.giving import actions, queries, rules
from dure.services.giving.types import Cause, CauseState

from .common import actor, cause_of, labelled, paging, unsaid
from .forms import ExtendForm, Lines, PlanForm, ReportLineForm
from .public import cause_context
from .words import PAYOUT_PLACES, TASKS


@require_safe
def organisation(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """All causes of one organisation, what waits for it first."""
    by = actor(request)
    desk = queries.partner_desk(organisation, by)
    page = queries.partner_causes(organisation, by, faces.page_number(request))
    todo = {task.card.id: TASKS[task.want] for task in desk.tasks}
    return render(
        request,
        "giving/organisation.html",
        {
            "organisation": people.organisation(organisation),
            "waiting": [{**item, "todo": todo[item["card"].id]} for item in labelled(task.card for task in desk.tasks)],
            "items": labelled(page.cards),
            **paging(request, page),
            "overdue": desk.overdue,
        },
    )


@require_safe
def work(request: HttpRequest, code: str) -> HttpResponse:
    """Everything the partner does for one cause, on one page."""
    return _work_with(request, code, {}, status=200)


@unsent.waits
@require_POST
def extend(request: HttpRequest, code: str) -> HttpResponse:
    form = ExtendForm(request.POST, last=_last_day(_partners_cause(request, code)))
    if form.is_valid():
        with faces.refusals_on(form):
            last = form.cleaned_data["until"] + timedelta(days=1)
            until = datetime.combine(last, time.min, tzinfo=clock.SEOUL)
            actions.extend(actor(request), cause_of(request, code).card.id, until, key=faces.form_key(request))
            return faces.hx_redirect(request, "giving:work", code, toast=gettext("The box is open longer now."))
    return _work_with(request, code, {"extend_form": form})


@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    actions.close(actor(request), cause_of(request, code).card.id, key=faces.form_key(request))
    return faces.hx_redirect(request, "giving:work", code, toast=gettext("The box is closed. Now plan the sum raised."))


@unsent.waits
@require_POST
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """The revised plan; what was typed stays, and the sum that is missing is said."""
    found = _partners_cause(request, code)
    lines = Lines(request.POST, found.plan or found.lines)
    if lines.more_wanted:
        return _work_with(request, code, {"plan_lines": lines}, status=200)
    form = PlanForm(request.POST)
    if form.is_valid() and not lines.is_valid():
        faces.also_wrong(form, lines.faults())
        return _work_with(request, code, {"plan_lines": lines, "plan_form": form})
    with faces.refusals_on(form):
        actions.revise_plan(actor(request), found.card.id, lines.lines(), key=faces.form_key(request))
        return faces.hx_redirect(request, "giving:work", code, toast=gettext("The plan waits for two approvals."))
    return _work_with(request, code, {"plan_lines": lines, "plan_form": form})


@unsent.waits
@require_POST
def report_line(request: HttpRequest, code: str) -> HttpResponse:
    form = ReportLineForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        with faces.refusals_on(form):
            actions.add_report_line(
                actor(request),
                cause_of(request, code).card.id,
                said["spent_on"],
                (said["payee"], said["purpose"], said["amount"]),
                (said["proof"].name, said["proof"].read()),
                key=faces.form_key(request),
            )
            return faces.hx_redirect(request, "giving:work", code, toast=gettext("The line is added."))
    return _work_with(request, code, {"line_form": form}, status=422)


@require_POST
def remove_line(request: HttpRequest, code: str, line: UUID) -> HttpResponse:
    actions.remove_report_line(actor(request), line, key=faces.form_key(request))
    return faces.hx_redirect(request, "giving:work", code, toast=gettext("The line is removed."))


@require_POST
def file_report(request: HttpRequest, code: str) -> HttpResponse:
    actions.file_report(actor(request), cause_of(request, code).card.id, key=faces.form_key(request))
    return faces.hx_redirect(
        request, "giving:cause", code, toast=gettext("Filed. Every giver can now see what their gift became.")
    )


@require_safe
def proof(request: HttpRequest, code: str, line: UUID) -> FileResponse:
    """The proof of a spending line: for the partner, for stewards and auditors."""
    cause_of(request, code)
    found = queries.proof_file(line, actor(request))
    return FileResponse(storages["private"].open(found.path), as_attachment=True, filename=found.name)


def _partners_cause(request: HttpRequest, code: str) -> Cause:
    found = cause_of(request, code)
    rules.may_see_partner(actor(request), OrganisationId(found.card.partner))
    return found


def _last_day(found: Cause) -> date | None:
    """The last whole day on which the box can be open."""
    card = found.card
    if card.opens_at is None or card.closes_at is None:
        return None
    return clock.local(rules.open_until_max(card.opens_at, card.closes_at)).date() - timedelta(days=1)


def _work_with(request: HttpRequest, code: str, changed: dict[str, object], status: int = 422) -> HttpResponse:
    """The work page again with a form as it was typed."""
    by, found = actor(request), _partners_cause(request, code)
    partner = OrganisationId(found.card.partner)
    report_lines = queries.report_lines(found.card.id)
    reported = sum(line.amount for line in report_lines)
    sent_back = queries.plans_sent_back([found.card.id]).get(found.card.id) if found.card.opens_at else None
    planned = found.plan or (queries.lines_of(found.card.id, sent_back.version) if sent_back else found.lines)
    context = {
        **cause_context(request, found),
        "extend_form": ExtendForm(last=_last_day(found)),
        "plan_lines": Lines(initial=planned),
        "plan_view": queries.plan(found.card.id, by),
        "sent_back": sent_back,
        "way": _way(found.card.id) if found.card.opens_at else None,
        "raised": found.card.totals.raised,
        "report_lines": report_lines,
        "reported_sum": reported,
        "line_form": ReportLineForm(),
        "left_to_report": found.card.totals.paid_out - reported,
        "may_write": by.works_for(partner),
        "may_bind": by.owns(partner),
        "may_run": by.owns(partner) or by.is_steward,
        "may_close": rules.missing_to_goal(found.card.goal, found.card.totals.raised) == 0,
        "plan_again": bool(changed) or found.card.state is CauseState.CLOSED,
        **changed,
    }
    state, writes = found.card.state, by.works_for(partner)
    drawn = {
        "extend_form": state is CauseState.OPEN and (by.owns(partner) or by.is_steward),
        "plan_form": writes and state in (CauseState.CLOSED, CauseState.PLANNED),
        "line_form": writes and state is CauseState.PAID_OUT and reported < found.card.totals.paid_out,
    }
    return render(request, "giving/work.html", {**context, **unsaid(changed, drawn)}, status=status)


def _way(box: UUID) -> dict[str, object] | None:
    """How far the payout has come, in words."""
    way = queries.payout_way(box)
    return {"said": PAYOUT_PLACES[way.place], "at": way.at, "why": way.why} if way else None
