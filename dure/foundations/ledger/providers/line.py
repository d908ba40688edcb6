"""The line to a provider: one request, one answer or ProviderSilent. Nothing of a body is ever logged."""

import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import structlog

from dure.foundations.ledger.types.payments import ProviderSilent

CONNECT_SECONDS_MAX = 5
ANSWER_SECONDS_MAX = 20  # then it may have acted, and is asked again
RETRY_SECONDS = 5
SOON_SECONDS = 2
LOOPBACK = ("127.0.0.1", "localhost", "::1")
log = structlog.get_logger(__name__)


@cache
def _trusted() -> ssl.SSLContext:
    """Whom we trust with TLS: read once, for it takes longer than a payment."""
    return httpx.create_ssl_context()


class Line:
    def __init__(self, provider: str, base: str, headers: Mapping[str, str]) -> None:
        self._provider, self._base, self._headers = provider, base.rstrip("/"), dict(headers)

    def get(self, path: str, query: Mapping[str, str] | None = None) -> tuple[int, Any]:
        return self._ask("GET", path, query=query)

    def post(self, path: str, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
        return self._ask("POST", path, body=body, headers=headers)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Status and body. Raises ProviderSilent when there is no answer, or one that cannot be read."""
        by_proxy = urlsplit(self._base).hostname not in LOOPBACK
        wait = httpx.Timeout(ANSWER_SECONDS_MAX, connect=CONNECT_SECONDS_MAX)
        try:
            with httpx.Client(timeout=wait, verify=_trusted(), trust_env=by_proxy, follow_redirects=False) as client:
                answer = client.request(
                    method,
                    f"{self._base}{path}",
                    params=query,
                    content=None if body is None else msgspec.json.encode(body),
                    headers={"Content-Type": "application/json", **self._headers, **(headers or {})},
                )
            said = msgspec.json.decode(answer.content)
        except (httpx.HTTPError, msgspec.DecodeError) as error:
            log.warning("provider_silent", provider=self._provider, why=type(error).__name__)
            raise ProviderSilent(retry_seconds=RETRY_SECONDS) from None
        return answer.status_code, said


def unknown(provider: str, status: int, code: object) -> ProviderSilent:
    """An answer nobody expected: as good as none. Its code is for the operator."""
    log.warning("provider_answered_oddly", provider=provider, status=status, code=str(code)[:60])
    return ProviderSilent(retry_seconds=RETRY_SECONDS)
