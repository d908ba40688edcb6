"""A log as files, for anybody and without an account: addresses, types and lifetimes as C2SP tlog-tiles has them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.base.refusals import Refusal
from dure.foundations.vault import queries

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"
FRESH = "no-cache"  # kept, and asked for again each time
MISSING = "public, max-age=5"

type View = Callable[..., HttpResponse]


def open_file(view: View) -> View:
    """A file for everybody and every program. What is not there is said in a line of text, not on a page."""

    @require_safe
    @wraps(view)
    def serve(request: HttpRequest, **asked: Any) -> HttpResponse:
        try:
            response = view(request, **asked)
        except Refusal as refusal:
            response = HttpResponse(f"{refusal.code}\n", content_type=TEXT, status=404)
            response["Cache-Control"] = MISSING
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return serve


@open_file
def checkpoint(request: HttpRequest, log: str) -> HttpResponse:
    """The signed head."""
    response = HttpResponse(queries.head(log).note, content_type=TEXT)
    response["Cache-Control"] = FRESH
    return response


@open_file
def verifier(request: HttpRequest, log: str) -> HttpResponse:
    """The key that the head is signed with. Compare it with what you were told elsewhere: whoever lies gives a key to fit."""
    response = HttpResponse(f"{queries.head(log).verifier}\n", content_type=TEXT)
    response["Cache-Control"] = FRESH
    return response


@open_file
def tile(request: HttpRequest, log: str, rest: str) -> HttpResponse:
    """A tile of hashes, or a bundle of entries. Once it is there it never changes."""
    response = HttpResponse(queries.file_at(log, f"tile/{rest}"), content_type=BYTES)
    response["Cache-Control"] = FOR_EVER
    return response
