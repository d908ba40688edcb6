"""Routes of the API: what every house's api.py declares its endpoints with.

    routes = Routes("/api/v1/giving", tags=["giving"])

    @routes.post("/boxes/{box}/comments", status_code=201, **needs_token)
    def comment(request: Request, box: UUID, body: NewComment, key: Key) -> Comment: ...

An endpoint is an ordinary function that calls one action and returns a frozen value. It runs in a thread with a
database connection of its own, in the language of Accept-Language; whatever it refuses becomes a problem (kit/problems.py).
Statuses that most routes may answer are described by themselves (kit/describe.py); `also=` adds those of one route.
Only hot rooms are `async`; they look after U+0000 themselves, and one declared with `counted=False` after how often
somebody may write as well.
"""

import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from http import HTTPStatus
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from django.db import OperationalError
from django.utils import translation
from django_bolt import BoltAPI
from django_bolt.concurrency import sync_to_thread
from django_bolt.exceptions import RequestValidationError
from django_bolt.param_functions import Header
from django_bolt.responses import JSON
from django_bolt.router import Router

from dure.base.refusals import BadValue, Interrupted, Refusal
from dure.kit import bearer, language, limits, tx
from dure.kit.problems import HEADERS, Refusing

NESTING_MAX = 20
SAFE = ("GET", "HEAD", "OPTIONS")
WRITES_MAX = 120  # a minute, for each bearer, or for each network address without a token
HOT_WRITES_MAX = 120  # the same in hot rooms, counted in each process
WINDOW_SECONDS = 60
_hot = limits.Window(HOT_WRITES_MAX, WINDOW_SECONDS)
Key = Annotated[
    str,
    msgspec.Meta(pattern=r"^[!-~]{1,255}$"),  # tx.KEY_LENGTH_MAX printable ASCII characters, no space
    Header(
        alias="Idempotency-Key",
        description="A key you make up for this request. The same key and body again: the same answer, done once.",
    ),
]
_Language = Annotated[
    str, Header(alias="Accept-Language", description="The language of texts meant for people: ko or en.")
]
_LANGUAGE = "accept_language"
needs_token: dict[str, Any] = {"auth": bearer.AUTH, "guards": bearer.GUARDS}
refuses_with: dict[
    tuple[str, str], frozenset[str]
] = {}  # method and path: statuses that only this route knows (`also=`)
takes_token: dict[str, Any] = {"auth": bearer.AUTH, "guards": []}


class Api(BoltAPI):  # type: ignore[misc]  # django-bolt ships no types
    """The app. Its decoder lets bytes that are no UTF-8 escape as a crash; here they are the sender's mistake."""

    def _handle_generic_exception(self, e: Exception, request: Any) -> Any:
        if isinstance(e, UnicodeDecodeError):
            e = RequestValidationError([{"loc": ["body"], "msg": "Invalid utf-8", "type": "json_invalid"}])
        return super()._handle_generic_exception(e, request)


class Routes(Router):  # type: ignore[misc]  # django-bolt ships no types
    """A house's routes. See the module."""

    def __init__(self, prefix: str, *, tags: list[str]) -> None:
        super().__init__(prefix=prefix, tags=tags)

    def _add(self, method: str, path: str, endpoint: Callable[..., Any], **meta: Any) -> None:
        meta.setdefault("auth", [])
        meta.setdefault("guards", [])
        refuses_with[method.lower(), f"{self.prefix}{path}"] = frozenset(meta.pop("also", ()))
        status = int(meta.get("status_code") or HTTPStatus.OK)
        counted = bool(meta.pop("counted", True)) and method.upper() not in SAFE
        super()._add(method, path, _served(endpoint, status, counted=counted), **meta)


