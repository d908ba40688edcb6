"""One question to the weather authority: bounded in time and size, whole or not at all. Its key stands in no log.

A body that ends before its announced length is cut, for a list cut after its header would read like "nothing is in force"; one
that announces no length, and does not come in chunks, has to end with the authority's own mark. No redirect is followed: the
key would go with it.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urlsplit

import httpx
import structlog
from django.conf import settings

from dure.services.forecasts.rules.feeds.answers import BYTES_MAX
from dure.services.forecasts.types import Answer, Fault, Question

OWN: Final = "https://apihub.kma.go.kr"
PATH: Final = "/api/typ01/url/ifs_fct_pstt.php"
AGENT: Final = "Dure (public warning; see the operator's address)"
CONNECT_SECONDS_MAX: Final = 5
PIECE_SECONDS_MAX: Final = 10  # between two pieces of an answer
WHOLE_SECONDS_MAX: Final = 45  # for all of it: a drop every nine seconds is no answer
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
WAIT_DIGITS_MAX: Final = 6
MARK_LENGTH_MAX: Final = 200
END: Final = b"#7777END"
OK, SAME, BUSY = 200, 304, (429, 503)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the authority answers, and the key it gave us."""

    url: str
    key: str

    @property
    def is_twin(self) -> bool:
        """Whether it is a machine to practise with: what it says is no forecast."""
        return urlsplit(self.url).hostname in LOOPBACK


def source() -> Source | None:
    """As the operator set it up; None: nobody is asked."""
    config = settings.DURE
    return Source(config.weather_url or OWN, config.weather_key) if config.weather_key else None


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def ask(where: Source, question: Question, query: Mapping[str, str]) -> Answer:
    """What the authority answers to a question; never an exception for what is theirs to get wrong."""
    try:
        return asyncio.run(_asked(where, question, query))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
        return _none(question, Fault.NOT_REACHED, error)
    except (httpx.TimeoutException, TimeoutError) as error:
        return _none(question, Fault.TOO_SLOW, error)
    except httpx.HTTPError as error:  # the line broke, also before the announced end
        return _none(question, Fault.CUT, error)


async def _asked(where: Source, question: Question, query: Mapping[str, str]) -> Answer:
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
    headers |= {"If-None-Match": question.etag} if question.etag else {}
    headers |= {"If-Modified-Since": question.modified} if question.modified else {}
    wait = httpx.Timeout(PIECE_SECONDS_MAX, connect=CONNECT_SECONDS_MAX)
    async with (
        asyncio.timeout(WHOLE_SECONDS_MAX),  # headers that come drop by drop count as well
        httpx.AsyncClient(timeout=wait, verify=_trusted(), trust_env=not where.is_twin) as client,
        client.stream("GET", f"{where.url}{PATH}", params={**query, "authKey": where.key}, headers=headers) as got,
    ):
        return await _whole(got, question)


async def _whole(got: httpx.Response, question: Question) -> Answer:
    etag, modified = (_mark(got.headers.get(name, "")) for name in ("ETag", "Last-Modified"))
    if got.status_code == SAME and (question.etag or question.modified):
        return Answer(None, SAME, is_same=True)
    if got.status_code != OK:
        fault = Fault.BUSY if got.status_code in BUSY else Fault.STATUS
        return Answer(fault, got.status_code, wait_seconds=_wait(got.headers.get("Retry-After", "")))
    announced = got.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > BYTES_MAX:
        return Answer(Fault.TOO_LARGE, OK)
    content = bytearray()
    async for piece in got.aiter_raw():
        content += piece
        if len(content) > BYTES_MAX:
            return Answer(Fault.TOO_LARGE, OK)
    if announced.isdigit():
        is_whole = len(content) >= int(announced)
    else:
        is_whole = "chunked" in got.headers.get("Transfer-Encoding", "").lower() or bytes(content).rstrip().endswith(
            END
        )
    if not is_whole:
        return Answer(Fault.CUT, OK)
    return Answer(None, OK, bytes(content), got.headers.get("Content-Type", ""), etag, modified)


def _mark(said: str) -> str:
    """A mark that can be sent back; none otherwise."""
    return said if said.isascii() and said.isprintable() and len(said) <= MARK_LENGTH_MAX else ""


def _wait(said: str) -> int:
    """Seconds, as they asked us to wait; a date is taken for nothing, for clocks differ."""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= WAIT_DIGITS_MAX else 0


def _none(question: Question, fault: Fault, error: Exception) -> Answer:
    log.warning("feed_not_heard", feed=question.feed, fault=fault, why=type(error).__name__)
    return Answer(fault, 0)
