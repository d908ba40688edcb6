"""One question over HTTP: bounded in time and size, whole or not at all; never an exception for what is theirs to get wrong.

A body that ends before its announced length is cut, for a list cut after its header would read like "nothing is in force".
No redirect is followed: what goes along with a question would go with it.
"""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

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
    is_twin: bool
    query: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    modified: str = ""


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def get(asking: Asking) -> Answer:
    """What is answered."""
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
    headers |= {"If-None-Match": asking.etag} if asking.etag else {}
    headers |= {"If-Modified-Since": asking.modified} if asking.modified else {}
    wait = httpx.Timeout(PIECE_SECONDS_MAX, connect=CONNECT_SECONDS_MAX)
    query = dict(asking.query) or None
    try:
        with (
            httpx.Client(timeout=wait, verify=_trusted(), trust_env=not asking.is_twin) as client,
            client.stream("GET", asking.url, params=query, headers=headers) as got,
        ):
            return _whole(got, asking.bytes_max)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        return _none(asking, Fault.NOT_REACHED, error)
    except httpx.TimeoutException as error:
        return _none(asking, Fault.TOO_SLOW, error)
    except httpx.HTTPError as error:  # the line broke, also before the announced end
        return _none(asking, Fault.CUT, error)


def _whole(got: httpx.Response, bytes_max: int) -> Answer:
    etag, modified = (got.headers.get(name, "")[:MARK_LENGTH_MAX] for name in ("ETag", "Last-Modified"))
    if got.status_code == SAME:
        return Answer(None, SAME, is_same=True)
    if got.status_code != OK:
        fault = Fault.BUSY if got.status_code in BUSY else Fault.STATUS
        return Answer(fault, got.status_code, wait_seconds=_wait(got.headers.get("Retry-After", "")))
    announced = got.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > bytes_max:
        return Answer(Fault.TOO_LARGE, OK)
    content, until = bytearray(), time.monotonic() + WHOLE_SECONDS_MAX
    for piece in got.iter_raw():
        content += piece
        if len(content) > bytes_max:
            return Answer(Fault.TOO_LARGE, OK)
        if time.monotonic() > until:
            return Answer(Fault.TOO_SLOW, OK)
    if announced.isdigit() and len(content) < int(announced):
        return Answer(Fault.CUT, OK)
    return Answer(None, OK, bytes(content), got.headers.get("Content-Type", ""), etag, modified)


def _wait(said: str) -> int:
    """Seconds, as they asked us to wait; a date is taken for nothing, for clocks differ."""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= WAIT_DIGITS_MAX else 0


def _none(asking: Asking, fault: Fault, error: Exception) -> Answer:
    log.warning("feed_not_heard", feed=asking.called, fault=fault, why=type(error).__name__)
    return Answer(fault, 0)
