"""What the bearer did: gifts won by won, sums, agreements, cheers, proposals."""

from uuid import UUID

from django_bolt import Request

from dure.kit import bearer
from dure.kit.routes import needs_token
from dure.services.giving import queries
from dure.services.giving.types import (
    Agreement,
    CauseFilter,
    CausePage,
    GiftId,
    MyCheer,
    MyGift,
    MyPart,
    MySums,
    Used,
)

from .reading import PageNumber
from .roots import actor, routes


@routes.get("/me/causes", **needs_token)
def my_causes(request: Request, page: PageNumber = 1) -> CausePage:
    """The bearer's own proposals, drafts and withdrawn ones, too."""
    return queries.page(CauseFilter(proposer=bearer.person(request)), page)


@routes.get("/me/sums", **needs_token)
def my_sums(request: Request) -> MySums:
    """What all gifts of the bearer that stand come to, and the years of them."""
    return queries.my_sums(bearer.person(request))


@routes.get("/me/causes/{cause}", **needs_token)
def my_part(request: Request, cause: UUID) -> MyPart:
    """What the bearer did about one cause: proposed it, agreed, cheered today."""
    return queries.my_part(cause, actor(request))


@routes.get("/me/gifts/{gift}", **needs_token)
def my_gift(request: Request, gift: UUID) -> MyGift:
    """One gift of the bearer."""
    return queries.my_gift(bearer.person(request), gift)


@routes.get("/me/gifts", also={"404"}, **needs_token)
def my_gifts(request: Request, before: UUID | None = None) -> list[MyGift]:
    """The bearer's gifts, newest first, 500 at a time; page on with the id of the last one (404: not yours) as `before`."""
    return list(queries.my_gifts(bearer.person(request), before=before))


@routes.get("/me/agreements", **needs_token)
def my_agreements(request: Request) -> list[Agreement]:
    """The bearer's agreements, newest first."""
    return list(queries.my_agreements(bearer.person(request)))


@routes.get("/me/cheers", **needs_token)
def my_cheers(request: Request) -> list[MyCheer]:
    """The bearer's comments and shares, newest first."""
    return list(queries.my_cheers(bearer.person(request)))


@routes.get("/me/gifts/{gift}/uses", **needs_token)
def uses(request: Request, gift: UUID) -> list[Used]:
    """Won by won, which report line spent this gift of the bearer."""
    return list(queries.used(GiftId(queries.my_gift(bearer.person(request), gift).id)))
