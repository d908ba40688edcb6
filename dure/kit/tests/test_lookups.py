"""One of many values, sent as one array: what it finds, and how it is asked."""

import pytest

from dure.base import clock, ids
from dure.kit.models import Delivery, Mark, News

pytestmark = pytest.mark.django_db
MANY = 1_000


def news() -> News:
    return News.objects.create(id=ids.new(), kind="sample", body={}, at=clock.now())


def test_it_finds_what_a_list_of_values_finds_and_sends_one() -> None:
    known = [news().id for _ in range(3)]
    asked = [*known[:2], *(ids.new() for _ in range(MANY))]
    rows = News.objects.filter(id__any=asked)
    assert set(rows.values_list("id", flat=True)) == set(known[:2])
    assert set(News.objects.filter(id__in=asked)) == set(rows)
    assert rows.query.sql_with_params()[1] == (asked,)
    assert set(News.objects.exclude(id__any=asked).values_list("id", flat=True)) == {known[2]}


def test_it_goes_through_what_a_row_points_to_and_takes_words() -> None:
    one, other = news(), news()
    for each in (one, other):
        Delivery.objects.create(news=each, reaction="sample", next_at=clock.now())
    assert Delivery.objects.get(news__any={one.id}).news_id == one.id
    assert Delivery.objects.get(news_id__any=[other.id]).news_id == other.id
    Mark.objects.create(name="a'b", value="1", at=clock.now())
    assert Mark.objects.filter(name__any=["a'b", "c"]).count() == 1


def test_of_nothing_nothing_is_found() -> None:
    news()
    assert not News.objects.filter(id__any=[]).exists()
