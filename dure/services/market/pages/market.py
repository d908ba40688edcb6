"""Addresses of markets, shops and coupons, and what they show on the home page, on 나 and at the desk."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from dure.kit import show
from dure.kit.ui.home import Entry, HomeCard
from dure.kit.ui.kinds import PointKind
from dure.services.market import queries
from dure.services.market.names import offer_words

from . import association, campaigns, counter, desk, mine, public, stewards
from .common import actor

COUPONS_SHOWN = 3
POINT_KINDS = {
    "market": PointKind(
        gettext_lazy("Traditional markets"), lambda market: reverse("market:market", args=[queries.code_of(market)])
    )
}
urlpatterns = [
    path("", public.markets, name="markets"),
    path("offline.js", counter.worker, name="worker"),
    path("coupons/", mine.coupons, name="coupons"),
    path("coupons/<uuid:coupon>/", mine.coupon, name="coupon"),
    path("shops/<str:code>/", public.shop, name="shop"),
    path("take/<str:code>/", public.campaign, name="campaign"),
    path("take/<str:code>/now/", public.take, name="take"),
    path("markets/<str:code>/", public.market, name="market"),
    path("markets/<str:code>/speak/", association.ask, name="ask"),
]
desk_urlpatterns = [
    path("", desk.home, name="home"),
    path("offline.js", counter.worker, name="worker"),
    path("new/<uuid:organisation>/", desk.new_shop, name="new_shop"),
    path("shops/<str:code>/", desk.shop, name="shop"),
    path("shops/<str:code>/edit/", desk.edit_shop, name="edit_shop"),
    path("shops/<str:code>/close/", desk.close, name="close"),
    path("shops/<str:code>/reopen/", desk.reopen, name="reopen"),
    path("shops/<str:code>/counter/", counter.page, name="counter"),
    path("shops/<str:code>/counter/kit/", counter.kit, name="kit"),
    path("shops/<str:code>/counter/redeem/", counter.redeem, name="redeem"),
    path("shops/<str:code>/counter/upload/", counter.upload, name="upload"),
    path("shops/<str:code>/counter/<uuid:redemption>/undo/", counter.undo, name="undo"),
    path("shops/<str:code>/coupons/", campaigns.listed, name="campaigns"),
    path("shops/<str:code>/coupons/new/", campaigns.new_of_shop, name="new_campaign"),
    path("coupons/<str:code>/stop/", campaigns.stop, name="stop"),
    path("shops/<str:code>/regulars/", desk.regulars, name="regulars"),
    path("shops/<str:code>/regulars/<uuid:person>/", desk.regular, name="regular"),
    path("shops/<str:code>/regulars/<uuid:person>/coupons/", desk.give, name="give"),
    path("shops/<str:code>/credits/", desk.message_credits, name="credits"),
    path("markets/<str:code>/", association.market, name="market"),
    path("markets/<str:code>/shops/<str:shop>/", association.answer, name="answer_place"),
    path("markets/<str:code>/carry/<str:campaign>/", association.carry, name="carry"),
    path("markets/<str:code>/coupons/new/", campaigns.new_of_market, name="new_market_campaign"),
    path("stewards/", stewards.desk, name="stewards"),
    path("stewards/funds/<uuid:fund>/deposit/", stewards.deposit, name="deposit"),
    path("stewards/funds/<uuid:fund>/grant/", stewards.grant, name="grant"),
    path("stewards/funds/<uuid:fund>/coupons/", stewards.coupon, name="fund_coupon"),
    path("stewards/funds/<uuid:fund>/coupons/<str:code>/", campaigns.new_of_fund, name="new_fund_campaign"),
    path("stewards/associations/<uuid:association>/end/", stewards.end_association, name="end_association"),
    path("stewards/deposits/<uuid:deposit>/", stewards.decide_deposit, name="decide_deposit"),
    path("stewards/associations/<uuid:association>/", stewards.decide_association, name="decide_association"),
]


def together(request: HttpRequest) -> Sequence[Entry]:
    """Ways to take part."""
    known = queries.count()
    note = ngettext("{n} market is known", "{n} markets are known", known).format(n=show.count(known))
    return [Entry(gettext("Markets and shops"), reverse("market:markets"), sign="org", note=note)]


def home_cards(request: HttpRequest) -> Sequence[HomeCard]:
    """Coupons that the reader holds, those that run out first."""
    by = actor(request)
    if by.person is None:
        return ()
    return [
        HomeCard(
            title=offer_words(one.offer),
            note=f"{one.issuer} · {show.left(one.valid_until)}",
            href=reverse("market:coupon", args=[one.id]),
            sign="receipt",
            when=one.issued_at,
        )
        for one in queries.held_first(by.person, COUPONS_SHOWN)
    ]


def me_entries(request: HttpRequest) -> Sequence[Entry]:
    """My coupons, and the way to my shops."""
    by = actor(request)
    if by.person is None:
        return ()
    held = queries.held_count(by.person)
    own = Entry(
        gettext("My coupons"),
        reverse("market:coupons"),
        sign="receipt",
        note=gettext("To show at the counter"),
        badge=str(held) if held else "",
    )
    return (own, *desk_entries(request))


def desk_entries(request: HttpRequest) -> Sequence[Entry]:
    """The desk of each shop that one works for; for stewards markets and funds."""
    by = actor(request)
    entries: list[Entry] = []
    if by.memberships:
        note = gettext("Regulars, coupons, counter")
        entries.append(Entry(gettext("Shops I work for"), reverse("market-desk:home"), sign="org", note=note))
    if by.is_steward or by.is_auditor:
        waiting = len(queries.associations_asked(by))
        entries.append(
            Entry(
                gettext("Markets and funds"),
                reverse("market-desk:stewards"),
                sign="coin",
                badge=str(waiting) if waiting else "",
            )
        )
    return entries
