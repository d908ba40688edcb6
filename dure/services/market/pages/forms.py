"""Forms of market. They take what was typed; the rules decide."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dure.foundations.people.types import OrganisationId
from dure.kit.ui.forms import WonField
from dure.services.market.names import GIVEN
from dure.services.market.rules.campaigns import (
    ABSENT_DAYS,
    PER_PERSON_MAX,
    STOCK_MAX,
    TERMS_LENGTH_MAX,
    TITLE_LENGTH,
    UNDO_MINUTES_MAX,
)
from dure.services.market.rules.offers import PAID_MAX, THING_LENGTH, WON_OFF_MAX
from dure.services.market.rules.permits import (
    ABOUT_LENGTH_MAX,
    CONTACT_LENGTH_MAX,
    NAME_LENGTH,
    SELLS_LENGTH,
    STALL_LENGTH_MAX,
)
from dure.services.market.rules.purses import DEPOSIT_MAX, GRANT_MAX, REFERENCE_LENGTH
from dure.services.market.types import FundId, Given, MarketId, NewCampaign, NewShop, Offer, OfferKind, Payer, ShopId

CODE_LENGTH_MAX = 8
MARKET_LENGTH_MAX = 60
READ_LENGTH_MAX = 400
MONTH_DAYS = 30


class ShopForm(forms.Form):
    name = forms.CharField(label=_("Name of the shop"), min_length=NAME_LENGTH[0], max_length=NAME_LENGTH[1])
    sells = forms.CharField(
        label=_("What does one buy there?"), max_length=SELLS_LENGTH[1], help_text=_("For example: noodles, dried fish")
    )
    market_code = forms.CharField(
        label=_("Which market?"),
        required=False,
        max_length=MARKET_LENGTH_MAX,
        help_text=_(
            "Its name, and the town where there are several of that name. Leave it empty if the shop is in no market."
        ),
    )
    stall = forms.CharField(label=_("Where in the market?"), required=False, max_length=STALL_LENGTH_MAX)
    contact = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=CONTACT_LENGTH_MAX,
        help_text=_("Offers must name how to reach you."),
    )
    about = forms.CharField(
        label=_("A few words about the shop"),
        required=False,
        max_length=ABOUT_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def said(self, organisation: OrganisationId, market: MarketId | None) -> NewShop:
        """The shop as it was typed."""
        typed = self.cleaned_data
        return NewShop(
            organisation=organisation,
            name=typed["name"],
            sells=typed["sells"],
            contact=typed["contact"],
            about=typed["about"],
            market=market,
            stall=typed["stall"],
        )


class WhatForm(forms.Form):
    """First step: what one gets."""

    kind = forms.ChoiceField(
        label=_("What do they get?"),
        choices=[
            (OfferKind.WON.value, _("Some won off")),
            (OfferKind.PERCENT.value, _("Some percent off")),
            (OfferKind.THING.value, _("Something for free")),
        ],
        initial=OfferKind.WON.value,
        widget=forms.RadioSelect,
    )
    value = forms.IntegerField(
        label=_("How much?"),
        min_value=1,
        max_value=WON_OFF_MAX,
        help_text=_("In won, or in percent. For something free: what it is worth in won."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    thing = forms.CharField(
        label=_("What is free?"),
        required=False,
        max_length=THING_LENGTH[1],
        help_text=_("Only for something free. For example: a bowl of noodles"),
    )
    most_won = WonField(label=_("Percent: how many won at most?"), required=False, min_value=0, max_value=WON_OFF_MAX)
    least_won = WonField(label=_("From what purchase on, in won?"), required=False, min_value=0, max_value=PAID_MAX)

    def offer(self) -> Offer:
        """The offer as it was typed."""
        typed = self.cleaned_data
        kind = OfferKind(typed["kind"])
        return Offer(
            kind=kind,
            value=typed["value"],
            thing=typed["thing"] if kind is OfferKind.THING else "",
            least_won=typed["least_won"] or 0,
            most_won=(typed["most_won"] or 0) if kind is OfferKind.PERCENT else 0,
        )


class HowForm(forms.Form):
    """Second step: how many, until when, for whom."""

    title = forms.CharField(
        label=_("What shall it be called?"),
        required=False,
        max_length=TITLE_LENGTH[1],
        help_text=_("Left empty, it is called what one gets."),
    )
    stock = forms.IntegerField(label=_("How many coupons?"), min_value=1, max_value=STOCK_MAX, initial=50)
    per_person = forms.IntegerField(label=_("How many a person?"), min_value=1, max_value=PER_PERSON_MAX, initial=1)
    valid_from = forms.DateField(label=_("Good from"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("This day included.")
    )
    given = forms.ChoiceField(
        label=_("How do people get it?"),
        choices=[(one.value, GIVEN[one]) for one in Given],
        initial=Given.TAKEN.value,
        widget=forms.RadioSelect,
    )
    absent_days = forms.IntegerField(
        label=_("Not come for how many days?"),
        required=False,
        min_value=ABSENT_DAYS[0],
        max_value=ABSENT_DAYS[1],
        help_text=_("Only for those who have not come for long."),
    )
    undo_minutes = forms.IntegerField(
        label=_("For how many minutes can the counter undo?"), min_value=0, max_value=UNDO_MINUTES_MAX, initial=10
    )
    terms = forms.CharField(
        label=_("Conditions"),
        required=False,
        max_length=TERMS_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    carriable = forms.BooleanField(
        label=_("The association may show it to the whole market"), required=False, initial=True
    )

    def __init__(self, typed: Any, *, today: date, of_shop: bool) -> None:
        super().__init__(typed, initial={"valid_from": today, "valid_until": today + timedelta(days=MONTH_DAYS)})
        if not of_shop:
            for field in ("given", "absent_days", "carriable"):
                del self.fields[field]

    def said(
        self, offer: Offer, title: str, shop: ShopId | None, market: MarketId | None, fund: FundId | None = None
    ) -> NewCampaign:
        """The campaign as it was typed; a shop pays its own, an association its own, unless a fund pays."""
        typed = self.cleaned_data
        given = Given(typed.get("given") or Given.TAKEN)
        return NewCampaign(
            title=typed["title"] or title,
            offer=offer,
            stock=typed["stock"],
            per_person=typed["per_person"],
            valid_from=typed["valid_from"],
            valid_until=typed["valid_until"],
            shop=shop,
            market=market,
            terms=typed["terms"],
            given=given,
            absent_days=(typed.get("absent_days") or 0) if given is Given.ABSENCE else 0,
            payer=Payer.FUND if fund else Payer.SHOP if shop else Payer.ASSOCIATION,
            fund=fund,
            undo_minutes=typed["undo_minutes"],
            carriable=bool(typed.get("carriable")),
        )


class CounterForm(forms.Form):
    """What the counter reads or types."""

    read = forms.CharField(
        label=_("Letters of the coupon"),
        max_length=READ_LENGTH_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    paid_won = WonField(label=_("Sum of the purchase, in won"), required=False, min_value=0, max_value=PAID_MAX)


class FundForm(forms.Form):
    name = forms.CharField(label=_("Name of the fund"), min_length=2, max_length=60)


class DepositForm(forms.Form):
    won = WonField(label=_("Won that came in"), max_value=DEPOSIT_MAX)
    reference = forms.CharField(
        label=_("The bank's reference"), min_length=REFERENCE_LENGTH[0], max_length=REFERENCE_LENGTH[1]
    )


class IssuerForm(forms.Form):
    code = forms.CharField(
        label=_("Code of the shop or market"), max_length=CODE_LENGTH_MAX, help_text=_("It stands in its address.")
    )


class GrantForm(forms.Form):
    code = forms.CharField(
        label=_("Code of the shop or market"), max_length=CODE_LENGTH_MAX, help_text=_("It stands in its address.")
    )
    won = WonField(label=_("Won"), max_value=GRANT_MAX)
    what = forms.ChoiceField(
        label=_("For what?"),
        choices=[("credit", _("Messages")), ("budget", _("Coupons of the association"))],
        widget=forms.RadioSelect,
        initial="credit",
    )
