"""The back office of market shows every table and every row of it, and nobody's name."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from dure.services.market import actions, models

from . import making
from .making import BY, Ground, key, offline, redeem, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(ground: Ground) -> Ground:
    """Something of everything that coupons, funds and shops leave behind."""
    offer = making.market_campaign(ground)
    coupon = take(ground.customers[0], offer)
    redeem(ground.merchant, ground.shop, coupon)
    actions.settle_offline(ground.other_merchant, ground.other_shop.id, [offline(coupon)])
    fund = making.a_fund(ground, 10_000)
    actions.grant_credit(ground.stewards[0], fund, ground.shop.organisation, 5_000, key=key())
    actions.hold_credit(ground.merchant, ground.shop.organisation, coupon.id, 1_000)
    row = models.Association.objects.get(market_id=ground.market)
    actions.end_association(ground.speaker, row.id, key=key())
    actions.close_shop(ground.far_merchant, ground.far_shop.id, key=key())
    actions.reopen_shop(ground.far_merchant, ground.far_shop.id, key=key())
    actions.return_left(BY)
    return ground


def test_every_list_and_every_row_opens_and_names_no_customer(busy: Ground) -> None:
    client = Client(headers={"accept-language": "ko"})
    client.force_login(get_user_model().objects.create_superuser("s@example.org", "x" * 12, name="운영"))
    coupon, seen = models.Coupon.objects.get(), set()
    for table in apps.get_app_config("market").get_models():
        name = table._meta.model_name
        if (first := table._base_manager.order_by("pk").first()) is None:
            continue
        seen.add(name)
        if not admin.site.is_registered(table):
            continue
        row = reverse(f"admin:market_{name}_change", args=[first.pk])
        for page in (reverse(f"admin:market_{name}_changelist"), row):
            answer = client.get(page)
            assert answer.status_code == 200, page
            shown = answer.content.decode()
            assert "손님0" not in shown, page
            assert coupon.code not in shown, page
    assert {"market", "association", "shop", "campaign", "coupon", "redemption", "conflict"} <= seen
    assert {"fund", "deposit", "grant", "grantreturn", "messagecost"} <= seen
