"""Problems: what the API answers when the answer is no (RFC 9457, application/problem+json).

Every refusal has a status, a code and a sentence in the person's language. A house adds its own in its api.py:

    problems.say({AlreadyLent: _("Somebody has it until {until}.")}, status={SoldOut: 410})

Other faces may use `text_of` for the same sentence, so that a person reads the same words everywhere.
"""

import inspect
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec
from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _
from django_bolt.error_handlers import BoltError, error_schema
from django_bolt.exceptions import HTTPException
from django_bolt.responses import Response

from dure.base.refusals import BadValue, Busy, KeyReused, NotAllowed, NotFound, Refusal, TooOften
from dure.kit import complaints, language

MEDIA_TYPE = "application/problem+json"
STATUS_BY_DEFAULT = HTTPStatus.CONFLICT
CODE_BY_KIND = {"validation": "validation", "not_authenticated": "not_authenticated", "forbidden": "not_allowed"}
MISSING_HEADER = "Missing required header: "

type Text = str | Promise

_status: dict[type[Refusal], int] = {
    BadValue: HTTPStatus.UNPROCESSABLE_ENTITY,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    TooOften: HTTPStatus.TOO_MANY_REQUESTS,
}
_texts: dict[type[Refusal], Text] = {
    BadValue: _("The field “{field}” does not fit: {reason}"),
    Busy: _("Very many people are here right now. Nothing was done. Please try again in {retry_seconds} seconds."),
    KeyReused: _("This idempotency key was used before for another request. Make a new key for a new request."),
    NotAllowed: _("You are not allowed to do this. Needed: {needs}."),
    NotFound: _("There is no such thing, or you may not see it."),
    TooOften: _("That was too often in a short time. Nothing was done. Please try again in {retry_seconds} seconds."),
}
_reasons: dict[str, Text] = {
    "length": _("it is too short or too long"),
    "null_character": _("it holds a character that cannot be stored (U+0000)"),
}
_TEXT_BY_CODE: dict[str, Text] = {
    "validation": _("The request does not fit. “errors” says which field and why."),
    "header_missing": _("The request lacks the header {header}."),
    "not_authenticated": _("Log in first: send “Authorization: Bearer …” with a token from /api/v1/token."),
    "not_allowed": _("You are not allowed to do this."),
    "not_found": _("There is nothing at this address."),
    "method_not_allowed": _("This address does not take {method}."),
    "payload_too_large": _("The request is too large."),
    "internal_error": _("Something broke on our side. It has been noted. Please try again later."),
}
_TEXT_OTHERWISE = _("The request could not be answered.")


class FieldProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One field that does not fit. `pointer` is a JSON pointer (RFC 6901) into `where`."""

    where: str
    pointer: str
    code: str
    detail: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Problem details (RFC 9457). Programs look at `code`, people read `detail`, `fields` is what one needs to act on it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    fields: dict[str, Any]
    errors: list[FieldProblem]


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """What a code means, for people who write programs against it."""

    code: str
    status: int
    meaning: str
    fields: tuple[str, ...]


class Refusing(HTTPException):  # type: ignore[misc]  # django-bolt ships no types
    """A refusal on its way out of a handler. The server would log a bare one as a bug."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(status_code=status_of(type(refusal)), detail=refusal.code, headers=_headers(refusal))
        self.refusal = refusal


def say(
    texts: Mapping[type[Refusal], Text],
    *,
    status: Mapping[type[Refusal], int] | None = None,
    reasons: Mapping[str, Text] | None = None,
) -> None:
    """Add a house's table: what refusals say, statuses other than 409, words for a BadValue's reason and a NotAllowed's need."""
    _texts.update(texts)
    _status.update(status or {})
    _reasons.update(reasons or {})


def status_of(refusal_type: type[Refusal]) -> int:
    """The HTTP status of a refusal: its own, else that of the type it is a kind of, else 409."""
    _complete()
    return int(next((_status[kind] for kind in refusal_type.__mro__ if kind in _status), STATUS_BY_DEFAULT))


