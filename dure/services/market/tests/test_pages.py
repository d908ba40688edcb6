"""The pages through the client: each opens for whom it is, is closed to all others, and every no has words."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dure.base import clock, ids
from dure.base.refusals import Refusal
from dure.foundations.channels.types import ChannelId, Said
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import faces
from dure.kit.visiting import browser, form
from dure.services.market import actions, bot, models, pages, queries, types
from dure.services.market.types import Payer

from . import making
from .making import Ground, key

pytestmark = pytest.mark.django_db


def test_every_refusal_has_words() -> None:
    own = [one for one in vars(types).values() if isinstance(one, type) and issubclass(one, Refusal)]
    assert len(own) > 20
    assert faces.without_words(own, pages.SAYS) == []


# Who sees what at the desk: all that is not listed is refused

ROLES = ("nobody", "customer", "merchant", "other", "far", "speaker", "steward", "auditor")
SHOP = {"merchant"}
DESK: Mapping[str, set[str]] = {
    "shop": SHOP,
    "edit_shop": SHOP,
    "counter": SHOP,
    "kit": SHOP,
    "campaigns": SHOP,
    "new_campaign": SHOP,
    "regulars": SHOP,
    "credits": SHOP,
    "market": {"speaker"},
    "new_market_campaign": {"speaker"},
    "stewards": {"steward", "auditor"},
}


def cast(of: Ground) -> Mapping[str, Actor | None]:
    return {
        "nobody": None,
        "customer": of.customers[0],
        "merchant": of.merchant,
        "other": of.other_merchant,
        "far": of.far_merchant,
        "speaker": of.speaker,
        "steward": of.stewards[0],
        "auditor": folk.auditor(),
    }


@pytest.mark.parametrize("page", DESK)
def test_a_page_at_the_desk_is_for_whom_it_is(ground: Ground, page: str) -> None:
    args = [] if page == "stewards" else [ground.shop.code]
    if "market" in page:
        args = [queries.market(ground.market).code]
    for role, by in cast(ground).items():
        status = browser(by).get(reverse(f"market-desk:{page}", args=args)).status_code
        wanted = 200 if role in DESK[page] else 302 if role == "nobody" else 403
        assert status in (wanted, 303 if role == "nobody" else wanted), (page, role, status)


POSTS = ("close", "redeem", "upload", "stop", "undo", "answer_place", "carry", "grant", "deposit")


@pytest.mark.parametrize("what", POSTS)
def test_nothing_is_done_by_whom_it_is_not_for(ground: Ground, what: str) -> None:
    campaign = making.campaign(ground, carriable=True)
    taken = making.redeem(ground.merchant, ground.shop, making.take(ground.customers[0], campaign))
    market, fund = queries.market(ground.market).code, making.a_fund(ground)
    args: Mapping[str, list[object]] = {
        "close": [ground.shop.code],
        "redeem": [ground.shop.code],
        "upload": [ground.shop.code],
        "stop": [campaign.code],
        "undo": [ground.shop.code, taken.id],
        "answer_place": [market, ground.shop.code],
        "carry": [market, campaign.code],
        "grant": [fund],
        "deposit": [fund],
    }
    may = {"answer_place": "speaker", "carry": "speaker", "grant": "steward", "deposit": "steward"}.get(
        what, "merchant"
    )
    said = form(read="ACDEFGHJ", id=ids.new(), code=ground.shop.code, won="1000", what="credit", reference="예시 1")
    for role, by in cast(ground).items():
        if role != may:
            answer = browser(by).post(reverse(f"market-desk:{what}", args=args[what]), said)
            assert answer.status_code in ((302, 303) if role == "nobody" else (403,)), (what, role, answer.status_code)
    assert queries.shop(ground.shop.id) == ground.shop
    assert queries.campaign(campaign.id).state == "open"
    assert not queries.campaign(campaign.id).carried


# Everybody


def test_from_a_market_to_a_coupon(ground: Ground) -> None:
    campaign = making.campaign(ground, carriable=True)
    actions.carry_campaign(ground.speaker, campaign.id, True, key=key())
    client = browser(ground.customers[0])
    code = queries.market(ground.market).code
    assert "예시시장" in client.get(reverse("market:markets"), {"q": "예시"}).content.decode()
    assert "예시시장" in client.get(reverse("market:markets"), {"at": "35.94,125.02"}).content.decode()
    page = client.get(reverse("market:market", args=[code])).content.decode()
    assert "예시 칼국수" in page
    assert "3,000원 할인" in page
    address = reverse("market:campaign", args=[campaign.code])
    assert "이 쿠폰 받기" in client.get(address).content.decode()
    taken = client.post(f"{address}now/", form(), follow=True)
    assert "지금 쓸 수 있습니다" in taken.content.decode()
    [coupon] = queries.my_coupons(making.person_of(ground.customers[0]))
    assert f"{coupon.code[:4]} {coupon.code[4:]}" in taken.content.decode()
    assert "<svg" in taken.content.decode()
    mine = reverse("market:coupon", args=[coupon.id])
    assert browser(ground.customers[1]).get(mine).status_code == 404
    assert browser().get(mine).status_code in (302, 303)


def test_a_coupon_says_when_it_was_used_and_when_it_ran_out(ground: Ground) -> None:
    client, campaign = browser(ground.customers[0]), making.campaign(ground, per_person=2)
    used, over = making.take(ground.customers[0], campaign), making.take(ground.customers[0], campaign)
    making.redeem(ground.merchant, ground.shop, used)
    page = client.get(reverse("market:coupon", args=[used.id])).content.decode()
    assert "사용했습니다" in page
    assert ground.shop.name in page
    assert "qr-code" not in page
    past = clock.now() - timedelta(days=2)
    models.Campaign.objects.filter(id=campaign.id).update(valid_from=past, valid_until=past + timedelta(days=1))
    assert "기한이 지났습니다" in client.get(reverse("market:coupon", args=[over.id])).content.decode()
    assert client.get(reverse("market:coupons")).status_code == 200


# A merchant


def steps(client: Client, address: str, **said: object) -> str:
    """Walk through the three steps; answers the preview."""
    what = {"kind": "won", "value": "2,000".replace(",", ""), "least_won": "10000", **said}
    second = client.post(address, form(step=1, **what))
    assert second.status_code == 200
    how = {"stock": "20", "per_person": "1", "undo_minutes": "10", "given": "taken"}
    days = {"valid_from": clock.today().isoformat(), "valid_until": (clock.today() + timedelta(days=9)).isoformat()}
    preview = client.post(address, form(step=2, **what, **how, **days))
    assert preview.status_code == 200, preview.content.decode()[-3000:]
    made = client.post(address, form(step=3, **what, **how, **days))
    assert made.status_code == 303
    return preview.content.decode()


def test_a_coupon_in_three_steps_shows_what_it_costs_before(ground: Ground) -> None:
    preview = steps(browser(ground.merchant), reverse("market-desk:new_campaign", args=[ground.shop.code]))
    assert "많아야 40,000원 듭니다" in preview
    [one] = queries.campaigns_of(ground.merchant, ground.shop)
    assert (one.campaign.title, one.campaign.stock, one.campaign.payer) == ("2,000원 할인", 20, Payer.SHOP)


def test_an_association_s_coupon_is_refused_where_its_budget_ends(ground: Ground) -> None:
    client = browser(ground.speaker)
    address = reverse("market-desk:new_market_campaign", args=[queries.market(ground.market).code])
    what = {"kind": "won", "value": "2000", "step": "3", "stock": "20", "per_person": "1", "undo_minutes": "10"}
    days = {"valid_from": clock.today().isoformat(), "valid_until": clock.today().isoformat()}
    refused = client.post(address, form(**what, **days))
    assert refused.status_code == 409
    assert "예산이 모자랍니다" in refused.content.decode()
    actions.grant_budget(ground.stewards[0], making.a_fund(ground), ground.market, 40_000, key=key())
    assert client.post(address, form(**what, **days)).status_code == 303


def test_bad_numbers_stay_on_their_step(ground: Ground) -> None:
    client = browser(ground.merchant)
    address = reverse("market-desk:new_campaign", args=[ground.shop.code])
    assert client.post(address, form(step=1, kind="won", value="0")).status_code == 422
    refused = client.post(address, form(step=1, kind="percent", value="10"))
    assert refused.status_code == 200, "the rules speak when the offer is whole"


def test_the_counter_without_a_script(ground: Ground) -> None:
    client, campaign = browser(ground.merchant), making.campaign(ground)
    coupon = making.take(ground.customers[0], campaign)
    address = reverse("market-desk:redeem", args=[ground.shop.code])
    page = client.post(address, form(read=coupon.code.lower(), id=ids.new())).content.decode()
    assert re.search(r"<strong>3,000원\s+할인</strong>", page)
    again = client.post(address, form(read=coupon.code, id=ids.new()))
    assert again.status_code == 409
    assert "이미 쓴 쿠폰" in again.content.decode()
    [taken] = queries.redemptions(ground.merchant, ground.shop)
    assert client.post(reverse("market-desk:undo", args=[ground.shop.code, taken.id]), form()).status_code == 303
    assert making.live(coupon.id) == 0


def test_the_counter_s_script_gets_verdicts(ground: Ground) -> None:
    client, coupon = browser(ground.merchant), making.take(ground.customers[0], making.campaign(ground))
    kit = client.get(reverse("market-desk:kit", args=[ground.shop.code])).json()
    assert [one["needs_sum"] for one in kit["offers"]] == [False]
    address = reverse("market-desk:redeem", args=[ground.shop.code])
    said = {"read": coupon.token, "id": ids.new()}
    good = client.post(address, said, headers={"accept": "application/json"}).json()
    assert (good["ok"], good["won_off"]) == (True, "3,000원")
    no = client.post(address, said | {"id": ids.new()}, headers={"accept": "application/json"})
    assert (no.status_code, no.json()["ok"]) == (409, False)
    upload = reverse("market-desk:upload", args=[ground.shop.code])
    assert client.post(upload, "{", content_type="application/json").status_code == 422
    assert client.post(upload, '{"redemptions": []}', content_type="application/json").json() == {
        "taken": [],
        "conflicts": [],
    }


def test_an_export_holds_every_coupon(ground: Ground) -> None:
    one, campaign = ground.customers[0], making.campaign(ground, stock=200)
    coupons = [
        models.Coupon(
            campaign_id=campaign.id, person_id=making.person_of(one), code=ids.speakable(8), serial=nth, nth=nth
        )
        for nth in range(1, 121)
    ]
    models.Coupon.objects.bulk_create(coupons)
    making.redeem(ground.merchant, ground.shop, coupons[7].code)
    exported: Any = dict(people.export_parts(making.person_of(one)))["market"]
    held = list(exported["coupons"])
    assert len(held) == 120
    assert [line["used_where"] for line in held if line["used_at"]] == [ground.shop.name]


def test_a_sum_with_a_fraction_holds_no_other_note_back(ground: Ground) -> None:
    client, coupon = browser(ground.merchant), making.take(ground.customers[0], making.campaign(ground))
    noted = {"id": str(ids.new()), "token": coupon.token, "at": clock.now().isoformat(), "paid_won": 10_000.5}
    upload = reverse("market-desk:upload", args=[ground.shop.code])
    became = client.post(upload, json.dumps({"redemptions": [noted]}), content_type="application/json")
    assert became.json() == {"taken": [noted["id"]], "conflicts": []}
    assert [one.paid_won for one in queries.redemptions(ground.merchant, ground.shop)] == [10_000]


def test_a_shop_opens_asks_its_market_and_is_accepted(ground: Ground) -> None:
    organisation, owner = folk.organisation(folk.person("새상인"), name="예시 떡집")
    client = browser(owner)
    code = queries.market(ground.market).code
    page = reverse("market-desk:new_shop", args=[organisation])
    assert client.get(page).status_code == 200
    wrong = client.post(page, form(name="예시 떡집", sells="떡", market_code="QQQQQQ"))
    assert wrong.status_code == 422
    assert client.post(page, form(name="예시 떡집", sells="떡", market_code=code.lower())).status_code == 303
    [shop] = queries.shops_of(owner)
    head = browser(ground.speaker)
    address = reverse("market-desk:answer_place", args=[code, shop.code])
    assert head.post(address, form(answer="yes")).status_code == 303
    assert queries.shop(shop.id).place == "accepted"
    assert client.get(reverse("market-desk:home")).status_code == 200


def test_stewards_open_funds_and_grant(ground: Ground) -> None:
    one, other = (browser(steward) for steward in ground.stewards)
    desk = reverse("market-desk:stewards")
    assert one.post(desk, form(name="예시 기금")).status_code == 303
    [fund] = queries.funds(ground.stewards[0])
    address = reverse("market-desk:deposit", args=[fund.id])
    assert one.post(address, form(won="50,000", reference="예시 0001")).status_code == 303
    [deposit] = queries.deposits(ground.stewards[0])
    confirm = reverse("market-desk:decide_deposit", args=[deposit.id])
    assert one.post(confirm, form(answer="yes")).status_code == 403
    assert other.post(confirm, form(answer="yes")).status_code == 303
    grant = reverse("market-desk:grant", args=[fund.id])
    assert one.post(grant, form(code="QQQQQQ", won="1000", what="credit")).status_code == 422
    assert one.post(grant, form(code=ground.shop.code, won="1000", what="credit")).status_code == 303
    assert queries.credit_left(ground.shop.organisation) == 1_000


def test_the_bot_answers_with_my_coupons(ground: Ground) -> None:
    def said(asking: object) -> str:
        return repr(bot.my_coupons(Said(ChannelId(ids.new()), asking, "내 쿠폰")))  # type: ignore[arg-type]  # a person or none

    making.take(ground.customers[0], making.campaign(ground))
    assert "로그인" in said(None)
    assert "없습니다" in said(making.person_of(ground.customers[0])), (
        "a channel's staff read nothing of others' coupons"
    )
    assert {one.name for one in bot.commands()} == {"market.coupons", "market.offers"}
