"""Refunds that a provider refused: what is owed to payers, and how it is paid."""

from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request

from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.rules.owed import REFERENCE_LENGTH
from dure.foundations.ledger.types import (
    OwedRefund,
)
from dure.foundations.people import queries as people
from dure.kit import bearer
from dure.kit.routes import Key, needs_token

from .roots import Words, routes


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Under which number the bank has the transfer."""

    reference: Annotated[str, msgspec.Meta(min_length=REFERENCE_LENGTH[0], max_length=REFERENCE_LENGTH[1])]


@routes.get("/owed", **needs_token)
def owed(request: Request, paid: bool = False) -> list[OwedRefund]:
    """What providers refused to give back and is owed, or with `paid` what was paid at the bank; for stewards and auditors."""
    return list(queries.owed_refunds(people.actor(bearer.person(request)), paid=paid))


@routes.get("/owed/{refund}", **needs_token)
def owed_refund(request: Request, refund: UUID) -> OwedRefund:
    """One of them, with everything that was done about it."""
    return queries.owed_refund(people.actor(bearer.person(request)), refund)


@routes.post("/owed/{refund}/transfer", **needs_token)
def enter_owed(request: Request, refund: UUID, body: Reference, key: Key) -> OwedRefund:
    """You have transferred it to the payer at the bank. Another steward confirms it."""
    by = people.actor(bearer.person(request))
    return queries.owed_refund(by, actions.enter_owed(by, refund, body.reference, key=key))


@routes.post("/owed/{refund}/confirmation", **needs_token)
def confirm_owed(request: Request, refund: UUID, key: Key) -> OwedRefund:
    """You have seen it at the bank: now it is booked."""
    by = people.actor(bearer.person(request))
    return queries.owed_refund(by, actions.confirm_owed(by, refund, key=key))


@routes.post("/owed/{refund}/return", **needs_token)
def take_owed_back(request: Request, refund: UUID, body: Words, key: Key) -> OwedRefund:
    """It was entered by mistake, or the bank sent it back: it is owed again."""
    by = people.actor(bearer.person(request))
    return queries.owed_refund(by, actions.take_owed_back(by, refund, body.note, key=key))


@routes.post("/owed/{refund}/retry", **needs_token)
def retry_owed(request: Request, refund: UUID, key: Key) -> OwedRefund:
    """Have the provider asked once more."""
    by = people.actor(bearer.person(request))
    return queries.owed_refund(by, actions.retry_owed(by, refund, key=key))
