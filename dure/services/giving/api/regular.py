"""Regular gifts of the bearer: promise, register a card, change, pause, stop."""

from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request

from dure.kit import bearer
from dure.kit.routes import Key, needs_token
from dure.services.giving import actions, queries
from dure.services.giving.rules import GIFT_MAX
from dure.services.giving.rules.regular import DAYS, REGULAR_MIN
from dure.services.giving.types import BoxId, NewRegular, Reach, Regular, RegularId

from . import shapes
from .roots import actor, routes

Won = Annotated[int, msgspec.Meta(ge=REGULAR_MIN, le=GIFT_MAX, description="Whole won, every month.")]
Day = Annotated[
    int, msgspec.Meta(ge=DAYS[0], le=DAYS[1], description="Day of the month; the last one where there is none.")
]


class Promise(shapes.Shape, frozen=True):
    """What is promised. `reach` says what becomes of it when the box closes."""

    amount: Won
    day: Day
    reach: Reach = Reach.PARTNER
    name_shown: bool = False
    provider: Annotated[str, msgspec.Meta(max_length=20)] = ""


class Change(shapes.Shape, frozen=True):
    """Another sum and day, from the next charge on."""

    amount: Won
    day: Day


class ToCard(msgspec.Struct, frozen=True):
    """The regular gift, and where the donor registers a card for it."""

    id: UUID
    checkout: str


@routes.post("/boxes/{box}/regular-gifts", status_code=201, also={"503"}, **needs_token)
def promise(request: Request, box: UUID, body: Promise, key: Key) -> ToCard:
    """Promise a sum for every month, beginning at this box. It runs once a card is registered at `checkout`."""
    by, new = actor(request), NewRegular(body.amount, body.day, body.reach, body.name_shown)
    regular = actions.promise(by, BoxId(box), new, provider=body.provider, key=key)
    return ToCard(regular, actions.register_card(by, regular))


@routes.get("/me/regular-gifts", **needs_token)
def my_regulars(request: Request) -> list[Regular]:
    """The bearer's regular gifts, those that run first."""
    return list(queries.my_regulars(bearer.person(request)))


@routes.get("/me/regular-gifts/{regular}", **needs_token)
def my_regular(request: Request, regular: UUID) -> Regular:
    """One of the bearer's, with its months."""
    return queries.my_regular(actor(request), regular)


@routes.put("/me/regular-gifts/{regular}", **needs_token)
def change_regular(request: Request, regular: UUID, body: Change, key: Key) -> Regular:
    """Change sum and day."""
    by = actor(request)
    return queries.my_regular(by, actions.change_regular(by, RegularId(regular), body.amount, body.day, key=key))


@routes.post("/me/regular-gifts/{regular}/pause", **needs_token)
def pause_regular(request: Request, regular: UUID, key: Key) -> Regular:
    """Let it rest: nothing is charged until it goes on."""
    by = actor(request)
    return queries.my_regular(by, actions.pause_regular(by, RegularId(regular), key=key))


@routes.post("/me/regular-gifts/{regular}/resumption", **needs_token)
def resume_regular(request: Request, regular: UUID, key: Key) -> Regular:
    """Let it go on with the next due day."""
    by = actor(request)
    return queries.my_regular(by, actions.resume_regular(by, RegularId(regular), key=key))


@routes.post("/me/regular-gifts/{regular}/stop", **needs_token)
def stop_regular(request: Request, regular: UUID, key: Key) -> Regular:
    """End it at once; the key to the card is erased."""
    by = actor(request)
    return queries.my_regular(by, actions.stop_regular(by, RegularId(regular), key=key))
