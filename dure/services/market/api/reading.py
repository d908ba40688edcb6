"""For everybody: markets, shops, what can be taken there, and the key that coupons are signed with."""

from typing import Annotated

import msgspec
from django_bolt import Request

from dure.base.geo import Point
from dure.services.market import queries
from dure.services.market.types import Campaign, Market, NearMarket, Shop

from . import shapes
from .roots import routes


@routes.get("/markets")
def markets(
    request: Request,
    q: Annotated[str, msgspec.Meta(max_length=60)] = "",
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None,
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None,
) -> tuple[NearMarket, ...]:
    """Markets whose name or address holds `q`, or those nearest to a place. The place is kept nowhere."""
    at = Point(lat, lon) if lat is not None and lon is not None else None
    return queries.near(at) if at is not None and not q else queries.find(q, at)


@routes.get("/markets/{code}")
def market(request: Request, code: shapes.Code) -> Market:
    """One market."""
    return queries.market_by_code(code)


@routes.get("/markets/{code}/shops")
def shops(request: Request, code: shapes.Code) -> tuple[Shop, ...]:
    """The shops of a market."""
    return queries.shops_in(queries.market_by_code(code).id)


@routes.get("/markets/{code}/campaigns")
def market_campaigns(request: Request, code: shapes.Code) -> tuple[Campaign, ...]:
    """What can be taken in a market now: the association's, and what it carries of its shops."""
    return queries.on_offer_in(queries.market_by_code(code).id)


@routes.get("/shops/{code}")
def shop(request: Request, code: shapes.Code) -> Shop:
    """One shop."""
    return queries.shop_by_code(code)


@routes.get("/shops/{code}/campaigns")
def shop_campaigns(request: Request, code: shapes.Code) -> tuple[Campaign, ...]:
    """What can be taken at a shop now."""
    return queries.on_offer(queries.shop_by_code(code).id)


@routes.get("/key")
def key(request: Request) -> shapes.PublicKey:
    """The public key of coupons, for counters that check them without a line."""
    return shapes.PublicKey("ES256", queries.public_key().hex())
