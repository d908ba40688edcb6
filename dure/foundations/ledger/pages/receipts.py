"""A donor's receipts: what was given in a year, what is on receipts, a form to get the rest, and the PDFs."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from dure.base import clock
from dure.foundations.ledger import actions, documents, queries
from dure.foundations.ledger.rules import receipts as rules
from dure.foundations.ledger.types import DonorIdentity, Entitlement, ReceiptId
from dure.foundations.people import queries as people
from dure.foundations.people.types import Consent
from dure.kit import faces, show, tx

from .acting import acting, origin

YEARS_MIN, YEARS_MAX = 2000, 2999


class IdentityForm(forms.Form):
    """What the receipt says of the donor."""

    name = forms.CharField(label=_("Full name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    address = forms.CharField(
        label=_("Address"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "street-address"})
    )
    number = forms.CharField(
        label=_("Resident or business number"),
        max_length=20,
        required=False,
        help_text=_("The tax office links the receipt to you by it. It is stored sealed and erased after five years."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    agree = forms.BooleanField(required=False)

    def __init__(self, consent: Consent, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consent = consent
        if consent.given and not consent.outdated:
            del self.fields["agree"]
        else:
            language = "ko" if show.in_korean() else "en"
            self.fields["agree"].label = consent.text.title[language]
            self.fields["agree"].required = True
            self.consent_body = consent.text.body[language]

    def identity(self) -> DonorIdentity:
        given = self.cleaned_data
        return DonorIdentity(given["name"], given["address"], given["number"])


@require_safe
def overview(request: HttpRequest, year: int = 0) -> HttpResponse:
    """What the person gave in one year, by organisation, with the receipts."""
    by, me = acting(request)
    years = queries.donation_years(by, me)
    if not year and years:
        return redirect("ledger:receipts_of", years[0])
    shown = year or clock.today().year
    chips = [(str(each), reverse("ledger:receipts_of", args=[each])) for each in years]
    statement = queries.annual_statement(by, me, shown)
    return render(request, "ledger/receipts.html", {"years": chips, "year": shown, "statement": statement})


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, year: int, issuer: UUID) -> HttpResponse:
    """Ask for the receipt of one organisation and year."""
    by, me = acting(request)
    entitlement = _entitlement(queries.entitlements(by, me, year), issuer)
    consent = next(each for each in people.consents_of(me) if each.text.purpose == rules.CONSENT)
    form = IdentityForm(consent, request.POST or None, initial={"name": by.name})
    if form.is_valid():
        body = (issuer, year, form.identity())
        key = faces.form_key(request)
        with faces.refusals_on(form), tx.action(by, "ledger.issue_receipt", key, body, ReceiptId) as call:
            if not call:
                version = consent.text.version if "agree" in form.fields else None
                issued = actions.agree_and_issue(by, issuer, year, form.identity(), version, origin(request))
                call.keep(issued.id)
            return faces.hx_redirect(request, "ledger:receipts_of", year, toast=_("Your receipt is ready."))
    return faces.form_page(request, "ledger/issue_receipt.html", form, entitlement=entitlement, year=year)


@require_safe
def receipt(request: HttpRequest, receipt: UUID) -> HttpResponse:
    """One receipt as PDF; `?full=1` writes the donor's number out."""
    by, _me = acting(request)
    number = queries.donation_receipt(by, receipt).number
    return _pdf(documents.receipt_pdf(by, receipt, full=request.GET.get("full") == "1"), f"receipt-{number}.pdf")


@require_safe
def statement(request: HttpRequest, year: int) -> HttpResponse:
    """The year's statement as PDF."""
    by, me = acting(request)
    if not YEARS_MIN <= year <= YEARS_MAX:
        raise Http404
    return _pdf(documents.statement_pdf(by, me, year), f"donations-{year}.pdf")


def _entitlement(found: tuple[Entitlement, ...], issuer: UUID) -> Entitlement:
    for each in found:
        if each.receiver == issuer:
            return each
    raise Http404


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
