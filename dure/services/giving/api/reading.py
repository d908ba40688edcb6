"""Open to all: causes, boxes, walls, flows, ledgers. A token shows the bearer's own drafts too."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request

from dure.foundations.people import queries as people
from dure.kit import bearer
from dure.kit.routes import needs_token, takes_token
from dure.services.giving import queries
from dure.services.giving.types import (
    Cause,
    CauseFilter,
    CausePage,
    CauseState,
    FundView,
    GiftId,
    LedgerRow,
    MoneyFlow,
    MyGift,
    Order,
    RankEntry,
    ReportLine,
    StepEntry,
    Topic,
    Used,
    WallEntry,
)

from .roots import routes

PAGE_MAX = 100_000
Words = Annotated[str, msgspec.Meta(max_length=100)]
Place = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
PageNumber = Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)]


@routes.get("/causes", **takes_token)
def causes(
    request: Request,
    q: Words = "",
    state: CauseState | None = None,
    topic: Topic | None = None,
    order: Order = Order.NEWEST,
    page: PageNumber = 1,
) -> CausePage:
    """A page of the causes everybody may see, narrowed by words, state and topic."""
    wanted = CauseFilter(words=q, states=(state,) if state else (), topic=topic, order=order)
    return queries.page(wanted, page)


@routes.get("/causes/{cause}", **takes_token)
def cause(request: Request, cause: UUID) -> Cause:
    """A cause, whole: story, budget, totals from the ledger, plan."""
    return queries.cause(cause, people.actor(bearer.person_or_none(request)))


@routes.get("/causes/{cause}/history", **takes_token)
def history(request: Request, cause: UUID) -> list[StepEntry]:
    """The steps of its life; names and reasons only for stewards and auditors."""
    by = people.actor(bearer.person_or_none(request))
    queries.cause(cause, by)
    return list(queries.history(cause, by))


@routes.get("/boxes/{box}/wall")
def wall(box: UUID, before: Annotated[datetime, msgspec.Meta(tz=True)] | None = None) -> list[WallEntry]:
    """Gifts and words, newest first; page on with the `at` of the last one as `before`."""
    queries.box_account(box)
    return list(queries.wall(box, before))


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


@routes.get("/funds")
def funds() -> list[FundView]:
    """The matching funds and what they have left."""
    return list(queries.funds())


@routes.get("/me/gifts", also={"404"}, **needs_token)
def my_gifts(request: Request, before: UUID | None = None) -> list[MyGift]:
    """The bearer's gifts, newest first, 500 at a time; page on with the id of the last one (404: not yours) as `before`."""
    return list(queries.my_gifts(bearer.person(request), before=before))


@routes.get("/me/gifts/{gift}/uses", **needs_token)
def uses(request: Request, gift: UUID) -> list[Used]:
    """Won by won, which report line spent this gift of the bearer."""
    return list(queries.used(GiftId(queries.my_gift(bearer.person(request), gift).id)))
