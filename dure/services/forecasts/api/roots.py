"""The routes of forecasts, and who asks."""

from django_bolt import Request

from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, PersonId
from dure.kit import bearer
from dure.kit.routes import Routes

routes = Routes("/api/v1/forecasts", tags=["forecasts"])


def actor(request: Request) -> Actor:
    """Who asks, by their token."""
    return people.actor(PersonId(bearer.person(request)))
