"""The server of a twin: loopback only, a thread a request, faults between what the twin does and what the caller hears.

Besides the twin's own addresses it has some of its own, all under /twin/: GET books, POST faults `{"fault", "route", "times"}`,
POST clock `{"seconds"}`, POST quiet (no more faults).
"""

import contextlib
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import msgspec

from .clock import TwinClock
from .faults import Fault, FaultPlan, FaultRule
from .webhooks import WebhookSender

HOST = "127.0.0.1"  # a twin is nobody's business but this machine's
LATE_SECONDS = 3.0
BODY_BYTES_MAX = 100_000
BACKLOG_MAX = 64  # callers that may wait for an answer
WEBHOOK_TICK_SECONDS = 0.05
CONTROL = "/twin/"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, read."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # by lower-case name
    body: bytes
    origin: str  # http://127.0.0.1:port, for addresses in answers

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def json(self) -> dict[str, Any] | None:
        """The body as an object; None when it is none."""
        try:
            said = msgspec.json.decode(self.body or b"{}")
        except msgspec.DecodeError:
            return None
        return said if isinstance(said, dict) else None


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(status: int, value: object) -> Answer:
    return Answer(status, msgspec.json.encode(value), {"Content-Type": "application/json;charset=utf-8"})


def page_answer(status: int, html: str) -> Answer:
    return Answer(status, html.encode(), {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"})


def redirect(to: str) -> Answer:
    return Answer(303, b"", {"Location": to})


def line_at(port: int) -> socket.socket:
    """A line that listens at the port on this machine, 0: any free one. Raises OSError when the port is taken."""
    line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind((HOST, port))
        line.listen(BACKLOG_MAX)
    except OSError:
        line.close()
        raise
    return line


def origin_of(line: socket.socket) -> str:
    """The address under which a twin on this line answers."""
    return f"http://{HOST}:{line.getsockname()[1]}"


class LoopbackTwin(Protocol):
    """What a twin offers to the server. `answer` runs under `lock`: one request after the other changes the books."""

    name: str
    clock: TwinClock
    faults: FaultPlan
    webhooks: WebhookSender
    lock: threading.RLock
    body_bytes_max: int

    def route(self, asked: Asked) -> str:
        """The word faults know this address by ("confirm"); empty for the twin's own pages, which never fail."""

    def answer(self, asked: Asked) -> Answer:
        """Do what is asked."""

    def error(self) -> Answer:
        """What the twin says when it cannot, for now."""

    def books(self) -> object:
        """Everything it holds, as JSON can say it."""


class Server:
    """A twin that answers on a port, from `with` to the end of the block, or for ever with `serve`."""

    def __init__(
        self, twin: LoopbackTwin, port: int | socket.socket = 0, *, late_seconds: float = LATE_SECONDS
    ) -> None:
        """`port` may be a line that `line_at` opened before."""
        self.twin, self.late_seconds = twin, late_seconds
        line = line_at(port) if isinstance(port, int) else port
        self._http = ThreadingHTTPServer(line.getsockname(), _listener(self), bind_and_activate=False)
        self._http.socket.close()
        self._http.socket, self._http.server_address = line, line.getsockname()
        self._http.daemon_threads = True
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True),
            threading.Thread(target=self._post_webhooks, daemon=True),
        ]

    @property
    def origin(self) -> str:
        return origin_of(self._http.socket)

    def __enter__(self) -> "Server":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *gone: object) -> None:
        self.close()

    def serve(self) -> None:
        """Answer until the process is told to end."""
        with self:
            self._ended.wait()

    def end(self) -> None:
        """Let `serve` come to its end, once the answers that are being given are given."""
        self._ended.set()

    def close(self) -> None:
        self._ended.set()
        self._http.shutdown()
        self._http.server_close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _post_webhooks(self) -> None:
        while not self._ended.wait(WEBHOOK_TICK_SECONDS):
            self.twin.webhooks.deliver_due()

    def answer(self, asked: Asked) -> Answer | None:
        """What the caller hears; None: nothing, the line breaks."""
        if asked.path.startswith(CONTROL) and (said := self._control(asked)) is not None:
            return said
        route = self.twin.route(asked)
        fault = self.twin.faults.take(route) if route else None
        if fault is Fault.SILENT:
            return None
        if fault is Fault.ERROR:
            return self.twin.error()
        with self.twin.lock:
            answer = self.twin.answer(asked)
        if fault is Fault.LATE:
            self._ended.wait(self.late_seconds)
        return None if fault is Fault.LOST else answer

    def _control(self, asked: Asked) -> Answer | None:
        said, what = asked.json() or {}, (asked.method, asked.path.removeprefix(CONTROL))
        if what == ("GET", "books"):
            with self.twin.lock:
                return json_answer(200, self.twin.books())
        try:
            if what == ("POST", "faults"):
                self.twin.faults.add(msgspec.convert(said, FaultRule))
            elif what == ("POST", "clock"):
                self.twin.clock.advance(float(said.get("seconds", 0)))
            elif what == ("POST", "quiet"):
                self.twin.faults.clear()
            else:
                return None
        except (msgspec.ValidationError, ValueError) as error:
            return json_answer(400, {"message": str(error)})
        return json_answer(200, {"now": self.twin.clock.now()})


def _listener(server: Server) -> type[BaseHTTPRequestHandler]:
    class Listener(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # whoever asked is gone, killed in the middle
                super().handle()

        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > server.twin.body_bytes_max:
                self.send_error(413)
                self.close_connection = True
                return
            body = self.rfile.read(length)
            if len(body) < length:  # the line broke: half a request was never asked
                self.close_connection = True
                return
            where = urlsplit(self.path)
            asked = Asked(
                method=self.command,
                path=where.path,
                query=dict(parse_qsl(where.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=body,
                origin=server.origin,
            )
            self._say(server.answer(asked))

        do_GET = do_POST = do_PUT = do_DELETE = _any

        def _say(self, answer: Answer | None) -> None:
            if answer is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # whoever asked is gone
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

        def log_message(self, *said: object) -> None:
            """Nothing: what passes here may be somebody's payment."""

    return Listener