def _served(endpoint: Callable[..., Any], status: int, *, counted: bool) -> Callable[..., Any]:
    """The endpoint as the server sees it: one more parameter for the language, never blocking the event loop; writes counted."""
    signature = inspect.signature(endpoint)
    hints = get_type_hints(endpoint, include_extras=True)
    names = tuple(signature.parameters)
    chosen = {name: kind for name in names if (kind := _enum_in(hints.get(name)))}
    is_async = inspect.iscoroutinefunction(endpoint)
    if counted and "request" not in names:
        raise TypeError(f"{endpoint.__qualname__} writes: it needs `request`, so that it is known whom to count")

    async def serve(*args: Any, **kwargs: Any) -> Any:
        spoken = kwargs.pop(_LANGUAGE, "")
        try:
            said = dict(zip(names, args, strict=False)) | kwargs
            said |= _members(chosen, said)
            if is_async:
                if counted:
                    _hot.count(_writer(said["request"]))
                return _sealed(await endpoint(**said), status)
            _refuse_null_characters(said)
            writer = _writer(said["request"]) if counted else ""
            told = await sync_to_thread(_in_language, language.asked_for(spoken), writer, endpoint, said)
            return _sealed(told, status)
        except Refusal as refusal:
            raise Refusing(refusal) from refusal
        except OperationalError as error:  # while something was read; actions refuse by themselves (tx.durable)
            if not tx.broke_off(error):
                raise
            raise Refusing(Interrupted(retry_seconds=tx.INTERRUPTED_RETRY_SECONDS)) from error
        except UnicodeDecodeError as bug:  # ours, not the sender's: see Api
            raise RuntimeError("an endpoint could not decode") from bug

    asked = inspect.Parameter(_LANGUAGE, inspect.Parameter.KEYWORD_ONLY, default="", annotation=_Language)
    given = [parameter.replace(annotation=hints[name]) for name, parameter in signature.parameters.items()]
    serve.__signature__ = signature.replace(  # type: ignore[attr-defined]  # a function has no such attribute until inspect reads one
        parameters=[*given, asked], return_annotation=hints.get("return", inspect.Signature.empty)
    )
    serve.__annotations__ = {**hints, _LANGUAGE: _Language}
    serve.__name__, serve.__qualname__ = endpoint.__name__, endpoint.__qualname__
    serve.__module__, serve.__doc__ = endpoint.__module__, endpoint.__doc__
    return serve


def _sealed(told: Any, status: int) -> Any:
    """What an endpoint answered, with the headers that all answers carry."""
    return JSON(told, status, HEADERS.copy()) if isinstance(told, msgspec.Struct | list | tuple) else told


def _writer(request: Any) -> str:
    """Whom to count: the bearer, else the network address."""
    context = request.context
    return str(context["user_id"]) if context and context.get("user_id") else limits.sender(request)


def _in_language(code: str, counted: str, endpoint: Callable[..., Any], said: Mapping[str, Any]) -> Any:
    with translation.override(code):
        if counted:
            limits.count(f"api-writes:{counted}", WRITES_MAX, WINDOW_SECONDS)
        return endpoint(**said)


def _enum_in(hint: Any) -> type[Enum] | None:
    """The enum that a parameter of a path, a query or a header is declared as, also `E | None` and `Annotated[E, ...]`."""
    if isinstance(hint, type):
        return hint if issubclass(hint, Enum) else None
    if get_origin(hint) in (Annotated, Union, UnionType):
        return next((kind for part in get_args(hint) if (kind := _enum_in(part))), None)
    return None


def _members(chosen: Mapping[str, type[Enum]], said: Mapping[str, Any]) -> dict[str, Enum]:
    """Words of the address as members of their enums. The server knows numbers, days and ids, and leaves any other type a plain
    string: equal to the member of a StrEnum, but never the same. Raises BadValue for a word that is none of them.
    """
    found: dict[str, Enum] = {}
    for name, kind in chosen.items():
        word = said.get(name)
        if isinstance(word, str) and not isinstance(word, kind):
            try:
                found[name] = kind(word)
            except ValueError:
                raise BadValue(field=name, reason="unknown") from None
    return found


def _refuse_null_characters(arguments: dict[str, Any]) -> None:
    """The database stores any text but U+0000; better a named refusal here than an error there."""
    for name, value in arguments.items():
        _look_into(name, value, NESTING_MAX)


def _look_into(field: str, value: object, depth: int) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise BadValue(field=field, reason="null_character")
    elif isinstance(value, msgspec.Struct) and depth:
        for name in value.__struct_fields__:
            _look_into(name, getattr(value, name), depth - 1)
    elif isinstance(value, list | tuple) and depth:
        for item in value:
            _look_into(field, item, depth - 1)
    elif isinstance(value, dict) and depth:
        for key, item in value.items():
            _look_into(field, key, depth - 1)
            _look_into(str(key), item, depth - 1)
