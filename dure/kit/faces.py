"""What every face shares: the key of a form, the way back after a post, and words for refusals.

A house's `pages.py` owns a table `SAYS` from refusal to words; `dure.site.houses` hands it to `register`. A refusal that a page
does not handle itself is answered here, in one place, with the right status and what to do next.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext, gettext_lazy

from dure.base.refusals import BadValue, Busy, Interrupted, KeyReused, NotAllowed, NotFound, Refusal, TooOften
from dure.kit import show, unsent

KEY_FIELD = "idempotency_key"
KEY_HEADER = "Idempotency-Key"
KEY_LENGTH_MAX = 255
PAGE_DIGITS_MAX = 6

type Words = str | Promise


@dataclass(frozen=True, slots=True)
class Say:
    """Words for one kind of refusal. `{field}` puts in what the refusal carries, `{name:을/를}` with a Korean particle."""

    text: Words
    todo: Words = ""
    status: int = 409


@dataclass(frozen=True, slots=True)
class Spoken:
    """A refusal in the reader's language."""

    code: str
    text: str
    todo: str
    status: int
    retry_seconds: int | None = None


type Says = Mapping[type[Refusal], Say | Words]

COMMON: Says = {
    NotAllowed: Say(
        gettext_lazy("This is not open to you."),
        gettext_lazy("If you think it should be, ask whoever runs this place to give you the role for it."),
        403,
    ),
    NotFound: Say(
        gettext_lazy("We could not find it."),
        gettext_lazy("It may have been removed, or the address has a typing mistake."),
        404,
    ),
    KeyReused: Say(
        gettext_lazy("This form was sent before with other content, so nothing was done this time."),
        gettext_lazy("Open the page again, check what was saved, and send it once more if needed."),
        422,
    ),
    Busy: Say(
        gettext_lazy("Too many people are here right now. Nothing was done and nothing is lost."),
        gettext_lazy("Please try again in {wait}."),
        503,
    ),
    Interrupted: Say(
        gettext_lazy("The line to our books broke off. We do not know yet whether this was done."),
        gettext_lazy("Send it once more in {wait}. It is never done twice."),
        503,
    ),
    TooOften: Say(
        gettext_lazy("That was too often in a short time. Nothing was done."),
        gettext_lazy("Please try again in {wait}."),
        429,
    ),
}
REASONS: dict[str, Words] = {
    "null_character": gettext_lazy("This holds a character that cannot be stored (U+0000)."),
    "length": gettext_lazy("This is too short or too long."),
    "missing": gettext_lazy("Please fill this in."),
    "required": gettext_lazy("Please fill this in."),
    "too_long": gettext_lazy("This is too long."),
    "too_short": gettext_lazy("This is too short."),
    "too_small": gettext_lazy("This is too small."),
    "too_large": gettext_lazy("This is too large."),
    "too_many": gettext_lazy("These are too many."),
    "not_a_number": gettext_lazy("Please give a number."),
    "not_a_date": gettext_lazy("Please give a date that exists."),
    "in_the_past": gettext_lazy("This day is already past."),
    "unknown": gettext_lazy("This is not one of the choices."),
    "malformed": gettext_lazy("This is not written the way it should be."),
    "taken": gettext_lazy("This is taken already."),
}
_registered: dict[type[Refusal], Say | Words] = {}


def register(says: Says, reasons: Mapping[str, Words] | None = None) -> None:
    """Make a house's words known to the middleware: its table of refusals and its own reasons of BadValue."""
    _registered.update(says)
    REASONS.update(reasons or {})


def says(refusal: Refusal, *tables: Says) -> Spoken:
    """The words for `refusal`: from the given tables first, then the registered ones, then the common ones."""
    given = {name: show.value(value) for name, value in refusal.values().items()}
    retry = refusal.values().get("retry_seconds")
    if isinstance(retry, int):
        given["wait"] = show.Said(show.wait(retry))
    if isinstance(refusal, BadValue) and not _found(type(refusal), (*tables, _registered)):
        reason = REASONS.get(refusal.reason)
        text = str(reason) if reason else gettext("This does not fit.")
        return Spoken(refusal.code, text, "", 422)
    say = _found(type(refusal), (*tables, _registered, COMMON)) or Say(
        gettext_lazy("This cannot be done now. Nothing was changed.")
    )
    if not isinstance(say, Say):
        say = Say(say)
    return Spoken(
        code=refusal.code,
        text=str(say.text).format(**given),
        todo=str(say.todo).format(**given),
        status=say.status,
        retry_seconds=retry if isinstance(retry, int) else None,
    )


def status_of(kind: type[Refusal]) -> int:
    """The HTTP status of a kind of refusal, whatever it carries: 409 where nobody says otherwise."""
    if issubclass(kind, BadValue) and not _found(kind, (_registered,)):
        return 422
    say = _found(kind, (_registered, COMMON))
    return say.status if isinstance(say, Say) else Say("").status


