"""For everybody with a token: my coupons, and taking one."""

from uuid import UUID

from django_bolt import Request

from dure.kit.routes import Key, needs_token
from dure.services.market import actions, queries
from dure.services.market.rules import permits
from dure.services.market.types import Coupon, CouponId

from . import shapes
from .roots import actor, routes


@routes.get("/coupons", **needs_token)
def coupons(request: Request) -> tuple[Coupon, ...]:
    """My coupons, those that are good first, with the texts of their QR codes."""
    return queries.my_coupons(permits.somebody(actor(request)), signed=True)


@routes.get("/coupons/{coupon}", **needs_token)
def coupon(request: Request, coupon: UUID) -> Coupon:
    """One coupon of mine, with the text of its QR code."""
    return queries.my_coupon(permits.somebody(actor(request)), CouponId(coupon))


@routes.post("/campaigns/{code}/coupons", status_code=201, **needs_token)
def take(request: Request, code: shapes.Code, key: Key) -> Coupon:
    """Take a coupon."""
    return actions.take_coupon(actor(request), queries.campaign_by_code(code).id, key=key)
