"""For a shop's own till: campaigns, redemptions with and without a line, undo, figures."""

from uuid import UUID

from django_bolt import Request

from dure.base import clock
from dure.base.actors import PersonId
from dure.base.refusals import BadValue
from dure.kit.routes import Key, needs_token
from dure.services.market import actions, queries
from dure.services.market.rules import permits
from dure.services.market.types import (
    Campaign,
    CampaignFigures,
    Conflict,
    CounterOffer,
    Credit,
    DayFigures,
    Redemption,
    RedemptionId,
    Settled,
    Shop,
)

from . import shapes
from .roots import actor, routes


@routes.post("/shops/{code}/redemptions", status_code=201, **needs_token)
def redeem(request: Request, code: shapes.Code, body: shapes.AtTheCounter, key: Key) -> Redemption:
    """Take a coupon at the counter. The header repeats the id in the body: it stands for one redemption."""
    if key != str(body.id):
        raise BadValue(field="id", reason="malformed")
    return actions.redeem(actor(request), queries.shop_by_code(code).id, body.given())


@routes.post("/shops/{code}/uploads", **needs_token)
def upload(request: Request, code: shapes.Code, body: shapes.Upload, key: Key) -> Settled:
    """What the counter noted without a line; each id is judged once, whatever the header's key."""
    return actions.settle_offline(actor(request), queries.shop_by_code(code).id, body.noted())


@routes.post("/redemptions/{redemption}/undoing", **needs_token)
def undo(request: Request, redemption: UUID, key: Key) -> Redemption:
    """Take a redemption back, while that is possible."""
    return actions.undo(actor(request), RedemptionId(redemption), key=key)


@routes.get("/shops/{code}/counter", **needs_token)
def counter(request: Request, code: shapes.Code) -> tuple[CounterOffer, ...]:
    """What the counter keeps so that it can judge coupons without a line."""
    return queries.counter_offers(actor(request), queries.shop_by_code(code))


@routes.get("/shops/{code}/conflicts", **needs_token)
def conflicts(request: Request, code: shapes.Code) -> tuple[Conflict, ...]:
    """Offline redemptions of this shop that do not count."""
    return queries.conflicts(actor(request), queries.shop_by_code(code))


@routes.get("/shops/{code}/today", **needs_token)
def today(request: Request, code: shapes.Code) -> DayFigures:
    """Today at this shop."""
    return queries.day_figures(actor(request), queries.shop_by_code(code), clock.today())


@routes.get("/shops/{code}/credits", **needs_token)
def message_credits(request: Request, code: shapes.Code) -> Credit:
    """Message credits of the shop's organisation."""
    return queries.credit(actor(request), queries.shop_by_code(code).organisation)


@routes.get("/shops/{code}/figures", **needs_token)
def figures(request: Request, code: shapes.Code) -> tuple[CampaignFigures, ...]:
    """The shop's campaigns and how they go."""
    return queries.campaigns_of(actor(request), queries.shop_by_code(code))


@routes.post("/shops/{code}/campaigns", status_code=201, **needs_token)
def open_campaign(request: Request, code: shapes.Code, body: shapes.ShopCampaign, key: Key) -> Campaign:
    """Make a campaign of a shop."""
    by, shop = actor(request), queries.shop_by_code(code)
    return actions.open_campaign(by, body.said(shop.id), key=key)


@routes.post("/campaigns/{code}/stopping", **needs_token)
def stop_campaign(request: Request, code: shapes.Code, key: Key) -> Campaign:
    """Give out no more of it; what people hold stays good."""
    return actions.stop_campaign(actor(request), queries.campaign_by_code(code).id, key=key)


@routes.post("/shops/{code}/regulars/{person}/coupons", status_code=201, **needs_token)
def give_coupon(request: Request, code: shapes.Code, person: UUID, body: shapes.ToGive, key: Key) -> shapes.GivenCoupon:
    """Give a regular of the shop one of its coupons; its letters are theirs alone and are not told."""
    by, campaign = actor(request), queries.campaign_by_code(body.campaign)
    permits.may_work(by, queries.shop_by_code(code).organisation)
    return shapes.GivenCoupon(actions.give_coupon(by, campaign.id, PersonId(person), key=key))


@routes.post("/shops/{code}/closing", **needs_token)
def close(request: Request, code: shapes.Code, key: Key) -> Shop:
    """Close the shop: what its counter took before counts, also when it is uploaded later."""
    return actions.close_shop(actor(request), queries.shop_by_code(code).id, key=key)


@routes.post("/shops/{code}/reopening", **needs_token)
def reopen(request: Request, code: shapes.Code, key: Key) -> Shop:
    """Open it again as it stood; what its counter took meanwhile does not count."""
    return actions.reopen_shop(actor(request), queries.shop_by_code(code).id, key=key)
