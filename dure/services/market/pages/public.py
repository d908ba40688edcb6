"""For everybody: markets near me, a market, a shop, a coupon to take."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.foundations.channels import queries as friends
from dure.foundations.channels.types import ChannelId
from dure.foundations.people import queries as people
from dure.foundations.people.types import OrganisationCard
from dure.kit import faces
from dure.services.market import actions, queries
from dure.services.market.names import PLACES
from dure.services.market.types import CampaignState, Market

from .common import actor, channel_of, here, market_of, near_of, offer_of, offers, shop_of

SAID_LENGTH_MAX = 60


@require_safe
def markets(request: HttpRequest) -> HttpResponse:
    """Markets near me, or markets and shops whose name, wares or address fit. The place comes with the address and is kept
    nowhere.
    """
    said, at = request.GET.get("q", "")[:SAID_LENGTH_MAX].strip(), here(request)
    if said:
        found = queries.find(said, at)
    elif at is not None:
        found = queries.near(at)
    else:
        found = queries.find("")
    context = {
        "items": near_of(found),
        "shops": [shop_of(one) for one in queries.find_shops(said)],
        "said": said,
        "near": at is not None,
        "known": queries.count(),
    }
    return render(request, "market/markets.html", context)


@require_safe
def market(request: HttpRequest, code: str) -> HttpResponse:
    """A market with its shops, and the coupons that one can take there."""
    found = queries.market_by_code(code)
    context = {
        **market_of(found),
        "shops": [shop_of(one) for one in queries.shops_in(found.id)],
        "offers": offers(queries.on_offer_in(found.id)),
        **_voice(request, found.channel),
        "may_speak": _may_speak(request, found),
    }
    return render(request, "market/market.html", context)


@require_safe
def shop(request: HttpRequest, code: str) -> HttpResponse:
    """A shop: what one buys there, where it is, which coupons it gives."""
    found = queries.shop_by_code(code)
    by = actor(request)
    context = {
        "shop": found,
        "place": PLACES[found.place],
        "market": queries.market(found.market) if found.market else None,
        "offers": offers(queries.on_offer(found.id)),
        "works_here": by.works_for(found.organisation),
        **_voice(request, found.channel),
    }
    return render(request, "market/shop.html", context)


@require_safe
def campaign(request: HttpRequest, code: str) -> HttpResponse:
    """A coupon before one takes it: what one gets, until when, where."""
    found = queries.campaign_by_code(code)
    by = actor(request)
    has = by.person is not None and found.id in queries.holds(by.person, [found.id])
    context = {
        **offer_of(found),
        "shop": queries.shop(found.shop) if found.shop else None,
        "market": queries.market(found.market) if found.market else None,
        "has": has,
        "open": found.state is CampaignState.OPEN and found.left > 0,
    }
    return render(request, "market/campaign.html", context)


@require_POST
def take(request: HttpRequest, code: str) -> HttpResponse:
    """Take the coupon; it is then among mine."""
    found = queries.campaign_by_code(code)
    coupon = actions.take_coupon(actor(request), found.id, key=faces.form_key(request))
    return faces.hx_redirect(request, "market:coupon", coupon.id, toast=gettext("The coupon is yours."))


def _voice(request: HttpRequest, channel: ChannelId | None) -> dict[str, Any]:
    """The channel of a shop or market, and whether the reader is its friend."""
    found, by = channel_of(channel), actor(request)
    friend = friends.friend(found.id, by.person) if found and by.person else None
    return {"channel": found, "is_regular": friend is not None and friend.is_here}


def _may_speak(request: HttpRequest, market: Market) -> list[OrganisationCard]:
    """The reader's verified organisations that could ask to speak for a market for which nobody speaks."""
    by = actor(request)
    owned = [organisation for organisation, _ in by.memberships if by.owns(organisation)]
    if not owned or queries.association(market.id) is not None:
        return []
    return sorted((one for one in people.organisations(owned).values() if one.verified), key=lambda one: one.name)
