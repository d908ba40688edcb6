"""The sandbox's checkout: what a provider's own page is for a real payment, plainly marked as practice."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dure.base.refusals import BadValue
from dure.foundations.ledger import actions
from dure.foundations.ledger.rules.payments import LOCAL_PATH
from dure.foundations.ledger.types import MandateId, OrderId, Scenario
from dure.foundations.people.types import NOBODY
from dure.kit import limits
from dure.kit.faces import Words

TRIES_MAX = 60
WINDOW_SECONDS = 60
OTHERS: tuple[tuple[Scenario, Words, Words], ...] = (
    (Scenario.CARD_REFUSED, _("Card refused"), _("The card company says no.")),
    (Scenario.LIMIT_EXCEEDED, _("Over the limit"), _("The sum is above the limit of the card.")),
    (Scenario.NOT_ENOUGH_FUNDS, _("Not enough money"), _("There is not enough money in the account.")),
    (Scenario.LATE, _("Late answer"), _("The money is taken, but the answer comes some seconds late.")),
    (Scenario.TWICE, _("Pay twice"), _("A second payment is made in another window; it must come back.")),
)


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("ledger.sandbox", TRIES_MAX, WINDOW_SECONDS)
def checkout(request: HttpRequest, order: str) -> HttpResponse:
    """Show what is to be paid; take the payer's choice and send them back."""
    by = NOBODY  # a provider's page asks nobody to log in here: who has the order's number may pay it
    shown = actions.sandbox_checkout(by, OrderId(order))
    if request.method == "POST":
        return HttpResponseRedirect(actions.sandbox_decide(by, shown.order, _scenario(request)), status=303)
    shop = settings.DURE.operator_name
    return render(request, "ledger/sandbox.html", {"shown": shown, "others": OTHERS, "shop": shop})


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("ledger.sandbox", TRIES_MAX, WINDOW_SECONDS)
def card(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """Choose a practice card that may be charged every month, and go back to where one came from."""
    back = request.GET.get("to", "")
    if not LOCAL_PATH.fullmatch(back):
        raise BadValue(field="to", reason="not_a_local_path")
    if request.method == "POST":
        address = actions.sandbox_register(NOBODY, MandateId(mandate), _scenario(request), back)
        return HttpResponseRedirect(address, status=303)
    cards = [one for one in OTHERS if one[0] is not Scenario.TWICE]
    return render(request, "ledger/sandbox_card.html", {"others": cards, "shop": settings.DURE.operator_name})


def _scenario(request: HttpRequest) -> Scenario:
    said = request.POST.get("scenario", "")
    if said not in {scenario.value for scenario in Scenario}:
        raise BadValue(field="scenario", reason="unknown")
    return Scenario(said)
