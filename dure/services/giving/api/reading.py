"""Open to all: causes, boxes, walls, flows, ledgers. A token shows the bearer's own drafts too."""

from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request
from django_bolt.param_functions import Query

from dure.foundations.people import queries as people
from dure.kit import bearer
from dure.kit.routes import takes_token
from dure.services.giving import queries
from dure.services.giving.types import (
    Cause,
    CauseCard,
    CauseFilter,
    CausePage,
    CauseState,
    FundView,
    LedgerRow,
    LegalDuties,
    Match,
    MoneyFlow,
    Order,
    PartnerChoices,
    RankEntry,
    ReportLine,
    StepEntry,
    Topic,
    WallEntry,
)

from .roots import routes

PAGE_MAX = 100_000
Words = Annotated[str, msgspec.Meta(max_length=100)]
Place = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
PageNumber = Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)]


class Wanted(msgspec.Struct, frozen=True):
    """What the list is narrowed to."""

    q: Words = ""
    state: CauseState | None = None
    topic: Topic | None = None
    region: Annotated[str, msgspec.Meta(pattern="^[0-9]{0,10}$", description="The beginning of a region's code.")] = ""
    partner: UUID | None = None
    emergency: bool = False
    order: Order = Order.NEWEST
    page: PageNumber = 1


@routes.get("/causes", **takes_token)
def causes(request: Request, wanted: Annotated[Wanted, Query()]) -> CausePage:
    """A page of the causes everybody may see, narrowed as asked."""
    narrowed = CauseFilter(
        words=wanted.q,
        states=(wanted.state,) if wanted.state else (),
        topic=wanted.topic,
        region=wanted.region,
        partner=wanted.partner,
        emergency=wanted.emergency,
        order=wanted.order,
    )
    return queries.page(narrowed, wanted.page)


@routes.get("/similar-causes")
def similar(title: Words) -> list[CauseCard]:
    """Causes with a title like this one, most alike first: look before you propose."""
    return list(queries.similar(title))


@routes.get("/partners")
def partners(q: Words = "") -> PartnerChoices:
    """Verified organisations that a cause can name as its partner, by name; `q` is part of a name, or a registration number."""
    return queries.partner_choices(q)


@routes.get("/causes/{cause}", **takes_token)
def cause(request: Request, cause: UUID) -> Cause:
    """A cause, whole: story, budget, totals from the ledger, plan."""
    return queries.cause(cause, people.actor(bearer.person_or_none(request)))


@routes.get("/causes/{cause}/duties", **takes_token)
def duties(request: Request, cause: UUID) -> LegalDuties:
    """What donation law asks of it: duties with their days and paragraphs, and how much may be costs."""
    return queries.legal_duties(queries.cause(cause, people.actor(bearer.person_or_none(request))))


@routes.get("/causes/{cause}/history", **takes_token)
def history(request: Request, cause: UUID) -> list[StepEntry]:
    """The steps of its life; names and reasons only for stewards and auditors."""
    by = people.actor(bearer.person_or_none(request))
    queries.cause(cause, by)
    return list(queries.history(cause, by))


@routes.get("/boxes/{box}/wall")
def wall(box: UUID, before: UUID | None = None, after: UUID | None = None) -> list[WallEntry]:
    """Gifts and words, newest first; page on with the id of the last one (404: not on this wall) as `before`, ask for news with
    that of the first as `after`."""
    queries.box_account(box)
    return list(queries.wall(box, before, after=after))


@routes.get("/boxes/{box}/ranking")
def ranking(box: UUID) -> list[RankEntry]:
    """The largest givers; hidden names are empty."""
    queries.box_account(box)
    return list(queries.ranking(box))


@routes.get("/boxes/{box}/flow")
def flow(box: UUID) -> MoneyFlow:
    """From where to where the box's money goes; both sides sum to the same won."""
    queries.box_account(box)
    return queries.money_flow(box)


@routes.get("/boxes/{box}/ledger")
def ledger(box: UUID, after: Place = 0) -> list[LedgerRow]:
    """The box's transfers in the order of the log, without names, 500 at most; ask on with the last one's `seq`."""
    return list(queries.ledger_page(box, after))


@routes.get("/boxes/{box}/report")
def report(box: UUID) -> list[ReportLine]:
    """The filed report's lines; empty before it is filed."""
    return list(queries.filed_report(box))


@routes.get("/boxes/{box}/match")
def match(box: UUID) -> Match:
    """What the next cheer would add to this box, and what the funds that can pay it have left."""
    queries.box_account(box)
    return queries.match_now(queries.card(box).emergency)


@routes.get("/funds")
def funds() -> list[FundView]:
    """The matching funds and what they have left."""
    return list(queries.funds())
