"""Describe: completes the OpenAPI document with every problem that an operation can answer."""

from collections.abc import Iterable
from typing import Any

from dure.kit.problems import MEDIA_TYPE
from dure.kit.routes import refuses_with

_REF = {"$ref": "#/components/schemas/Problem"}
_WRITES = ("post", "put", "patch", "delete")
_WHEN = {
    "400": "A header is missing or the request is not HTTP as it should be.",
    "401": "No token, or one that is not valid (any more).",
    "402": "The payment was declined; nothing was taken.",
    "403": "You may not do this.",
    "404": "There is no such thing, or you may not see it.",
    "409": "It cannot be done in this state; `code` says why.",
    "410": "Too late: it has expired.",
    "413": "The request is too large.",
    "422": "A field does not fit, or the idempotency key was used for another request.",
    "429": "Too often. `Retry-After` says when to try again.",
    "503": "Too busy; nothing was done. `Retry-After` says when to try again.",
}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Add the problems to every operation of `document`, in place."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                also = refuses_with.get((method, path), frozenset())
                _add_problems(operation, _statuses(operation, method, "{" in path) | also)
    return document


def _add_problems(operation: dict[str, Any], statuses: Iterable[str]) -> None:
    responses = operation["responses"]
    for status in sorted(statuses):
        responses[status] = {"description": _WHEN[status], "content": {MEDIA_TYPE: {"schema": _REF}}}
    responses.setdefault("default", {"description": "Any other problem.", "content": {MEDIA_TYPE: {"schema": _REF}}})


def _statuses(operation: dict[str, Any], method: str, has_path_value: bool) -> set[str]:
    found = {"429", "503"}
    parameters = operation.get("parameters", [])
    if method in _WRITES:
        found |= {"400", "409", "413", "422"}
    if has_path_value:
        found |= {"404", "422"}
    if any(parameter["in"] == "query" for parameter in parameters):
        found.add("422")
    if operation.get("security"):
        found |= {"401", "403"}
    return found
