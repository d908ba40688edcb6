"""A file answered whole or in the part that is asked for (RFC 9110, 14): players ask so, and go on where a line broke off."""

from django.http import HttpRequest, HttpResponse

ASKED_LENGTH_MAX = 60


def answer(request: HttpRequest, content: bytes, content_type: str, etag: str = "") -> HttpResponse:
    """The file, or one part of it; with an `etag` nothing at all to who has it already, and no part of another one."""
    if etag and etag in _listed(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    else:
        size = len(content)
        changed = etag and request.headers.get("If-Range", etag) != etag
        part = None if changed else span(request.headers.get("Range", ""), size)
        first, last = part or (0, size - 1)
        response = HttpResponse(content[first : last + 1], status=206 if part else 200, content_type=content_type)
        if part:
            response["Content-Range"] = f"bytes {first}-{last}/{size}"
        response["Accept-Ranges"] = "bytes"
    if etag:
        response["ETag"] = etag
    return response


def span(asked: str, size: int) -> tuple[int, int] | None:
    """The one part of `bytes=first-last` that is asked for; None: all of it, also where it asks for what is not there."""
    unit, _, said = asked[:ASKED_LENGTH_MAX].partition("=")
    first, dash, last = said.partition("-")
    if unit != "bytes" or not dash or not all(one.isascii() and one.isdigit() for one in (first, last) if one):
        return None
    if not first:
        begin, end = size - int(last or 0), size - 1
    else:
        begin, end = int(first), min(int(last), size - 1) if last else size - 1
    return (max(0, begin), end) if begin <= end else None


def _listed(said: str) -> list[str]:
    return [one.strip().removeprefix("W/") for one in said.split(",")]
