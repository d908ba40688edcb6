"""The stewards' desk: vetting, plans and payouts, false agreements, stopped boxes."""

from collections.abc import Sequence
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.foundations.people.types import Actor
from dure.kit import faces, show, unsent
from dure.services.giving import actions, queries
from dure.services.giving.names import WANTS
from dure.services.giving.rules import may_look, may_steward, wants_from
from dure.services.giving.types import Cause, CauseState, Queue, StepEntry, VettingMark, Want, Yes

from .common import actor, cause_of, labelled, paging, unsaid
from .forms import CollectionForm, VettingForm, WhyForm
from .public import cause_context
from .words import LACKS, WHYS

both = require_http_methods(["GET", "HEAD", "POST"])
READ_DIGITS_MAX = 6


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits, by queue."""
    by = actor(request)
    counts, asked = queries.queue_counts(by), request.GET.get("queue", "")
    which = Queue(asked) if asked in set(Queue) else Queue.VETTING
    page = queries.queue(by, which, request.GET.get("q", "")[:100], faces.page_number(request))
    return render(
        request,
        "giving/desk.html",
        {
            "counts": counts,
            "items": labelled(page.cards),
            "objected": labelled(queries.objected_cards(by)),
            **paging(request, page),
            "queues": [
                (f"{gettext('To check')} {counts.vetting}", ""),
                (f"{gettext('Plans to approve')} {counts.plans}", "plans"),
                (gettext("At the gate"), "gate"),
                (gettext("Open"), "open"),
                (gettext("Closed and in use"), "closed"),
                (gettext("Ended"), "ended"),
            ],
        },
    )


@require_safe
def vet(request: HttpRequest, code: str) -> HttpResponse:
    """One cause at the desk."""
    return _vet_with(request, code, {})


@unsent.waits
@require_POST
def approve(request: HttpRequest, code: str) -> HttpResponse:
    found = cause_of(request, code)
    form = VettingForm(request.POST, claimed=found.card.emergency)
    if form.is_valid():
        yes = Yes(
            round=_read(request, "round"),
            marks=tuple(VettingMark(mark) for mark in form.cleaned_data["marks"]),
            comment=form.cleaned_data["comment"],
            emergency=form.cleaned_data.get("emergency", False),
        )
        with faces.refusals_on(form):
            after = actions.approve(actor(request), found.card.id, yes, key=faces.form_key(request))
            opened = after is CauseState.OPEN
            said = (
                gettext("The box is open.") if opened else gettext("Your yes is noted; a second steward decides too.")
            )
            return faces.hx_redirect(request, "giving:vet", code, toast=said)
    return _vet_with(request, code, {"vetting_form": form}, form)


@unsent.waits
@require_POST
def register_collection(request: HttpRequest, code: str) -> HttpResponse:
    """The number from the authority's letter."""
    by, form = actor(request), CollectionForm(request.POST, auto_id="collection_%s")
    if form.is_valid():
        with faces.refusals_on(form):
            cause, number = cause_of(request, code).card.id, form.cleaned_data["number"]
            actions.register_collection(by, cause, number, key=faces.form_key(request))
            return faces.hx_redirect(request, "giving:vet", code, toast=gettext("The number is written down."))
    return _vet_with(request, code, {"collection_form": form}, form)


@unsent.waits
@require_POST
def send_back(request: HttpRequest, code: str) -> HttpResponse:
    """Needs work, or no: both need words."""
    form = WhyForm(request.POST, auto_id="why_%s")
    if form.is_valid():
        act = actions.reject if request.POST.get("verdict") == "reject" else actions.ask_work
        with faces.refusals_on(form):
            act(actor(request), cause_of(request, code).card.id, form.cleaned_data["why"], key=faces.form_key(request))
            return faces.hx_redirect(request, "giving:vet", code, toast=gettext("The proposer reads your words."))
    return _vet_with(request, code, {"why_form": form}, form)


@require_POST
def approve_plan(request: HttpRequest, code: str) -> HttpResponse:
    by, box = actor(request), cause_of(request, code).card.id
    last = actions.approve_plan(by, box, _read(request, "version"), key=faces.form_key(request))
    said = (
        gettext("Both approvals are there. It can be paid out.")
        if last
        else gettext("Noted; one more approval is needed.")
    )
    return faces.hx_redirect(request, "giving:vet", code, toast=said)


@unsent.waits
@require_POST
def reject_plan(request: HttpRequest, code: str) -> HttpResponse:
    by, form = actor(request), WhyForm(request.POST, auto_id="reject_%s")
    if form.is_valid():
        with faces.refusals_on(form):
            box, why = cause_of(request, code).card.id, form.cleaned_data["why"]
            actions.reject_plan(by, box, why, key=faces.form_key(request))
            return faces.hx_redirect(request, "giving:vet", code, toast=gettext("The plan went back to the partner."))
    return _vet_with(request, code, {"reject_form": form}, form)


