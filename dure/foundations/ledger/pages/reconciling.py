"""The desk page of reconciliation: what differs between our books and the providers', and what becomes of it."""

import csv
import io
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.base import clock
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.rules.reconciling import NOTE_LENGTH, OF_SETTLEMENTS
from dure.foundations.ledger.types import DifferenceEntry, DifferenceState, Reconciliation
from dure.foundations.people import queries as people
from dure.foundations.people.types import PersonId
from dure.kit import faces, show, unsent

from .acting import acting
from .words import DIFFERENCE_STATES, DIFFERENCE_STEPS, DIFFERENCES, MEANINGS, OUTCOMES, provider_named

CSV_ROWS_MAX = 10_000
COLUMNS = ("id", "provider", "kind", "order", "payment_key", "ours_won", "theirs_won", "taken_at", "found_at", "state")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff"  # without it Excel takes Korean for another encoding
STATE_CHIPS = [
    (word, "" if state == DifferenceState.OPEN else state) for state, (word, _tone) in DIFFERENCE_STATES.items()
]


class NoteForm(forms.Form):
    """What somebody found out."""

    note = forms.CharField(
        label=_("What did you find out?"),
        min_length=NOTE_LENGTH[0],
        max_length=NOTE_LENGTH[1],
        help_text=_("Everybody who keeps or audits the books can read it. It cannot be taken back."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The differences, those that wait first, and the latest runs."""
    by, _me = acting(request)
    state, kind = _filters(request)
    page = queries.differences(by, state, kind, faces.page_number(request))
    return render(
        request,
        "ledger/desk_differences.html",
        {
            "rows": [_row(entry) for entry in page.entries],
            "page": page,
            "earlier": _link(request, page.page - 1, page.pages),
            "later": _link(request, page.page + 1, page.pages),
            "states": [*STATE_CHIPS, (gettext("All"), "all")],
            "kinds": [(gettext("Every kind"), ""), *((word, kind) for kind, word in DIFFERENCES.items())],
            "runs": [_run(run) for run in queries.reconciliations(by)],
        },
    )


@require_safe
def one(request: HttpRequest, difference: UUID) -> HttpResponse:
    """One difference with all that was done about it."""
    return _shown(request, difference, NoteForm())


@require_POST
def ask(request: HttpRequest, difference: UUID) -> HttpResponse:
    """Ask the provider now."""
    by, _me = acting(request)
    after = actions.ask_again(by, difference)
    agreed = after.state is DifferenceState.AGREED
    said = gettext("The books agree now.") if agreed else gettext("The provider answered; it still differs.")
    return faces.hx_redirect(request, "ledger-desk:difference", difference, toast=said)


@unsent.waits
@require_POST
def note(request: HttpRequest, difference: UUID) -> HttpResponse:
    """Keep a note; with the second button it closes the difference."""
    return _written(request, difference, actions.note_difference, gettext("The note is kept."))


@unsent.waits
@require_POST
def explain(request: HttpRequest, difference: UUID) -> HttpResponse:
    """Close it with a reason."""
    return _written(request, difference, actions.explain_difference, gettext("Closed. Your reason stands with it."))


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The differences of the filter as a table for any spreadsheet."""
    by, _me = acting(request)
    state, kind = _filters(request)
    text = io.StringIO()
    text.write(MARK)
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    number, pages, written = 1, 1, 0
    while number <= pages and written < CSV_ROWS_MAX:
        page = queries.differences(by, state, kind, number)
        rows.writerows(_cells(entry) for entry in page.entries)
        number, pages, written = number + 1, page.pages, written + len(page.entries)
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="dure-differences-{clock.today()}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _written(request: HttpRequest, difference: UUID, write: Any, said: str) -> HttpResponse:
    by, _me = acting(request)
    form = NoteForm(request.POST)
    if form.is_valid():
        with faces.refusals_on(form):
            write(by, difference, form.cleaned_data["note"], key=faces.form_key(request))
            return faces.hx_redirect(request, "ledger-desk:difference", difference, toast=said)
    return _shown(request, difference, form)


def _shown(request: HttpRequest, difference: UUID, form: NoteForm) -> HttpResponse:
    by, _me = acting(request)
    entry = queries.difference(by, difference)
    names = people.names(PersonId(step.by) for step in entry.steps if step.by)
    steps = [
        {
            "title": DIFFERENCE_STEPS[step.want],
            "note": " · ".join(
                text for text in (names.get(PersonId(step.by), "") if step.by else "", step.note) if text
            ),
            "end": show.moment(step.at),
        }
        for step in reversed(entry.steps)
    ]
    context = {**_row(entry), "meaning": MEANINGS[entry.difference.kind], "steps": steps, "may_act": by.is_steward}
    context["may_ask"] = entry.difference.kind not in OF_SETTLEMENTS
    return faces.form_page(request, "ledger/desk_difference.html", form, **context)


def _filters(request: HttpRequest) -> tuple[DifferenceState | None, str]:
    asked, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    state = DifferenceState(asked) if asked in set(DifferenceState) else DifferenceState.OPEN
    return None if asked == "all" else state, kind if kind in DIFFERENCES else ""


def _row(entry: DifferenceEntry) -> dict[str, Any]:
    word, tone = DIFFERENCE_STATES[entry.state]
    return {
        "entry": entry,
        "one": entry.difference,
        "kind": DIFFERENCES[entry.difference.kind],
        "provider": provider_named(entry.provider),
        "state": word,
        "tone": tone,
        "is_open": entry.state is DifferenceState.OPEN,
    }


def _run(run: Reconciliation) -> dict[str, Any]:
    word, tone = OUTCOMES[run.outcome]
    return {
        "run": run,
        "provider": provider_named(run.provider),
        "day": clock.local(run.since).date(),
        "outcome": word,
        "tone": tone,
    }


def _link(request: HttpRequest, number: int, pages: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}" if 1 <= number <= pages else ""


def _cells(entry: DifferenceEntry) -> list[object]:
    one = entry.difference
    times = [clock.local(at).isoformat() for at in (one.at, entry.found_at)]
    texts = [f"'{text}" if text.startswith(FORMULA) else text for text in (one.order, one.payment_key)]
    return [entry.id, entry.provider, one.kind.value, *texts, one.ours, one.theirs, *times, entry.state.value]
