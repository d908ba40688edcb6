"""A merchant's desk: my shops, today, regulars, message credits."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.base.refusals import BadValue, NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import OrganisationId, PersonId
from dure.kit import faces, show, unsent
from dure.kit.ui.forms import DayOfYearField
from dure.services.market import actions, queries
from dure.services.market.queries.regulars import Which
from dure.services.market.types import Campaign, CampaignState, Market, MarketId, Shop

from .common import actor, channel_of, figures_of, own_shop, shop_of
from .forms import CODE_LENGTH_MAX, ShopForm

both = require_http_methods(["GET", "HEAD", "POST"])
WEEK_DAYS = 7
TAGS_LENGTH_MAX = 200
NOTE_LENGTH_MAX = 500


class RegularForm(forms.Form):
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=TAGS_LENGTH_MAX, help_text=_("With commas between them.")
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They can read it in the export of their records."),
    )
    birthday = DayOfYearField(label=_("Birthday"), required=False)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My shops, the markets I speak for, and what to do where there is none yet."""
    by = actor(request)
    shops = queries.shops_of(by)
    mine = [organisation for organisation, _role in by.memberships]
    spoken = queries.associations_of(mine)
    names = queries.markets(one.market for one in spoken)
    taken = {shop.organisation for shop in shops}
    organisations = people.organisations(mine)
    return render(
        request,
        "market/desk.html",
        {
            "shops": [shop_of(one) for one in shops],
            "associations": [(one, names[one.market]) for one in spoken if one.market in names],
            "owned": [organisation for organisation in mine if by.owns(organisation)],
            "without": [one for one in organisations.values() if one.id not in taken],
        },
    )


