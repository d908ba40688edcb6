"""What the roof adds to every request before a page sees it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from dure.foundations.people import queries
from dure.foundations.people.types import Actor


class ActorMiddleware:
    """`request.actor`: who acts, read when a page first asks, at most once a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def find() -> Actor:
            return queries.actor(request.user.pk if request.user.is_authenticated else None)

        vars(request)["actor"] = SimpleLazyObject(find)
        return self._get_response(request)
