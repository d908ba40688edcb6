"""Transfers: those a payer still has to make, and refunds that wait for an account to go to."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import BANKS, RefundAccount
from dure.kit import faces, tx

from .acting import acting


class AccountForm(forms.Form):
    """Where a refund goes."""

    bank = forms.ChoiceField(label=_("Bank"), choices=[("", _("Choose your bank")), *BANKS.items()])
    number = forms.CharField(
        label=_("Account number"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    holder = forms.CharField(
        label=_("Account holder"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    def account(self) -> RefundAccount:
        said = self.cleaned_data
        number = said["number"].replace("-", "").replace(" ", "")
        return RefundAccount(bank=said["bank"], number=number, holder=said["holder"].strip())


@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    """What is still to be transferred, and where money waits to go back to."""
    _by, me = acting(request)
    awaited, waiting = queries.awaited_deposits(me), queries.refunds_without_account(me)
    return render(request, "ledger/transfers.html", {"awaited": awaited, "refunds": waiting})


@require_http_methods(["GET", "HEAD", "POST"])
def refund_account(request: HttpRequest, payment: UUID) -> HttpResponse:
    """Say which account the money of a transfer goes back to."""
    by, me = acting(request)
    found = queries.payment(payment)
    if found.payer != me or not queries.refund_account_needed(payment):
        raise Http404
    form = AccountForm(request.POST or None, initial={"holder": by.name})
    if form.is_valid():
        with faces.refusals_on(form):
            with tx.durable():
                actions.say_refund_account(by, payment, form.account())
            return faces.hx_redirect(request, "ledger:transfers", toast=gettext("Thank you. The money is on its way."))
    return faces.form_page(request, "ledger/refund_account.html", form, payment=found)
