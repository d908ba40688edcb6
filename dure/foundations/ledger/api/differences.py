"""What reconciliation found, for stewards and auditors."""

from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request
from django_bolt.param_functions import Query

from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import (
    DifferenceEntry,
    DifferenceKind,
    DifferencePage,
    DifferenceState,
    Reconciliation,
)
from dure.foundations.people import queries as people
from dure.kit import bearer
from dure.kit.routes import Key, needs_token

from .roots import Words, routes


class Wanted(msgspec.Struct, frozen=True):
    """Which differences: of one state or all, of one kind or every kind."""

    state: DifferenceState | None = None
    kind: DifferenceKind | None = None
    page: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1


@routes.get("/reconciliations", **needs_token)
def reconciliations(request: Request) -> list[Reconciliation]:
    """The latest comparisons of our books with the providers', for stewards and auditors."""
    return list(queries.reconciliations(people.actor(bearer.person(request))))


@routes.get("/differences", **needs_token)
def differences(request: Request, wanted: Annotated[Wanted, Query()]) -> DifferencePage:
    """A page of what differs, the latest first, for stewards and auditors."""
    by = people.actor(bearer.person(request))
    return queries.differences(by, wanted.state, wanted.kind or "", wanted.page)


@routes.get("/differences/{difference}", **needs_token)
def difference(request: Request, difference: UUID) -> DifferenceEntry:
    """One difference with everything that was done about it."""
    return queries.difference(people.actor(bearer.person(request)), difference)


@routes.post("/differences/{difference}/asking", also={"503"}, **needs_token)
def ask_difference(request: Request, difference: UUID) -> DifferenceEntry:
    """Have the provider asked again, now. Safe to repeat."""
    return actions.ask_again(people.actor(bearer.person(request)), difference)


@routes.post("/differences/{difference}/notes", status_code=201, **needs_token)
def note_difference(request: Request, difference: UUID, body: Words, key: Key) -> DifferenceEntry:
    """Write down what was found out."""
    by = people.actor(bearer.person(request))
    return queries.difference(by, actions.note_difference(by, difference, body.note, key=key))


@routes.post("/differences/{difference}/explanation", **needs_token)
def explain_difference(request: Request, difference: UUID, body: Words, key: Key) -> DifferenceEntry:
    """Close it with the reason why the books differ and may."""
    by = people.actor(bearer.person(request))
    return queries.difference(by, actions.explain_difference(by, difference, body.note, key=key))