def text_of(refusal: Refusal) -> str:
    """What a refusal says, in the language that is active now."""
    _complete()
    text = next((_texts[kind] for kind in type(refusal).__mro__ if kind in _texts), None)
    if text is None:
        return str(_TEXT_OTHERWISE)
    values = {name: _shown(value) for name, value in refusal.values().items()}
    if isinstance(refusal, BadValue):
        values["reason"] = reason_text(refusal.reason)
    if isinstance(refusal, NotAllowed):
        if refusal.needs not in _reasons:
            return str(_TEXT_BY_CODE["not_allowed"])
        values["needs"] = reason_text(refusal.needs)
    return str(text).format_map(_Lenient(values))


def reason_text(reason: str) -> str:
    """A short reason of BadValue or need of NotAllowed in words, in the language that is active now."""
    _complete()
    return str(_reasons.get(reason, reason))


def has_text(refusal_type: type[Refusal]) -> bool:
    """Whether a house put this very type into words."""
    _complete()
    return refusal_type in _texts


def of_refusal(refusal: Refusal, instance: str) -> Problem:
    """The problem that tells `refusal`, in the language that is active now."""
    errors = []
    if isinstance(refusal, BadValue):
        pointer = "#/" + refusal.field.replace(".", "/")
        detail = reason_text(refusal.reason)
        errors = [FieldProblem(where="body", pointer=pointer, code=refusal.reason, detail=detail)]
    return _problem(
        status_of(type(refusal)), refusal.code, text_of(refusal), instance, fields=refusal.values(), errors=errors
    )


def of_code(status: int, code: str, instance: str, **fields: Any) -> Problem:
    """The problem called `code` that no refusal stands for, in the language that is active now."""
    text = str(_TEXT_BY_CODE.get(code, _TEXT_OTHERWISE)).format_map(_Lenient(fields))
    return _problem(status, code, text, instance, fields=fields)


def meaning_of(code: str) -> Meaning:
    """What the code of a refusal means. Raises NotFound."""
    _complete()
    for kind in _kinds_of(Refusal):
        if kind.code == code:
            text = inspect.cleandoc(kind.__doc__ or "")
            return Meaning(code=code, status=status_of(kind), meaning=text, fields=kind.fields)
    raise NotFound(what="code")


@error_schema(Problem, media_type=MEDIA_TYPE)  # type: ignore[untyped-decorator]
def answer(error: BoltError, request: Any) -> Response:
    """Format every error of the API, also those that the Rust server makes before a handler runs."""
    with translation.override(language.asked_for(request.headers.get("accept-language", ""))):
        problem = _describe(error, request.path)
    return Response(msgspec.to_builtins(problem), status_code=problem.status, media_type=MEDIA_TYPE)


def _describe(error: BoltError, path: str) -> Problem:
    if isinstance(error.exception, Refusing):
        return of_refusal(error.exception.refusal, path)
    if error.kind == "validation" and error.detail.startswith(MISSING_HEADER):
        header = error.detail.removeprefix(MISSING_HEADER).title()
        return of_code(HTTPStatus.BAD_REQUEST, "header_missing", path, header=header)
    if error.kind == "validation":
        found = [complaints.read(entry) for entry in error.errors] or [complaints.of_detail(error.detail)]
        errors = [FieldProblem(where=c.where, pointer=c.pointer, code=c.code, detail=c.text) for c in found]
        return _problem(error.status, "validation", str(_TEXT_BY_CODE["validation"]), path, errors=errors)
    return of_code(error.status, CODE_BY_KIND.get(error.kind, error.kind), path)


def _problem(
    status: int,
    code: str,
    detail: str,
    instance: str,
    *,
    fields: dict[str, Any] | None = None,
    errors: list[FieldProblem] | None = None,
) -> Problem:
    return Problem(
        type=f"{settings.DURE.origin}/api/problems/{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        instance=instance,
        fields=fields or {},
        errors=errors or [],
    )


def _kinds_of(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds_of(below)


def _headers(refusal: Refusal) -> dict[str, str]:
    if isinstance(refusal, Busy | TooOften):
        return {"retry-after": str(refusal.retry_seconds)}
    return {}


def _shown(value: object) -> str:
    """A field of a refusal as people write it in the active language."""
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


class _Lenient(dict[str, Any]):
    """A text that names a field which the refusal lacks is shown with a dash, not a crash."""

    def __missing__(self, key: str) -> str:
        return "–"


@cache
def _complete() -> None:
    """Read every house's table, whichever face asks first."""
    autodiscover_modules("api")
