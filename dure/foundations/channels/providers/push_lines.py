"""Lines to push services: many posts at once over connections that are kept, on a thread of their own.

HTTP/1.1, one request a line at a time, as few bytes and calls a post as it takes: an ordinary client spends more on a push
than the sealing does. Of an answer only the status and Retry-After are read.
"""

import asyncio
import os
import ssl
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from .carrying import BEGIN_SECONDS_MAX, Watch
from .line import trusted

LINES_MAX = 32  # to one service
ANSWER_SECONDS_MAX = 12
CONNECT_SECONDS_MAX = 3
HEAD_BYTES_MAX = 65_536
READ_BYTES = 4_096
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Post:
    """One request, all of it."""

    origin: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back. `status` 0: nothing; `sent` False: it never left."""

    status: int
    retry_after: str = ""
    sent: bool = True


NOT_SENT, NOTHING = Heard(0, sent=False), Heard(0)


class Lines:
    """Connections of one process to all push services."""

    def __init__(self, lines_max: int = LINES_MAX, answer_seconds: float = ANSWER_SECONDS_MAX) -> None:
        self._most, self._answer_seconds = lines_max, answer_seconds
        self._start = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0
        self._idle: dict[str, list[_Line]] = {}

    def post_all(self, posts: Sequence[Post]) -> list[Heard]:
        """Post each of them once; what came back, in their order. What has no turn in `BEGIN_SECONDS_MAX` is not sent."""
        return asyncio.run_coroutine_threadsafe(self._all(posts), self._running()).result()

    def close(self) -> None:
        """Hang up and end the thread."""
        with self._start:
            loop, self._loop = self._loop, None
        if loop is not None and self._process == os.getpid():
            asyncio.run_coroutine_threadsafe(self._hang_up(), loop).result()
            loop.call_soon_threadsafe(loop.stop)

    async def _hang_up(self) -> None:
        for line in [line for lines in self._idle.values() for line in lines]:
            line.hang_up()
        self._idle.clear()
        await asyncio.sleep(0)  # what was hung up is put away in the next turn

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._start:
            if self._loop is None or self._process != os.getpid():  # a child has its parent's memory, not its threads
                self._idle, self._process = {}, os.getpid()
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_turn, args=(self._loop,), name="push-lines", daemon=True).start()
            return self._loop

    async def _all(self, posts: Sequence[Post]) -> list[Heard]:
        heard = [NOT_SENT] * len(posts)
        by_origin: dict[str, list[int]] = {}
        for place, post in enumerate(posts):
            by_origin.setdefault(post.origin, []).append(place)
        turns, watch = [], Watch()
        for origin, places in by_origin.items():
            order = iter(places)
            turns += [self._post(origin, posts, order, heard, watch) for _ in range(min(self._most, len(places)))]
        await asyncio.gather(*turns)
        return heard

    async def _post(
        self, origin: str, posts: Sequence[Post], order: Iterator[int], heard: list[Heard], watch: Watch
    ) -> None:
        """Take posts to one service, one after the other, over one line."""
        idle = self._idle.setdefault(origin, [])
        line: _Line | None = None
        for place in order:
            if watch.passed(BEGIN_SECONDS_MAX):
                break
            line = line if line is not None and line.open else _usable(idle)
            if line is None:
                try:
                    line = await _opened(origin)
                except (OSError, TimeoutError, ssl.SSLError):
                    continue  # heard[place] stays: not sent
            heard[place] = await line.ask(posts[place].raw, self._answer_seconds)
        if line is not None and line.open and len(idle) < self._most:
            idle.append(line)
        elif line is not None:
            line.hang_up()


class _Line(asyncio.BufferedProtocol):
    """One connection. The loop calls `connection_made`, `get_buffer`, `buffer_updated` and `connection_lost`."""

    def __init__(self) -> None:
        self._read = bytearray()
        self._fresh = bytearray(READ_BYTES)
        self._answer: asyncio.Future[Heard] | None = None
        self._transport: asyncio.Transport | None = None
        self.open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream, which only has to be told to the type checker
        self._transport = transport

    def get_buffer(self, wanted: int) -> bytearray:
        return self._fresh

    def buffer_updated(self, count: int) -> None:
        self._read += memoryview(self._fresh)[:count]
        head_ends = self._read.find(_END)
        if head_ends < 0:
            if len(self._read) > HEAD_BYTES_MAX:
                self.hang_up()
            return
        head = bytes(self._read[:head_ends]).lower()
        if (end := _end_of(head, self._read, head_ends + len(_END))) is None:
            return
        del self._read[:end]
        if b"\r\nconnection: close" in head or self._read:
            self.hang_up()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Heard(_status(head), _value(head, b"\r\nretry-after:")))

    def connection_lost(self, error: Exception | None) -> None:
        self.open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(NOTHING)

    async def ask(self, raw: bytes, seconds: float) -> Heard:
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        given_up = loop.call_later(seconds, self.connection_lost, None)
        assert self._transport is not None  # noqa: S101 - a line that is open has been made
        self._transport.write(raw)
        try:
            return await self._answer
        finally:
            given_up.cancel()
            if not self.open:
                self.hang_up()

    def hang_up(self) -> None:
        self.open = False
        if self._transport is not None:
            self._transport.abort()


def _turn(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()


def _usable(idle: list[_Line]) -> _Line | None:
    while idle:
        if (line := idle.pop()).open:
            return line
    return None


async def _opened(origin: str) -> _Line:
    where = urlsplit(origin)
    secure = where.scheme == "https"
    async with asyncio.timeout(CONNECT_SECONDS_MAX):
        _, line = await asyncio.get_running_loop().create_connection(
            _Line, where.hostname or "", where.port or (443 if secure else 80), ssl=trusted() if secure else None
        )
    return line


def _status(head: bytes) -> int:
    said = head[9:12]
    return int(said) if said.isdigit() else 0


def _value(head: bytes, name: bytes) -> str:
    place = head.find(name)
    return head[place + len(name) :].split(b"\r\n", 1)[0].strip().decode("latin-1") if place >= 0 else ""


def _end_of(head: bytes, read: bytearray, start: int) -> int | None:
    """Where the answer ends; None: not all of it is there."""
    if b"\r\ntransfer-encoding: chunked" in head:
        place = read.find(b"0\r\n\r\n", start)
        return place + 5 if place >= 0 else None
    said = _value(head, b"\r\ncontent-length:")
    end = start + (int(said) if said.isdigit() else 0)
    return end if len(read) >= end else None
