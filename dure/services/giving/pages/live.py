"""Parts of a cause's page that ask again by themselves while somebody looks at it: the gate, the sums, the wall.

They are asked often, so each reads only what it shows. Without scripts their addresses lead to the page.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dure.base.refusals import NotFound
from dure.kit import faces
from dure.services.giving import queries
from dure.services.giving.names import STATES
from dure.services.giving.types import CauseState

from .common import actor
from .forms import uuid_or_none

ASK_NO_MORE = 286  # what htmx takes as the end of asking again


@require_safe
def gate(request: HttpRequest, code: str) -> HttpResponse:
    """How many people agree now."""
    if not faces.is_htmx(request):
        return redirect("giving:cause", code)
    try:
        now = queries.gate_now(code, actor(request))
    except NotFound:  # withdrawn meanwhile
        return _ended()
    waits = now.state is CauseState.PROPOSED
    context = {"card": now, "gate": waits, "gate_ends_at": now.gate_ends_at, "is_proposer": now.is_own}
    return render(request, "giving/gate_count_part.html", context | _moved_on(now.state, waits))


@require_safe
def raised(request: HttpRequest, code: str) -> HttpResponse:
    """What the box holds now."""
    if not faces.is_htmx(request):
        return redirect("giving:cause", code)
    now = queries.box_now(code, actor(request))
    is_open = now.state is CauseState.OPEN
    context = {"card": now, "state": STATES[now.state], "open": is_open}
    return render(request, "giving/raised_part.html", context | _moved_on(now.state, is_open))


@require_safe
def wall(request: HttpRequest, code: str) -> HttpResponse:
    """More of the wall, for "show more", or what came since; a page of its own without scripts."""
    by = actor(request)
    cause, state = queries.now(code, by)
    before, after = uuid_or_none(request.GET.get("before", "")), uuid_or_none(request.GET.get("after", ""))
    asks_again = faces.is_htmx(request) and "news" in request.GET
    if asks_again and state is not CauseState.OPEN:
        return _ended()
    entries = queries.wall(cause, before, after=after, watched=by.is_steward)
    if asks_again and not entries:
        return HttpResponse(status=204)
    context = {
        "code": code,
        "wall": entries,
        "watched": by.is_steward,
        "more": entries[-1].id if len(entries) == queries.WALL_SIZE else None,
        "since": after,
        "newest": entries[0].id if entries else None,
        "first": after is None,  # until now the page says that there is none
    }
    if asks_again:
        return render(request, "giving/wall_news_part.html", context)
    if faces.is_htmx(request):
        return render(request, "giving/wall_part.html", context)
    return render(request, "giving/wall.html", context | {"title": queries.card(cause).title})


def _moved_on(state: CauseState, as_before: bool) -> dict[str, object]:
    """Words for the place on the page that is read out, when the part asked for the last time."""
    return {} if as_before else {"moved_on": STATES[state]}


def _ended() -> HttpResponse:
    """Nothing changes on the page, and it asks no more."""
    return HttpResponse(status=ASK_NO_MORE, headers={"HX-Reswap": "none"})
