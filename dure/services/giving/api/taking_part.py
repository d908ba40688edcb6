"""For everybody with a token: propose, agree, give through a provider, cheer, take back."""

from uuid import UUID

from django_bolt import Request

from dure.kit.routes import Key, needs_token
from dure.services.giving import actions
from dure.services.giving.types import BoxId, CauseId, Gift, GiftId, WallKind, Way

from . import shapes
from .roots import actor, routes

RETURN_TO = "/giving/mine/"


@routes.post("/causes", status_code=201, also={"404"}, **needs_token)
def draft(request: Request, body: shapes.Draft, key: Key) -> shapes.Added:
    """Keep a draft. Nobody else sees it before it is proposed."""
    return shapes.Added(actions.draft(actor(request), body.content(), key=key))


@routes.put("/causes/{cause}", **needs_token)
def edit(request: Request, cause: UUID, body: shapes.Draft, key: Key) -> shapes.Added:
    """Change a draft, or a proposal that vetting sent back."""
    return shapes.Added(actions.edit(actor(request), CauseId(cause), body.content(), key=key))


@routes.post("/causes/{cause}/proposal", **needs_token)
def propose(request: Request, cause: UUID, key: Key) -> shapes.Added:
    """Put a draft to the agreement gate."""
    return shapes.Added(actions.propose(actor(request), CauseId(cause), key=key))


@routes.post("/causes/{cause}/resubmission", **needs_token)
def resubmit(request: Request, cause: UUID, key: Key) -> shapes.Added:
    """Hand a reworked proposal back to vetting."""
    return shapes.Added(actions.resubmit(actor(request), CauseId(cause), key=key))


@routes.post("/causes/{cause}/withdrawal", **needs_token)
def withdraw(request: Request, cause: UUID, body: shapes.Reason, key: Key) -> shapes.Added:
    """Take a proposal back before its box opens."""
    return shapes.Added(actions.withdraw(actor(request), CauseId(cause), body.why, key=key))


@routes.post("/causes/{cause}/discarding", **needs_token)
def discard(request: Request, cause: UUID, key: Key) -> shapes.Added:
    """Delete a draft for good: it was never shown to anybody."""
    actions.discard(actor(request), CauseId(cause), key=key)
    return shapes.Added(cause)


@routes.post("/causes/{cause}/pictures", status_code=201, **needs_token)
def picture(request: Request, cause: UUID, body: shapes.NewPicture, key: Key) -> shapes.Added:
    """Add a picture, with words for those who cannot see it."""
    content = shapes.decoded(body.picture, "picture")
    return shapes.Added(actions.add_picture(actor(request), CauseId(cause), content, body.alt, key=key))


@routes.post("/pictures/{picture}/removal", **needs_token)
def remove_picture(request: Request, picture: UUID, key: Key) -> shapes.Added:
    """Take a picture out of a draft."""
    actions.remove_picture(actor(request), picture, key=key)
    return shapes.Added(picture)


@routes.post("/causes/{cause}/agreement", **needs_token)
def agree(request: Request, cause: UUID, key: Key) -> shapes.Count:
    """Agree that a box should open; answers how many agree now."""
    return shapes.Count(actions.agree(actor(request), CauseId(cause), key=key))


@routes.post("/causes/{cause}/agreement-withdrawal", **needs_token)
def unagree(request: Request, cause: UUID, key: Key) -> shapes.Count:
    """Take the agreement back while the gate is open."""
    return shapes.Count(actions.unagree(actor(request), CauseId(cause), key=key))


@routes.post("/boxes/{box}/cheers", status_code=201, **needs_token)
def cheer(request: Request, box: UUID, body: shapes.Cheering, key: Key) -> shapes.Sum:
    """Comment or share; answers the won a matching fund added, 0 after the first of the day."""
    return shapes.Sum(actions.cheer(actor(request), BoxId(box), body.kind, body.text, key=key))


@routes.post("/boxes/{box}/wall/{kind}/{entry}/objection", **needs_token)
def object_to(request: Request, box: UUID, kind: WallKind, entry: UUID, key: Key) -> shapes.Added:
    """Say that words on a wall break the rules; stewards look at them."""
    actions.object_to(actor(request), BoxId(box), kind, entry, key=key)
    return shapes.Added(entry)


@routes.post("/boxes/{box}/checkouts", status_code=201, **needs_token)
def checkout(request: Request, box: UUID, body: shapes.Checkout, key: Key) -> shapes.Address:
    """Begin a gift; answers where to send the payer."""
    words = (body.message, body.name_shown)
    return shapes.Address(
        actions.begin_gift(actor(request), BoxId(box), body.amount, words, Way(RETURN_TO, body.provider), key=key)
    )


@routes.post("/gifts", status_code=201, also={"402", "404", "410"}, **needs_token)
def complete(request: Request, body: shapes.Return) -> Gift:
    """The payer is back from the provider: take the money, give the gift, once, however often this is sent."""
    returned = {"orderId": body.order, "paymentKey": body.payment_key, "pg_token": body.pg_token}
    returned |= {"amount": str(body.amount)} if body.payment_key else {}
    return actions.complete_gift(actor(request), {name: value for name, value in returned.items() if value})


@routes.post("/gifts/{gift}/refund", **needs_token)
def refund(request: Request, gift: UUID, body: shapes.Reason, key: Key) -> shapes.Added:
    """Take a gift back before its payout; a steward may do it for the giver."""
    return shapes.Added(actions.refund_gift(actor(request), GiftId(gift), body.why, key=key))
