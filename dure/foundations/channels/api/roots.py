"""Where the routes of channels begin, and who asks."""

from django_bolt import Request

from dure.base.actors import Actor, PersonId
from dure.foundations.people import queries as people
from dure.kit import bearer
from dure.kit.routes import Routes

routes = Routes("/api/v1/channels", tags=["channels"])


def actor(request: Request) -> Actor:
    """Whose token it is."""
    return people.actor(PersonId(bearer.person(request)))
