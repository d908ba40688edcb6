"""For everybody with a token: a place, its deposit, and what is to become of it."""

from uuid import UUID

from django_bolt import Request

from dure.kit.routes import Key, needs_token
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import permits
from dure.services.pledges.types import (
    Ballot,
    Pledge,
    PledgeId,
    ReceiverId,
    StatementLine,
    Way,
)

from . import shapes
from .roots import actor, routes


@routes.post("/projects/{code}/pledges", status_code=201, **needs_token)
def join(request: Request, code: shapes.Code, body: shapes.Asked, key: Key) -> Pledge:
    """Ask for a place; `state` says whether one is kept while the deposit is paid, or whether one waits."""
    by = actor(request)
    way = Way("/pledges/paid/", body.provider)
    return actions.join(by, queries.project_by_code(code, by).id, body.consent(), way, key=key)


@routes.get("/mine", **needs_token)
def mine(request: Request) -> tuple[Pledge, ...]:
    """My pledges, the newest first."""
    return queries.my_pledges(permits.somebody(actor(request)))


@routes.post("/mine/{pledge}/checkout", **needs_token)
def checkout(request: Request, pledge: UUID) -> shapes.Checkout:
    """Where to pay a deposit."""
    return shapes.Checkout(actions.pay_deposit(actor(request), PledgeId(pledge)))


@routes.get("/mine/{pledge}/statement", **needs_token)
def statement(request: Request, pledge: UUID) -> tuple[StatementLine, ...]:
    """The account of a deposit, line by line."""
    return queries.statement(actor(request), PledgeId(pledge))


@routes.get("/mine/{pledge}/vote", **needs_token)
def ballot(request: Request, pledge: UUID) -> Ballot:
    """My group's vote on its receiver: my own word, and what it came to once it is over."""
    return queries.ballot(actor(request), PledgeId(pledge))


@routes.put("/mine/{pledge}/vote", **needs_token)
def vote(request: Request, pledge: UUID, body: shapes.Voted, key: Key) -> Ballot:
    """Say whom my group should give to; in the last ten days, until the settlement begins. The last word counts."""
    return actions.vote(actor(request), PledgeId(pledge), ReceiverId(body.receiver), key=key)


@routes.put("/mine/{pledge}/consent", **needs_token)
def consent(request: Request, pledge: UUID, body: shapes.Agreed, key: Key) -> Pledge:
    """Say anew what becomes of what is not returned."""
    return actions.change_consent(actor(request), PledgeId(pledge), body.consent(), key=key)


@routes.post("/mine/{pledge}/leave", **needs_token)
def leave(request: Request, pledge: UUID, key: Key) -> Pledge:
    """Leave a project."""
    return actions.leave(actor(request), PledgeId(pledge), key=key)
