"""The sample people on their page: one tap, and somebody is logged in as any of them."""

import pytest
from django.core.cache import cache

from dure.foundations.people import demo, queries
from dure.foundations.people.types import OrgState

from .test_pages import browser, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def test_the_sample_people_are_there_once_and_one_is_any_of_them_in_one_tap() -> None:
    first = demo.load()
    assert demo.load() == first
    assert len(queries.sample_persons()) == len(demo.EVERYBODY)
    assert queries.organisation(first.ngo).verified
    assert queries.has_verified_bank_account(first.ngo)
    assert queries.organisation(first.other_ngo).state is OrgState.SUBMITTED
    assert set(queries.stewards()) == set(first.stewards)
    client = browser()
    assert "강표본" in words(client.get("/me/demo/"))
    answer = client.post(f"/me/demo/{first.stewards[0]}/", {"next": "/me/"}, follow=True)
    assert "오예시" in words(answer)
    assert client.get("/me/export/").status_code == 200  # tapping counts as a proof
