"""A crowd: many keep-alive connections that send prepared requests and count the answers, on one thread.

For measurements and simulations. Client, server and database share the same cores there, so this reads only what it must
of an answer: the status, the length, the body as bytes.
"""

import select
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

READ_BYTES_MAX = 65_536
WAIT_SECONDS_MAX = 0.5
ANSWER_SECONDS_MAX = 30.0
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"
_CHUNKED = b"transfer-encoding: chunked"


class NoAnswer(Exception):
    """The server closed the line or said nothing for too long."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One request. `raw` is all of it, head and body; `at` the second of the run before which it is not sent."""

    raw: bytes
    tag: Any = None
    at: float = 0.0
    hang_up: bool = False  # close the line right after sending, as a phone in a tunnel does


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `status` 0: nothing, the line broke."""

    tag: Any
    status: int
    body: bytes
    seconds: float


@dataclass(slots=True)
class _Line:
    """One connection and the request it waits for."""

    socket: socket.socket
    wish: Wish | None = None
    sent_at: float = 0.0
    read: bytearray = field(default_factory=bytearray)


def request(method: str, path: str, host: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of a request."""
    head = [f"{method} {path} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(head).encode("latin-1") + _END_OF_HEAD + body


def run(
    address: tuple[str, int],
    wishes: Iterable[Wish],
    heard: Callable[[Answer], None],
    *,
    lines: int = 64,
    until: float | None = None,
) -> float:
    """Send `wishes` over `lines` connections, each the next one as soon as it is free; answers the seconds it took.

    `heard` gets every answer, also those of status 0. `until`: send nothing more after so many seconds.
    """
    return _Run(address, iter(wishes), heard, until).go(lines)


def _body(head: bytes, read: bytearray, start: int) -> tuple[bytes | None, int]:
    """The body that begins at `start` and where it ends; None while it is not all there."""
    if _CHUNKED in head:
        return _chunks(read, start)
    place = head.find(_LENGTH)
    end = start + (int(head[place + len(_LENGTH) :].split(b"\r\n", 1)[0]) if place >= 0 else 0)
    return (bytes(read[start:end]), end) if len(read) >= end else (None, end)


def _chunks(read: bytearray, start: int) -> tuple[bytes | None, int]:
    whole = bytearray()
    while True:
        line_end = read.find(b"\r\n", start)
        if line_end < 0:
            return None, start
        size = int(bytes(read[start:line_end]).split(b";", 1)[0], 16)
        start = line_end + 2 + size + 2
        if len(read) < start:
            return None, start
        if size == 0:
            return bytes(whole), start
        whole += read[line_end + 2 : start - 2]


class _Run:
    def __init__(
        self,
        address: tuple[str, int],
        wishes: Iterator[Wish],
        heard: Callable[[Answer], None],
        until: float | None,
    ) -> None:
        self._address = address
        self._wishes = wishes
        self._heard = heard
        self._until = until
        self._poll = select.epoll()
        self._lines: dict[int, _Line] = {}
        self._idle: list[_Line] = []
        self._next: Wish | None = None
        self._over = False
        self._started = 0.0

    def go(self, lines: int) -> float:
        for _ in range(lines):
            self._idle.append(self._connect())
        self._started = time.perf_counter()
        try:
            while True:
                self._feed()
                if self._over and len(self._idle) == len(self._lines):
                    return time.perf_counter() - self._started
                self._listen()
        finally:
            for line in self._lines.values():
                line.socket.close()
            self._poll.close()

    def _feed(self) -> None:
        """Give free lines the wishes that are due."""
        while self._idle and not self._over:
            now = time.perf_counter() - self._started
            if self._next is None:
                self._next = next(self._wishes, None)
            if self._next is None or (self._until is not None and now >= self._until):
                self._over = True
            elif self._next.at > now:
                return
            else:
                self._send(self._idle.pop(), self._next)
                self._next = None

    def _send(self, line: _Line, wish: Wish) -> None:
        line.wish, line.sent_at = wish, time.perf_counter()
        try:
            line.socket.sendall(wish.raw)
        except OSError:
            self._broken(line)
            return
        if wish.hang_up:
            self._broken(line)

    def _listen(self) -> None:
        wait = WAIT_SECONDS_MAX
        if self._idle and self._next is not None:
            wait = max(0.0, min(wait, self._next.at - (time.perf_counter() - self._started)))
        for number, _event in self._poll.poll(wait):
            line = self._lines[number]
            try:
                piece = line.socket.recv(READ_BYTES_MAX)
            except OSError:
                piece = b""
            if not piece:
                self._broken(line)
                continue
            line.read += piece
            self._hear(line)
        self._give_up_on_silent()

    def _hear(self, line: _Line) -> None:
        head_end = line.read.find(_END_OF_HEAD)
        if head_end < 0 or line.wish is None:
            return
        head = bytes(line.read[:head_end]).lower()
        start = head_end + len(_END_OF_HEAD)
        body, end = _body(head, line.read, start)
        if body is None:
            return
        del line.read[:end]
        wish, line.wish = line.wish, None
        self._idle.append(line)
        self._heard(Answer(wish.tag, int(head[9:12]), body, time.perf_counter() - line.sent_at))

    def _give_up_on_silent(self) -> None:
        if len(self._idle) == len(self._lines):
            return
        limit = time.perf_counter() - ANSWER_SECONDS_MAX
        for line in [line for line in self._lines.values() if line.wish is not None and line.sent_at < limit]:
            self._broken(line)

    def _broken(self, line: _Line) -> None:
        """Replace a line that broke; whoever made the wish hears of it and may make it again."""
        self._poll.unregister(line.socket.fileno())
        del self._lines[line.socket.fileno()]
        line.socket.close()
        wish, line.wish = line.wish, None
        self._idle = [other for other in self._idle if other is not line]
        self._idle.append(self._connect())
        if wish is not None:
            self._heard(Answer(wish.tag, 0, b"", time.perf_counter() - line.sent_at))

    def _connect(self) -> _Line:
        made = socket.create_connection(self._address, timeout=ANSWER_SECONDS_MAX)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = _Line(made)
        self._lines[made.fileno()] = line
        self._poll.register(made.fileno(), select.EPOLLIN)
        return line
