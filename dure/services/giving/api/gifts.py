"""The hot route: a gift that is paid already."""

from uuid import UUID

from django_bolt import Request

from dure.kit import bearer
from dure.kit.routes import Key, needs_token
from dure.services.giving import hot

from .roots import routes


@routes.post("/boxes/{box}/gifts", status_code=201, validate_response=False, **needs_token)
async def give(request: Request, box: UUID, body: hot.NewGift, key: Key) -> hot.Given:
    """Give to a box, with a payment that is captured already."""
    return await hot.give(bearer.person_bytes(request), bearer.is_verified(request), box, body, key)
