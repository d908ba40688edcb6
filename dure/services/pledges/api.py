"""The JSON face of pledges: seasons and projects for everybody, one's own pledges and proofs for who has a token."""

from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request

from dure.foundations.people import queries as people
from dure.foundations.people.types import NOBODY, Actor, PersonId
from dure.kit import bearer
from dure.kit.routes import Key, Routes, needs_token, takes_token
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import permits
from dure.services.pledges.types import (
    Consent,
    CountProof,
    NewProof,
    Pledge,
    PledgeId,
    Project,
    Proof,
    ProofId,
    ReceiverId,
    ReceiverSum,
    Season,
    SeasonFigures,
    StatementLine,
    Way,
)

routes = Routes("/api/v1/pledges", tags=["pledges"])
Code = Annotated[str, msgspec.Meta(pattern="^[0-9A-Z]{4,8}$", description="Speakable code.")]
Page = Annotated[int, msgspec.Meta(ge=1, le=1_000)]
Said = Annotated[str, msgspec.Meta(max_length=60)]
Provider = Annotated[str, msgspec.Meta(max_length=30, pattern="^[a-z-]*$")]
Words = Annotated[str, msgspec.Meta(max_length=permits.TEXT_LENGTH_MAX)]
Why = Annotated[str, msgspec.Meta(min_length=permits.WHY_LENGTH[0], max_length=permits.WHY_LENGTH[1])]


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request body."""


class Agreed(Shape, frozen=True):
    """Whether what is not returned is given, and to which receiver of the season."""

    gives: bool
    receiver: UUID | None = None

    def consent(self) -> Consent:
        """The same as the actions take it."""
        return Consent(self.gives, ReceiverId(self.receiver) if self.receiver else None)


class Asked(Agreed, frozen=True):
    """What somebody says who asks for a place; `provider` empty: the first that is switched on."""

    provider: Provider = ""


class SentProof(Shape, frozen=True):
    """What proves a day. Photos are sent on the page."""

    text: Words = ""
    number: Annotated[int, msgspec.Meta(ge=0, le=permits.NUMBER_MAX)] | None = None

    def proof(self, pledge: UUID, day: int) -> NewProof:
        """The same as the action takes it."""
        return NewProof(pledge=PledgeId(pledge), day=day, text=self.text, number=self.number)


class Appealed(Shape, frozen=True):
    """Why a rejected proof should count."""

    words: Why


class Checkout(msgspec.Struct, frozen=True):
    """Where to send somebody who is to pay."""

    address: str


class SeasonPage(msgspec.Struct, frozen=True):
    """A season with its sums, and those of its receivers, once enough people are in it."""

    season: Season
    figures: SeasonFigures | None
    receivers: tuple[ReceiverSum, ...]


@routes.get("/seasons")
def seasons(request: Request) -> tuple[Season, ...]:
    """All seasons, the newest first."""
    return queries.seasons()


@routes.get("/seasons/{code}", also={"404"})
def season(request: Request, code: Code) -> SeasonPage:
    """One season."""
    found = queries.season_by_code(code)
    figures = queries.figures(found.id)
    return SeasonPage(found, figures, queries.receiver_sums(found.id) if figures else ())


@routes.get("/seasons/{code}/projects", also={"404"})
def projects(request: Request, code: Code, q: Said = "", page: Page = 1) -> tuple[Project, ...]:
    """Open projects of a season, by title."""
    return queries.find_projects(queries.season_by_code(code).id, q, page=page)


@routes.get("/projects/{code}", **takes_token)
def project(request: Request, code: Code) -> Project:
    """One project."""
    return queries.project_by_code(code, _actor(request))


@routes.post("/projects/{code}/pledges", status_code=201, **needs_token)
def join(request: Request, code: Code, body: Asked, key: Key) -> Pledge:
    """Ask for a place; `state` says whether one is kept while the deposit is paid, or whether one waits."""
    by = _actor(request)
    way = Way("/pledges/paid/", body.provider)
    return actions.join(by, queries.project_by_code(code, by).id, body.consent(), way, key=key)


@routes.get("/mine", **needs_token)
def mine(request: Request) -> tuple[Pledge, ...]:
    """My pledges, the newest first."""
    return queries.my_pledges(permits.somebody(_actor(request)))


@routes.post("/mine/{pledge}/checkout", **needs_token)
def checkout(request: Request, pledge: UUID) -> Checkout:
    """Where to pay a deposit."""
    return Checkout(actions.pay_deposit(_actor(request), PledgeId(pledge)))


@routes.get("/mine/{pledge}/statement", **needs_token)
def statement(request: Request, pledge: UUID) -> tuple[StatementLine, ...]:
    """The account of a deposit, line by line."""
    return queries.statement(_actor(request), PledgeId(pledge))


@routes.get("/mine/{pledge}/count", **needs_token)
def count(request: Request, pledge: UUID) -> CountProof:
    """What shows that my count of kept days is in the total that the season published."""
    return queries.count_proof(_actor(request), PledgeId(pledge))


@routes.put("/mine/{pledge}/consent", **needs_token)
def consent(request: Request, pledge: UUID, body: Agreed, key: Key) -> Pledge:
    """Say anew what becomes of what is not returned."""
    return actions.change_consent(_actor(request), PledgeId(pledge), body.consent(), key=key)


@routes.post("/mine/{pledge}/leave", **needs_token)
def leave(request: Request, pledge: UUID, key: Key) -> Pledge:
    """Leave a project."""
    return actions.leave(_actor(request), PledgeId(pledge), key=key)


@routes.put("/mine/{pledge}/days/{day}", **needs_token)
def prove(
    request: Request, pledge: UUID, day: Annotated[int, msgspec.Meta(ge=1, le=100)], body: SentProof, key: Key
) -> Proof:
    """Prove a day. Sent again it replaces what was sent, as long as the day is open."""
    return actions.send_proof(_actor(request), body.proof(pledge, day), key=key)


@routes.post("/proofs/{proof}/appeal", **needs_token)
def appeal(request: Request, proof: UUID, body: Appealed, key: Key) -> Proof:
    """Ask a steward to look at a rejected proof of mine."""
    return actions.appeal_proof(_actor(request), ProofId(proof), body.words, key=key)


def _actor(request: Request) -> Actor:
    person = bearer.person_or_none(request)
    return people.actor(PersonId(person)) if person else NOBODY
