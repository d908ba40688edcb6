"""The bridge: Django's pages over WSGI inside the API's server, so that pages, admin and API share one port and process.

Django's own ASGI handler hops between threads several times a request and is slow. Here a page hops once: the event loop
reads the request, a thread renders it, the loop sends the whole answer. Answers that stream (downloads, exports) go
piece by piece, each waiting until the one before is on its way, so that a slow reader never fills the memory; they have
threads of their own, so that slow readers never keep pages from anybody.
"""

import asyncio
import contextvars
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from django.core.wsgi import get_wsgi_application

PAGE_THREADS = 4
STREAM_THREADS = 16  # more downloads than that wait for one another
PAGES_WAITING_MAX = 512  # beyond that the answer is 503 at once
BODY_BYTES_MAX = 20 * 1024 * 1024  # settings.BOLT_MAX_UPLOAD_SIZE: the server answers 413 to a larger one
BODY_IN_MEMORY_BYTES_MAX = 512 * 1024  # a larger one waits in a temporary file
RETRY_SECONDS = 2
SEND_SECONDS_MAX = 60  # a reader that takes longer for one piece has gone

type Send = Callable[[dict[str, Any]], Awaitable[None]]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Headers = list[tuple[bytes, bytes]]
type Page = tuple[int, Headers, bytes | None]  # the body is None when it is to be streamed
type Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

log = logging.getLogger(__name__)
_NOT_PREFIXED = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


def pages() -> "Bridge":
    """An ASGI application that serves every Django page."""
    return Bridge(get_wsgi_application())


class Bridge:
    """An ASGI application around a WSGI one."""

    def __init__(self, wsgi: Wsgi, threads: int = PAGE_THREADS) -> None:
        self._wsgi = wsgi
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="page")
        self._streams = ThreadPoolExecutor(STREAM_THREADS, thread_name_prefix="stream")
        self._inside = 0

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if self._inside >= PAGES_WAITING_MAX:
            await _say(send, HTTPStatus.SERVICE_UNAVAILABLE, (b"retry-after", str(RETRY_SECONDS).encode()))
            return
        self._inside += 1
        try:
            await self._serve(scope, receive, send)
        finally:
            self._inside -= 1

    async def _serve(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        with await _read(receive) as body:
            loop, context = asyncio.get_running_loop(), contextvars.Context()
            call = _Call(self._wsgi, _environ(scope, body), loop, send)
            try:
                status, headers, content = await loop.run_in_executor(self._threads, context.run, call.run)
                if content is None:
                    await loop.run_in_executor(self._streams, context.run, call.stream)
            except Exception:
                log.exception("page_failed")  # Django answers its own errors; this is the bridge's or a broken stream
                if call.streaming:
                    raise
                await _say(send, HTTPStatus.INTERNAL_SERVER_ERROR)
                return
        if content is not None:
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": content})


class _Call:
    """One request in its thread."""

    def __init__(self, wsgi: Wsgi, environ: dict[str, Any], loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self._wsgi = wsgi
        self._environ = environ
        self._loop = loop
        self._send = send
        self._status = 0
        self._headers: Headers = []
        self._streamed: Iterable[bytes] = ()
        self.streaming = False

    def run(self) -> Page:
        """Make the answer, whole; of one that streams only the head."""
        answer = self._wsgi(self._environ, self._start)
        if getattr(answer, "streaming", False):
            self._streamed = answer
            return self._status, self._headers, None
        try:
            return self._status, self._headers, b"".join(answer)
        finally:
            _close(answer)

    def stream(self) -> None:
        """Send an answer that streams, after `run`."""
        self.streaming = True
        try:
            self._tell({"type": "http.response.start", "status": self._status, "headers": self._headers})
            for piece in self._streamed:
                if piece:
                    self._tell({"type": "http.response.body", "body": piece, "more_body": True})
            self._tell({"type": "http.response.body", "body": b""})
        finally:
            _close(self._streamed)

    def _start(self, status: str, headers: list[tuple[str, str]], failure: Any = None) -> Callable[[bytes], None]:
        self._status = int(status[:3])
        self._headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return _no_write

    def _tell(self, message: dict[str, Any]) -> None:
        future = asyncio.run_coroutine_threadsafe(_sending(self._send, message), self._loop)
        try:
            future.result(SEND_SECONDS_MAX)
        except TimeoutError:
            future.cancel()
            raise


def _close(answer: Iterable[bytes]) -> None:
    """Tell Django that the request is over."""
    close = getattr(answer, "close", None)
    if close is not None:
        close()


async def _sending(send: Send, message: dict[str, Any]) -> None:
    await send(message)


def _no_write(piece: bytes) -> None:
    raise NotImplementedError("the write() of old WSGI applications is not served")


async def _read(receive: Receive) -> IO[bytes]:
    """The whole body, from the start."""
    body: IO[bytes] = SpooledTemporaryFile(BODY_IN_MEMORY_BYTES_MAX)  # noqa: SIM115 - the caller closes it
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        piece = message.get("body", b"")
        if piece:
            body.write(piece)
        more = message.get("more_body", False)
    body.seek(0)
    return body


def _environ(scope: dict[str, Any], body: IO[bytes]) -> dict[str, Any]:
    """The WSGI environment (PEP 3333): text that came as bytes travels as latin-1."""
    root = scope.get("root_path", "")
    # The server leaves the path percent-encoded, against the ASGI specification; raw_path is so by right.
    path = unquote_to_bytes((scope.get("raw_path") or scope["path"].encode()).split(b"?", 1)[0]).decode("latin-1")
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.encode().decode("latin-1"),
        "PATH_INFO": path,
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": str(client[0]),
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue  # would pass for the same header with a hyphen
        key = _NOT_PREFIXED.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        if key in environ:
            text = environ[key] + (";" if name == b"cookie" else ",") + text
        environ[key] = text
    return environ


async def _say(send: Send, status: HTTPStatus, *headers: tuple[bytes, bytes]) -> None:
    """A plain answer that needs no page."""
    text = status.phrase.encode()
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode()), *headers]
    await send({"type": "http.response.start", "status": int(status), "headers": plain})
    await send({"type": "http.response.body", "body": text})
