"""The one tap below a coupon that a message brought."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from dure.foundations.channels import actions
from dure.kit import limits

from .common import WRITES_PER_MINUTE, acting


@require_POST
@limits.limited("channels.take", WRITES_PER_MINUTE, 60)
def take(request: HttpRequest, message: UUID, place: int) -> HttpResponse:
    """Take the coupon, and see it."""
    return redirect(actions.take_carried(acting(request), message, place))


urlpatterns = [path("inbox/coupons/<uuid:message>/<int:place>/", take, name="take_coupon")]
