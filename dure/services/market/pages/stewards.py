"""At the stewards' desk: who speaks for a market; funds, deposits, grants."""

from collections.abc import Mapping
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from dure.base.refusals import BadValue, NotFound
from dure.foundations.people import queries as people
from dure.kit import faces, unsent
from dure.services.market import actions, queries
from dure.services.market.rules import permits
from dure.services.market.types import FundId

from .common import actor, figures_of
from .forms import DepositForm, FundForm, GrantForm, IssuerForm

both = require_http_methods(["GET", "HEAD", "POST"])


@unsent.waits
@both
def desk(request: HttpRequest) -> HttpResponse:
    """Associations that wait, funds and their deposits."""
    by = actor(request)
    (permits.may_steward if request.method == "POST" else permits.may_look)(by)
    form = FundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.open_fund(by, form.cleaned_data["name"], key=faces.form_key(request))
            return faces.hx_redirect(request, "market-desk:stewards", toast=gettext("The fund is open."))
    return _page(request, form, {})


@unsent.waits
@require_POST
def deposit(request: HttpRequest, fund: UUID) -> HttpResponse:
    """Enter a deposit as the bank shows it."""
    form = DepositForm(request.POST, auto_id=f"deposit_{fund}_%s")
    if form.is_valid():
        with faces.refusals_on(form):
            won, reference = form.cleaned_data["won"], form.cleaned_data["reference"]
            actions.enter_deposit(actor(request), FundId(fund), won, reference, key=faces.form_key(request))
            said = gettext("Entered. It counts when a second steward confirms it.")
            return faces.hx_redirect(request, "market-desk:stewards", toast=said)
    return _page(request, form, {f"deposit_{fund}": form})


@unsent.waits
@require_POST
def grant(request: HttpRequest, fund: UUID) -> HttpResponse:
    """Give message credits or a budget out of a fund."""
    form = GrantForm(request.POST, auto_id=f"grant_{fund}_%s")
    if form.is_valid():
        with faces.refusals_on(form):
            _grant(request, FundId(fund), form)
            return faces.hx_redirect(request, "market-desk:stewards", toast=gettext("Granted."))
    return _page(request, form, {f"grant_{fund}": form})


@unsent.waits
@require_POST
def coupon(request: HttpRequest, fund: UUID) -> HttpResponse:
    """Whose coupon a fund is to pay: the shop or market with this code; then its three steps."""
    permits.may_steward(actor(request))
    form = IssuerForm(request.POST, auto_id=f"coupon_{fund}_%s")
    if form.is_valid():
        with faces.refusals_on(form):
            code = _known(form.cleaned_data["code"].strip().upper())
            return redirect("market-desk:new_fund_campaign", fund, code)
    return _page(request, form, {f"coupon_{fund}": form})


@require_POST
def end_association(request: HttpRequest, association: UUID) -> HttpResponse:
    """An organisation speaks for its market no longer: as a steward says, or its owner."""
    by = actor(request)
    actions.end_association(by, association, key=faces.form_key(request))
    back = "market-desk:stewards" if by.is_steward else "market-desk:home"
    return faces.hx_redirect(request, back, toast=gettext("It speaks for the market no longer."))


@require_POST
def decide_deposit(request: HttpRequest, deposit: UUID) -> HttpResponse:
    """A second steward has seen it at the bank, or has not."""
    yes = request.POST.get("answer") == "yes"
    actions.decide_deposit(actor(request), deposit, yes, key=faces.form_key(request))
    said = gettext("Booked.") if yes else gettext("The deposit is dropped.")
    return faces.hx_redirect(request, "market-desk:stewards", toast=said)


@require_POST
def decide_association(request: HttpRequest, association: UUID) -> HttpResponse:
    """Whether an organisation speaks for a market."""
    yes = request.POST.get("answer") == "yes"
    actions.decide_association(actor(request), association, yes, key=faces.form_key(request))
    said = gettext("It speaks for the market now.") if yes else gettext("It does not speak for the market.")
    return faces.hx_redirect(request, "market-desk:stewards", toast=said)


def _grant(request: HttpRequest, fund: FundId, form: GrantForm) -> None:
    by, key = actor(request), faces.form_key(request)
    code, won = form.cleaned_data["code"].strip().upper(), form.cleaned_data["won"]
    try:
        if form.cleaned_data["what"] == "budget":
            actions.grant_budget(by, fund, queries.market_by_code(code).id, won, key=key)
            return
        try:
            organisation = queries.shop_by_code(code).organisation
        except NotFound:
            organisation = queries.speaker_of(queries.market_by_code(code).id)
        actions.grant_credit(by, fund, organisation, won, key=key)
    except NotFound:
        raise BadValue(field="code", reason="unknown") from None


def _known(code: str) -> str:
    """The code, when it is a shop's or a market's. Raises BadValue."""
    try:
        return queries.shop_by_code(code).code
    except NotFound:
        try:
            return queries.market_by_code(code).code
        except NotFound:
            raise BadValue(field="code", reason="unknown") from None


def _page(request: HttpRequest, form: BaseForm, typed: Mapping[str, BaseForm]) -> HttpResponse:
    by = actor(request)
    permits.may_look(by)
    asked, speaking = queries.associations_asked(by), queries.associations_confirmed(by)
    names = people.organisations(one.organisation for one in (*asked, *speaking))
    markets = queries.markets(one.market for one in (*asked, *speaking))
    funds = [
        (
            one,
            typed.get(f"deposit_{one.id}") or DepositForm(auto_id=f"deposit_{one.id}_%s"),
            typed.get(f"grant_{one.id}") or GrantForm(auto_id=f"grant_{one.id}_%s"),
            typed.get(f"coupon_{one.id}") or IssuerForm(auto_id=f"coupon_{one.id}_%s"),
        )
        for one in queries.funds(by)
    ]
    fund_names = {one.id: one.name for one, *_ in funds}
    return faces.form_page(
        request,
        "market/stewards.html",
        form,
        asked=[(one, names.get(one.organisation), markets.get(one.market)) for one in asked],
        speaking=[(one, names.get(one.organisation), markets.get(one.market)) for one in speaking],
        funds=funds,
        campaigns=figures_of(queries.campaigns_of_funds(by)),
        fund_form=form if isinstance(form, FundForm) else FundForm(),
        deposits=[(one, fund_names.get(one.fund, "")) for one in queries.deposits(by)],
        may_change=by.is_steward,
    )
