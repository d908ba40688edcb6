"""The line to a dealer: one request, one answer or NoAnswer. Nothing of a body is ever logged."""

import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import structlog

from dure.foundations.channels.rules.dealer_codes import NOT_HEARD, SILENT, Meaning

CONNECT_SECONDS_MAX = 3
LOOK_SECONDS_MAX = 5  # for a question that changes nothing
ANSWER_SECONDS_MAX = 12  # then it may have acted, and is asked again
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NEVER_HEARD = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
log = structlog.get_logger(__name__)


class NoAnswer(Exception):
    """No answer, or one that cannot be read. `meaning`: whether the dealer may have acted."""

    def __init__(self, meaning: Meaning) -> None:
        super().__init__(meaning.state)
        self.meaning = meaning


@cache
def trusted() -> ssl.SSLContext:
    """Whom we trust with TLS: read once, for it takes longer than a message."""
    return httpx.create_ssl_context()


class Line:
    """Requests to one dealer, each over a connection of its own: a call carries hundreds of messages, and a kept line that
    the other end has closed in the meantime would make a batch unsure.
    """

    def __init__(self, dealer: str, base: str, answer_seconds: float = ANSWER_SECONDS_MAX) -> None:
        self._dealer, self._base = dealer, base.rstrip("/")
        self._answer_seconds = answer_seconds
        self._by_proxy = urlsplit(self._base).hostname not in LOOPBACK

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Status and body as JSON. Raises NoAnswer."""
        seconds = min(self._answer_seconds, LOOK_SECONDS_MAX) if method == "GET" else self._answer_seconds
        wait = httpx.Timeout(seconds, connect=CONNECT_SECONDS_MAX)
        try:
            with httpx.Client(timeout=wait, verify=trusted(), trust_env=self._by_proxy) as client:
                answer = client.request(
                    method,
                    f"{self._base}{path}",
                    params=query,
                    content=None if body is None else msgspec.json.encode(body),
                    headers={"Content-Type": "application/json;charset=utf-8", **(headers or {})},
                )
            return answer.status_code, msgspec.json.decode(answer.content or b"{}")
        except NEVER_HEARD as error:
            log.warning("dealer_not_reached", dealer=self._dealer, why=type(error).__name__)
            raise NoAnswer(NOT_HEARD) from None
        except (httpx.HTTPError, msgspec.DecodeError) as error:
            log.warning("dealer_silent", dealer=self._dealer, why=type(error).__name__)
            raise NoAnswer(SILENT) from None
