"""What stands in front of every page: who asks, how it is counted, what browsers are told, how often one may write."""

import ipaddress
import re
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from dure.base import ids
from dure.base.refusals import BadValue, TooOften
from dure.kit import faces, limits, metrics

WRITES_MAX = 60  # a window, for each person, or for each network address when nobody is logged in
WINDOW_SECONDS = 60
SLOW_SECONDS = 2.0  # a page that takes longer is worth a line
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
REQUEST_ID = "X-Request-Id"
PERMISSIONS = ", ".join(
    (
        "camera=(self)",  # to scan a QR
        "geolocation=(self)",  # what is near
        "accelerometer=(self)",  # to shake the check-in code onto the screen
        "gyroscope=(self)",
        "screen-wake-lock=(self)",  # while it is shown
        "publickey-credentials-get=(self)",
        "publickey-credentials-create=(self)",
        *(f"{name}=()" for name in ["autoplay", "browsing-topics", "display-capture"]),
        *(f"{name}=()" for name in ["magnetometer", "microphone", "midi", "payment", "usb"]),
    )
)
_UNCOUNTED = "dure_uncounted"
_UNMEASURED = "dure_unmeasured"
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
log = structlog.get_logger(__name__)

type Next = Callable[[HttpRequest], HttpResponseBase]


class TrueAddress:
    """REMOTE_ADDR becomes the address of whoever asks."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        peer, forwarded = request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = limits.true_address(peer, forwarded)
        return self._next(request)


class PlainText:
    """Refuses U+0000 in an address or a form: the database stores any text but that, and nobody can type it."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path or _has_null(request.GET) or _form_has_null(request):
            return faces.refusal_page(request, BadValue(field="address", reason="null_character"))
        return self._next(request)


class Marked:
    """Gives the request an id, tells browsers what pages may do and that they are for this reader only."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        request_id = _request_id(request)
        with structlog.contextvars.bound_contextvars(request=request_id):
            response = self._next(request)
            self.count(request, response.status_code, time.perf_counter() - started)
        response.headers.setdefault(REQUEST_ID, request_id)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def count(self, request: HttpRequest, status: int, seconds: float) -> None:
        """Nothing: who came when, and how long it took, is nobody's business here."""


class Watched(Marked):
    """The same, and counts it."""

    def count(self, request: HttpRequest, status: int, seconds: float) -> None:
        """Count a page by house, and say when it was slow."""
        match = request.resolver_match
        if match and getattr(match.func, _UNMEASURED, False):
            return
        house = (match.namespaces[0] if match.namespaces else "site") if match else "nowhere"
        method = request.method if request.method in (*SAFE, "POST", "PUT", "PATCH", "DELETE") else "other"
        metrics.PAGES.labels(house, method, f"{status // 100}xx").inc()
        metrics.PAGE_SECONDS.labels(house).observe(seconds)
        if seconds > SLOW_SECONDS:
            log.warning("page_slow", route=match.route if match else "", seconds=round(seconds, 3))


class WriteLimit:
    """A limit on everything: nobody writes more than WRITES_MAX a minute, whatever the page. Tighter ones are the pages' own.

    Only pages marked `uncounted` are left out: those that other companies' computers post to.
    """

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in SAFE and not _is_uncounted(request):
            try:
                limits.count(f"writes:{limits.who(request)}", WRITES_MAX, WINDOW_SECONDS)
            except TooOften as refusal:
                return faces.refusal_page(request, refusal)
        return self._next(request)


def permit[R: HttpResponseBase](response: R, feature: str) -> R:
    """Let this page alone use what browsers are told that none may. Raises KeyError for what is not shut, or not known."""
    shut = f"{feature}=()"
    if shut not in PERMISSIONS:
        raise KeyError(feature)
    response.headers["Permissions-Policy"] = PERMISSIONS.replace(shut, f"{feature}=(self)")
    return response


def uncounted[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """For a page whose sender proves by a signature who they are, and comes as often as things happen."""
    vars(view)[_UNCOUNTED] = True
    return view


def unmeasured[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """For a page of which nothing may stay behind: no figure, no line when it was slow, no window of writes.

    It looks after its own limit, in memory. What the page logs itself is its own matter.
    """
    vars(view)[_UNMEASURED] = True
    return uncounted(view)


def is_ours(request: HttpRequest) -> bool:
    """Whether a program on this very machine asks, with no proxy in between."""
    forwarded = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
    return not forwarded and ipaddress.ip_address(request.META["REMOTE_ADDR"] or "::").is_loopback


def _request_id(request: HttpRequest) -> str:
    """The id a proxy of ours gave, else a new one."""
    given = request.headers.get(REQUEST_ID, "") if settings.DURE.proxies else ""
    return given if _GIVEN_ID.fullmatch(given) else ids.new().hex


def _is_uncounted(request: HttpRequest) -> bool:
    try:
        return bool(getattr(resolve(request.path_info).func, _UNCOUNTED, False))
    except Resolver404:
        return False


def _form_has_null(request: HttpRequest) -> bool:
    """Pages that other computers post to read the bytes themselves: read as a form here, they would be gone."""
    return request.method == "POST" and not _is_uncounted(request) and _has_null(request.POST)


def _has_null(said: QueryDict) -> bool:
    return any("\0" in text for name in said for text in (name, *said.getlist(name)))


def answered(response: HttpResponse) -> HttpResponse:
    """For answers to programs: never kept."""
    response.headers["Cache-Control"] = "no-store"
    return response
