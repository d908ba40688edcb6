"""My coupons: the list, and one coupon with its large code. Once opened, both work without a line."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dure.base import clock
from dure.services.market import queries
from dure.services.market.types import CouponId, CouponState

from .common import coupon_of, person, qr_drawing


@require_safe
def coupons(request: HttpRequest) -> HttpResponse:
    """What one holds, what runs out soonest first; below it what was used or ran out."""
    found = queries.my_coupons(person(request))
    held = [coupon_of(one) for one in found if one.state is CouponState.HELD]
    past = [coupon_of(one) for one in found if one.state is not CouponState.HELD]
    return render(request, "market/coupons.html", {"held": held, "past": past})


@require_safe
def coupon(request: HttpRequest, coupon: UUID) -> HttpResponse:
    """One coupon, as one shows it at the counter."""
    found = queries.my_coupon(person(request), CouponId(coupon))
    held = found.state is CouponState.HELD
    context = {
        **coupon_of(found),
        "qr": qr_drawing(found.token, gettext("QR code of this coupon")) if held else "",
        "not_yet": held and clock.now() < found.valid_from,
        "seen_at": clock.now(),
    }
    return render(request, "market/coupon.html", context)
