"""Complaints: what the decoder says about a request that does not fit, as a code, a pointer and a sentence for people."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LIMIT_LENGTH_MAX = 80

_NUMBER = r"Expected `(?:int|float|decimal)` "
_LENGTH = r"Expected `(?:str|bytes|array|object)` of length "
_NO_JSON = r"Input data was truncated|JSON is malformed|Invalid (?:utf-8|JSON|character)|.*surrogate"
# What msgspec and the Rust binder say, the code we give it, the words for people. The first group is {limit}.
_SAYINGS: tuple[tuple[str, str, str | Promise], ...] = (
    (_NUMBER + r">=? (\S+)", "too_small", _("must be at least {limit}")),
    (_NUMBER + r"<=? (\S+)", "too_large", _("must be at most {limit}")),
    (_NUMBER + r"that's a multiple of (\S+)", "not_a_multiple", _("must be a multiple of {limit}")),
    (_LENGTH + r">=? (\d+)", "too_short", _("must have at least {limit} characters or entries")),
    (_LENGTH + r"<=? (\d+)", "too_long", _("must have at most {limit} characters or entries")),
    (r"Expected `str` matching regex", "pattern", _("is not written as it should be")),
    (r"Object missing required field `(.+?)`", "missing", _("is missing")),
    (r"Missing required .*: (\S+)", "missing", _("is missing")),
    (r"Object contains unknown field `(.+?)`", "unknown_field", _("is not known here")),
    (r"Invalid enum value (.+)", "bad_choice", _("is none of the possible values")),
    (r"Invalid value (.+)", "bad_choice", _("is none of the possible values")),
    (r"Expected `(\w+)", "wrong_type", _("must be of the type “{limit}”")),
    (r"Invalid integer", "wrong_type", _("must be a whole number")),
    (r"(?:Integer|Number) (?:value )?out of range", "out_of_range", _("is out of range")),
    (_NO_JSON, "bad_json", _("is not valid JSON")),
    (r"Invalid ", "bad_format", _("is not written as it should be")),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), code, text) for pattern, code, text in _SAYINGS)


@dataclass(frozen=True, slots=True)
class Complaint:
    """`where` is body, query, path, header or cookie; `pointer` a JSON pointer into it (RFC 6901, as a fragment)."""

    where: str
    pointer: str
    code: str
    text: str


def read(entry: dict[str, Any]) -> Complaint:
    """One entry of the decoder's list, {"loc": ["body", "amount"], "msg": ..., "type": ...}, in the active language."""
    where, *path = [str(part) for part in entry.get("loc") or ("body",)]
    return _complaint(where, path, str(entry.get("msg", "")))


def of_detail(message: str) -> Complaint:
    """A complaint that came as one sentence, such as a missing query parameter."""
    found = re.match(r"Missing required (\w+)[^:]*: (\S+)", message)
    if found:
        return _complaint(found[1], [found[2]], message)
    return _complaint("body", [], message)


def _complaint(where: str, path: list[str], message: str) -> Complaint:
    for pattern, code, text in _COMPILED:
        found = pattern.match(message)
        if found is None:
            continue
        limit = (found[1] if pattern.groups else "")[:LIMIT_LENGTH_MAX]
        if code in ("missing", "unknown_field") and (not path or path[-1] != limit):
            path = [*path, limit]
        return Complaint(where, _pointer(path), code, str(text).format(limit=limit))
    return Complaint(where, _pointer(path), "invalid", str(_("does not fit")))


def _pointer(path: list[str]) -> str:
    escaped = (part.replace("~", "~0").replace("/", "~1") for part in path)
    return "#" + "".join(f"/{part}" for part in escaped)
