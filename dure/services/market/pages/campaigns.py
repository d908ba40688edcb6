"""Coupons at the desk: the list, a new one in three steps with preview and cost, stopping one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.people.types import Actor
from dure.kit import faces, unsent
from dure.services.market import actions, queries
from dure.services.market.names import GIVEN, PAYERS, offer_line, offer_words
from dure.services.market.rules import permits
from dure.services.market.types import FundId, Market, NewCampaign, Payer, Shop

from .common import actor, figures_of, own_shop
from .forms import HowForm, WhatForm

both = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Maker:
    """For whom a coupon is made: a shop, or a market."""

    by: Actor
    name: str
    back: str
    shop: Shop | None = None
    market: Market | None = None
    fund: FundId | None = None


@require_safe
def listed(request: HttpRequest, code: str) -> HttpResponse:
    """A shop's coupons and how they go."""
    by, shop = own_shop(request, code)
    return render(
        request, "market/campaigns.html", {"shop": shop, "campaigns": figures_of(queries.campaigns_of(by, shop))}
    )


@unsent.waits
@both
def new_of_shop(request: HttpRequest, code: str) -> HttpResponse:
    """A new coupon of a shop."""
    by, shop = own_shop(request, code)
    return _steps(request, Maker(by, shop.name, reverse("market-desk:campaigns", args=[shop.code]), shop=shop))


@unsent.waits
@both
def new_of_market(request: HttpRequest, code: str) -> HttpResponse:
    """A new coupon of an association, good in all shops of its market."""
    by, market = actor(request), queries.market_by_code(code)
    permits.may_work(by, queries.speaker_of(market.id))
    return _steps(request, Maker(by, market.name, reverse("market-desk:market", args=[market.code]), market=market))


@unsent.waits
@both
def new_of_fund(request: HttpRequest, fund: UUID, code: str) -> HttpResponse:
    """A new coupon of a shop or market that a fund pays; a steward without a part in it makes it."""
    by, back = actor(request), reverse("market-desk:stewards")
    permits.may_steward(by)
    try:
        shop = queries.shop_by_code(code)
    except NotFound:
        market = queries.market_by_code(code)
        return _steps(request, Maker(by, market.name, back, market=market, fund=FundId(fund)))
    return _steps(request, Maker(by, shop.name, back, shop=shop, fund=FundId(fund)))


@require_POST
def stop(request: HttpRequest, code: str) -> HttpResponse:
    """Give out no more of it."""
    by, found = actor(request), queries.campaign_by_code(code)
    actions.stop_campaign(by, found.id, key=faces.form_key(request))
    shop = queries.shop(found.shop) if found.shop else None
    if found.payer is Payer.FUND and by.is_steward:
        back = reverse("market-desk:stewards")
    else:
        back = reverse("market-desk:campaigns", args=[shop.code]) if shop else reverse("market-desk:home")
    return faces.hx_redirect(request, back, toast=gettext("No more are given out. Those that people hold stay good."))


def _steps(request: HttpRequest, of: Maker) -> HttpResponse:
    """Step 1 what one gets, step 2 how many and until when, step 3 look at it and make it. Each step carries the ones before."""
    typed, today = request.POST or None, clock.today()
    step = request.POST.get("step", "") if request.method == "POST" else ""
    what = WhatForm(typed)
    if not step or not what.is_valid() or "back_to_1" in request.POST:
        return _page(request, of, WhatForm(typed) if step else WhatForm(), {"step": 1})
    how = HowForm(typed if step in ("2", "3") else None, today=today, of_shop=of.shop is not None)
    if step == "1" or not how.is_valid() or "back_to_2" in request.POST:
        return _page(request, of, how, {"step": 2, "carried": [what]})
    offer = what.offer()
    with faces.refusals_on(how):
        shop, market = of.shop.id if of.shop else None, of.market.id if of.market else None
        new = how.said(offer, offer_words(offer), shop, market, of.fund)
        cost = actions.cost_of(of.by, new)
        if step == "3":
            made = actions.open_campaign(of.by, new, key=faces.form_key(request))
            return faces.hx_redirect(
                request, of.back, toast=gettext("“{title}” can be had now.").format(title=made.title)
            )
        return _page(request, of, how, {"step": 3, "carried": [what, how], "cost": cost, **_preview(new)})
    return _page(request, of, how, {"step": 2, "carried": [what]})


def _preview(new: NewCampaign) -> dict[str, Any]:
    return {
        "new": new,
        "gets": offer_words(new.offer),
        "line": offer_line(new.offer),
        "given": GIVEN[new.given],
        "payer": PAYERS[new.payer],
    }


def _page(request: HttpRequest, of: Maker, form: WhatForm | HowForm, more: dict[str, Any]) -> HttpResponse:
    step = int(more["step"])
    titles = (gettext("What one gets"), gettext("How many, until when"), gettext("Look at it"))
    states = [("done" if at < step else "now" if at == step else "next") for at in (1, 2, 3)]
    steps = [{"title": title, "state": state} for title, state in zip(titles, states, strict=True)]
    return faces.form_page(request, "market/new_campaign.html", form, of=of, steps=steps, **more)
