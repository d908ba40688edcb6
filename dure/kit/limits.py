"""Rate limits shared by all processes: so many a window, counted in one statement."""

import ipaddress
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from dure.base import clock
from dure.base.refusals import TooOften

NETWORK_BITS = 64


def count(bucket: str, most: int, window_seconds: int) -> None:
    """Count one more in `bucket`. Raises TooOften when there were `most` in the running window already."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_rate_window AS w (bucket, ends_at, count) VALUES (%(bucket)s, %(end)s, 1)"
            " ON CONFLICT (bucket) DO UPDATE SET"
            " ends_at = CASE WHEN w.ends_at <= %(now)s THEN %(end)s ELSE w.ends_at END,"
            " count = CASE WHEN w.ends_at <= %(now)s THEN 1 ELSE w.count + 1 END"
            " RETURNING count, extract(epoch FROM ends_at - %(now)s)",
            {"bucket": bucket, "now": now, "end": now + timedelta(seconds=window_seconds)},
        )
        used, left_seconds = cursor.fetchone()
    if used > most:
        raise TooOften(retry_seconds=max(1, int(left_seconds)))


def used(bucket: str) -> int:
    """How many were counted in the running window."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count FROM kit_rate_window WHERE bucket = %s AND ends_at > %s", [bucket, clock.now()])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


class Window:
    """A limit kept in this process: for hot rooms, where a statement for each request would cost more than the request.

    Counts of all end together, every `seconds`, so that what is kept stays small. Each process counts for itself.
    """

    def __init__(self, most: int, seconds: int) -> None:
        self._most = most
        self._seconds = seconds
        self._counts: dict[str, int] = {}
        self._ends = 0.0

    def count(self, bucket: str) -> None:
        """Count one more in `bucket`. Raises TooOften."""
        now = self._begun()
        used = self._counts[bucket] = self._counts.get(bucket, 0) + 1
        if used > self._most:
            raise TooOften(retry_seconds=max(1, int(self._ends - now)))

    def is_full(self, bucket: str) -> bool:
        """Whether one more in `bucket` would be too many."""
        self._begun()
        return self._counts.get(bucket, 0) >= self._most

    def _begun(self) -> float:
        """Now; what was counted in a window that is over is gone."""
        now = time.monotonic()
        if now >= self._ends:
            self._counts.clear()
            self._ends = now + self._seconds
        return now


def forget(now: datetime, most: int) -> int:
    """Delete windows that have ended: whose they were is nobody's business any more. Answers how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM kit_rate_window WHERE bucket IN"
            " (SELECT bucket FROM kit_rate_window WHERE ends_at <= %s LIMIT %s FOR UPDATE SKIP LOCKED)",
            [now, most],
        )
        return int(cursor.rowcount)


def limited[**P, R: HttpResponseBase](
    name: str, most: int, window_seconds: int, *, reads: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Limit a page that writes: `most` a window for each person, or for each address when nobody is logged in.

    `reads`: reading it costs so much (a paper is set) that it is counted as well.
    """

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def inner(*args: P.args, **kwargs: P.kwargs) -> R:
            request = args[0]
            if isinstance(request, HttpRequest) and (reads or request.method not in ("GET", "HEAD", "OPTIONS")):
                count(f"{name}:{who(request)}", most, window_seconds)
            return view(*args, **kwargs)

        return inner

    return wrap


def who(request: HttpRequest) -> str:
    """Whom to count: the person, else the network address. It is kept for the window only."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return str(user.pk)
    return network_of(request.META.get("REMOTE_ADDR", ""))


def sender(request: Any) -> str:
    """Whom to count when a program asks over the API without a token: the network address, seen past our own proxies."""
    forwarded = request.headers.get("x-forwarded-for", "")
    return network_of(true_address(str(request.META.get("REMOTE_ADDR", "")), forwarded))


def true_address(peer: str, forwarded: str) -> str:
    """The address of whoever asks: of `peer`, the other end of the line, or with proxies of our own in front (DURE_PROXIES)
    that many from the end of `forwarded`, the header X-Forwarded-For; further left anybody may have written what they liked.
    """
    proxies = settings.DURE.proxies
    said = [part.strip() for part in forwarded.split(",") if part.strip()] if proxies else []
    return said[-proxies] if proxies and len(said) >= proxies and _is_address(said[-proxies]) else peer


def network_of(address: str) -> str:
    """What one household can be told apart by: an IPv4 address, of an IPv6 address the /64 that it chooses from freely."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, NETWORK_BITS), strict=False))
    return str(parsed)


def _is_address(said: str) -> bool:
    try:
        ipaddress.ip_address(said)
    except ValueError:
        return False
    return True
