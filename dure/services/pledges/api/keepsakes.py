"""For everybody with a token: what shows others that I keep it up."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django_bolt import Request

from dure.kit.routes import Key, needs_token
from dure.services.pledges import actions, queries
from dure.services.pledges.types import (
    Certificate,
    CountProof,
    Pledge,
    PledgeId,
)

from . import shapes
from .roots import actor, routes


@routes.post("/mine/calendar", **needs_token)
def renew_calendar(request: Request, key: Key) -> shapes.CalendarAt:
    """Have an address for my calendar; the one before ends."""
    found = actions.renew_calendar(actor(request), key=key)
    return shapes.CalendarAt(f"{settings.DURE.origin}{reverse('pledges:calendar', args=[found.key, found.seal])}")


@routes.get("/mine/{pledge}/count", **needs_token)
def count(request: Request, pledge: UUID) -> CountProof:
    """What shows that my count of kept days is in the total that the season published."""
    return queries.count_proof(actor(request), PledgeId(pledge))


@routes.put("/mine/{pledge}/certificate", **needs_token)
def certify(request: Request, pledge: UUID, body: shapes.ShownAs, key: Key) -> Certificate:
    """Have a certificate of my kept days, with as much of my name as I want. One made before is replaced."""
    return actions.make_certificate(actor(request), PledgeId(pledge), body.name, key=key)


@routes.post("/mine/{pledge}/certificate/withdraw", **needs_token)
def withdraw_certificate(request: Request, pledge: UUID, key: Key) -> Pledge:
    """Take my certificate back: its code leads nowhere any more."""
    actions.withdraw_certificate(actor(request), PledgeId(pledge), key=key)
    return queries.pledge(PledgeId(pledge))
