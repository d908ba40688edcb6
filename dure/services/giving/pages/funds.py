"""Matching funds at the stewards' desk: open one, enter a deposit, confirm it, take it back."""

from collections.abc import Mapping
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from dure.kit import faces, unsent
from dure.services.giving import actions, queries
from dure.services.giving.rules import TWO_PERSON_DEPOSIT, may_look, may_steward

from .common import actor
from .forms import FundForm, TopUpForm, WhyForm
from .words import DEPOSITS

both = require_http_methods(["GET", "HEAD", "POST"])


@unsent.waits
@both
def funds(request: HttpRequest) -> HttpResponse:
    """Matching funds, and what was paid into them."""
    (may_steward if request.method == "POST" else may_look)(actor(request))
    form = FundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.open_fund(actor(request), form.cleaned_data["name"], None, key=faces.form_key(request))
            return faces.hx_redirect(request, "giving:funds", toast=gettext("The fund is open."))
    return _page(request, form, {})


@unsent.waits
@require_POST
def top_up(request: HttpRequest, fund: UUID) -> HttpResponse:
    """Enter a deposit as the bank shows it."""
    may_steward(actor(request))
    form = TopUpForm(request.POST, auto_id=f"{fund}_%s")
    if form.is_valid():
        amount, reference = form.cleaned_data["amount"], form.cleaned_data["reference"]
        with faces.refusals_on(form):
            actions.top_up(actor(request), fund, amount, reference, key=faces.form_key(request))
            waits = amount >= TWO_PERSON_DEPOSIT
            said = gettext("Entered. It counts when a second steward confirms it.") if waits else gettext("Booked.")
            return faces.hx_redirect(request, "giving:funds", toast=said)
    return _page(request, form, {fund: form})


@require_POST
def confirm(request: HttpRequest, deposit: UUID) -> HttpResponse:
    actions.confirm_deposit(actor(request), deposit, key=faces.form_key(request))
    return faces.hx_redirect(request, "giving:funds", toast=gettext("Booked."))


@unsent.waits
@require_POST
def take_back(request: HttpRequest, deposit: UUID) -> HttpResponse:
    """A deposit that was entered by mistake."""
    form = WhyForm(request.POST, auto_id=f"{deposit}_%s")
    if form.is_valid():
        with faces.refusals_on(form):
            actions.take_deposit_back(actor(request), deposit, form.cleaned_data["why"], key=faces.form_key(request))
            return faces.hx_redirect(request, "giving:funds", toast=gettext("The deposit is taken back."))
    return _page(request, form, {deposit: form})


def _page(request: HttpRequest, form: BaseForm, typed: Mapping[UUID, BaseForm]) -> HttpResponse:
    """Each fund and each deposit with its form; what was typed for one stays with that one."""
    by = actor(request)
    may_look(by)
    return faces.form_page(
        request,
        "giving/funds.html",
        form,
        fund_form=form if isinstance(form, FundForm) else FundForm(),
        funds=[(one, typed.get(one.id) or TopUpForm(auto_id=f"{one.id}_%s")) for one in queries.funds()],
        deposits=[
            (one, DEPOSITS[one.state], typed.get(one.id) or WhyForm(auto_id=f"{one.id}_%s"))
            for one in queries.deposits(by)
        ],
        may_change=by.is_steward,
    )
