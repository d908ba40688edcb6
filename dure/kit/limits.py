"""Rate limits shared by all processes: so many a window, counted in one statement."""

from collections.abc import Callable
from functools import wraps

from django.db import connection
from django.http import HttpRequest, HttpResponse

from dure.base import clock
from dure.base.refusals import TooOften


def count(bucket: str, most: int, window_seconds: int) -> None:
    """Count one more in `bucket`. Raises TooOften when there were `most` in the running window already."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_rate_window AS w (bucket, started_at, count) VALUES (%(bucket)s, %(now)s, 1)"
            " ON CONFLICT (bucket) DO UPDATE SET"
            " started_at = CASE WHEN w.started_at <= %(now)s - make_interval(secs => %(window)s) THEN %(now)s"
            " ELSE w.started_at END,"
            " count = CASE WHEN w.started_at <= %(now)s - make_interval(secs => %(window)s) THEN 1 ELSE w.count + 1 END"
            " RETURNING count, extract(epoch FROM started_at + make_interval(secs => %(window)s) - %(now)s)",
            {"bucket": bucket, "now": now, "window": window_seconds},
        )
        used, left_seconds = cursor.fetchone()
    if used > most:
        raise TooOften(retry_seconds=max(1, int(left_seconds)))


def limited[**P](
    name: str, most: int, window_seconds: int
) -> Callable[[Callable[P, HttpResponse]], Callable[P, HttpResponse]]:
    """Limit a page that writes: `most` a window for each person, or for each address when nobody is logged in."""

    def wrap(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
        @wraps(view)
        def inner(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            request = args[0]
            if isinstance(request, HttpRequest) and request.method not in ("GET", "HEAD", "OPTIONS"):
                count(f"{name}:{who(request)}", most, window_seconds)
            return view(*args, **kwargs)

        return inner

    return wrap


def who(request: HttpRequest) -> str:
    """Whom to count: the person, else the address. The address is hashed nowhere and kept only for the window."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return str(user.pk)
    return str(request.META.get("REMOTE_ADDR", "unknown"))
