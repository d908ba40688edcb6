"""The desk page of refunds that a provider refused: paid at the bank by two stewards, or by the provider after all."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.rules.owed import REFERENCE_LENGTH
from dure.foundations.ledger.types import OwedRefund, RefundState
from dure.foundations.people import queries as people
from dure.foundations.people.types import PersonId
from dure.kit import faces, show, unsent

from .acting import acting
from .reconciling import NoteForm
from .words import OWED_STATES, OWED_STEPS, provider_named


class ReferenceForm(forms.Form):
    """What the bank says of the transfer."""

    reference = forms.CharField(
        label=_("Number of the bank's line"),
        min_length=REFERENCE_LENGTH[0],
        max_length=REFERENCE_LENGTH[1],
        help_text=_("Copy it from the bank statement. Another steward looks there before it is booked."),
    )


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What is owed, each with what can be done about it, and what was paid."""
    return _shown(request, None, forms.Form())


@unsent.waits
@require_POST
def enter(request: HttpRequest, refund: UUID) -> HttpResponse:
    """The money was transferred at the bank."""
    by, _me = acting(request)
    form = ReferenceForm(request.POST, auto_id=f"{refund}_%s")
    if form.is_valid():
        with faces.refusals_on(form):
            actions.enter_owed(by, refund, form.cleaned_data["reference"], key=faces.form_key(request))
            return _back(request, gettext("Entered. It is booked when another steward confirms it."))
    return _shown(request, refund, form)


@require_POST
def confirm(request: HttpRequest, refund: UUID) -> HttpResponse:
    """Another steward has seen it at the bank."""
    by, _me = acting(request)
    actions.confirm_owed(by, refund, key=faces.form_key(request))
    return _back(request, gettext("Booked. The payer has the money back."))


@unsent.waits
@require_POST
def take_back(request: HttpRequest, refund: UUID) -> HttpResponse:
    """Entered by mistake, or sent back by the bank."""
    by, _me = acting(request)
    form = NoteForm(request.POST, auto_id=f"{refund}_%s")
    if form.is_valid():
        with faces.refusals_on(form):
            actions.take_owed_back(by, refund, form.cleaned_data["note"], key=faces.form_key(request))
            return _back(request, gettext("Taken back. The sum is owed again."))
    return _shown(request, refund, form)


@require_POST
def retry(request: HttpRequest, refund: UUID) -> HttpResponse:
    """Have the provider asked once more."""
    by, _me = acting(request)
    actions.retry_owed(by, refund, key=faces.form_key(request))
    return _back(request, gettext("The provider is asked once more."))


def _back(request: HttpRequest, said: str) -> HttpResponse:
    return faces.hx_redirect(request, "ledger-desk:owed", toast=said)


def _shown(request: HttpRequest, refund: UUID | None, form: forms.Form) -> HttpResponse:
    by, me = acting(request)
    owed, paid = queries.owed_refunds(by), queries.owed_refunds(by, paid=True)
    everybody = {
        PersonId(who) for one in (*owed, *paid) for who in (one.payer, *(step.by for step in one.steps)) if who
    }
    names = people.names(everybody)
    context = {
        "owed": [_row(one, me, names, form if one.refund == refund else None) for one in owed],
        "paid": [_row(one, me, names, form if one.refund == refund else None) for one in paid],
        "won": queries.won_owed(),
        "may_act": by.is_steward,
    }
    return faces.form_page(request, "ledger/desk_owed.html", form, **context)


def _row(one: OwedRefund, me: UUID, names: Any, typed: forms.Form | None) -> dict[str, Any]:
    word, tone = OWED_STATES[one.state]
    refused = one.state is RefundState.REFUSED
    fresh: forms.Form = (ReferenceForm if refused else NoteForm)(auto_id=f"{one.refund}_%s")
    steps = [
        {
            "title": OWED_STEPS[step.want],
            "note": " · ".join(
                said for said in (names.get(PersonId(step.by), "") if step.by else "", step.note) if said
            ),
            "end": show.moment(step.at),
        }
        for step in one.steps
    ]
    return {
        "one": one,
        "payer": names.get(PersonId(one.payer), "") if one.payer else "",
        "provider": provider_named(one.provider),
        "state": word,
        "tone": tone,
        "refused": refused,
        "own": one.entered_by == me,
        "form": typed or fresh,
        "steps": steps,
    }