@unsent.waits
@both
def new_shop(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Open the shop of an organisation: a few words, and its market if it is in one."""
    by = actor(request)
    card = people.organisation(OrganisationId(organisation))
    form = ShopForm(
        request.POST or None, initial={"name": card.name, "market_code": request.GET.get("market", "")[:60]}
    )
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            new = form.said(card.id, _market_of(form))
            shop = actions.open_shop(by, new, key=faces.form_key(request))
            return faces.hx_redirect(request, "market-desk:shop", shop.code, toast=gettext("Your shop is open."))
    return faces.form_page(request, "market/new_shop.html", form, organisation=card)


@unsent.waits
@both
def edit_shop(request: HttpRequest, code: str) -> HttpResponse:
    """Change the words of a shop."""
    by, shop = own_shop(request, code)
    market = queries.market(shop.market) if shop.market else None
    form = ShopForm(request.POST or None, initial=_said(shop, market))
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            new = form.said(shop.organisation, _market_of(form))
            actions.edit_shop(by, shop.id, new, key=faces.form_key(request))
            return faces.hx_redirect(request, "market-desk:shop", shop.code, toast=gettext("Saved."))
    return faces.form_page(request, "market/new_shop.html", form, shop=shop)


@require_safe
def shop(request: HttpRequest, code: str) -> HttpResponse:
    """A shop today: what was used, what runs, and the large buttons of the day."""
    by, found = own_shop(request, code)
    week = queries.days(by, found, clock.today(), WEEK_DAYS)
    context: dict[str, Any] = {
        **shop_of(found),
        "today": week[-1],
        "week": [(show.day(one.on), one.redeemed) for one in week],
        "any_used": any(one.redeemed for one in week),
        "credit": queries.credit(by, found.organisation),
        "owed": queries.owed(by, found.id, found.organisation),
        "conflicts": len(queries.conflicts(by, found)),
        "regulars": queries.regular_count(by, found),
        "channel": channel_of(found.channel),
        "may_own": by.owns(found.organisation),
    }
    return render(request, "market/shop_desk.html", context)


@require_safe
def regulars(request: HttpRequest, code: str) -> HttpResponse:
    """The shop's regulars: tags, notes, birthdays, last visits. Nobody else's page shows them."""
    by, found = own_shop(request, code)
    which = Which(request.GET["which"]) if request.GET.get("which") in set(Which) else Which.ALL
    page = queries.regulars(by, found, which, faces.page_number(request))
    choices = [
        (gettext("All"), Which.ALL.value),
        (gettext("New this week"), Which.NEW.value),
        (gettext("Birthday soon"), Which.BIRTHDAY.value),
        (gettext("Not here for a month"), Which.AWAY.value),
    ]
    return render(
        request, "market/regulars.html", {"shop": found, "page": page, "choices": choices, "which": which.value}
    )


@unsent.waits
@both
def regular(request: HttpRequest, code: str, person: UUID) -> HttpResponse:
    """What the shop noted about one regular."""
    by, found = own_shop(request, code)
    known = queries.regular(by, found, PersonId(person))
    initial = {"tags": ", ".join(known.tags), "note": known.note, "birthday": known.birthday}
    form = RegularForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            tags = [tag.strip() for tag in form.cleaned_data["tags"].split(",") if tag.strip()]
            birthday: date | None = form.cleaned_data["birthday"]
            actions.note_regular(by, found.id, known.person, (tags, form.cleaned_data["note"], birthday))
            return faces.hx_redirect(request, "market-desk:regulars", found.code, toast=gettext("Noted."))
    running = [one for one in figures_of(queries.campaigns_of(by, found)) if _can_be_given(one["campaign"])]
    return faces.form_page(request, "market/regular.html", form, shop=found, regular=known, campaigns=running)


@require_safe
def message_credits(request: HttpRequest, code: str) -> HttpResponse:
    """Message credits: what is there, what is held back, what was spent on which day."""
    by, found = own_shop(request, code)
    return render(
        request,
        "market/credits.html",
        {
            "shop": found,
            "credit": queries.credit(by, found.organisation),
            "owed": queries.owed(by, found.id, found.organisation),
        },
    )


@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close the shop."""
    by, found = own_shop(request, code)
    actions.close_shop(by, found.id, key=faces.form_key(request))
    return faces.hx_redirect(request, "market-desk:home", toast=gettext("The shop is closed."))


@require_POST
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Open a closed shop again."""
    by, found = own_shop(request, code)
    actions.reopen_shop(by, found.id, key=faces.form_key(request))
    return faces.hx_redirect(request, "market-desk:shop", found.code, toast=gettext("The shop is open again."))


@require_POST
def give(request: HttpRequest, code: str, person: UUID) -> HttpResponse:
    """Give a regular one of the shop's coupons."""
    by, found = own_shop(request, code)
    campaign = queries.campaign_by_code(request.POST.get("campaign", "")[:CODE_LENGTH_MAX])
    actions.give_coupon(by, campaign.id, PersonId(person), key=faces.form_key(request))
    toast = gettext("Given. It stands among their coupons now.")
    return faces.hx_redirect(request, "market-desk:regular", found.code, person, toast=toast)


def _market_of(form: ShopForm) -> MarketId | None:
    """The market that was typed: by its code, or by words that fit one only. Raises BadValue."""
    said = form.cleaned_data["market_code"].strip()
    if not said:
        return None
    try:
        return queries.market_by_code(said.upper()).id
    except NotFound:
        found = [one.market for one in queries.find(said)]
    named = [one for one in found if one.name == said]
    fitting = named if len(named) == 1 else found
    if len(fitting) != 1:
        raise BadValue(field="market_code", reason="several_markets" if fitting else "no_such_market")
    return fitting[0].id


def _can_be_given(one: Campaign) -> bool:
    return one.state is CampaignState.OPEN and one.left > 0 and one.valid_until > clock.now()


def _said(shop: Shop, market: Market | None) -> dict[str, Any]:
    return {
        "name": shop.name,
        "sells": shop.sells,
        "market_code": _said_of(market) if market else "",
        "stall": shop.stall,
        "contact": shop.contact,
        "about": shop.about,
    }


def _said_of(market: Market) -> str:
    """Words that fit this market and no other: its name, else its code."""
    return market.name if len(queries.find(market.name)) == 1 else market.code
