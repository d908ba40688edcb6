"""Problems: what the API answers when the answer is no (RFC 9457, application/problem+json).

Words and status of a refusal are those that pages use (kit/faces.py): a person reads the same sentence everywhere.
"""

import inspect
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import msgspec
from django.conf import settings
from django.urls import get_resolver
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_bolt.error_handlers import BoltError, error_schema
from django_bolt.exceptions import HTTPException
from django_bolt.responses import Response

from dure.base.refusals import BadValue, NotFound, Refusal
from dure.kit import complaints, faces, language

MEDIA_TYPE = "application/problem+json"
HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}  # tokens and people's own affairs
CODE_BY_KIND = {"validation": "validation", "not_authenticated": "not_authenticated", "forbidden": "not_allowed"}
MISSING_HEADER = "Missing required header: "

_TEXT_BY_CODE: dict[str, str | Promise] = {
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
        retry = refusal.values().get("retry_seconds")
        headers = {"retry-after": str(retry)} if isinstance(retry, int) else {}
        super().__init__(status_code=status_of(type(refusal)), detail=refusal.code, headers=headers)
        self.refusal = refusal


def status_of(kind: type[Refusal]) -> int:
    """The HTTP status of a kind of refusal."""
    _hear_all_houses()
    return faces.status_of(kind)


def of_refusal(refusal: Refusal, instance: str) -> Problem:
    """The problem that tells `refusal`, in the language that is active now."""
    _hear_all_houses()
    spoken = faces.says(refusal)
    detail = f"{spoken.text} {spoken.todo}".strip()
    errors = []
    if isinstance(refusal, BadValue):
        pointer = "#/" + refusal.field.replace(".", "/")
        errors = [FieldProblem(where="body", pointer=pointer, code=refusal.reason, detail=detail)]
    return _problem(spoken.status, refusal.code, detail, instance, fields=refusal.values(), errors=errors)


def of_code(status: int, code: str, instance: str, **fields: Any) -> Problem:
    """The problem called `code` that no refusal stands for, in the language that is active now."""
    text = str(_TEXT_BY_CODE.get(code, _TEXT_OTHERWISE)).format(**fields)
    return _problem(status, code, text, instance, fields=fields)


def meaning_of(code: str) -> Meaning:
    """What the code of a refusal means. Raises NotFound."""
    for kind in _kinds_of(Refusal):
        if kind.code == code:
            text = inspect.cleandoc(kind.__doc__ or "")
            return Meaning(code=code, status=status_of(kind), meaning=text, fields=kind.fields)
    raise NotFound(what="code")


@error_schema(Problem, media_type=MEDIA_TYPE)  # type: ignore[untyped-decorator]  # django-bolt ships no types
def answer(error: BoltError, request: Any) -> Response:
    """Format every error of the API, also those that the Rust server makes before a handler runs."""
    with translation.override(language.asked_for(request.headers.get("accept-language", ""))):
        problem = _describe(error, request.path)
    return Response(
        msgspec.to_builtins(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=HEADERS.copy()
    )


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


def _hear_all_houses() -> None:
    """The pages' addresses bring the houses' words with them (site/houses.py), whichever face asks first."""
    get_resolver().url_patterns  # noqa: B018 - loading them is the point
