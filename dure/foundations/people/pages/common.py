"""What every page of people begins with: who asks, a recent proof, words for enums."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.functional import Promise

from dure.foundations.people import rules
from dure.foundations.people.types import (
    Actor,
)

WRITES_PER_MINUTE = 30


def acting(request: HttpRequest) -> Actor:
    """Who asks: somebody who is logged in. Raises NotAllowed, which leads to the log-in page and back."""
    by = visiting(request)
    rules.may_act_for_self(by)
    return by


def visiting(request: HttpRequest) -> Actor:
    """Who asks, logged in or not."""
    return cast(Actor, vars(request)["actor"])


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form; None when the page is only looked at. An empty form that was sent is still a form."""
    return request.POST if request.method == "POST" else None


def recently_proved[**P, R: HttpResponseBase](view: Callable[P, R]) -> Callable[P, R]:
    """For pages that a borrowed telephone must not open: log-in, then a proof not older than a few minutes."""
    proved: Callable[..., R] = reauthentication_required(view)

    @wraps(view)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        acting(cast(HttpRequest, args[0]))
        return proved(*args, **kwargs)

    return inner


def choices(words: dict[str, Promise]) -> list[tuple[str, Any]]:
    """A table of words as the choices of a form field."""
    return [(str(value), label) for value, label in words.items()]
