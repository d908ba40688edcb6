"""The routes of giving, filled by the other modules of this room."""

from django_bolt import Request

from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import bearer
from dure.kit.routes import Routes

routes = Routes("/api/v1/giving", tags=["giving"])


def actor(request: Request) -> Actor:
    """Who sent the request."""
    return people.actor(bearer.person(request))
