"""Through the client: a coupon that a fund pays, from the stewards' desk to the shop's sum; a coupon given to a regular."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dure.base import clock
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import PlatformRole
from dure.kit.visiting import browser, form
from dure.services.market import actions, models, queries, tasks
from dure.services.market.types import Campaign, FundId, Payer

from . import making
from .making import Ground
from .test_pages import cast, steps

pytestmark = pytest.mark.django_db


def made_by_steward(ground: Ground, fund: FundId, code: str) -> Campaign:
    client = browser(ground.stewards[0])
    asked = client.post(reverse("market-desk:fund_coupon", args=[fund]), form(code=code.lower()))
    address = reverse("market-desk:new_fund_campaign", args=[fund, code])
    assert (asked.status_code, asked.url) == (302, address)  # type: ignore[attr-defined]  # it leads on
    preview = steps(client, address)
    assert "40,000원" in preview
    assert "기금" in preview
    row = models.Campaign.objects.get(payer=Payer.FUND)
    return queries.campaign(queries.campaign_by_code(row.code).id)


@pytest.mark.parametrize("of", ["shop", "market"])
def test_a_coupon_that_a_fund_pays_goes_from_the_desk_to_the_counter(ground: Ground, of: str) -> None:
    fund = making.a_fund(ground, 50_000)
    code = ground.shop.code if of == "shop" else queries.market(ground.market).code
    campaign = made_by_steward(ground, fund, code)
    desk = browser(ground.stewards[0]).get(reverse("market-desk:stewards")).content.decode()
    assert campaign.title in desk
    assert queries.funds(ground.stewards[0])[0].available == 10_000, "all that it may cost is set aside"
    customer = browser(ground.customers[0])
    assert customer.post(reverse("market:take", args=[campaign.code]), form()).status_code == 303
    [coupon] = queries.my_coupons(making.person_of(ground.customers[0]))
    redeem = reverse("market-desk:redeem", args=[ground.shop.code])
    used = browser(ground.merchant).post(redeem, form(read=coupon.code, paid_won="12,000", id=making.key()))
    assert used.status_code in (200, 303), used.content.decode()[-2_000:]
    later = clock.now() + timedelta(hours=1)
    with clock.read_from(lambda: later):
        tasks.settle_redemptions(0)
    assert queries.owed(ground.merchant, ground.shop.id, ground.shop.organisation) == 2_000
    page = browser(ground.merchant).get(reverse("market-desk:credits", args=[ground.shop.code])).content.decode()
    assert "2,000원" in page
    stop = reverse("market-desk:stop", args=[campaign.code])
    assert browser(ground.stewards[1]).post(stop, form()).status_code == 303
    assert queries.campaign(campaign.id).state == "stopped"


def test_only_a_steward_without_a_part_in_it_lets_a_fund_pay(ground: Ground) -> None:
    fund = making.a_fund(ground)
    asked, made = (
        reverse("market-desk:fund_coupon", args=[fund]),
        reverse("market-desk:new_fund_campaign", args=[fund, ground.shop.code]),
    )
    for role, by in cast(ground).items():
        if role != "steward":
            refused = (302, 303) if role == "nobody" else (403,)
            assert browser(by).post(asked, form(code=ground.shop.code)).status_code in refused, role
            assert browser(by).get(made).status_code in refused, role
    days = {"valid_from": clock.today().isoformat(), "valid_until": clock.today().isoformat()}
    what = {"kind": "won", "value": "2000", "step": "3", "stock": "20", "per_person": "1", "undo_minutes": "10"}
    own = folk.with_role(ground.merchant, PlatformRole.STEWARD)
    assert browser(own).post(made, form(given="taken", **what, **days)).status_code == 403
    assert not models.Campaign.objects.exists()
    wrong = browser(ground.stewards[0]).post(asked, form(code="QQQQQQ"))
    assert wrong.status_code == 422
    assert 'value="QQQQQQ"' in wrong.content.decode(), "nothing typed is lost"


def test_a_merchant_gives_a_regular_a_coupon(ground: Ground) -> None:
    friend, stranger = ground.customers
    making.friend_of(ground.shop, ground.merchant, friend)
    campaign = making.campaign(ground)
    over = making.campaign(ground, title="지난 행사")
    actions.stop_campaign(ground.merchant, over.id, key=making.key())
    page = reverse("market-desk:regular", args=[ground.shop.code, making.person_of(friend)])
    client = browser(ground.merchant)
    shown = client.get(page).content.decode()
    assert campaign.code in shown
    assert over.code not in shown, "what is stopped is not offered"
    give = reverse("market-desk:give", args=[ground.shop.code, making.person_of(friend)])
    typed = form(campaign=campaign.code)
    for _ in range(2):  # sent twice
        assert client.post(give, typed).status_code == 303
    [coupon] = queries.my_coupons(making.person_of(friend))
    assert coupon.issuer == ground.shop.name
    assert client.post(give, form(campaign=campaign.code)).status_code == 409, "one a person"
    assert client.post(give, form(campaign="QQQQQQ")).status_code == 404
    elsewhere = reverse("market-desk:give", args=[ground.shop.code, making.person_of(stranger)])
    assert client.post(elsewhere, form(campaign=campaign.code)).status_code in (404, 409)
    for role, by in cast(ground).items():
        if role != "merchant":
            status = browser(by).post(give, form(campaign=campaign.code)).status_code
            assert status in ((302, 303) if role == "nobody" else (403,)), role
    assert making.issued(campaign) == 1
