"""Regular gifts: promise one from a box's page, see mine, change, pause, stop."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.base.refusals import NotAllowed
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import MandateRefused, ProviderSilent
from dure.foundations.people.types import Actor
from dure.kit import faces, leaving, unsent
from dure.kit.ui.forms import WonField
from dure.services.giving import actions, queries
from dure.services.giving.rules import GIFT_MAX
from dure.services.giving.rules import regular as rules
from dure.services.giving.types import NewRegular, Reach, Regular, RegularId, RegularState

from .common import actor, cause_of
from .forms import PayingForm
from .words import MONTH_STATES, REGULAR_STATES, REGULAR_WHY

SUMS = (5_000, 10_000, 30_000, 50_000)


class ChangeForm(forms.Form):
    """How much, and on which day of the month."""

    amount = WonField(label=_("How much every month, in won?"), min_value=rules.REGULAR_MIN, max_value=GIFT_MAX)
    day = forms.IntegerField(
        label=_("On which day of the month?"),
        min_value=rules.DAYS[0],
        max_value=rules.DAYS[1],
        help_text=_("Where a month has no such day, its last one counts."),
    )


class PromiseForm(ChangeForm, PayingForm):
    """All that a donor promises."""

    reach = forms.ChoiceField(
        label=_("When this box closes"),
        choices=[
            (Reach.PARTNER, _("Go on with the next box of the same organisation")),
            (Reach.BOX, _("End with this box")),
        ],
        widget=forms.RadioSelect,
        initial=Reach.PARTNER,
    )
    name_shown = forms.ChoiceField(
        label=_("Your name on the wall"),
        choices=[("yes", _("Show my name")), ("no", _("A neighbour without a name"))],
        widget=forms.RadioSelect,
        initial="no",
    )


@unsent.waits
@require_http_methods(["GET", "HEAD", "POST"])
def promise(request: HttpRequest, code: str) -> HttpResponse:
    """Promise a sum for every month, then register a card at the provider."""
    by, found = actor(request), cause_of(request, code)
    if by.person is None:
        raise NotAllowed(needs="log_in")
    if running := queries.regular_of(by.person, found.card.partner):
        return redirect("giving:regular", running)
    begin = {"day": clock.today().day}
    form = PromiseForm(ledger.ways_to_charge(by), request.POST or None, initial=begin)
    picked = request.POST.get("sum", "")
    if picked.isdigit():  # a sum was pressed: it goes into the field, and what was typed stays
        kept = {name: request.POST.get(name, "") for name in form.fields}
        form = PromiseForm(ledger.ways_to_charge(by), initial={**kept, "amount": picked})
    elif request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            regular = _promised(request, by, found.card.id, form.cleaned_data)
            return leaving.leave_for(request, actions.register_card(by, regular))
    return faces.form_page(request, "giving/regular_new.html", form, card=found.card, sums=SUMS)


@require_safe
def card(request: HttpRequest, regular: UUID) -> HttpResponse:
    """Back from registering a card; loading it again changes nothing."""
    by = actor(request)
    query = {name: str(value) for name, value in request.GET.items()}
    known = queries.my_regular(by, regular)
    try:
        actions.card_registered(by, RegularId(regular), query)
    except (MandateRefused, ProviderSilent) as refusal:
        context = {"regular": known, "spoken": faces.says(refusal), "code": queries.code_of(known.box)}
        return render(request, "giving/regular_no_card.html", context, status=faces.status_of(type(refusal)))
    said = gettext("Thank you. Your card is charged for this month in a moment, then every month.")
    return faces.hx_redirect(request, "giving:regular", regular, toast=said)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """All of mine."""
    by = actor(request)
    if by.person is None:
        raise NotAllowed(needs="log_in")
    rows = [_row(one) for one in queries.my_regulars(by.person)]
    return render(request, "giving/regulars.html", {"rows": rows})


@unsent.waits
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, regular: UUID) -> HttpResponse:
    """One of mine, month by month; a post changes sum and day."""
    by = actor(request)
    found = queries.my_regular(by, regular)
    form = ChangeForm(request.POST or None, initial={"amount": found.amount, "day": found.day})
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            said = form.cleaned_data
            actions.change_regular(by, found.id, said["amount"], said["day"], key=faces.form_key(request))
            toast = gettext("Changed. It counts from the next charge on.")
            return faces.hx_redirect(request, "giving:regular", regular, toast=toast)
    return faces.form_page(request, "giving/regular.html", form, **_row(found), months=_months(found))


@require_POST
def pause(request: HttpRequest, regular: UUID) -> HttpResponse:
    actions.pause_regular(actor(request), RegularId(regular), key=faces.form_key(request))
    toast = gettext("It rests. Nothing is charged until you let it go on.")
    return faces.hx_redirect(request, "giving:regular", regular, toast=toast)


@require_POST
def resume(request: HttpRequest, regular: UUID) -> HttpResponse:
    actions.resume_regular(actor(request), RegularId(regular), key=faces.form_key(request))
    return faces.hx_redirect(request, "giving:regular", regular, toast=gettext("It goes on."))


@require_POST
def stop(request: HttpRequest, regular: UUID) -> HttpResponse:
    actions.stop_regular(actor(request), RegularId(regular), key=faces.form_key(request))
    toast = gettext("Stopped. Your card is charged no more, and what we knew of it is erased.")
    return faces.hx_redirect(request, "giving:regular", regular, toast=toast)


def _promised(request: HttpRequest, by: Actor, box: Any, said: Mapping[str, Any]) -> RegularId:
    new = NewRegular(said["amount"], said["day"], Reach(said["reach"]), said["name_shown"] == "yes")
    return actions.promise(by, box, new, provider=said.get("provider", ""), key=faces.form_key(request))


def _row(found: Regular) -> dict[str, Any]:
    word, tone = REGULAR_STATES[found.state]
    return {
        "regular": found,
        "state": word,
        "tone": tone,
        "why": REGULAR_WHY.get(found.why, "") if found.state is not RegularState.RUNNING else "",
        "running": found.state is RegularState.RUNNING,
        "paused": found.state is RegularState.PAUSED,
    }


def _months(found: Regular) -> list[dict[str, Any]]:
    return [
        {
            "charge": month,
            "name": gettext("{month}/{year}").format(month=month.month.month, year=month.month.year),
            "state": MONTH_STATES[month.state][0],
            "tone": MONTH_STATES[month.state][1],
        }
        for month in found.charges
    ]
