"""What every page of market begins with: who asks, which shop, how a coupon is drawn."""

import io
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import segno
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from dure.base.geo import Point
from dure.foundations.channels import queries as channels
from dure.foundations.channels.types import Channel, ChannelId, ChannelState
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, PersonId
from dure.services.market import queries
from dure.services.market.names import GIVEN, PAYERS, PLACES, RHYTHMS, days_of, offer_line, offer_words
from dure.services.market.rules import permits
from dure.services.market.types import Campaign, CampaignFigures, Coupon, Market, NearMarket, Shop

CODE_GROUP = 4
METRES_ROUND = 10
MOMENT = timedelta(seconds=1)  # a coupon ends with the first moment of the day after its last


def actor(request: HttpRequest) -> Actor:
    """Who asks. Read once a request."""
    known: Actor | None = getattr(request, "actor", None)
    if known is not None:
        return known
    return people.actor(request.user.pk if request.user.is_authenticated else None)


def person(request: HttpRequest) -> PersonId:
    """Who asks, when it must be somebody. Raises NotAllowed."""
    return permits.somebody(actor(request))


def own_shop(request: HttpRequest, code: str) -> tuple[Actor, Shop]:
    """The shop with this code, for somebody who works there. Raises NotFound, NotAllowed."""
    by, shop = actor(request), queries.shop_by_code(code)
    permits.may_work(by, shop.organisation)
    return by, shop


def channel_of(channel: ChannelId | None) -> Channel | None:
    """The channel in which a shop or market speaks, while it takes friends."""
    found = channels.channels([channel]).get(channel) if channel else None
    return found if found and found.state is ChannelState.OPEN else None


def here(request: HttpRequest) -> Point | None:
    """Where the reader says they are: `at=36.1,127.2`. Nothing is stored."""
    lat, comma, lon = request.GET.get("at", "")[:40].partition(",")
    try:
        return Point(float(lat), float(lon)) if comma else None
    except ValueError:
        return None


def distance(metres: float | None) -> str:
    """300 m, 1.2 km; empty where nobody knows."""
    if metres is None:
        return ""
    return f"{round(metres / METRES_ROUND) * METRES_ROUND:,.0f} m" if metres < 1_000 else f"{metres / 1_000:,.1f} km"


def grouped(code: str) -> str:
    """A code as one reads it out: ACDE FGHJ."""
    return " ".join(code[start : start + CODE_GROUP] for start in range(0, len(code), CODE_GROUP))


def qr_drawing(text: str, label: str) -> SafeString:
    """The QR code as a drawing that grows with the page. `label` is read out instead."""
    drawn = io.BytesIO()
    segno.make(text, error="m", boost_error=False).save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        border=4,
        svgclass="qr-code",
        lineclass=None,
        title=label,
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 - segno escapes the title; the rest are numbers


def offers(campaigns: Iterable[Campaign]) -> list[Mapping[str, Any]]:
    """Campaigns with their words."""
    return [offer_of(one) for one in campaigns]


def offer_of(one: Campaign) -> Mapping[str, Any]:
    """A campaign with its words."""
    return {
        "campaign": one,
        "gets": offer_words(one.offer),
        "line": offer_line(one.offer),
        "last_day": one.valid_until - MOMENT,
        "given": GIVEN[one.given],
        "payer": PAYERS[one.payer],
    }


def figures_of(rows: Iterable[CampaignFigures]) -> list[Mapping[str, Any]]:
    """Campaigns with words and figures."""
    return [{**offer_of(one.campaign), "figures": one} for one in rows]


def coupon_of(one: Coupon) -> Mapping[str, Any]:
    """A coupon with its words."""
    return {
        "coupon": one,
        "gets": offer_words(one.offer),
        "line": offer_line(one.offer),
        "last_day": one.valid_until - MOMENT,
        "spoken": grouped(one.code),
    }


def market_of(one: Market) -> Mapping[str, Any]:
    """A market with its words."""
    return {
        "market": one,
        "rhythm": RHYTHMS[one.rhythm],
        "days": days_of(one.days),
        "address": one.road_address or one.lot_address,
    }


def near_of(rows: Iterable[NearMarket]) -> list[Mapping[str, Any]]:
    """Markets with their words and how far they are."""
    return [{**market_of(one.market), "shops": one.shops, "far": distance(one.distance_m)} for one in rows]


def shop_of(one: Shop) -> Mapping[str, Any]:
    """A shop with its words."""
    return {"shop": one, "place": PLACES[one.place]}
