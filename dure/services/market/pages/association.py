"""An association's desk: its shops, their coupons that it carries, its own coupons and budget."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.base.refusals import NotAllowed
from dure.kit import faces
from dure.services.market import actions, queries
from dure.services.market.rules import permits
from dure.services.market.types import Market

from .common import actor, figures_of, offers, shop_of


@require_safe
def market(request: HttpRequest, code: str) -> HttpResponse:
    """The market: shops that ask, shops that are in it, coupons to carry. No shop's friends are shown here."""
    found = _spoken(request, code)
    by = actor(request)
    return render(
        request,
        "market/market_desk.html",
        {
            "market": found,
            "asking": [shop_of(one) for one in queries.shops_asking(by, found.id)],
            "shops": [shop_of(one) for one in queries.shops_in(found.id)],
            "carriable": offers(queries.carriable(by, found.id)),
            "campaigns": figures_of(queries.campaigns_of_market(by, found.id)),
            "budget": queries.budget_left(by, found.id),
        },
    )


@require_POST
def answer(request: HttpRequest, code: str, shop: str) -> HttpResponse:
    """Say whether a shop is one of the market's."""
    found = queries.shop_by_code(shop)
    yes = request.POST.get("answer") == "yes"
    actions.answer_place(actor(request), found.id, yes, key=faces.form_key(request))
    said = gettext("It is one of your shops now.") if yes else gettext("It is not one of your shops.")
    return faces.hx_redirect(request, "market-desk:market", code, toast=said)


@require_POST
def carry(request: HttpRequest, code: str, campaign: str) -> HttpResponse:
    """Show a shop's coupon to the whole market, or no longer."""
    found = queries.campaign_by_code(campaign)
    yes = request.POST.get("answer") == "yes"
    actions.carry_campaign(actor(request), found.id, yes, key=faces.form_key(request))
    said = gettext("The whole market sees it now.") if yes else gettext("Only its own shop shows it now.")
    return faces.hx_redirect(request, "market-desk:market", code, toast=said)


@require_POST
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """An owner asks that their organisation speaks for a market."""
    by, found = actor(request), queries.market_by_code(code)
    said = request.POST.get("organisation", "")
    mine = [organisation for organisation, _role in by.memberships if str(organisation) == said]
    if not mine:
        raise NotAllowed(needs="owner")
    actions.ask_association(by, found.id, mine[0], key=faces.form_key(request))
    return faces.hx_redirect(request, "market-desk:home", toast=gettext("Asked. A steward answers."))


def _spoken(request: HttpRequest, code: str) -> Market:
    found = queries.market_by_code(code)
    permits.may_work(actor(request), queries.speaker_of(found.id))
    return found
