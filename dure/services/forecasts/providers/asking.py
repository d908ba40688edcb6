"""One question over HTTP: bounded in time and size, whole or not at all; never an exception for what is theirs to get wrong.

A body that ends before its announced length is cut, for a list cut after its header would read like "nothing is in force"; one
that announces no length, and does not come in chunks, has to end as its kind does. No redirect is followed: what goes along
with a question would go with it. Keys and addresses stand in no log.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final
from urllib.parse import urlsplit

import httpx
import structlog

from dure.services.forecasts.types import Answer, Fault

AGENT: Final = "Dure (public warning; see the operator's address)"
CONNECT_SECONDS_MAX: Final = 5
PIECE_SECONDS_MAX: Final = 10  # between two pieces of an answer
WHOLE_SECONDS_MAX: Final = 45  # for all of it: a drop every nine seconds is no answer
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
WAIT_DIGITS_MAX: Final = 6
MARK_LENGTH_MAX: Final = 200
OK, SAME, BUSY = 200, 304, (429, 503)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked, and what a log may call it."""

    called: str
    url: str
    bytes_max: int
    ends_with: bytes  # how a whole answer of this kind ends, where nothing else says that it is whole
    query: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    modified: str = ""


def is_twin(url: str) -> bool:
    """Whether it is a machine to practise with: what it says is not real."""
    return urlsplit(url).hostname in LOOPBACK


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def get(asking: Asking) -> Answer:
    """What is answered."""
    try:
        return asyncio.run(_asked(asking))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        return _none(asking, Fault.NOT_REACHED, error)
    except (httpx.TimeoutException, TimeoutError) as error:
        return _none(asking, Fault.TOO_SLOW, error)
    except httpx.HTTPError as error:  # the line broke, also before the announced end
        return _none(asking, Fault.CUT, error)


async def _asked(asking: Asking) -> Answer:
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
    headers |= {"If-None-Match": asking.etag} if asking.etag else {}
    headers |= {"If-Modified-Since": asking.modified} if asking.modified else {}
    wait = httpx.Timeout(PIECE_SECONDS_MAX, connect=CONNECT_SECONDS_MAX)
    query = dict(asking.query) or None
    async with (
        asyncio.timeout(WHOLE_SECONDS_MAX),  # headers that come drop by drop count as well
        httpx.AsyncClient(timeout=wait, verify=_trusted(), trust_env=not is_twin(asking.url)) as client,
        client.stream("GET", asking.url, params=query, headers=headers) as got,
    ):
        return await _whole(got, asking)


async def _whole(got: httpx.Response, asking: Asking) -> Answer:
    etag, modified = (_mark(got.headers.get(name, "")) for name in ("ETag", "Last-Modified"))
    if got.status_code == SAME and (asking.etag or asking.modified):
        return Answer(None, SAME, is_same=True)
    if got.status_code != OK:
        fault = Fault.BUSY if got.status_code in BUSY else Fault.STATUS
        return Answer(fault, got.status_code, wait_seconds=_wait(got.headers.get("Retry-After", "")))
    announced = got.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > asking.bytes_max:
        return Answer(Fault.TOO_LARGE, OK)
    content = bytearray()
    async for piece in got.aiter_raw():
        content += piece
        if len(content) > asking.bytes_max:
            return Answer(Fault.TOO_LARGE, OK)
    if not _is_whole(bytes(content), got.headers, asking.ends_with):
        return Answer(Fault.CUT, OK)
    return Answer(None, OK, bytes(content), got.headers.get("Content-Type", ""), etag, modified)


def _is_whole(content: bytes, headers: httpx.Headers, ends_with: bytes) -> bool:
    announced = headers.get("Content-Length", "")
    if announced.isdigit():
        return len(content) >= int(announced)
    return "chunked" in headers.get("Transfer-Encoding", "").lower() or content.rstrip().endswith(ends_with)


def _mark(said: str) -> str:
    """A mark that can be sent back; none otherwise."""
    return said if said.isascii() and said.isprintable() and len(said) <= MARK_LENGTH_MAX else ""


def _wait(said: str) -> int:
    """Seconds, as they asked us to wait; a date is taken for nothing, for clocks differ."""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= WAIT_DIGITS_MAX else 0


def _none(asking: Asking, fault: Fault, error: Exception) -> Answer:
    log.warning("feed_not_heard", feed=asking.called, fault=fault, why=type(error).__name__)
    return Answer(fault, 0)
