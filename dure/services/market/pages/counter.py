"""Counter mode: read a coupon, say yes or no in very large type, undo; without a line note it and send it later."""

from datetime import datetime
from importlib import resources
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.base import clock, ids
from dure.base.refusals import BadValue, Refusal
from dure.kit import faces, show
from dure.services.market import actions, queries
from dure.services.market.names import CONFLICTS, offer_line, offer_words
from dure.services.market.rules import offers
from dure.services.market.types import AtCounter, OfflineRedemption, Redemption, RedemptionId, Shop

from .common import own_shop
from .forms import CounterForm

LAST_SHOWN = 10
UPLOAD_BYTES_MAX = 200_000


class Noted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One redemption that a counter's phone noted. A fraction of a won is cut off: one odd note must not hold back the others."""

    id: UUID
    token: str
    at: datetime
    paid_won: float

    def said(self) -> OfflineRedemption:
        """The same as the action takes it."""
        return OfflineRedemption(RedemptionId(self.id), self.token, self.at, int(self.paid_won))


class Uploaded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a counter's phone noted."""

    redemptions: tuple[Noted, ...]


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps pages for when there is no line; its address says for which pages."""
    script = resources.files("dure.services.market").joinpath("static/market/offline.js").read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The counter of a shop."""
    return _page(request, code, CounterForm(), None)


@require_POST
def redeem(request: HttpRequest, code: str) -> HttpResponse:
    """Take a coupon: a verdict for the script, or the whole page again where there is none."""
    by, shop = own_shop(request, code)
    form, scripted = CounterForm(request.POST), "json" in request.headers.get("Accept", "")
    if form.is_valid():
        given = AtCounter(
            _id(request.POST.get("id", "")), form.cleaned_data["read"], form.cleaned_data["paid_won"] or 0
        )
        if scripted:
            try:
                return JsonResponse(_verdict(shop, actions.redeem(by, shop.id, given)))
            except Refusal as refusal:
                spoken = faces.says(refusal)
                return JsonResponse({"ok": False, "text": spoken.text, "todo": spoken.todo}, status=spoken.status)
        with faces.refusals_on(form):
            return _page(request, code, CounterForm(), actions.redeem(by, shop.id, given))
    if scripted:
        return JsonResponse({"ok": False, "text": gettext("Please check what was typed."), "todo": ""}, status=422)
    return _page(request, code, form, None)


@require_POST
def undo(request: HttpRequest, code: str, redemption: UUID) -> HttpResponse:
    """Take a redemption back."""
    by, shop = own_shop(request, code)
    actions.undo(by, RedemptionId(redemption), key=faces.form_key(request))
    return faces.hx_redirect(
        request, "market-desk:counter", shop.code, toast=gettext("Undone. The coupon is good again.")
    )


@require_safe
def kit(request: HttpRequest, code: str) -> HttpResponse:
    """What the counter's phone keeps so that it can judge coupons without a line: campaigns, what was used here, our public key
    and our time.
    """
    by, shop = own_shop(request, code)
    kept = [
        {
            "campaign": one.campaign.hex,
            "gets": offer_words(one.offer),
            "line": offer_line(one.offer),
            "title": one.title,
            "needs_sum": offers.needs_sum(one.offer),
            "least_won": one.offer.least_won,
        }
        for one in queries.counter_offers(by, shop)
    ]
    return JsonResponse(
        {
            "offers": kept,
            "used": [one.hex for one in queries.used_here(by, shop)],
            "key": queries.public_key().hex(),
            "csrf": get_token(request),
            "now": clock.now().timestamp(),
        }
    )


@require_POST
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """What was noted without a line, and what became of each."""
    by, shop = own_shop(request, code)
    if len(request.body) > UPLOAD_BYTES_MAX:
        raise BadValue(field="redemptions", reason="too_large")
    try:
        said = msgspec.json.decode(request.body, type=Uploaded)
    except (msgspec.ValidationError, msgspec.DecodeError):
        raise BadValue(field="redemptions", reason="malformed") from None
    became = actions.settle_offline(by, shop.id, [one.said() for one in said.redemptions])
    return JsonResponse(
        {
            "taken": [str(one.id) for one in became.taken],
            "conflicts": [{"id": str(one.id), "text": str(CONFLICTS[one.kind])} for one in became.conflicts],
        }
    )


def _page(request: HttpRequest, code: str, form: CounterForm, taken: Redemption | None) -> HttpResponse:
    by, shop = own_shop(request, code)
    today = queries.day_figures(by, shop, clock.today())
    last = queries.redemptions(by, shop)[:LAST_SHOWN]
    now = clock.now()
    return faces.form_page(
        request,
        "market/counter.html",
        form,
        shop=shop,
        taken=taken,
        today=today,
        last=[(one, one.state == "taken" and one.undo_until > now) for one in last],
        conflicts=[(one, CONFLICTS[one.kind]) for one in queries.conflicts(by, shop)[:LAST_SHOWN]],
        id=ids.new(),
    )


def _verdict(shop: Shop, taken: Redemption) -> dict[str, object]:
    return {
        "ok": True,
        "won_off": show.money(taken.won_off),
        "title": taken.title,
        "coupon": taken.coupon.hex,
        "undo": reverse("market-desk:undo", args=[shop.code, taken.id]),
        "undo_until": show.moment(taken.undo_until),
    }


def _id(said: str) -> RedemptionId:
    try:
        return RedemptionId(UUID(said))
    except ValueError:
        raise BadValue(field="id", reason="malformed") from None
