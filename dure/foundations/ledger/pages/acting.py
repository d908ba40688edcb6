"""Who is asking, as the actions want to know it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from dure.base.refusals import NotAllowed
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, Origin
from dure.kit import show


def acting(request: HttpRequest) -> tuple[Actor, UUID]:
    """The person who is logged in. Raises NotAllowed, which leads to the log-in."""
    user: Any = request.user
    if not user.is_authenticated:
        raise NotAllowed(needs="login")
    return people.actor(user.pk), user.pk


def visiting(request: HttpRequest) -> Actor:
    """Who asks, logged in or not."""
    known: Actor | None = getattr(request, "actor", None)
    if known is not None:
        return known
    return people.actor(request.user.pk if request.user.is_authenticated else None)


def origin(request: HttpRequest) -> Origin:
    """Where a consent given here comes from."""
    return Origin(
        face="page", address=str(request.META.get("REMOTE_ADDR", "")), language="ko" if show.in_korean() else "en"
    )
