"""For everybody with a token: proving a day."""

from uuid import UUID

from django_bolt import Request

from dure.kit import bearer
from dure.kit.routes import Key, needs_token
from dure.services.pledges import actions, hot
from dure.services.pledges.types import (
    Proof,
    ProofId,
)

from . import shapes
from .roots import actor, routes


@routes.put("/mine/{pledge}/days/{day}", validate_response=False, **needs_token)
async def prove(request: Request, pledge: UUID, day: shapes.Day, body: hot.SentProof, key: Key) -> hot.Proven:
    """Prove a day. Sent again it replaces what was sent, as long as the day is open."""
    return await hot.prove(bearer.person_bytes(request), pledge, day, body, key)


@routes.put("/mine/{pledge}/days/{day}/photo", **needs_token)
def prove_by_photo(request: Request, pledge: UUID, day: shapes.Day, body: shapes.SentPhoto, key: Key) -> Proof:
    """Prove a day by a photo. It is kept small, upright and without what the camera wrote into it."""
    return actions.send_proof(actor(request), body.proof(pledge, day), key=key)


@routes.post("/proofs/{proof}/appeal", **needs_token)
def appeal(request: Request, proof: UUID, body: shapes.Appealed, key: Key) -> Proof:
    """Ask a steward to look at a rejected proof of mine."""
    return actions.appeal_proof(actor(request), ProofId(proof), body.words, key=key)
