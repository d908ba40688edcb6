"""For whose settled count it is, for stewards, and for everybody: disputes, and what was put right after them."""

from uuid import UUID

from django_bolt import Request

from dure.kit.routes import Key, needs_token
from dure.services.pledges import actions, queries
from dure.services.pledges.types import Corrected, Dispute, DisputeId, NewDispute, PledgeId

from . import shapes
from .roots import actor, routes


@routes.get("/seasons/{code}/corrections", also={"404"})
def corrections(request: Request, code: shapes.Code, after: int = 0) -> tuple[Corrected, ...]:
    """What a settled season publishes beside its root: each correction of a count, chained to the one before it. A thousand at
    a time, those after number `after`.
    """
    return queries.corrections_page(queries.season_by_code(code).id, after)


@routes.get("/mine/{pledge}/disputes", **needs_token)
def my_disputes(request: Request, pledge: UUID) -> tuple[Dispute, ...]:
    """My disputes of a settled count, the newest first."""
    return queries.disputes_of(actor(request), PledgeId(pledge))


@routes.post("/mine/{pledge}/disputes", status_code=201, **needs_token)
def dispute(request: Request, pledge: UUID, body: shapes.Disputed, key: Key) -> Dispute:
    """Say that days of my settled pledge should have counted; until thirty days after the settlement."""
    return actions.dispute_settlement(actor(request), NewDispute(PledgeId(pledge), body.days, body.why), key=key)


@routes.get("/disputes", **needs_token)
def disputes(request: Request) -> tuple[Dispute, ...]:
    """For stewards and auditors: what is in dispute, the oldest first."""
    return queries.disputes_waiting(actor(request))


@routes.put("/disputes/{dispute}/proposal", **needs_token)
def propose(request: Request, dispute: UUID, body: shapes.Proposed, key: Key) -> Dispute:
    """A steward says which of the days count after all (none: it is dismissed); another one has to say the same."""
    return actions.propose_verdict(actor(request), DisputeId(dispute), body.days, body.why, key=key)


@routes.post("/disputes/{dispute}/proposal/{proposal}/confirm", **needs_token)
def confirm(request: Request, dispute: UUID, proposal: UUID, key: Key) -> Dispute:
    """Another steward says the same as the proposal they read: it is decided, and the books are put right."""
    return actions.confirm_verdict(actor(request), DisputeId(dispute), proposal, key=key)


@routes.post("/disputes/{dispute}/proposal/{proposal}/return", **needs_token)
def send_back(request: Request, dispute: UUID, proposal: UUID, body: shapes.Because, key: Key) -> Dispute:
    """Another steward does not agree with the proposal they read."""
    return actions.send_back_dispute(actor(request), DisputeId(dispute), proposal, body.why, key=key)
