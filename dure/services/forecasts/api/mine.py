"""For everybody with a token: my places, my hour, what I was told, and that I read it."""

from uuid import UUID

from django_bolt import Request

from dure.kit.routes import Key, needs_token
from dure.services.forecasts import actions, queries
from dure.services.forecasts.types import NoticeId, PlaceId, Reader

from . import shapes
from .roots import actor, routes


@routes.get("/me/places", **needs_token)
def places(request: Request) -> tuple[shapes.PlaceSaid, ...]:
    """The places I chose."""
    return tuple(shapes.place_said(one) for one in queries.places(actor(request)))


@routes.post("/me/places", status_code=201, **needs_token)
def choose(request: Request, body: shapes.PlaceWish, key: Key) -> tuple[shapes.PlaceSaid, ...]:
    """Hear of one more place; the same region and field again changes the level."""
    by = actor(request)
    actions.choose_place(by, body.place(), key=key)
    return tuple(shapes.place_said(one) for one in queries.places(by))


@routes.delete("/me/places/{place}", **needs_token)
def drop(request: Request, place: UUID, key: Key) -> tuple[shapes.PlaceSaid, ...]:
    """Hear no more of it, not even that something is over."""
    by = actor(request)
    actions.drop_place(by, PlaceId(place), key=key)
    return tuple(shapes.place_said(one) for one in queries.places(by))


@routes.put("/me/reader", **needs_token)
def set_reader(request: Request, body: shapes.ReaderWish, key: Key) -> Reader:
    """Say at which hour ordinary forecasts are welcome."""
    return actions.set_reader(actor(request), body.hour, body.time_zone, key=key)


@routes.get("/me/notices", **needs_token)
def notices(request: Request) -> tuple[shapes.NoticeSaid, ...]:
    """What I was told in the last seven days, the newest first."""
    return tuple(shapes.notice_said(one) for one in queries.notices(actor(request)))


@routes.post("/me/notices/{notice}/read", **needs_token)
def read(request: Request, notice: UUID, key: Key) -> tuple[shapes.NoticeSaid, ...]:
    """I have read it, and everything before it."""
    by = actor(request)
    actions.mark_read(by, NoticeId(notice), key=key)
    return tuple(shapes.notice_said(one) for one in queries.notices(by))
