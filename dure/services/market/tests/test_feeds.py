"""Open data: tables of markets and shops, a feed of coupons, and a search that finds shops by what they sell and where."""

import csv
import io
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from dure.services.market import actions, models, queries
from dure.services.market.types import Given

from . import making
from .making import Ground, key

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def table(name: str) -> list[dict[str, str]]:
    answer = Client().get(reverse(f"market:{name}"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # it streams
    return list(csv.DictReader(io.StringIO(text)))


def test_the_list_of_markets_is_open_data(ground: Ground) -> None:
    [row] = table("markets_csv")
    assert (row["name"], row["lot_address"], row["stalls"]) == ("예시시장", "예시도 가람군 장터리 1", "40")
    assert row["page"].endswith(reverse("market:market", args=[row["code"]]))


def test_a_shop_opened_on_the_day_that_it_was_in_seoul(ground: Ground) -> None:
    models.Shop.objects.update(opened_at=datetime(2026, 3, 1, 16, tzinfo=UTC))
    assert {row["opened_on"] for row in table("shops_csv")} == {"2026-03-02"}


def test_the_table_of_shops_leaves_out_closed_ones_and_telephones(ground: Ground) -> None:
    models.Shop.objects.filter(id=ground.shop.id).update(contact="010-0000-0000")
    actions.close_shop(ground.far_merchant, ground.far_shop.id, key=key())
    rows = table("shops_csv")
    assert {(row["name"], row["market"]) for row in rows} == {("예시 칼국수", "예시시장"), ("예시 건어물", "예시시장")}
    assert "010-0000-0000" not in str(rows)


def test_a_name_is_no_formula(ground: Ground) -> None:
    models.Shop.objects.filter(id=ground.shop.id).update(name="=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in {row["name"] for row in table("shops_csv")}


def test_new_coupons_are_a_feed(ground: Ground) -> None:
    older, newer = making.campaign(ground, title="처음 <b>쿠폰</b>"), making.campaign(ground, title="다음 쿠폰")
    making.campaign(ground, given=Given.WELCOME, title="오는 쿠폰")
    answer = Client().get(reverse("market:offers_feed"))
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)  # noqa: S314 - our own answer
    entries = feed.findall(f"{ATOM}entry")
    assert [one.findtext(f"{ATOM}id") for one in entries] == [f"urn:uuid:{newer.id}", f"urn:uuid:{older.id}"]
    assert [one.findtext(f"{ATOM}title") for one in entries] == [
        "예시 칼국수: 다음 쿠폰",
        "예시 칼국수: 처음 <b>쿠폰</b>",
    ]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("칼국수", {"예시 칼국수", "예시 건어물", "예시 책방"}),  # all sell it
        ("건어물", {"예시 건어물"}),
        ("장터리", {"예시 칼국수", "예시 건어물"}),  # by the market's address
        ("예시시장 건어물", {"예시 건어물"}),
        ("책방 장터리", set()),
        ("", set()),
    ],
)
def test_shops_are_found_by_name_wares_and_place(ground: Ground, said: str, found: set[str]) -> None:
    assert {one.name for one in queries.find_shops(said)} == found
    page = Client().get(reverse("market:markets"), {"q": said}).content.decode()
    assert all(name in page for name in found)


def test_a_closed_shop_is_not_found(ground: Ground) -> None:
    actions.close_shop(ground.far_merchant, ground.far_shop.id, key=key())
    assert queries.find_shops("책방") == ()
