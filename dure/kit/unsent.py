"""What was sent and could not be taken: the log-in had ended, the form's token was too old, too many were here at once.

Nothing that somebody typed is lost by it. It stands in the answer, or waits in the session until they have logged in, and
goes out again with one press. What a page asks for in confidence waits nowhere: only pages marked `waits` are kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from dure.base import clock

FIELDS_MAX = 400
LETTERS_MAX = 64_000
WAIT_SECONDS_MAX = 3_600
SEEN_LETTERS_MIN = 8  # shorter ones are numbers and choices
CONFIDENTIAL = ("password", "code", "number")
UNSHOWN = ("csrfmiddlewaretoken",)
SESSION_KEY = "unsent"
_WAITS = "dure_waits"


@dataclass(frozen=True, slots=True)
class Unsent:
    """What was sent where; files cannot be sent again by a page."""

    address: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """What a person will recognise as their own words."""
        return tuple(text for name, text in self.fields if len(text) >= SEEN_LETTERS_MIN and not name.endswith("_key"))


def waits[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """For a page whose typed words wait in the session while somebody logs in again."""
    vars(view)[_WAITS] = True
    return view


def unsent(request: HttpRequest) -> Unsent | None:
    """What this request sent, if it came from a page of ours, fits, and holds nothing confidential."""
    if request.method != "POST" or not _is_from_here(request):
        return None
    fields = [(name, text) for name in request.POST for text in request.POST.getlist(name) if name not in UNSHOWN]
    confidential = any(word in name for name, _ in fields for word in CONFIDENTIAL)
    if confidential or len(fields) > FIELDS_MAX or sum(len(text) for _, text in fields) > LETTERS_MAX:
        return None
    return Unsent(request.get_full_path(), tuple(fields), bool(request.FILES))


def keep(request: HttpRequest) -> bool:
    """Let what was sent wait in the session, where its page says so; answers whether it does."""
    match = request.resolver_match
    found = unsent(request) if match and getattr(match.func, _WAITS, False) else None
    if found is None:
        return False
    request.session[SESSION_KEY] = {
        "address": found.address,
        "fields": [list(pair) for pair in found.fields],
        "had_files": found.had_files,
        "at": clock.now().timestamp(),
    }
    return True


def take(request: HttpRequest) -> Unsent | None:
    """What waits in the session, once; nothing that is older than WAIT_SECONDS_MAX."""
    kept: Mapping[str, object] | None = request.session.pop(SESSION_KEY, None)
    if kept is None or clock.now().timestamp() - float(str(kept["at"])) > WAIT_SECONDS_MAX:
        return None
    fields = kept["fields"]
    assert isinstance(fields, list)  # noqa: S101 - narrows the type; `keep` wrote it
    return Unsent(str(kept["address"]), tuple((name, text) for name, text in fields), bool(kept["had_files"]))


def _is_from_here(request: HttpRequest) -> bool:
    """No other site can make somebody send a form of its own: browsers name the page that a form was sent from."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    said = urlsplit(origin)
    return (said.scheme, said.netloc) == (request.scheme, request.get_host())
