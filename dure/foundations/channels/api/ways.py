"""How the town may reach me, for a program of mine: mail by choice, a telephone number proved by its code, read aloud or not."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import msgspec
from django_bolt import Request
from procrastinate.contrib.django import app

from dure.foundations.channels import actions, providers, queries
from dure.foundations.channels.types import (
    Carried,
    CodeOver,
    CodeWrong,
    LostWay,
    NobodyCarries,
    NumberAsked,
    Proof,
    Route,
)
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.kit.routes import Key, needs_token

from .channels import Choice
from .roots import actor, routes

Typed = Annotated[str, msgspec.Meta(min_length=1, max_length=24)]


class Numbering(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Korean mobile number, as people write it."""

    number: Typed


class Proving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code of six digits that came."""

    code: Typed


class AskedShape(msgspec.Struct, frozen=True):
    """A number (E.164) that waits for its code until `until`. `carried`: how the text message with the code fares."""

    number: str
    until: datetime
    tries_left: int
    carried: Carried


class WaysShape(msgspec.Struct, frozen=True):
    """What I chose. Empty strings and null: not there. `carries`: the ways outside the inbox that somebody carries in this town;
    `devices`: browsers of mine that ring; `lost`: addresses that lead to me no more.
    """

    carries: list[Route]
    devices: int
    email: str
    mail: bool
    number: str
    proved_at: datetime | None
    aloud: bool
    asked: AskedShape | None
    lost: list[LostWay]


@routes.get("/ways", **needs_token)
def ways(request: Request) -> WaysShape:
    """Where messages reach me outside the inbox."""
    return _ways(actor(request))


@routes.put("/ways/mail", **needs_token)
def choose_mail(request: Request, body: Choice, key: Key) -> WaysShape:
    """Be reached by mail at the proved address of my account, or not."""
    return _done(actor(request), "channels.choose_mail", key, body, lambda by: actions.choose_mail(by, body.yes))


@routes.put("/ways/aloud", **needs_token)
def choose_aloud(request: Request, body: Choice, key: Key) -> WaysShape:
    """Have a call read what would come as a text message, or not."""
    return _done(actor(request), "channels.choose_aloud", key, body, lambda by: actions.choose_aloud(by, body.yes))


@routes.post("/ways/number", **needs_token)
def ask_number(request: Request, body: Numbering, key: Key) -> WaysShape:
    """Name a number: a code goes there, and only the last one is good. Again for a new code."""
    if not providers.dealers_of(Route.SMS):
        raise NobodyCarries()

    def ask(by: Actor) -> None:
        asked = actions.ask_number(by, body.number)
        app.configure_task("channels.carry_code").defer(ask=str(asked.id))

    return _done(actor(request), "channels.ask_number", key, body, ask)


@routes.post("/ways/number/code", **needs_token)
def prove_number(request: Request, body: Proving, key: Key) -> WaysShape:
    """Prove the number by its code. A wrong one costs a try, once for a key."""
    by = actor(request)
    with tx.action(by, "channels.prove_number", key, body, Proof) as call:
        proof = call.answer() if call else call.keep(actions.prove_number(by, body.code))
    if not proof.proved:  # counted, and then refused
        raise CodeWrong(left=proof.tries_left) if proof.tries_left else CodeOver()
    return _ways(by)


@routes.post("/ways/number/drop", **needs_token)
def drop_number(request: Request, key: Key) -> WaysShape:
    """Forget my number, and one that waits for its code, at once also for what is on its way to me."""
    return _done(actor(request), "channels.drop_number", key, None, actions.drop_number)


@routes.post("/ways/lost/drop", **needs_token)
def drop_lost(request: Request, key: Key) -> WaysShape:
    """I have read which addresses lead to me no more."""
    return _done(actor(request), "channels.drop_lost", key, None, actions.drop_lost)


def _done(by: Actor, verb: str, key: str, body: object, does: Callable[[Actor], None]) -> WaysShape:
    with tx.action(by, verb, key, body, bool) as call:
        if not call:
            does(by)
            call.keep(True)
    return _ways(by)


def _ways(by: Actor) -> WaysShape:
    found = queries.reachable(by)
    me = by.person
    assert me is not None  # noqa: S101 - narrows the type; `reachable` has asked
    return WaysShape(
        carries=[route for route in Route if route is not Route.INBOX and providers.dealers_of(route)],
        devices=len(queries.subscriptions_of(me)),
        email=found.email,
        mail=found.mail,
        number=found.number,
        proved_at=found.proved_at,
        aloud=found.aloud,
        asked=_asked(found.asked) if found.asked else None,
        lost=list(found.lost),
    )


def _asked(asked: NumberAsked) -> AskedShape:
    return AskedShape(asked.number, asked.until, asked.tries_left, asked.carried)
