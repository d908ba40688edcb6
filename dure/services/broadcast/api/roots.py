"""The routes of village broadcast, and who asks."""

from typing import Annotated

import msgspec
from django_bolt import Request

from dure.foundations.people import queries as people
from dure.foundations.people.types import NOBODY, Actor, PersonId
from dure.kit import bearer
from dure.kit.routes import Routes

routes = Routes("/api/v1/broadcast", tags=["broadcast"])
Code = Annotated[str, msgspec.Meta(pattern="^[0-9A-Z]{4,12}$", description="Code of a village.")]


def actor(request: Request) -> Actor:
    """Who asks; nobody without a token."""
    person = bearer.person_or_none(request)
    return people.actor(PersonId(person)) if person else NOBODY
