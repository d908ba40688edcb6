"""The desk page of settlements: what providers pay out, beside what the bank received."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.rules import settlement_files as files
from dure.foundations.ledger.rules import settling as rules
from dure.foundations.ledger.types import BankLine, Settlement, SettlementHead, SettlementState
from dure.kit import faces, unsent

from .acting import acting
from .reconciling import NoteForm
from .words import SETTLEMENT_STATES, provider_named


class BankForm(forms.Form):
    """A line of the bank statement."""

    amount = forms.IntegerField(
        label=_("Sum that arrived, in won"), help_text=_("Copy it from the bank statement, not from this page.")
    )
    reference = forms.CharField(label=_("Number of the bank's line"), max_length=rules.REFERENCE_LENGTH_MAX)


class FileForm(forms.Form):
    """A settlement that somebody downloaded at the provider's."""

    provider = forms.ChoiceField(label=_("Provider"))
    reference = forms.CharField(label=_("Number of the settlement"), max_length=rules.REFERENCE_LENGTH_MAX)
    on = forms.DateField(label=_("Paid out on"), widget=forms.DateInput(attrs={"type": "date"}))
    net = forms.IntegerField(label=_("Sum paid out, in won"))
    file = forms.FileField(
        label=_("File (CSV)"),
        help_text=_("With the columns order, payment_key, kind (capture or cancel), amount, fee, vat; and cancel_id."),
    )

    def __init__(self, names: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["provider"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(name, name) for name in names]


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """The latest settlements, each with what can be done about it; a post enters one from a file."""
    if request.method != "POST":
        return _shown(request, None, forms.Form())
    by, _me = acting(request)
    form = FileForm(actions.ways_to_pay(by), request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        with faces.refusals_on(form):
            head = SettlementHead(said["provider"], said["reference"], said["on"], said["net"])
            actions.import_settlement(by, head, said["file"].read(files.BYTES_MAX + 1))
            return faces.hx_redirect(
                request, "ledger-desk:settlements", toast=gettext("Entered. Look at the bank now.")
            )
    return _shown(request, None, form)


@unsent.waits
@require_POST
def bank(request: HttpRequest, settlement: UUID) -> HttpResponse:
    """Enter what the bank received."""
    by, _me = acting(request)
    form = BankForm(request.POST, auto_id=f"{settlement}_%s")
    if form.is_valid():
        with faces.refusals_on(form):
            line = BankLine(form.cleaned_data["amount"], form.cleaned_data["reference"])
            after = actions.book_settlement(by, settlement, line, key=faces.form_key(request))
            same = after is SettlementState.BOOKED
            said = gettext("Booked to the won.") if same else gettext("The sums differ. Nothing was booked.")
            return faces.hx_redirect(request, "ledger-desk:settlements", toast=said)
    return _shown(request, settlement, form)


@unsent.waits
@require_POST
def reverse(request: HttpRequest, settlement: UUID) -> HttpResponse:
    """Take a booking back."""
    by, _me = acting(request)
    form = NoteForm(request.POST, auto_id=f"{settlement}_%s")
    if form.is_valid():
        with faces.refusals_on(form):
            actions.reverse_settlement(by, settlement, form.cleaned_data["note"], key=faces.form_key(request))
            said = gettext("The booking is taken back.")
            return faces.hx_redirect(request, "ledger-desk:settlements", toast=said)
    return _shown(request, settlement, form)


def _shown(request: HttpRequest, settlement: UUID | None, form: forms.Form) -> HttpResponse:
    by, _me = acting(request)
    rows = [_row(each, form if each.id == settlement else None) for each in queries.settlements(by)]
    upload = form if isinstance(form, FileForm) else FileForm(actions.ways_to_pay(by))
    return faces.form_page(
        request, "ledger/desk_settlements.html", form, rows=rows, may_act=by.is_steward, upload=upload
    )


def _row(one: Settlement, typed: forms.Form | None) -> dict[str, Any]:
    word, tone = SETTLEMENT_STATES[one.state]
    bookable = one.state in rules.BOOKABLE
    fresh: forms.Form = BankForm(auto_id=f"{one.id}_%s") if bookable else NoteForm(auto_id=f"{one.id}_%s")
    provider = provider_named(one.provider)
    return {"one": one, "provider": provider, "state": word, "tone": tone, "bookable": bookable, "form": typed or fresh}
