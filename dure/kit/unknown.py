"""What is asked under /api/ and is no route: a problem, where a page would be of no use."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from django.utils import translation

from dure.kit import language, problems

type Application = Callable[[dict[str, Any], Any, Callable[[dict[str, Any]], Awaitable[None]]], Awaitable[None]]
_PLACE = re.compile(r"\\\{[^}]*\\\}")


def answer(routes: Iterable[Sequence[Any]]) -> Application:
    """An ASGI application: 405 and Allow for a path that `routes` has with another method, else 404."""
    known = [(str(route[0]), re.compile(_PLACE.sub("[^/]+", re.escape(str(route[1]))))) for route in routes]

    async def application(
        scope: dict[str, Any], receive: Any, send: Callable[[dict[str, Any]], Awaitable[None]]
    ) -> None:
        path = scope.get("root_path", "") + scope["path"] if not scope["path"].startswith("/api") else scope["path"]
        asked = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        allowed = sorted({method for method, pattern in known if pattern.fullmatch(path.rstrip("/"))})
        with translation.override(language.asked_for(asked)):
            if allowed:
                problem = problems.of_code(
                    HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", path, method=scope["method"]
                )
            else:
                problem = problems.of_code(HTTPStatus.NOT_FOUND, "not_found", path)
        body = msgspec.json.encode(problem)
        headers = [(b"content-type", problems.MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
        headers += [(name.encode(), value.encode()) for name, value in problems.HEADERS.items()]
        if allowed:
            headers.append((b"allow", ", ".join(allowed).encode()))
        await send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return application
