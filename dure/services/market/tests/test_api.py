"""The API of market: what pages show and do, it shows and does, to those who may."""

from typing import Any

import pytest

from dure.base import clock, ids
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import bearer
from dure.services.market import models

from . import making
from .making import Ground, key

ROOT = "/api/v1/market"


@pytest.fixture
def ask(api_client: Any) -> Any:
    def asked(by: Actor | None, verb: str, path: str, once: str = "", **body: object) -> Any:
        headers = {"Idempotency-Key": once or key()} if verb == "post" else {}
        if by is not None:
            headers["Authorization"] = f"Bearer {bearer.mint(folk.id_of(by), verified=by.verified)}"
        more = {"json": body} if verb == "post" else {}
        return getattr(api_client, verb)(f"{ROOT}/{path}", headers=headers, **more)

    return asked


def test_from_a_market_to_a_redemption_and_back(ask: Any, ground: Ground) -> None:
    [market] = ask(None, "get", "markets?q=예시시장").json()
    code = market["market"]["code"]
    assert [one["name"] for one in ask(None, "get", f"markets/{code}/shops").json()] == ["예시 건어물", "예시 칼국수"]
    shop = ground.shop.code
    made = ask(
        ground.merchant,
        "post",
        f"shops/{shop}/campaigns",
        kind="won",
        value=1_000,
        title="천 원 할인",
        stock=5,
        valid_from=clock.today().isoformat(),
        valid_until=clock.today().isoformat(),
    )
    assert made.status_code == 201, made.text
    taken = ask(ground.customers[0], "post", f"campaigns/{made.json()['code']}/coupons")
    assert taken.status_code == 201, taken.text
    token, one = taken.json()["token"], str(ids.new())
    assert [coupon["token"] for coupon in ask(ground.customers[0], "get", "coupons").json()] == [token]
    body = {"id": one, "read": token}
    used = ask(ground.merchant, "post", f"shops/{shop}/redemptions", one, **body)
    assert (used.status_code, used.json()["won_off"]) == (201, 1_000)
    assert ask(ground.merchant, "post", f"shops/{shop}/redemptions", one, **body).json() == used.json()
    again = ask(ground.merchant, "post", f"shops/{shop}/redemptions", one := str(ids.new()), id=one, read=token)
    assert (again.status_code, again.json()["code"]) == (409, "coupon_used")
    undone = ask(ground.merchant, "post", f"redemptions/{used.json()['id']}/undoing")
    assert undone.json()["state"] == "undone"
    today = ask(ground.merchant, "get", f"shops/{shop}/today").json()
    assert {name: today[name] for name in today if name != "on"} == {
        "redeemed": 0,
        "undone": 1,
        "won_off": 0,
        "conflicts": 0,
    }, "no figure that nobody counts"


def test_an_upload_is_judged_once(ask: Any, ground: Ground) -> None:
    token = making.take(ground.customers[0], making.campaign(ground)).token
    noted = {"id": str(ids.new()), "token": token, "at": clock.now().isoformat(), "paid_won": 0}
    path = f"shops/{ground.shop.code}/uploads"
    first = ask(ground.merchant, "post", path, redemptions=[noted])
    assert (first.status_code, len(first.json()["taken"])) == (200, 1)
    assert ask(ground.merchant, "post", path, redemptions=[noted]).json() == first.json()
    without_zone = noted | {"at": "2026-01-01T00:00:00"}
    assert ask(ground.merchant, "post", path, redemptions=[without_zone]).status_code == 422


def test_the_key_is_public_and_the_counter_is_not(ask: Any, ground: Ground) -> None:
    assert len(bytes.fromhex(ask(None, "get", "key").json()["key"])) == 65
    for path in ("counter", "conflicts", "today", "credits", "figures"):
        address = f"shops/{ground.shop.code}/{path}"
        assert ask(ground.merchant, "get", address).status_code == 200
        assert ask(None, "get", address).status_code == 401
        for stranger in (ground.customers[0], ground.other_merchant, ground.speaker):
            assert ask(stranger, "get", address).status_code == 403, path
    assert ask(None, "get", "shops/QQQQQQ").status_code == 404
    assert ask(ground.customers[1], "get", f"coupons/{ids.new()}").status_code == 404


def test_a_shop_closes_opens_again_and_gives_a_regular_a_coupon(ask: Any, ground: Ground) -> None:
    shop, friend = ground.shop.code, ground.customers[0]
    making.friend_of(ground.shop, ground.merchant, friend)
    for verb, state in (("closing", "closed"), ("reopening", "open")):
        for stranger in (None, friend, ground.other_merchant, ground.stewards[0]):
            assert ask(stranger, "post", f"shops/{shop}/{verb}").status_code in (401, 403)
        assert ask(ground.merchant, "post", f"shops/{shop}/{verb}").json()["state"] == state
    campaign = making.campaign(ground)
    path = f"shops/{shop}/regulars/{making.person_of(friend)}/coupons"
    for stranger in (None, friend, ground.other_merchant, ground.stewards[0]):
        assert ask(stranger, "post", path, campaign=campaign.code).status_code in (401, 403)
    given = [ask(ground.merchant, "post", path, "once", campaign=campaign.code) for _ in range(2)]
    assert [one.status_code for one in given] == [201, 201]
    assert given[0].json() == given[1].json() == {"coupon": str(models.Coupon.objects.get().id)}
    assert making.issued(campaign) == 1
    nobody = f"shops/{shop}/regulars/{making.person_of(ground.customers[1])}/coupons"
    assert ask(ground.merchant, "post", nobody, campaign=campaign.code).json()["code"] == "not_a_friend"
