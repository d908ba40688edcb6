"""For everybody with a token: whether everybody may read, in words, what I prove in a project."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django_bolt import Request

from dure.kit.routes import Key, needs_token
from dure.services.pledges import actions, queries
from dure.services.pledges.types import PledgeId, Stream

from . import shapes
from .roots import actor, routes


@routes.get("/mine/{pledge}/stream", **needs_token)
def stream(request: Request, pledge: UUID) -> shapes.StreamAt:
    """Whether it is open, and where it is read then (ActivityStreams 2.0)."""
    return _at(queries.stream_of(actor(request), PledgeId(pledge)))


@routes.put("/mine/{pledge}/stream", **needs_token)
def open_stream(request: Request, pledge: UUID, key: Key) -> shapes.StreamAt:
    """Open it: everybody who has the address reads each day that counts, without my name and photos."""
    return _at(actions.open_stream(actor(request), PledgeId(pledge), key=key))


@routes.delete("/mine/{pledge}/stream", **needs_token)
def close_stream(request: Request, pledge: UUID, key: Key) -> shapes.StreamAt:
    """Close it: its address leads nowhere any more."""
    by = actor(request)
    actions.close_stream(by, PledgeId(pledge), key=key)
    return _at(queries.stream_of(by, PledgeId(pledge)))


def _at(found: Stream | None) -> shapes.StreamAt:
    if found is None:
        return shapes.StreamAt(is_open=False)
    address = f"{settings.DURE.origin}{reverse('pledges:stream', args=[found.key])}"
    return shapes.StreamAt(is_open=True, address=address, since=found.since)
