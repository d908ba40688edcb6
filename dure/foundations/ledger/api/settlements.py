"""What providers pay out, for stewards and auditors."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request

from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.rules import settling
from dure.foundations.ledger.types import (
    BankLine,
    Settlement,
    SettlementLine,
    SettlementStatement,
)
from dure.foundations.people import queries as people
from dure.kit import bearer
from dure.kit.routes import Key, needs_token

from .roots import Bank, Words, routes

STATEMENT_LINES_MAX = 5_000


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider's settlement as its statement says it: lines less fee and VAT are the net sum."""

    provider: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=settling.REFERENCE_LENGTH_MAX)]
    on: date
    lines: Annotated[tuple[SettlementLine, ...], msgspec.Meta(min_length=1, max_length=STATEMENT_LINES_MAX)]
    net: int


@routes.get("/settlements", **needs_token)
def settlements(request: Request) -> list[Settlement]:
    """The latest settlements, for stewards and auditors."""
    return list(queries.settlements(people.actor(bearer.person(request))))


@routes.post("/settlements", status_code=201, **needs_token)
def take_settlement(request: Request, body: Statement) -> Settlement:
    """Enter a provider's settlement. The same again changes nothing; nothing is booked before the bank has the money."""
    by = people.actor(bearer.person(request))
    new = SettlementStatement(body.provider, body.reference, body.on, body.lines, body.net)
    return queries.settlement(by, actions.take_settlement(by, new))


@routes.post("/settlements/{settlement}/bank-line", **needs_token)
def book_settlement(request: Request, settlement: UUID, body: Bank, key: Key) -> Settlement:
    """The line of the bank statement for it: booked when it is the net sum to the won, else kept as a difference."""
    by = people.actor(bearer.person(request))
    actions.book_settlement(by, settlement, BankLine(body.amount, body.reference), key=key)
    return queries.settlement(by, settlement)


@routes.post("/settlements/{settlement}/reversal", **needs_token)
def reverse_settlement(request: Request, settlement: UUID, body: Words, key: Key) -> Settlement:
    """Take a booking back, whole."""
    by = people.actor(bearer.person(request))
    return queries.settlement(by, actions.reverse_settlement(by, settlement, body.note, key=key))
