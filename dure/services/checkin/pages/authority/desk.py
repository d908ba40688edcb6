"""The desk of officers: file a query, decide on a colleague's, follow it, close it. Auditors read."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django import app

from dure.base import clock
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import faces, show
from dure.services.checkin.actions import authority as actions
from dure.services.checkin.names import GROUNDS
from dure.services.checkin.providers import parties
from dure.services.checkin.queries import authority as queries
from dure.services.checkin.rules import calendar, tracing
from dure.services.checkin.types import Epoch, LegalBasis, QueryState
from dure.services.checkin.types.offices import AskedQuery, KnownVenue, OfficerEntry, OfficerLine, QueryFile

from .following import state_of, steps, waits_for

PLACES_SHOWN_MAX = 30
CASE_LENGTH_MAX = 40
FEW = 10  # queries that one finds without a search


class QueryForm(forms.Form):
    """When, for which case, on which ground."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    first_hour = forms.TypedChoiceField(
        label=_("From which hour"), coerce=int, choices=[(hour, f"{hour:02d}:00") for hour in range(24)]
    )
    hours = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=int,
        help_text=_("As short as the case allows: everybody who was there in these hours is told."),
    )
    case = forms.CharField(
        label=_("Number of the case"),
        max_length=CASE_LENGTH_MAX,
        help_text=_("Letters, digits and hyphens. No name: the number stands in the file, not in the log."),
    )
    basis = forms.ChoiceField(label=_("On which ground"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        hours, basis = self.fields["hours"], self.fields["basis"]
        if isinstance(hours, forms.ChoiceField):
            hours.choices = [(1, gettext("1 hour"))] + [
                (count, gettext("{count} hours").format(count=count)) for count in range(2, tracing.HOURS_MAX + 1)
            ]
        if isinstance(basis, forms.ChoiceField):
            basis.choices = [(one.value, said) for one, said in GROUNDS.items()]
            basis.initial = LegalBasis.INVESTIGATION.value
        self.fields["day"].widget.attrs |= self._days()

    def _days(self) -> dict[str, str]:
        today = calendar.epoch_of(clock.now())
        oldest = Epoch(today - calendar.DAYS_KEPT + 1)
        return {"min": calendar.day_of(oldest).isoformat(), "max": calendar.day_of(today).isoformat()}


@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """The office's queries: what waits for this officer first."""
    by = acting(request)
    found, own, asked = queries.files(by), queries.officer(by.person), request.GET.get("q", "").strip()
    shown = [_row(one, own) for one in found if _is_asked_for(one, asked)]
    shown.sort(key=lambda row: not row["mine"])
    context: dict[str, Any] = {"rows": shown, "officer": own, "open_max": tracing.OPEN_MAX, "open": _open(own)}
    context |= {"asked": asked, "many": len(found) > FEW, "all_shown": len(found) < queries.SHOWN_MAX}
    return render(request, "checkin/authority/files.html", context)


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """First step of a query: which place, from the public register."""
    demand_officer(request)
    asked = request.GET.get("q", "").strip()
    found = [one for one in parties.venues() if _fits(one, asked)] if asked else []
    context = {"asked": asked, "venues": found[:PLACES_SHOWN_MAX], "more": len(found) > PLACES_SHOWN_MAX}
    return render(request, "checkin/authority/places.html", context)


def file(request: HttpRequest, venue: UUID) -> HttpResponse:
    """Second step: when, which case, on which ground."""
    demand_officer(request)
    place = next((one for one in parties.venues() if one.id == venue), None)
    if place is None:
        raise NotFound(what="venue")
    form = QueryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with faces.refusals_on(form):
            asked = AskedQuery(
                said["case"],
                LegalBasis(said["basis"]),
                venue,
                place.name,
                calendar.epoch_on(said["day"]),
                said["first_hour"],
                said["hours"],
            )
            query = actions.file(acting(request), asked, key=faces.form_key(request))
            toast = _("Filed. Another officer of your office decides.")
            return faces.hx_redirect(request, "checkin-desk:query", query, toast=toast)
    return faces.form_page(request, "checkin/authority/file.html", form, venue=place)


@require_safe
def query(request: HttpRequest, query: UUID) -> HttpResponse:
    """One query: how far it is, what is asked, what came of it."""
    by = acting(request)
    found, own = queries.file(by, query), queries.officer(by.person)
    is_own = own is not None and own.office.id == found.query.office
    state = found.query.state
    context = {
        "file": found,
        "query": found.query,
        "state": state_of(found.query),
        "ground": GROUNDS[found.query.basis],
        "when": _when(found),
        "steps": steps(found),
        "waits": waits_for(found),
        "going": state in (QueryState.APPROVED, QueryState.LOGGED, QueryState.RELEASED) or found.look_again,
        "may_decide": is_own and state is QueryState.FILED and own is not None and own.person != found.query.filed_by,
        "is_mine": own is not None and own.person == found.query.filed_by,
        "may_close": is_own and state is QueryState.TOLD,
        "closes_on": show.day(clock.local(tracing.lapses_at(found.query)).date()),
        "expires_on": show.day(clock.local(tracing.expires_at(found.query)).date()),
    }
    return render(request, "checkin/authority/query.html", context)


@require_safe
def officers(request: HttpRequest) -> HttpResponse:
    """Who acts for the office, and who did; an auditor sees those of all."""
    by = acting(request)
    found = queries.officers(by)
    rows = [(one.name, one.office, show.day(clock.local(one.since).date()), _until(one)) for one in found]
    heads = (gettext("Officer"), gettext("Office"), gettext("Appointed"), pgettext("officer", "State"))
    context = {"rows": rows, "heads": heads, "all": by.is_auditor}
    return render(request, "checkin/authority/officers.html", context)


@require_POST
def approve(request: HttpRequest, query: UUID) -> HttpResponse:
    """The second officer's yes."""
    actions.approve(acting(request), query)
    app.configure_task("checkin.pursue_one").defer(query=str(query))
    return _back(request, query, gettext("Approved. It goes into the public log before anything is asked."))


@require_POST
def refuse(request: HttpRequest, query: UUID) -> HttpResponse:
    """The second officer's no."""
    actions.refuse(acting(request), query)
    return _back(request, query, gettext("Refused. The public log counts it, and says nothing else of it."))


@require_POST
def look_again(request: HttpRequest, query: UUID) -> HttpResponse:
    """Whether something was settled late."""
    actions.look_again(acting(request), query)
    app.configure_task("checkin.pursue_one").defer(query=str(query))
    return _back(request, query, gettext("We look within a minute whether something came late."))


@require_POST
def close(request: HttpRequest, query: UUID) -> HttpResponse:
    """Close a query."""
    actions.close(acting(request), query)
    return _back(request, query, gettext("Closed. The public log now says what it was about."))


def acting(request: HttpRequest) -> Actor:
    """Who is at the desk."""
    known: Actor | None = getattr(request, "actor", None)
    if known is not None:
        return known
    return people.actor(request.user.pk if request.user.is_authenticated else None)


def demand_officer(request: HttpRequest) -> OfficerEntry:
    """Refuses NotAllowed: only an officer files."""
    found = queries.officer(acting(request).person)
    if found is None:
        raise NotAllowed(needs="officer")
    return found


def _back(request: HttpRequest, query: UUID, toast: str) -> HttpResponse:
    return faces.hx_redirect(request, "checkin-desk:query", query, toast=toast)


def _until(one: OfficerLine) -> str:
    if one.until is None:
        return pgettext("officer", "acts")
    return gettext("until {day}").format(day=show.day(clock.local(one.until).date()))


def _row(one: QueryFile, own: OfficerEntry | None) -> dict[str, Any]:
    """A query in the list, with whether it waits for this officer."""
    state = one.query.state
    theirs = own is not None and own.person != one.query.filed_by
    mine = own is not None and (theirs if state is QueryState.FILED else state is QueryState.TOLD)
    return {
        "title": one.venue_name or gettext("A place"),
        "note": f"{_when(one)} · {one.query.case}",
        "href": reverse("checkin-desk:query", args=[one.query.id]),
        "badge": state_of(one.query),
        "tone": "sun" if mine else ("grey" if state in (QueryState.CLOSED, QueryState.REFUSED) else "quiet"),
        "mine": mine,
    }


def _when(one: QueryFile) -> str:
    scope = one.query.scope
    span = f"{scope.first_hour:02d}:00–{scope.first_hour + scope.hours:02d}:00"
    return f"{show.day(calendar.day_of(scope.epoch), weekday=True)} {span}"


def _open(own: OfficerEntry | None) -> int:
    return queries.open_now(own.office.id) if own else 0


def _fits(venue: KnownVenue, asked: str) -> bool:
    return _has_words(f"{venue.name} {venue.organisation_name}", asked)


def _is_asked_for(one: QueryFile, asked: str) -> bool:
    return _has_words(f"{one.venue_name} {one.query.case}", asked)


def _has_words(said: str, asked: str) -> bool:
    return all(word in said.casefold() for word in asked.casefold().split())
