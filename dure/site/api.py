"""The API app: every house's routes and, below them, the pages over the bridge. One port, one process."""

from functools import cache
from typing import Annotated, Any

import msgspec
from django_bolt.openapi import OpenAPIConfig
from django_bolt.openapi.schema_generator import SchemaGenerator

from dure.foundations.channels import api as channels
from dure.foundations.channels.bot import skill as channels_skill
from dure.foundations.ledger import api as ledger
from dure.foundations.people import api as people
from dure.kit import bridge, describe, problems, unknown
from dure.kit.routes import Api, Routes
from dure.services.broadcast import api as broadcast
from dure.services.forecasts import api as forecasts
from dure.services.giving import api as giving
from dure.services.market import api as market
from dure.services.pledges import api as pledges

HOUSES: tuple[Routes, ...] = (
    people.routes,
    channels.routes,
    channels_skill.routes,
    ledger.routes,
    giving.routes,
    market.routes,
    pledges.routes,
    broadcast.routes,
    forecasts.routes,
)

openapi = OpenAPIConfig(
    title="Dure",
    version="1",
    description="Public-good services of a town. Every no is a problem with a code (RFC 9457).",
    enabled=False,  # the viewers it would serve load scripts from elsewhere; the document has a route of its own
    path="/api/docs",
)
api = Api(enable_logging=False, error_formatter=problems.answer, openapi_config=openapi)


@api.get("/health", include_in_schema=False)
async def health() -> dict[str, str]:
    """Whether the process lives."""
    return {"status": "ok"}


meanings = Routes("/api/problems", tags=["problems"])


@meanings.get("/{code}")
def problem(code: Annotated[str, msgspec.Meta(pattern="^[a-z_]{1,80}$")]) -> problems.Meaning:
    """What the code of a problem means; the `type` of every problem leads here."""
    return problems.meaning_of(code)


for house in (meanings, *HOUSES):
    api.include_router(house)


@cache
def description() -> dict[str, Any]:
    """The OpenAPI 3.1 document of all routes, problems included."""
    document: dict[str, Any] = SchemaGenerator(api, openapi).generate().to_schema()
    return describe.complete(document)


@api.get("/api/openapi.json", include_in_schema=False)
async def openapi_document() -> dict[str, Any]:
    """The description of this API."""
    return description()


api.mount_asgi("/api", unknown.answer(api._routes))  # noqa: SLF001 - the only list of what there is
api.mount_asgi("/", bridge.pages())