@require_POST
def pay_out(request: HttpRequest, code: str) -> HttpResponse:
    amount = actions.pay_out(actor(request), cause_of(request, code).card.id, key=faces.form_key(request))
    said = gettext("{amount} is paid out to the partner.").format(amount=show.money(amount))
    return faces.hx_redirect(request, "giving:vet", code, toast=said)


@unsent.waits
@require_POST
def stop(request: HttpRequest, code: str) -> HttpResponse:
    by, form = actor(request), WhyForm(request.POST, auto_id="stop_%s")
    if form.is_valid():
        with faces.refusals_on(form):
            actions.stop(by, cause_of(request, code).card.id, form.cleaned_data["why"], key=faces.form_key(request))
            said = gettext("The box is stopped; every gift goes back.")
            return faces.hx_redirect(request, "giving:vet", code, toast=said)
    return _vet_with(request, code, {"stop_form": form}, form)


@both
def agreements(request: HttpRequest, code: str) -> HttpResponse:
    """Look through the agreements and strike out false ones."""
    by, found = actor(request), cause_of(request, code)
    form, number = WhyForm(request.POST or None), faces.page_number(request)
    if request.method == "POST":
        may_steward(by)
    chosen = tuple(UUID(one) for one in request.POST.getlist("agreement") if _is_uuid(one))
    if request.method == "POST" and not chosen:
        form.add_error(None, gettext("Tick at least one agreement."))
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            left = actions.invalidate(by, chosen, form.cleaned_data["why"], key=faces.form_key(request))
            said = gettext("Struck out. {n} agreements stand.").format(n=show.count(left))
            here = f"{reverse('giving:agreements', args=[code])}?page={number}"
            return faces.hx_redirect(request, here, toast=said)
    page = queries.agreements(found.card.id, by, number)
    may_strike = by.is_steward and Want.INVALIDATE in wants_from(found.card.state)
    return faces.form_page(
        request,
        "giving/agreements.html",
        form,
        card=found.card,
        entries=page.entries,
        **paging(request, page),
        may_strike=may_strike,
        ticked=chosen,
        past=Want.INVALIDATE not in wants_from(found.card.state),
    )


def _vet_with(request: HttpRequest, code: str, changed: dict[str, object], form: Form | None = None) -> HttpResponse:
    by, found = actor(request), cause_of(request, code)
    may_look(by)
    file = queries.vetting_file(found.card.id, by)
    context = {
        **cause_context(request, found),
        "vetting_form": VettingForm(claimed=found.card.emergency),
        "why_form": WhyForm(auto_id="why_%s"),
        "reject_form": WhyForm(auto_id="reject_%s"),
        "stop_form": WhyForm(auto_id="stop_%s"),
        "collection_form": CollectionForm(auto_id="collection_%s", initial={"number": file.collection_number}),
        "may_register": by.is_steward and not file.has_stake and Want.REGISTER in wants_from(found.card.state),
        "checks": file.words,
        "plan_view": queries.plan(found.card.id, by) if found.card.opens_at else None,
        "history_rows": history_rows(queries.history(found.card.id, by)),
        "report_lines": queries.report_lines(found.card.id),
        "file": file,
        "stake": file.has_stake,
        "may_decide": by.is_steward and not file.has_stake,
        "objected": file.objected,
        "lacks": [LACKS[one] for one in file.partner.lacks],
        "overdue": file.partner.overdue,
        **changed,
    }
    state, decides = found.card.state, by.is_steward and not file.has_stake
    context["decided_already"] = _decided_already(by, found)
    drawn = {
        "vetting_form": decides and state is CauseState.VETTING and not context["decided_already"],
        "why_form": decides and state is CauseState.VETTING,
        "reject_form": decides and state is CauseState.PLANNED,
        "stop_form": by.is_steward and Want.STOP in wants_from(state),
        "collection_form": bool(context["may_register"]),
    }
    return faces.form_page(request, "giving/vet.html", form or Form(), **context, **unsaid(changed, drawn))


def _decided_already(by: Actor, found: Cause) -> bool:
    """Whether this steward's yes is here and another one's is still missing."""
    if found.card.state is CauseState.VETTING:
        return by.person in {check.steward for check in queries.open_vetting(found.card.id)}
    plan = queries.plan(found.card.id, by) if found.card.state is CauseState.PLANNED else None
    yes = {one.steward for one in plan.approvals} if plan else set()
    return by.person in yes and plan is not None and len(yes) < plan.needed


def history_rows(entries: Sequence[StepEntry]) -> list[dict[str, str]]:
    """The steps of a cause in words, the newest first."""
    return [
        {
            "title": str(WANTS[Want(entry.want)]),
            "note": " · ".join(text for text in (entry.by_name, _why(entry.why)) if text),
            "end": show.moment(entry.at),
        }
        for entry in reversed(entries)
    ]


def _why(why: str) -> str:
    """A reason in words; the id of a gift that went back says nothing to a reader."""
    return "" if _is_uuid(why) else str(WHYS.get(why, why))


def _read(request: HttpRequest, name: str) -> int:
    """The number of what the page showed when it was drawn; 0 fits nothing."""
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= READ_DIGITS_MAX else 0


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