def without_words(refusals: list[type[Refusal]], *tables: Says) -> list[str]:
    """Which of `refusals` nobody has words for. A house's test asserts that there are none."""
    known: tuple[Says, ...] = (*tables, _registered, COMMON, {BadValue: ""})
    return [kind.__name__ for kind in refusals if not any(base in table for table in known for base in kind.__mro__)]


def _found(kind: type[Refusal], tables: tuple[Says, ...]) -> Say | Words | None:
    for table in tables:
        for base in kind.__mro__:
            if base in table:
                return table[base]
    return None


def form_key(request: HttpRequest) -> str:
    """The idempotency key that `{% idempotency_key %}` put into the form (or the header). Raises BadValue without one."""
    key = request.POST.get(KEY_FIELD) or request.headers.get(KEY_HEADER) or ""
    if not key:
        raise BadValue(field=KEY_FIELD, reason="missing")
    if len(key) > KEY_LENGTH_MAX:
        raise BadValue(field=KEY_FIELD, reason="too_long")
    return key


def hx_redirect(request: HttpRequest, to: Any, *args: Any, toast: Words = "", undo: str = "") -> HttpResponse:
    """Go on to `to` (a URL name or address) after a post, with a notice there; works for plain forms and for htmx.

    `undo` is an address of ours: the notice then carries a button that posts there.
    """
    if toast:
        messages.success(request, str(toast), extra_tags=undo)
    return _go(request, resolve_url(to, *args))


def _go(request: HttpRequest, address: str) -> HttpResponse:
    if is_htmx(request):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address, status=303)


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return bool(getattr(request, "htmx", False))


def back_address(request: HttpRequest, otherwise: str = "/") -> str:
    """Where the person came from, if that is one of our own pages."""
    for address in (request.POST.get("next"), request.GET.get("next"), request.headers.get("Referer")):
        if not address or not address.startswith(("/", "http:", "https:")):
            continue  # the rest would be taken for the name of a page
        if url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()):
            return address
    return otherwise


class refusals_on:
    """`with refusals_on(form):` a refusal in the block becomes an error of the form, which keeps what was typed.

    A BadValue becomes an error of its field. After the block, answer `form_page(...)` again.
    """

    def __init__(self, form: BaseForm, *tables: Says) -> None:
        self._form, self._tables = form, tables

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, refusal: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(refusal, Refusal):
            return False
        spoken = says(refusal, *self._tables)
        field = refusal.field if isinstance(refusal, BadValue) and refusal.field in self._form.fields else None
        self._form.add_error(field, f"{spoken.text} {spoken.todo}".strip())
        vars(self._form)["refused"] = spoken
        return True


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field that stands beside the form: its id in the page, and words."""

    field: str
    text: str


def also_wrong(form: BaseForm, faults: Sequence[Fault]) -> None:
    """Let the one summary of `form` also name what is wrong with the fields of other forms on the page."""
    vars(form)["more_faults"] = tuple(faults)


def refused(form: BaseForm) -> Spoken | None:
    """What `refusals_on` met, if anything."""
    spoken: Spoken | None = vars(form).get("refused")
    return spoken


def form_page(request: HttpRequest, template: str, form: BaseForm, **context: Any) -> HttpResponse:
    """A page with a form: 200 when it is fresh, the refusal's status (422 for bad input) when it was turned back."""
    no = refused(form)
    wrong = (form.is_bound and form.errors) or vars(form).get("more_faults")
    status = (no.status if no else 422) if wrong else 200
    response = render(request, template, {"form": form, **context}, status=status)
    if no and no.retry_seconds:
        response["Retry-After"] = str(no.retry_seconds)
    return response


def page_number(request: HttpRequest, name: str = "page") -> int:
    """Which page of a list the address asks for: 1 when it says nothing, or no number that fits."""
    said = request.GET.get(name, "")
    fits = said.isascii() and said.isdigit() and len(said) <= PAGE_DIGITS_MAX
    return max(1, int(said)) if fits else 1


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer to a refusal that no page handled: a notice for htmx, else a page that says what to do next."""
    user = getattr(request, "user", None)
    if isinstance(refusal, NotAllowed) and user is not None and not user.is_authenticated:
        return _log_in_first(request)
    spoken = says(refusal)
    response = render(
        request,
        "ui/refusal_notice.html" if is_htmx(request) else "ui/refusal.html",
        {
            "spoken": spoken,
            "back": back_address(request),
            "unsent": unsent.unsent(request) if spoken.retry_seconds else None,
        },
        status=spoken.status,
    )
    if is_htmx(request):
        response["HX-Retarget"], response["HX-Reswap"] = "#notices", "innerHTML"
    if spoken.retry_seconds:
        response["Retry-After"] = str(spoken.retry_seconds)
    return response


def _log_in_first(request: HttpRequest) -> HttpResponse:
    messages.info(request, gettext("Please log in first; then you can go on where you were."))
    asked = request.get_full_path() if request.method in ("GET", "HEAD") else back_address(request)
    if unsent.keep(request):
        asked = resolve_url("again")
    return _go(request, f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': asked})}")


class RefusalMiddleware:
    """Answers a Refusal that left a page. The one place where a page's "no" meets HTTP."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_page(request, exception) if isinstance(exception, Refusal) else None
